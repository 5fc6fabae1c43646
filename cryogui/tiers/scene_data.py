"""One scene as the native layout holds it: what is written, and what a native scene is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from cryogui.spec import Spec, SpecRanges
from cryogui.tiers.stacks import LazyStack


@dataclass(frozen=True)
class Microscope:
    """What the ideal operator assumes of microscope and camera; None: not known and not written.

    Without voltage the images are modelled without a CTF. `dose_e_per_px`, `contrast` (κ) and
    `readout_noise` (electrons) describe the detector as in y = (counts/D − transmission)/κ.
    """

    pixel_size_A: float | None = None
    voltage_kV: float | None = None
    cs_mm: float | None = None
    amplitude_contrast: float | None = None
    phase_shift_rad: float | None = None
    dose_e_per_px: float | None = None
    contrast: float | None = None
    readout_noise: float | None = None


@dataclass(frozen=True)
class ParticlePoses:
    """Poses and base defocus of N particles: rotations [N,3,3], shifts_px [N,2] (x, y), defocus_A [N],
    astigmatism_angle_deg [N]."""

    rotations: np.ndarray
    shifts_px: np.ndarray
    defocus_A: np.ndarray
    astigmatism_angle_deg: np.ndarray

    def datasets(self) -> dict[str, np.ndarray]:
        """The arrays by their name in the file."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@dataclass(frozen=True)
class TiltGeometry:
    """Angles, dose before each exposure and base defocus of T tilts, each [T]; None: not recorded."""

    tilt_angles_deg: np.ndarray
    dose_before_e_per_A2: np.ndarray | None = None
    defocus_A: np.ndarray | None = None
    total_dose_e_per_A2: float | None = None

    def datasets(self) -> dict[str, np.ndarray]:
        """The recorded arrays by their name in the file."""
        names = ("tilt_angles_deg", "dose_before_e_per_A2", "defocus_A")
        return {name: getattr(self, name) for name in names if getattr(self, name) is not None}


@dataclass(frozen=True)
class SceneData:
    """One scene to be written: y [image,y,x], x_true [z,y,x] and `true_spec` only where they may be seen."""

    y: np.ndarray | LazyStack
    ranges: SpecRanges
    microscope: Microscope
    geometry: ParticlePoses | TiltGeometry
    metadata: Mapping[str, Any] = field(default_factory=dict)
    x_true: np.ndarray | None = None
    true_spec: Spec | None = None
    transmission: np.ndarray | None = None
