"""The live model: one measurement, one object, and answers to every slider move within a frame."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cryogui.physics.fourier import Real32, image_energy
from cryogui.physics.operators import Loaded, Operator, Theta


@dataclass(frozen=True, eq=False)
class Misfit:
    """How well the model explains the measurement.

    per_image: ‖rᵢ‖/‖yᵢ‖ (NaN for an empty image); residual: ‖r‖/‖y‖ over the used images, weighted as asked;
    gradient: derivative of ½Σ wᵢ‖rᵢ‖² by every parameter, filled in by `LiveModel.gradient`.
    """

    per_image: NDArray[np.float64]
    residual: float
    gradient: dict[str, float] = field(default_factory=dict)

    @property
    def consistency(self) -> float:
        """max(0, 1 − ‖y − ŷ‖/‖y‖)."""
        return max(0.0, 1.0 - self.residual)


class LiveModel:
    """A forward model held against one measurement; safe to use from several threads.

    y: [image, ny, nx] float32. image_weights: one factor per image for residual and gradient (else 1);
    an image with weight 0 is left out of them, and of reconstructions.
    """

    def __init__(self, operator: Operator, y: Real32, image_weights: NDArray[np.float64] | None = None):
        self.operator = operator
        self.measured = operator.measure(y)
        self._weights = (
            np.ones(len(y)) if image_weights is None else np.asarray(image_weights, dtype=np.float64)
        )
        self._x: Real32 | None = None
        self._loaded: Loaded = None

    def without(self, symbols: frozenset[str]) -> LiveModel:
        """The same measurement, object and weights under the model without the blocks of these symbols (of
        the whole model: what was left out before comes back); made at once. Errors as `Operator.without`."""
        other = copy.copy(self)
        other.operator = self.operator.whole.without(symbols)
        return other

    @property
    def left_out(self) -> frozenset[str]:
        """Symbols of the blocks that this model does without."""
        operator = self.operator
        return frozenset(b.symbol for b in operator.whole.blocks) - {b.symbol for b in operator.blocks}

    def weighted(self, image_weights: NDArray[np.float64]) -> LiveModel:
        """The same model, object and measurement with other image weights; made at once."""
        other = copy.copy(self)
        other._weights = np.asarray(image_weights, dtype=np.float64)
        return other

    @property
    def used(self) -> NDArray[np.bool_]:
        """Which images count."""
        return self._weights > 0

    @property
    def energy(self) -> float:
        """Σ wᵢ‖yᵢ‖²: `Misfit.residual` squared, times this, is Σ wᵢ‖rᵢ‖²."""
        return float(self._weights @ self.measured.energy)

    @property
    def pixel_count(self) -> int:
        """Pixels of the images that count."""
        _, rows, columns = self.operator.y_shape
        return int(self.used.sum()) * rows * columns

    @property
    def slice_plane(self) -> str:
        """Which plane `slice` returns: 'xz' (tilt series) or 'xy' (particles, images)."""
        return self.operator.slice_plane

    def set_object(self, x: Real32) -> None:
        """Project `x` [z, y, x] from now on. The work is done once here, and not again for the same array."""
        if x is not self._x:
            self._x, self._loaded = x, self.operator.load(x)

    def image(self, index: int, theta: Theta, after: str | None = None) -> Real32:
        """One model image [y, x]; `after` stops behind the block with that symbol."""
        images = self.operator.images(self._object(), theta, [index], after)
        return images.reshape(self.operator.y_shape[1:])

    def images(self, theta: Theta, after: str | None = None) -> Real32:
        """All model images; `after` as in `image`."""
        return self.operator.images(self._object(), theta, after=after)

    def misfit(self, theta: Theta) -> Misfit:
        """Residual of the whole measurement, without an inverse transform where the operator allows it."""
        return self._misfit(self.operator.squared_residual(self._object(), self.measured, theta), {})

    def gradient(self, theta: Theta) -> Misfit:
        """As `misfit`, with the derivative by every parameter."""
        squares, gradient = self.operator.squared_gradient(
            self._object(), self.measured, theta, self._weights
        )
        return self._misfit(squares, gradient)

    def curvature(self, theta: Theta, names: Sequence[str]) -> NDArray[np.float64]:
        """The Gauss-Newton matrix of ½Σ wᵢ‖rᵢ‖² over these parameters, the object held: Σ wᵢ⟨∂ₐŷᵢ, ∂ᵦŷᵢ⟩."""
        root = np.sqrt(self._weights).astype(np.float32)[:, None, None]
        tangents = [root * self.operator.tangent(self._object(), theta, name) for name in names]
        return np.array([[float(np.vdot(a, b)) for b in tangents] for a in tangents]).reshape(len(names), -1)

    def slice(self, theta: Theta, index: int) -> Real32:
        """One plane of the quick reconstruction under θ; see `slice_plane`."""
        return self.operator.slice(self.measured, theta, index, self.used)

    def reconstruct(self, theta: Theta, progress: Callable[[float], None] = lambda fraction: None) -> Real32:
        """A quick whole reconstruction under θ, in the object's shape, at the level that explains y best.

        progress: told the share of the work done after each step; what it raises ends the reconstruction.

        Two refinements by the back-projected residual take away most of what a linear method leaves over
        where lines overlap or angles are missing, so that the residual speaks of θ rather than of the method.
        """
        y, operator, used = self.measured.images, self.operator, self.used
        share = 1.0 / (2 * operator.refinements + 2)  # a projection takes as long as a back-projection
        x = operator.reconstruct(y, theta, used)
        for number in range(operator.refinements):
            progress((2 * number + 1) * share)
            missed = y - operator.apply(x, theta)
            progress((2 * number + 2) * share)
            x += operator.reconstruct(missed, theta, used)
        progress(1.0 - share)
        images = operator.apply(x, theta)
        power = float(self._weights @ image_energy(images))
        overlap = float(self._weights @ np.einsum("ijk,ijk->i", images, y, dtype=np.float64))
        return x * np.float32(overlap / power) if power > 0 and overlap > 0 else x

    def _object(self) -> Loaded:
        if self._loaded is None:
            raise RuntimeError("set_object has not been called")
        return self._loaded

    def _misfit(self, squares: NDArray[np.float64], gradient: dict[str, float]) -> Misfit:
        squares = np.maximum(squares, 0.0)
        energy = self.measured.energy
        with np.errstate(invalid="ignore", divide="ignore"):
            per_image = np.sqrt(squares / energy)
        total = self.energy
        residual = float(np.sqrt(self._weights @ squares / total)) if total > 1e-20 else 0.0
        return Misfit(per_image, residual, gradient)


def warm_up() -> None:
    """Compile, or load from the cache, every kernel that a slider move needs."""
    from cryogui.physics.ctf import Optics
    from cryogui.physics.particles import ParticleStack
    from cryogui.physics.tilt import SingleAxisTilt

    n, optics = 8, Optics(pixel_size_A=4.0)
    turn = np.broadcast_to(np.eye(3), (2, 3, 3))
    operators: tuple[Operator, ...] = (
        SingleAxisTilt((n, n, n), (n, n), [-10.0, 10.0], optics=optics, defocus_A=1e4),
        ParticleStack((n, n, n), (n, n), turn, np.zeros((2, 2)), 1e4, 0.0, optics=optics),
    )
    for operator in operators:
        live = LiveModel(operator, np.ones(operator.y_shape, dtype=np.float32))
        live.set_object(live.reconstruct({}))
        live.image(0, {})
        live.images({})
        live.misfit({})
        live.slice({}, 0)
