"""A real tilt series: the rotation of its axis and its offset are found, and sharpen what is made of it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cryogui.calibrate import Calibration, Verdict, find_strategy
from cryogui.calibrate.centres import wandering
from cryogui.calibrate.coarse_series import coarsened
from cryogui.calibrate.likely_volume import LikelyVolume, SpecimenPower
from cryogui.physics.live import LiveModel
from cryogui.reconstruct.problem import Problem
from cryogui.tiers import convert, open_file


def _problem(path: Path) -> tuple[Problem, Calibration, str]:
    with open_file(path) as tier:
        (scene,) = tier.scenes
        y, operator = np.asarray(scene.y), scene.operator()
        assert operator is not None
        nominal = {each.name: each.nominal for each in scene.ranges}
        problem = Problem(operator, y, nominal, np.ones(len(y), dtype=bool))
        calibration = Calibration.of(problem, scene.ranges)
        return problem, calibration, " ".join(scene.notes)


def _residual_and_peakedness(problem: Problem, offset_px: float) -> tuple[float, float]:
    """Of a quick reconstruction, and the kurtosis of the slices of the filtered back-projection."""
    live, theta = LiveModel(problem.operator, problem.y), {"tilt_axis_offset": offset_px}
    live.set_object(live.reconstruct(theta))
    slices = problem.operator.reconstruct(problem.y, theta, live.used)[:, 20:44].swapaxes(0, 1)
    away = slices - slices.mean(axis=(1, 2), keepdims=True)
    kurtosis = (away**4).mean(axis=(1, 2)) / (away**2).mean(axis=(1, 2)) ** 2
    return live.misfit(theta).residual, float(kurtosis.mean())


def test_the_needles_axis_is_found_and_makes_it_sharper(shared_data: Path, tmp_path: Path) -> None:
    series = shared_data / "real/tilt_series/nist_needle_haadf_91x64x64.mrc"
    tilts = series.with_name("nist_needle_haadf.rawtlt")
    quarter, *_ = _problem(convert(series, tilts, tmp_path / "quarter.h5", axis_angle_deg=90.0))
    problem, calibration, notes = _problem(series)
    assert float(notes.split("the images were turned by ")[1].split("°")[0]) == pytest.approx(100.5, abs=1.5)

    align = find_strategy("align")
    *_, found = align.run(calibration, align.options())
    offset = found.findings["tilt_axis_offset"]
    assert offset.verdict is Verdict.RESOLVED and 1.5 < offset.value < 2.5

    assert wandering(problem).along_px == pytest.approx(1.0, abs=0.2)  # the series was recorded unaligned

    residual_before, peak_before = _residual_and_peakedness(quarter, 0.0)
    residual, peak = _residual_and_peakedness(problem, offset.value)
    assert residual < 0.9 * residual_before
    assert peak > 1.08 * peak_before


def test_images_all_but_without_noise_can_still_be_solved_for(shared_data: Path) -> None:
    problem, *_ = _problem(shared_data / "real/tilt_series/nist_needle_haadf_91x64x64.mrc")
    coarse = coarsened(replace(problem, noise_sigma=1e-4), 4)
    assert coarse.noise_sigma is not None
    operator, variance = coarse.tilt_series, coarse.noise_sigma**2
    power = SpecimenPower(operator, coarse.y, coarse.theta, coarse.used, variance)
    volume = LikelyVolume(operator, coarse.theta, coarse.used, variance, power).of(coarse.y)
    missed = np.linalg.norm(coarse.y - operator.apply(volume, coarse.theta))
    assert missed < 0.2 * np.linalg.norm(coarse.y)
