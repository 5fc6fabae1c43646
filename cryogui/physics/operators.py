"""The one interface of all forward models: linear in the object x, smooth in the mismatch parameters θ.

θ is any mapping from parameter name to value in file units; a name it lacks keeps its nominal effect. Objects
are V[z, y, x], measurements y[image, y, x], both float32. An operator does the work that depends on x alone
once, in `load`, and the transform of the measurement once, in `measure`; everything after that is quick.
"""

from __future__ import annotations

import copy
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from cryogui.physics.ctf import Ctf
from cryogui.physics.fourier import Complex64, Real32, image_energy

Theta: TypeAlias = Mapping[str, float]
Loaded: TypeAlias = Any  # what `load` makes of an object; opaque to everyone but its operator


NO_IMAGES_WITHOUT_PROJECTION = (
    "Without the projection there are no images: it is what turns the volume into them."
)


@dataclass(frozen=True)
class Block:
    """One step of the forward model: its primitive's symbol, title, formula, and the parameters it reads.

    essential: why the model cannot do without this step, as a sentence; empty where it can.
    """

    symbol: str
    title: str
    formula: str
    parameters: tuple[str, ...] = ()
    essential: str = ""


@dataclass(frozen=True, eq=False)
class Measured:
    """A measurement made ready for comparison: the images, their spectra, and ‖yᵢ‖² of each."""

    images: Real32
    spectra: Complex64 | None
    energy: NDArray[np.float64]


class Operator(ABC):
    """A forward model H(θ). Subclasses set the attributes and fill in the abstract methods.

    x_shape, y_shape: shapes of object and measurement. parameters: names in θ that change anything.
    blocks: the steps in order of action. support: boolean, broadcastable to x_shape; x counts only inside.
    """

    x_shape: tuple[int, int, int]
    y_shape: tuple[int, int, int]
    parameters: tuple[str, ...]
    blocks: tuple[Block, ...]
    support: NDArray[np.bool_]
    _whole: Operator | None = None

    @property
    def whole(self) -> Operator:
        """The model with all its blocks; itself unless made by `without`."""
        return self._whole or self

    def without(self, symbols: frozenset[str]) -> Operator:
        """The same model with the blocks of these symbols left out, as if each passed on what it is given.

        Parameters that no other block reads are left out with them. Tables and geometry are shared, and so
        is what `load` and `measure` return. Raises ValueError for a block that is not there or essential.
        """
        if not symbols:
            return self
        for symbol in sorted(symbols):
            block = next((block for block in self.blocks if block.symbol == symbol), None)
            if block is None:
                raise ValueError(f"this forward model has no block {symbol}")
            if block.essential:
                raise ValueError(block.essential)
        other = copy.copy(self)
        other._whole = self.whole
        other.blocks = tuple(block for block in self.blocks if block.symbol not in symbols)
        still_read = {name for block in other.blocks for name in block.parameters}
        other.parameters = tuple(name for name in self.parameters if name in still_read)
        other._leave_out(symbols)
        return other

    @abstractmethod
    def _leave_out(self, symbols: frozenset[str]) -> None:
        """Make this copy compute without the blocks of these symbols; nothing shared may be changed."""

    @abstractmethod
    def load(self, x: Real32) -> Loaded:
        """The work that depends on the object alone."""

    @abstractmethod
    def images(
        self, loaded: Loaded, theta: Theta, indices: Sequence[int] | None = None, after: str | None = None
    ) -> Real32:
        """Model images [image, y, x] of a loaded object, all or those in `indices`.

        `after` stops behind the block with that symbol, which shows that node's intermediate image.
        """

    @abstractmethod
    def adjoint(self, y: Real32, theta: Theta) -> Real32:
        """Hᵀ(θ)·y: ⟨Hx, y⟩ = ⟨x, Hᵀy⟩."""

    @abstractmethod
    def tangent(self, loaded: Loaded, theta: Theta, name: str) -> Real32:
        """∂(H(θ)x)/∂θ_name as images."""

    @abstractmethod
    def normal(
        self, theta: Theta, image_weights: NDArray[np.float64] | None = None
    ) -> Callable[[Real32], Real32]:
        """HᵀWH(θ) as a function of x for fixed θ, without going through the images."""

    @abstractmethod
    def reconstruct(self, y: Real32, theta: Theta, used: NDArray[np.bool_]) -> Real32:
        """A quick linear reconstruction from the images marked in `used`."""

    @abstractmethod
    def slice(self, measured: Measured, theta: Theta, index: int, used: NDArray[np.bool_]) -> Real32:
        """One plane of that reconstruction: xz at y = index, or xy at z = index, as `slice_plane` says."""

    slice_plane: str = "xz"
    refinements: int = 2  # how often a quick reconstruction is worth refining by its residual

    def padded(self) -> Operator | None:
        """The same model on a detector that does not wrap round; None where there is no such variant."""
        return None

    def expects(self, theta: Theta) -> NDArray[np.bool_]:
        """Which images the model expects anything in; the others are shadowed."""
        return np.ones(self.y_shape[0], dtype=bool)

    def ctf(self, image: int, theta: Theta) -> Ctf | None:
        """The CTF that one image is seen through; None for a model without."""
        return None

    def measure(self, y: Real32) -> Measured:
        """The measurement with what `squared_residual` needs of it."""
        y = self._checked(y, self.y_shape, "measurement")
        return Measured(y, None, image_energy(y))

    def apply(self, x: Real32, theta: Theta) -> Real32:
        """H(θ)·x."""
        return self.images(self.load(x), theta)

    def derivative(self, x: Real32, theta: Theta, name: str) -> Real32:
        """∂H(θ)/∂θ_name · x."""
        if name not in self.parameters:
            raise KeyError(f"this forward model has no parameter named {name}")
        return self.tangent(self.load(x), theta, name)

    def squared_residual(self, loaded: Loaded, measured: Measured, theta: Theta) -> NDArray[np.float64]:
        """‖H(θ)x − y‖² of every image."""
        residual = self.images(loaded, theta) - measured.images
        return image_energy(residual)

    def squared_gradient(
        self, loaded: Loaded, measured: Measured, theta: Theta, image_weights: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], dict[str, float]]:
        """‖H(θ)x − y‖² of every image, and the derivative of ½Σ wᵢ‖rᵢ‖² by every parameter."""
        residual = self.images(loaded, theta) - measured.images
        weighted = residual * image_weights[:, None, None]
        gradient = {
            name: float(np.vdot(weighted, self.tangent(loaded, theta, name))) for name in self.parameters
        }
        return image_energy(residual), gradient

    @staticmethod
    def _checked(array: Real32, shape: tuple[int, ...], what: str) -> Real32:
        if array.shape != shape:
            raise ValueError(f"the {what} has shape {array.shape}, the operator expects {shape}")
        return np.ascontiguousarray(array, dtype=np.float32)


