"""Published layouts A, B and C: one image and a two-dimensional operator, an identity or a stored CTF."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from cryogui.physics.electron import wavelength_A
from cryogui.resources import VARIANTS, challenge_ranges, spec_dag
from cryogui.spec import SpecRanges
from cryogui.tiers.ctf_fit import CtfFit, fit_ctf
from cryogui.tiers.published import Contents
from cryogui.tiers.ranges import NO_RANGES, read_ranges
from cryogui.tiers.read_hdf5 import broken, json_attribute, text_attribute, volume
from cryogui.tiers.scene import Facts, Scene, number_labels

if TYPE_CHECKING:
    from cryogui.physics.operators import Operator

# Under these names a parameter is the value itself; under others it is an error added to the file's value.
ABSOLUTE = ("defocus_um", "cs_mm", "amplitude_contrast", "ice_thickness_nm")
ICE = ("ice_thickness_nm", "ice_thickness_variation")
USUAL_PIXEL_A, USUAL_VOLTAGE_KV, USUAL_WAVELENGTH_A = 1.5, 300.0, 0.0197
GOOD_FIT = 1e-3

NO_OPTICS = "This file has no optics to calibrate: its operator is an identity, so every image is its object."
NO_OPERATOR = "This file describes no operator that can be modelled: its images can only be looked at."
NO_GEOMETRY = (
    "Pixel size and wavelength are not in this file: 1.5 Å and 0.0197 Å (300 kV) are assumed, and the stored "
    "CTF agrees with them."
)
FITTED = "Defocus and Cₛ are not in this file: they were recovered from its stored CTF to within {:.1g}."
POOR_FIT = "The stored CTF is not one of defocus and Cₛ alone (difference up to {:.2g}): the model is rough."


def identity_scene(contents: Contents) -> Scene:
    """Layout A: y is x with noise. The ranges and the true spec are facts without a model."""
    ranges, notes = read_ranges(contents.group)
    variant = text_attribute(contents.group.file, "variant")
    scene = _image_scene(contents, ranges, (NO_OPTICS, *notes))
    return replace(
        scene,
        variant=variant if variant in VARIANTS else "cryo_em",
        build=partial(_identity, contents) if contents.y.ndim == 2 else None,
    )


def ctf_scene(contents: Contents) -> Scene:
    """Layouts B and C: y = IFFT(CTF · FFT(x)) + noise, with the CTF of the nominal settings stored."""
    if contents.transfer is None or contents.transfer.shape != contents.y.shape or _is_complex(contents):
        return _image_scene(contents, *_ranges_then(contents, NO_OPERATOR))
    geometry = _Geometry.of(contents)
    fit = fit_ctf(volume(contents.transfer), geometry.pixel_size_A, geometry.wavelength_A)
    ranges, notes = _nominal_from_fit(*_ranges_or_usual(contents), fit)
    remarks = [] if geometry.stated or fit.error > GOOD_FIT else [NO_GEOMETRY]
    remarks.append((FITTED if fit.error <= GOOD_FIT else POOR_FIT).format(max(fit.error, 1e-7)))
    scene = _image_scene(contents, ranges, (*notes, *remarks))
    return replace(
        scene,
        pixel_size_A=geometry.pixel_size_A,
        build=partial(_ctf_operator, contents, geometry, fit, ranges),
        facts=(*scene.facts, *geometry.facts(), *_fit_facts(fit)),
    )


def is_absolute(contents: Contents) -> bool:
    """Layout B's parameters are the values themselves, layout C's are errors; the names tell."""
    names = read_ranges(contents.group)[0].names
    return any(name in ABSOLUTE for name in names) if names else "H_ideal" in contents.group


def _image_scene(contents: Contents, ranges: SpecRanges, notes: tuple[str, ...]) -> Scene:
    count = contents.y.shape[0] if contents.y.ndim == 3 else 1
    ny, nx = contents.y.shape[-2:]
    return Scene(
        name=contents.name,
        title=contents.title,
        variant="cryo_em",
        ranges=ranges,
        read_y=contents.read_y(0),
        read_x=contents.read_x(0),
        true_spec=contents.true_spec(ranges),
        image_labels=number_labels(count),
        noise_sigma=contents.noise_sigma(),
        facts=(("images", f"{count} of {nx} × {ny}"), *contents.facts(ranges)),
        notes=(*notes, *contents.baseline_notes()),
        spec_dag=spec_dag("cryo_em"),
    )


def _ranges_or_usual(contents: Contents) -> tuple[SpecRanges, tuple[str, ...]]:
    """The file's ranges, or the challenge's where it states none."""
    if json_attribute(contents.group, "spec_ranges") is None:
        return challenge_ranges("cryo_em", "public"), (NO_RANGES,)
    return read_ranges(contents.group)


def _ranges_then(contents: Contents, remark: str) -> tuple[SpecRanges, tuple[str, ...]]:
    ranges, notes = read_ranges(contents.group)
    return ranges, (remark, *notes)


def _is_complex(contents: Contents) -> bool:
    """Whether an imaginary part is stored that is not zero: no CTF is like that."""
    node = contents.group.get("H_ideal_imag")
    return node is not None and bool(np.abs(node[()]).max() > 1e-6)


@dataclass(frozen=True)
class _Geometry:
    """Sampling and beam; `stated`: whether the file says so itself."""

    pixel_size_A: float
    voltage_kV: float
    wavelength_A: float
    stated: bool

    @classmethod
    def of(cls, contents: Contents) -> _Geometry:
        stored = json_attribute(contents.group.file, "geometry") or json_attribute(contents.group, "geometry")
        stored = stored if isinstance(stored, dict) else {}
        pixel, voltage = stored.get("pixel_size_A"), stored.get("voltage_kV", USUAL_VOLTAGE_KV)
        length = stored.get("wavelength_A") or (
            wavelength_A(voltage) if "voltage_kV" in stored else USUAL_WAVELENGTH_A
        )
        values: tuple[Any, ...] = (pixel or USUAL_PIXEL_A, voltage, length)
        if not all(isinstance(v, int | float) and 0 < v < math.inf for v in values):
            raise broken(contents.group, "belongs to a geometry that is not positive numbers; write it again")
        return cls(float(values[0]), float(voltage), float(length), stated=pixel is not None)

    def facts(self) -> Facts:
        return (
            ("pixel size", f"{self.pixel_size_A:g} Å" + ("" if self.stated else " (assumed)")),
            ("voltage", f"{self.voltage_kV:g} kV"),
            ("wavelength", f"{self.wavelength_A:.5g} Å"),
        )


def _fit_facts(fit: CtfFit) -> Facts:
    return (
        ("defocus", f"{fit.defocus_A / 1e4:.4f} µm"),
        ("Cₛ", f"{fit.cs_mm:.4f} mm"),
        ("amplitude contrast", f"{fit.amplitude_contrast:.4f}"),
    )


def _nominal_from_fit(
    ranges: SpecRanges, notes: tuple[str, ...], fit: CtfFit
) -> tuple[SpecRanges, tuple[str, ...]]:
    """Absolute parameters start at the values of the stored CTF, within their ranges."""
    values = {
        "defocus_um": fit.defocus_A / 1e4, "cs_mm": fit.cs_mm, "amplitude_contrast": fit.amplitude_contrast
    }  # fmt: skip
    if not set(values) & set(ranges.names):
        return ranges, notes
    parameters = tuple(replace(p, nominal=p.clip(values[p.name])) if p.name in values else p for p in ranges)
    return SpecRanges(parameters), ("Nominal values are those of the stored CTF; ice: the range's middle.",)


def _identity(contents: Contents) -> Operator:
    from cryogui.physics.image import ImageCtf

    return ImageCtf(contents.y.shape[-2:])


def _ctf_operator(contents: Contents, geometry: _Geometry, fit: CtfFit, ranges: SpecRanges) -> Operator:
    from cryogui.physics.ctf import Optics
    from cryogui.physics.image import ImageCtf

    optics = Optics(
        geometry.pixel_size_A, geometry.voltage_kV, cs_mm=fit.cs_mm, sign=fit.sign,
        amplitude_contrast=fit.amplitude_contrast, wavelength_A=geometry.wavelength_A,
    )  # fmt: skip
    # the stored CTF is that of the nominal ice
    ice = next((ranges[name].nominal for name in ICE if name in ranges.names), 0.0)
    return ImageCtf(contents.y.shape, optics, fit.defocus_A, ranges.names, ice_thickness_nm=ice)
