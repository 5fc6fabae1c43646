"""The transmitted dose tells the thickness of the ice, within its counting noise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cryogui.calibrate import Calibration, Verdict
from cryogui.errors import UserError
from tests.calibrate.strategies import estimates, from_nominal
from tests.reconstruct import particles

THICKNESS, SCATTER = 53.0, 0.002


def calibration(seed: int = 0) -> Calibration:
    measured = particles.problem(16, 20)
    through = measured.operator.optics.ice_mean_free_path_A  # type: ignore[attr-defined]
    noise = 1.0 + SCATTER * np.random.default_rng(seed).standard_normal(20)
    passed = (np.exp(-10.0 * THICKNESS / through) * noise).astype(np.float32)
    return from_nominal(replace(measured, transmission=passed))


def test_the_thickness_is_found() -> None:
    last = estimates("transmission", calibration())[-1]
    finding = last.findings["ice_thickness_variation"]
    assert finding.verdict is Verdict.RESOLVED
    assert last.spec == calibration().start.replace(ice_thickness_variation=finding.value)


def test_its_error_is_the_scatter_over_repetitions() -> None:
    findings = [
        estimates("transmission", calibration(seed))[-1].findings["ice_thickness_variation"]
        for seed in range(40)
    ]
    off = np.array([(finding.value - THICKNESS) / finding.sigma for finding in findings])
    assert 0.7 < np.sqrt(np.mean(off**2)) < 1.4


def test_images_left_out_have_no_influence() -> None:
    clean = calibration()
    passed = np.array(clean.problem.transmission)
    passed[3] = 0.1
    used = np.arange(20) != 3
    first, second = (
        replace(clean, problem=replace(clean.problem, used=used, transmission=each))
        for each in (clean.problem.transmission, passed)
    )
    assert estimates("transmission", first)[-1].findings == estimates("transmission", second)[-1].findings


def test_one_particle_does_not_tell_how_sure_it_is() -> None:
    clean = calibration()
    alone = replace(clean, problem=replace(clean.problem, used=np.arange(20) == 0))
    assert estimates("transmission", alone)[-1].findings["ice_thickness_variation"].verdict is Verdict.FLAT


@pytest.mark.parametrize(
    ("passed", "words"), [(None, "holds no measured transmission"), (np.full(20, -1.0), "between 0 and 1")]
)
def test_without_a_usable_transmission_it_refuses(passed: np.ndarray | None, words: str) -> None:
    clean = calibration()
    with pytest.raises(UserError, match=words):
        estimates("transmission", replace(clean, problem=replace(clean.problem, transmission=passed)))


def test_a_locked_thickness_is_refused() -> None:
    locked = from_nominal(calibration().problem, locked=("ice_thickness_variation",))
    with pytest.raises(UserError, match="not free"):
        estimates("transmission", locked)
