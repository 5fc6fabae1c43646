"""Simulated scenes: a specimen measured exactly under a mismatch drawn within the tier's ranges.

The numbers below set how hard the challenge is. A change to any of them, or to the specimens, makes other
files from the same seed and is a new GENERATOR_VERSION.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from cryogui.physics.ctf import Optics, ice_gain
from cryogui.physics.gaussians import Real32
from cryogui.physics.phantoms import Phantom, Specimen, make_phantom
from cryogui.physics.rotations import uniform_rotations
from cryogui.physics.simulate import Detector, ParticlePoses, TiltSeries, particle_signal, tilt_signal
from cryogui.resources import challenge_ranges
from cryogui.spec import Spec
from cryogui.tiers import scene_data
from cryogui.tiers.scene_data import Microscope, SceneData

GENERATOR_VERSION = 2

DEFAULT_SIZE = 96
DEFAULT_IMAGES = {"cryo_et": 45, "cryo_em": 32}
VOLTAGE_KV, CS_MM, AMPLITUDE_CONTRAST = 300.0, 2.7, 0.1
# The noise is set by the published scores that weak and strong methods must reach, not by the dose a specimen
# survives: a tenth of the signal's rms leaves a perfect reconstruction a consistency of about 0.9.
NOISE_OF_SIGNAL_RMS = 0.1
PEAK_CONTRAST = 0.3
READOUT_NOISE_E = 2.0

LARGEST_TILT_DEG = 66.0
TILT_DEFOCUS_A = 6000.0
PHASE_PLATE_RAD = math.pi / 2
DOSE_PER_TILT_E_PER_A2 = 3.0

PARTICLE_DEFOCUS_A = (10_000.0, 25_000.0)
LARGEST_SHIFT_PX = 1.5


@dataclass(frozen=True, eq=False)
class _Exposure:
    """What reaches the camera and how it was recorded; `transmitted`: the dose the ice lets through."""

    signal: Real32
    optics: Optics
    geometry: scene_data.TiltGeometry | scene_data.ParticlePoses
    transmitted: float = 1.0


def make_scene(specimen: Specimen, tier: str, size: int, images: int, seed: int) -> SceneData:
    """One scene with its truth: specimen, mismatch, geometry, noise each from a random stream of its own.

    size: voxels along each side; images: tilts or particles. Raises ValueError for a size too small.
    """
    of_specimen, of_truth, of_geometry, of_noise = (
        np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(4)
    )
    phantom = make_phantom(specimen, size, of_specimen)
    ranges = challenge_ranges(specimen.variant, tier)
    truth = ranges.draw(of_truth)
    if specimen.variant == "cryo_et":
        exposure = _tilt_series(phantom, truth, images)
    else:
        exposure = _particles(phantom, truth, images, of_geometry)
    camera = Detector.for_noise(
        exposure.signal, NOISE_OF_SIGNAL_RMS, PEAK_CONTRAST, READOUT_NOISE_E, exposure.transmitted
    )
    y = camera.record(exposure.signal, of_noise, exposure.transmitted)
    transmission = None
    if specimen.variant == "cryo_em":
        transmission = camera.transmission(exposure.transmitted, images, size**2, of_noise)
    return SceneData(
        y=y,
        ranges=ranges,
        microscope=_microscope(exposure.optics, camera),
        geometry=exposure.geometry,
        metadata={
            "scene": specimen.title,
            "shape": [size] * 3,
            "noise": {"of_signal_rms": NOISE_OF_SIGNAL_RMS, **vars(camera)},
            "seed": seed,
            "generator": GENERATOR_VERSION,
        },
        x_true=phantom.x_true,
        true_spec=truth,
        transmission=transmission,
    )


def _tilt_series(phantom: Phantom, truth: Spec, images: int) -> _Exposure:
    angles = LARGEST_TILT_DEG * np.linspace(-1.0, 1.0, images) if images > 1 else np.zeros(1)
    series = TiltSeries.dose_symmetric(angles, DOSE_PER_TILT_E_PER_A2, TILT_DEFOCUS_A)
    optics = _optics(phantom, PHASE_PLATE_RAD)
    signal = tilt_signal(phantom.cloud, _image_shape(phantom), series, optics, truth)
    recorded = scene_data.TiltGeometry(angles, series.dose_before, series.defocus_A, series.total_dose)
    return _Exposure(signal, optics, recorded)


def _particles(phantom: Phantom, truth: Spec, images: int, rng: np.random.Generator) -> _Exposure:
    poses = ParticlePoses(
        rotations=uniform_rotations(images, rng),
        shifts_px=rng.uniform(-LARGEST_SHIFT_PX, LARGEST_SHIFT_PX, (images, 2)),
        defocus_A=rng.uniform(*PARTICLE_DEFOCUS_A, images),
        astigmatism_angle_deg=rng.uniform(0.0, 180.0, images),
    )
    optics = _optics(phantom, 0.0)
    signal = particle_signal(phantom.cloud, _image_shape(phantom), poses, optics, truth)
    transmitted = ice_gain(10.0 * truth["ice_thickness_variation"], optics)
    return _Exposure(signal, optics, scene_data.ParticlePoses(**vars(poses)), transmitted)


def _image_shape(phantom: Phantom) -> tuple[int, int]:
    _, ny, nx = phantom.x_true.shape
    return ny, nx


def _optics(phantom: Phantom, phase_shift_rad: float) -> Optics:
    return Optics(phantom.pixel_size_A, VOLTAGE_KV, CS_MM, AMPLITUDE_CONTRAST, phase_shift_rad)


def _microscope(optics: Optics, camera: Detector) -> Microscope:
    return Microscope(
        pixel_size_A=optics.pixel_size_A,
        voltage_kV=optics.voltage_kV,
        cs_mm=optics.cs_mm,
        amplitude_contrast=optics.amplitude_contrast,
        phase_shift_rad=optics.phase_shift_rad,
        **vars(camera),
    )