class Cropped(Operator):
    """A non-periodic detector: an operator on a wider detector, of which only the centre is recorded.

    What leaves the recorded frame on one side does not come back on the other. The residual then needs the
    images themselves, so this variant is slower; it serves real data that fills the frame.
    window: the recorded part of a wide image, as slices along y and x.
    """

    def __init__(self, inner: Operator, detector_shape: tuple[int, int]):
        self.inner = inner
        self.x_shape = inner.x_shape
        self.y_shape = (inner.y_shape[0], *detector_shape)
        self.parameters, self.blocks, self.support = inner.parameters, inner.blocks, inner.support
        self.slice_plane = inner.slice_plane
        top, left = ((wide // 2 - n // 2) for wide, n in zip(inner.y_shape[1:], detector_shape, strict=True))
        self.window = (slice(top, top + detector_shape[0]), slice(left, left + detector_shape[1]))

    def _leave_out(self, symbols: frozenset[str]) -> None:
        self.inner = self.inner.without(symbols)

    def expects(self, theta: Theta) -> NDArray[np.bool_]:
        return self.inner.expects(theta)

    def ctf(self, image: int, theta: Theta) -> Ctf | None:
        return self.inner.ctf(image, theta)

    def load(self, x: Real32) -> Loaded:
        return self.inner.load(x)

    def measure(self, y: Real32) -> Measured:
        """The recorded images with the spectra of the wide ones, which slices are made from."""
        wide = self.inner.measure(self._pad(y))
        return Measured(self._crop(wide.images), wide.spectra, wide.energy)

    def images(
        self, loaded: Loaded, theta: Theta, indices: Sequence[int] | None = None, after: str | None = None
    ) -> Real32:
        return self._crop(self.inner.images(loaded, theta, indices, after))

    def adjoint(self, y: Real32, theta: Theta) -> Real32:
        return self.inner.adjoint(self._pad(y), theta)

    def tangent(self, loaded: Loaded, theta: Theta, name: str) -> Real32:
        return self._crop(self.inner.tangent(loaded, theta, name))

    def normal(
        self, theta: Theta, image_weights: NDArray[np.float64] | None = None
    ) -> Callable[[Real32], Real32]:
        weights = np.ones(self.y_shape[0]) if image_weights is None else image_weights
        scale = weights.astype(np.float32)[:, None, None]
        return lambda x: self.adjoint(scale * self.apply(x, theta), theta)

    def reconstruct(self, y: Real32, theta: Theta, used: NDArray[np.bool_]) -> Real32:
        return self.inner.reconstruct(self._pad(y), theta, used)

    def slice(self, measured: Measured, theta: Theta, index: int, used: NDArray[np.bool_]) -> Real32:
        return self.inner.slice(measured, theta, index, used)

    def _crop(self, images: Real32) -> Real32:
        return np.ascontiguousarray(images[:, *self.window])

    def _pad(self, y: Real32) -> Real32:
        wide = np.zeros(self.inner.y_shape, dtype=np.float32)
        wide[:, *self.window] = self._checked(y, self.y_shape, "measurement")
        return wide
