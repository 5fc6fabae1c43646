"""Thon rings of a tilt series tell how the defocus drifts over it, and say so where they do not."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from cryogui.calibrate import Calibration, Verdict
from cryogui.errors import UserError
from cryogui.physics.ctf import Optics
from cryogui.physics.gaussians import GaussianCloud
from cryogui.physics.simulate import Detector, TiltSeries, tilt_signal
from cryogui.physics.tilt import SingleAxisTilt
from cryogui.reconstruct import Problem
from cryogui.spec import Parameter, SpecRanges
from tests.calibrate.strategies import estimates, from_nominal

DRIFT = "ctf_per_tilt_variation"
RANGES = SpecRanges(
    (
        Parameter("tilt_axis_offset", -1.0, 1.0, 0.0, "px"),
        Parameter(DRIFT, -0.15, 0.15, 0.0, "µm"),
        Parameter("missing_wedge", 20.0, 40.0, 25.0, "deg"),
    )
)
RINGS = Optics(3.0)
FAINT = Optics(10.0, phase_shift_rad=np.pi / 2)
SIZE, TILTS = 32, 21


@cache
def ringed(
    drift_um: float,
    noise: float = 0.1,
    wedge_deg: float = 25.0,
    optics: Optics = RINGS,
    defocus_A: float = 30_000.0,
) -> Problem:
    """Small, but with many rings: 3 Å per pixel and 3 µm without a phase plate."""
    rng = np.random.default_rng(7)
    centres = rng.uniform(-1.0, 1.0, (300, 3))
    centres = centres[np.hypot(centres[:, 0], centres[:, 2]) < 1.0] * (SIZE / 2 - 6)
    cloud = GaussianCloud.of(centres, rng.uniform(1.2, 2.0, len(centres)), 1.0)
    recorded = TiltSeries.dose_symmetric(np.linspace(-60.0, 60.0, TILTS), 3.0, defocus_A)
    signal = tilt_signal(cloud, (SIZE, SIZE), recorded, optics, {DRIFT: drift_um, "missing_wedge": wedge_deg})
    camera = Detector.for_noise(signal, noise, 0.3, 0.0)
    sigma = 1.0 / (camera.contrast * np.sqrt(camera.dose_e_per_px))
    operator = SingleAxisTilt(
        (SIZE, SIZE, SIZE), (SIZE, SIZE), recorded.tilt_angles_deg, optics=optics, defocus_A=defocus_A
    )
    y = camera.record(signal, rng)
    return Problem(operator, y, dict(RANGES.nominal), np.ones(TILTS, dtype=bool), float(sigma))


@pytest.mark.parametrize("truth", [-0.05, 0.11])
def test_rings_tell_the_drift_and_its_error(truth: float) -> None:
    steps = estimates("spectrum", from_nominal(ringed(truth), RANGES))
    last, finding = steps[-1], steps[-1].findings[DRIFT]
    assert finding.verdict is Verdict.RESOLVED
    assert 0.001 < finding.sigma < 0.02
    assert last.spec[DRIFT] == finding.value == pytest.approx(truth, abs=3.0 * finding.sigma)
    assert last.spec == from_nominal(ringed(truth), RANGES).start.replace(**{DRIFT: finding.value})
    assert all(a.fraction <= b.fraction for a, b in pairwise(steps)) and last.fraction == 1.0


def test_the_defocus_found_is_told() -> None:
    last = estimates("spectrum", from_nominal(ringed(0.11), RANGES))[-1]
    ends = [f"{3.0 + sign * last.spec[DRIFT]:.2f}" for sign in (-1.0, 1.0)]
    assert last.note == f"Defocus {ends[0]} to {ends[1]} µm over the tilts."


def test_more_noise_makes_the_error_larger() -> None:
    quiet, noisy = (
        estimates("spectrum", from_nominal(ringed(0.11, noise), RANGES))[-1].findings[DRIFT].sigma
        for noise in (0.1, 1.0)
    )
    assert noisy > 2.0 * quiet


def test_without_rings_it_stays_and_is_called_flat() -> None:
    calibration = from_nominal(ringed(0.11, optics=FAINT, defocus_A=6000.0), RANGES)
    last = estimates("spectrum", calibration)[-1]
    assert last.findings[DRIFT].verdict is Verdict.FLAT
    assert last.findings[DRIFT].value == calibration.start[DRIFT]
    assert last.spec == calibration.start
    assert not last.note
    assert "Too few rings" in last.findings[DRIFT].trades_with


def test_tilts_left_out_and_in_the_shadow_have_no_influence() -> None:
    problem = ringed(0.11, wedge_deg=38.0)  # dark beyond 52°
    used = problem.used.copy()
    used[[4, 9]] = False
    spoilt = problem.y.copy()
    spoilt[[4, 9]] = 50.0
    clear = used & (np.abs(problem.tilt_series.geometry.angle_deg) < 52.0)
    results = [
        estimates("spectrum", from_nominal(each, RANGES))[-1]
        for each in (
            replace(problem, used=used),
            replace(problem, used=used, y=spoilt),
            replace(problem, used=clear),
        )
    ]
    assert results[0].findings == results[1].findings == results[2].findings
    assert results[0].findings[DRIFT].verdict is Verdict.RESOLVED


def test_a_locked_drift_is_left_alone() -> None:
    with pytest.raises(UserError, match="not free"):
        estimates("spectrum", from_nominal(ringed(0.11), RANGES, (DRIFT,)))


def test_too_few_tilts_are_refused() -> None:
    used = np.zeros(TILTS, dtype=bool)
    used[8:12] = True
    with pytest.raises(UserError, match="Only 4 tilts"):
        estimates("spectrum", Calibration.of(replace(ringed(0.11), used=used), RANGES))
