"""From a scene's data to a scene: its ideal operator, its noise, its facts, and what it lacks."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from cryogui.errors import UserError
from cryogui.tiers.read_hdf5 import EAGER_BYTES
from cryogui.tiers.scene import Scene, number_labels, tilt_labels
from cryogui.tiers.scene_data import Microscope, SceneData, TiltGeometry
from cryogui.tiers.stacks import LazyStack
from cryogui.tiers.words import facts

if TYPE_CHECKING:
    from cryogui.physics.ctf import Optics
    from cryogui.physics.operators import Operator

VolumeShape = tuple[int, int, int]
Truth = tuple[VolumeShape, Callable[[], np.ndarray]]

# Larger scenes are shown image by image; their forward model would not fit an ordinary computer's memory.
LARGEST_MODEL_VOXELS = 1 << 27
LARGEST_MODEL_BYTES = 2 << 30
TOO_LARGE = "Too large for the forward model on this computer: bin the images first; browsing works."
ASSUMED_ORDER = "The order of exposures is not recorded: shrinkage assumes a dose-symmetric series."


def build_scene(
    data: SceneData, name: str, spec_dag: tuple[str, ...], truth: Truth | None = None,
    notes: tuple[str, ...] = (),
) -> Scene:  # fmt: skip
    """A scene whose operator follows from its geometry: tilt angles or particle poses.

    `truth` is the shape of x_true and how to read it; data.x_true is not looked at.
    """
    shape = truth[0] if truth else _volume_shape(data)
    fits = math.prod(shape) <= LARGEST_MODEL_VOXELS and data.y.nbytes <= LARGEST_MODEL_BYTES
    tilts = data.geometry if isinstance(data.geometry, TiltGeometry) else None
    return Scene(
        name=name,
        title=str(data.metadata.get("scene", name.replace("_", " "))),
        variant="cryo_et" if tilts else "cryo_em",
        ranges=data.ranges,
        read_y=partial(settled, data.y),
        read_x=truth[1] if truth else None,
        build=partial(_operator, data, shape) if fits else None,
        true_spec=data.true_spec,
        pixel_size_A=data.microscope.pixel_size_A,
        image_labels=tilt_labels(tilts.tilt_angles_deg) if tilts else number_labels(len(data.y)),
        tilt_angles_deg=tilts.tilt_angles_deg if tilts else None,
        transmission=data.transmission,
        noise_sigma=_noise_sigma(data),
        facts=(*_facts(data), *facts(data.metadata)),
        notes=(*notes, *_notes(data, truth is not None, fits)),
        spec_dag=spec_dag,
    )


def settled(y: np.ndarray | LazyStack) -> np.ndarray | LazyStack:
    """A small stack as an array (faster to browse, and models need it whole), a large one as it is."""
    return y.read() if isinstance(y, LazyStack) and y.nbytes <= EAGER_BYTES else y


def _volume_shape(data: SceneData) -> VolumeShape:
    """[z, y, x] of the object: as the metadata state, else as deep as the images are wide."""
    stated = data.metadata.get("shape")
    _, ny, nx = data.y.shape
    if isinstance(stated, list) and len(stated) == 3 and all(isinstance(n, int) and n > 0 for n in stated):
        return (stated[0], stated[1], stated[2])
    return (nx, ny, nx)


def _operator(data: SceneData, shape: VolumeShape) -> Operator:
    detector = (data.y.shape[1], data.y.shape[2])
    optics = _optics(data.microscope)
    if isinstance(data.geometry, TiltGeometry):
        from cryogui.physics.tilt import SingleAxisTilt

        dose_before, total = exposure(data.geometry)
        defocus = 0.0 if data.geometry.defocus_A is None else data.geometry.defocus_A
        return SingleAxisTilt(
            shape, detector, data.geometry.tilt_angles_deg, optics=optics, defocus_A=defocus,
            dose_before=dose_before, total_dose=total,
        )  # fmt: skip
    from cryogui.physics.particles import ParticleStack

    if optics is None:
        raise UserError("The particles' pixel size and voltage are not in the file; add them to H_ideal.")
    poses = data.geometry
    return ParticleStack(
        shape, detector, poses.rotations, poses.shifts_px, poses.defocus_A, poses.astigmatism_angle_deg,
        optics=optics,
    )  # fmt: skip


def _optics(microscope: Microscope) -> Optics | None:
    """The optics, or None where voltage or pixel size is unknown: then there is no CTF to speak of."""
    if microscope.voltage_kV is None or microscope.pixel_size_A is None:
        return None
    from cryogui.physics.ctf import Optics

    known = {
        name: value
        for name in ("cs_mm", "amplitude_contrast", "phase_shift_rad")
        if (value := getattr(microscope, name)) is not None
    }
    return Optics(microscope.pixel_size_A, microscope.voltage_kV, **known)


def exposure(geometry: TiltGeometry) -> tuple[np.ndarray, float]:
    """Dose before each tilt and in all: as recorded, with a last exposure like the others where the total is
    not; equal doses in a dose-symmetric order where nothing is."""
    angles, recorded = geometry.tilt_angles_deg, geometry.dose_before_e_per_A2
    if recorded is not None and recorded.max() > 0:
        equal = float(recorded.max()) * len(angles) / (len(angles) - 1 or 1)
        return recorded, geometry.total_dose_e_per_A2 or equal
    order = np.lexsort((-angles, np.abs(angles)))
    before = np.empty(len(angles))
    before[order] = np.arange(len(angles))
    return before, float(len(angles))


def _noise_sigma(data: SceneData) -> float | None:
    """Standard deviation of y = (counts/D − T)/κ for counts around D·T with readout noise (electrons)."""
    m = data.microscope
    if not m.dose_e_per_px or not m.contrast:
        return None
    transmitted = 1.0 if data.transmission is None else float(np.mean(data.transmission))
    variance = m.dose_e_per_px * transmitted + (m.readout_noise or 0.0) ** 2
    return math.sqrt(variance) / (m.dose_e_per_px * m.contrast)


def _facts(data: SceneData) -> Iterator[tuple[str, str]]:
    count, ny, nx = data.y.shape
    m = data.microscope
    if isinstance(data.geometry, TiltGeometry):
        angles = data.geometry.tilt_angles_deg
        yield "images", f"{count} tilts of {nx} × {ny}"
        yield "tilt angles", f"{angles.min():g}° … {angles.max():g}°".replace("-", "−")
        if data.geometry.total_dose_e_per_A2:
            yield "total dose", f"{data.geometry.total_dose_e_per_A2:g} e⁻/Å²"
    else:
        yield "images", f"{count} particles of {nx} × {ny}"
    if data.geometry.defocus_A is not None and m.voltage_kV is not None:
        yield "defocus", _span(np.asarray(data.geometry.defocus_A) / 1e4, "µm")
    for label, value, unit in (
        ("pixel size", m.pixel_size_A, "Å"), ("voltage", m.voltage_kV, "kV"), ("Cₛ", m.cs_mm, "mm"),
        ("amplitude contrast", m.amplitude_contrast, ""),
        ("counts per pixel", m.dose_e_per_px, "e⁻"), ("contrast", m.contrast, ""),
        ("readout noise", m.readout_noise, "e⁻"),
    ):  # fmt: skip
        if value is not None:
            yield label, f"{value:.5g} {unit}".strip()
    if m.phase_shift_rad is not None:
        yield "phase plate", f"{m.phase_shift_rad / math.pi:.2f} π" if m.phase_shift_rad else "none"


def _span(values: np.ndarray, unit: str) -> str:
    low, high = float(values.min()), float(values.max())
    return f"{low:.3g} {unit}" if math.isclose(low, high) else f"{low:.3g} … {high:.3g} {unit}"


def _notes(data: SceneData, has_truth: bool, fits: bool) -> Iterator[str]:
    stored = data.metadata.get("notes", [])
    yield from (note for note in stored if isinstance(note, str))
    if not has_truth:
        yield "The file holds no truth: the object begins as a quick reconstruction."
    if isinstance(data.geometry, TiltGeometry):
        if data.geometry.dose_before_e_per_A2 is None:
            yield ASSUMED_ORDER
        elif not data.geometry.total_dose_e_per_A2:
            yield "The total dose is not recorded: the last exposure is taken to be like the others."
    if data.microscope.pixel_size_A is None:
        yield "The pixel size is not known: lengths are in pixels."
    yield from _assumed_optics(data)
    if not fits:
        yield TOO_LARGE


def _assumed_optics(data: SceneData) -> Iterator[str]:
    """What the CTF takes for granted because the file does not state it."""
    m = data.microscope
    if m.pixel_size_A is None or m.voltage_kV is None:
        unknown = "voltage" if m.voltage_kV is None else "pixel size"
        yield f"The {unknown} is not known, so the images are modelled without a CTF."
        return
    from cryogui.physics.ctf import Optics

    usual = Optics(m.pixel_size_A, m.voltage_kV)
    taken = [
        f"{label} {getattr(usual, name):g} {unit}".strip()
        for name, label, unit in (
            ("cs_mm", "Cₛ", "mm"), ("amplitude_contrast", "amplitude contrast", ""),
            ("phase_shift_rad", "phase shift", "rad"),
        )
        if getattr(m, name) is None
    ]  # fmt: skip
    if data.geometry.defocus_A is None:
        taken.append("defocus 0 µm")
    if taken:
        yield f"Not stated, and therefore taken to be: {', '.join(taken)}."
