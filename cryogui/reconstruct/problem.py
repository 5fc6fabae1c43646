"""What a method is given, and what it gives back after each stretch of its work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from cryogui.physics.fourier import Real32
from cryogui.physics.operators import Cropped, Measured, Operator, Theta
from cryogui.physics.particles import ParticleStack
from cryogui.physics.tilt import SingleAxisTilt

Kind = Literal["tilt_series", "particles", "image"]

KIND_WORDS: dict[Kind, str] = {
    "tilt_series": "a tilt series",
    "particles": "particle images with known poses",
    "image": "a single image",
}
"""What is measured, as it is called in sentences."""


@dataclass(frozen=True, eq=False)
class Problem:
    """One measurement to be reconstructed under one spec. Nothing of it may be written to.

    y: [image, ny, nx]; theta: the spec; used: [image], False for images left out; noise_sigma: the noise's
    standard deviation in y, None where it is not known; transmission: [image], the measured transmitted
    fraction of the dose, None where there is none.
    """

    operator: Operator
    y: Real32
    theta: Theta
    used: NDArray[np.bool_]
    noise_sigma: float | None = None
    transmission: NDArray[np.float32] | None = None

    @property
    def kind(self) -> Kind:
        """What was measured."""
        operator = self.operator.inner if isinstance(self.operator, Cropped) else self.operator
        if isinstance(operator, SingleAxisTilt):
            return "tilt_series"
        return "particles" if isinstance(operator, ParticleStack) else "image"

    @property
    def tilt_series(self) -> SingleAxisTilt:
        """The model of a tilt series, without a frame that crops it. Raises TypeError for anything else."""
        operator = self.operator.inner if isinstance(self.operator, Cropped) else self.operator
        if not isinstance(operator, SingleAxisTilt):
            raise TypeError(f"what was measured is {KIND_WORDS[self.kind]}, not a tilt series")
        return operator

    @cached_property
    def measured(self) -> Measured:
        """y with its spectra."""
        return self.operator.measure(self.y)

    @property
    def weights(self) -> NDArray[np.float64]:
        """[image]: 1 for the images that count and 0 for the others."""
        return self.used.astype(np.float64)

    def residual(self, x: Real32) -> float:
        """‖y − H(θ)x‖ / ‖y‖ over the used images; 0 for a measurement that is empty."""
        squares = self.operator.squared_residual(self.operator.load(x), self.measured, self.theta)
        energy = float(self.measured.energy[self.used].sum())
        return float(np.sqrt(max(float(squares[self.used].sum()), 0.0) / energy)) if energy > 1e-20 else 0.0

    def back_projected(self) -> Real32:
        """HᵀWy: the right-hand side of the normal equations."""
        return self.operator.adjoint(self.y * self.used.astype(np.float32)[:, None, None], self.theta)

    def with_spec(self, theta: Theta) -> Problem:
        """The same measurement under another spec."""
        return replace(self, theta=theta)

    def only(self, used: NDArray[np.bool_]) -> Problem:
        """The same measurement of which only these images count, as far as they did before."""
        return replace(self, used=self.used & used)

    def halves(self) -> tuple[Problem, Problem]:
        """Two problems that share no image: every other one of those that count."""
        rank = np.cumsum(self.used) - 1
        return self.only(rank % 2 == 0), self.only(rank % 2 == 1)


@dataclass(frozen=True, eq=False)
class Start:
    """Where an interrupted reconstruction goes on: its x [z, y, x] after so many iterations.

    state: what the step that reached it held beside x, see `Step`.
    """

    x: Real32
    iteration: int
    state: Mapping[str, NDArray[Any]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Step:
    """What a method has reached.

    x: [z, y, x], the estimate so far; it may be overwritten once the next step is asked for; None while there
    is nothing to show. iteration: how many are complete; fraction: of the whole work, 0 to 1. found:
    parameters of the spec that the method has determined by itself, in file units. note: one thing worth
    saying, as 'resolution 14 Å'. state: the arrays beside x that it takes to go on from here, which stay as
    they are, with x, where there are any; None where only an earlier step can be gone on from.
    """

    x: Real32 | None
    iteration: int
    fraction: float
    found: Mapping[str, float] = field(default_factory=dict)
    note: str = ""
    state: Mapping[str, NDArray[Any]] | None = field(default_factory=dict)
