"""Mismatch parameters: what may differ from the ideal microscope, within which range, in which unit.

`Parameter` describes one slider, `SpecRanges` the ranges a tier file states, `Spec` one setting of all
of them. All three are frozen values; a `Spec` is a mapping from name to number, so the forward models of
`cryogui.physics` take it without knowing this module.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

UNIFORM = 1.0 / math.sqrt(12.0)
"""Standard deviation of a uniform distribution, as a share of its width."""


@dataclass(frozen=True)
class Description:
    """What a parameter is called and means, wherever it appears: symbol, label, unit, physics, formula."""

    symbol: str
    label: str
    unit: str
    physics: str
    formula: str


# fmt: off
DESCRIPTIONS: dict[str, Description] = {
    "tilt_axis_offset": Description(
        "tₐ", "tilt-axis offset", "px",
        "The tilt axis projects this far from the detector's centre column; every image shifts sideways.",
        "ŷ(k) ← ŷ(k)·exp(−2πi k·tₐ)",
    ),
    "tilt_angle_accuracy": Description(
        "a", "tilt-angle accuracy", "°/tilt",
        "The stage over- or under-rotates by this much at every step, so errors grow towards high tilts.",
        "θᵢ = nominal + a·jᵢ",
    ),
    "dose_induced_shrinkage": Description(
        "dₛ", "dose shrinkage", "%",
        "The specimen thins under the beam: images recorded later see a thinner object of the same mass.",
        "sᵢ = 1 − (dₛ/100)·(dose before i / total dose)",
    ),
    "ctf_per_tilt_variation": Description(
        "cₚ", "per-tilt CTF", "µm",
        "Defocus drifts linearly with the tilt angle: one end of the series is more underfocused.",
        "Δfᵢ = Δf + cₚ·(angle / largest angle)",
    ),
    "missing_wedge": Description(
        "m", "missing wedge", "°",
        "Tilts beyond 90° − m are shadowed by the holder; trusting them adds nothing but noise.",
        "wᵢ falls from 1 to 0 over 1° at |θᵢ| = 90° − m",
    ),
    "defocus_error": Description(
        "dₑ", "defocus error", "nm",
        "Every particle is this much further underfocus than its estimate says; Thon rings move inwards.",
        "Δfᵢ ← Δfᵢ + dₑ",
    ),
    "astigmatism": Description(
        "δ", "astigmatism", "nm",
        "Defocus differs between two directions; Thon rings become ellipses.",
        "Δf(φ) = Δf + (δ/2)·cos 2(φ − φ₀)",
    ),
    "beam_tilt": Description(
        "bₜ", "beam tilt", "mrad",
        "A beam off the coma-free axis shifts fine detail more than coarse: a pure phase error.",
        "ψ = 2π Cₛ λ² k² (k·β)",
    ),
    "ice_thickness_variation": Description(
        "iₜ", "ice thickness", "nm",
        "Thicker ice absorbs more and blurs the focus through its depth; measured transmission pins it down.",
        "gain e^(−t/Λ), depth envelope sinc(πλtk²/2)",
    ),
    "defocus_um": Description(
        "Δf", "defocus", "µm", "Underfocus of the image; it sets where the Thon rings lie.",
        "χ = πλΔf k² − …",
    ),
    "cs_mm": Description(
        "Cₛ", "spherical aberration", "mm",
        "The objective focuses outer rays too strongly; it matters at high resolution.",
        "χ = … − (π/2) Cₛ λ³ k⁴",
    ),
    "amplitude_contrast": Description(
        "w", "amplitude contrast", "",
        "Fraction of contrast from absorbed electrons; it sets the transfer at low frequency.",
        "CTF = sin(χ + asin w)",
    ),
    "ice_thickness_nm": Description(
        "t", "ice thickness", "nm", "Thicker ice absorbs more and blurs the focus through its depth.",
        "gain e^(−t/Λ), depth envelope sinc(πλtk²/2)",
    ),
    "defocus_error_nm": Description(
        "dₑ", "defocus error", "nm", "The image is this much further underfocus than stated.",
        "Δf ← Δf + dₑ",
    ),
    "Cs_error_mm": Description(
        "ΔCₛ", "Cₛ error", "mm", "The objective's spherical aberration differs from the stated value.",
        "Cₛ ← Cₛ + ΔCₛ",
    ),
    "B_factor_error": Description(
        "ΔB", "B-factor error", "Å²", "High frequencies fade more than stated; detail is lost.",
        "exp(−ΔB k²/4)",
    ),
    "ice_thickness_error_nm": Description(
        "Δt", "ice thickness error", "nm", "The ice is this much thicker than stated.",
        "gain e^(−Δt/Λ), depth envelope sinc(πλΔtk²/2)",
    ),
}
# fmt: on


@dataclass(frozen=True)
class Parameter:
    """One mismatch parameter with its range [minimum, maximum] and nominal value, in the file's unit.

    Raises ValueError when the numbers are not finite, the range is empty, or the nominal value lies outside.
    """

    name: str
    minimum: float
    maximum: float
    nominal: float
    unit: str = ""

    def __post_init__(self) -> None:
        if not all(np.isfinite((self.minimum, self.maximum, self.nominal))):
            raise ValueError(f"{self.name}: range and nominal value must be finite numbers")
        if not self.minimum < self.maximum:
            raise ValueError(f"{self.name}: the range {self.minimum:g} … {self.maximum:g} is empty")
        if not self.minimum <= self.nominal <= self.maximum:
            raise ValueError(f"{self.name}: nominal {self.nominal:g} lies outside its range")

    @property
    def description(self) -> Description:
        """Label, symbol and physics; a parameter nobody has described keeps its own name."""
        return DESCRIPTIONS.get(
            self.name, Description(self.name[:2], self.name.replace("_", " "), self.unit, "", "")
        )

    @property
    def display_unit(self) -> str:
        """The unit as shown beside a value; the description's where the file's is blank or coded."""
        return self.description.unit or self.unit

    @property
    def width(self) -> float:
        """Of the range."""
        return self.maximum - self.minimum

    @property
    def middle(self) -> float:
        """Of the range."""
        return 0.5 * (self.minimum + self.maximum)

    @property
    def spread(self) -> float:
        """Standard deviation of the value, were all of the range equally likely."""
        return UNIFORM * self.width

    def clip(self, value: float) -> float:
        """`value` moved to the nearest end of the range when it lies outside."""
        return min(max(value, self.minimum), self.maximum)


@dataclass(frozen=True)
class Spec(Mapping[str, float]):
    """One value for every mismatch parameter, by name and in file units; hashable and never changed."""

    items_: tuple[tuple[str, float], ...] = ()

    @cached_property
    def _by_name(self) -> dict[str, float]:
        return dict(self.items_)

    @classmethod
    def of(cls, values: Mapping[str, float]) -> Spec:
        """A spec from any mapping, its order kept."""
        return cls(tuple((name, float(value)) for name, value in values.items()))

    def __repr__(self) -> str:
        return f"Spec({', '.join(f'{name}={value:g}' for name, value in self.items_)})"

    def __getitem__(self, name: str) -> float:
        return self._by_name[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)

    def replace(self, **values: float) -> Spec:
        """The same spec with some values changed. Raises KeyError for a name it does not hold."""
        unknown = set(values) - set(self)
        if unknown:
            raise KeyError(f"no parameter named {', '.join(sorted(unknown))}")
        return Spec.of({**self, **values})


@dataclass(frozen=True)
class SpecRanges:
    """The parameters of a scene in the file's order; iterates over them, indexes by name."""

    parameters: tuple[Parameter, ...] = ()

    def __iter__(self) -> Iterator[Parameter]:
        return iter(self.parameters)

    def __len__(self) -> int:
        return len(self.parameters)

    def __getitem__(self, name: str) -> Parameter:
        for parameter in self.parameters:
            if parameter.name == name:
                return parameter
        raise KeyError(f"no parameter named {name}")

    @property
    def names(self) -> tuple[str, ...]:
        """Parameter names in file order."""
        return tuple(p.name for p in self.parameters)

    @property
    def nominal(self) -> Spec:
        """What the ideal operator assumes."""
        return Spec(tuple((p.name, p.nominal) for p in self.parameters))

    def draw(self, rng: np.random.Generator, fraction: float = 0.8) -> Spec:
        """A spec drawn uniformly over the middle `fraction` of every range (scenes get their truth so)."""
        margin = (1.0 - fraction) / 2.0
        return Spec(
            tuple(
                (p.name, float(p.minimum + p.width * rng.uniform(margin, 1.0 - margin)))
                for p in self.parameters
            )
        )
