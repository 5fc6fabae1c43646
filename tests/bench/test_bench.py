"""The bench reports what it promises, about work that is really done; no test asks how long it took."""

from __future__ import annotations

import json

import numpy as np
import pytest

from cryogui.bench.live import live_figures, particle_figures
from cryogui.bench.peers import astra_projection, astra_sirt, skimage_projection
from cryogui.bench.problems import operator_error, particle_stack, tilt_series
from cryogui.bench.project import project_figures
from cryogui.bench.reconstruct import reconstruct_figures
from cryogui.bench.timing import Timing, timed
from cryogui.cli import main

LIVE = {"visible_ms", "residual_ms", "gradient_ms", "slice_ms", "images_ms"}


def test_a_timing_is_its_median_and_95th_percentile() -> None:
    timing = Timing(tuple(float(value) for value in range(101)))
    assert timing.figures("x_ms") == {"x_ms": 50.0, "x_ms_p95": 95.0}


def test_every_input_is_run_once_after_one_unmeasured_run() -> None:
    seen: list[int] = []
    timing = timed(seen.append, [1, 2, 3])
    assert seen == [1, 1, 2, 3]
    assert len(timing.milliseconds) == 3


@pytest.mark.parametrize("problem", [tilt_series(64, 9), particle_stack(64, 5)])
def test_what_is_timed_is_accurate(problem: object) -> None:
    assert operator_error(problem) < 1e-3  # type: ignore[arg-type]


def test_no_two_moves_are_alike() -> None:
    settings = tilt_series(16, 3).settings(20)
    assert len({tuple(setting.values()) for setting in settings}) == 20


def test_live_figures_have_the_promised_names() -> None:
    figures = live_figures(16, 5, moves=3)
    promised = LIVE | {"operator_error", "peak_rss_mb", "skimage_fp_ms", "gradient_over_residual"}
    assert promised <= set(figures)
    assert all(np.isfinite(value) and value > 0 for value in figures.values())
    assert set(particle_figures(16, 4, moves=3)) >= LIVE


def test_project_figures_have_the_promised_names() -> None:
    figures = project_figures(16, 5, repeats=1)
    assert {"project_ms", "adjoint_ms", "normal_ms", "fine_operator_error"} <= set(figures)
    assert figures["fine_operator_error"] <= figures["operator_error"]


def test_reconstruct_figures_have_the_promised_names() -> None:
    figures = reconstruct_figures(24, 9, repeats=1)
    promised = {"wbp_seconds", "sirt_iteration_ms"}
    if astra_sirt(np.ones((3, 2, 24), np.float32), np.array([-10.0, 0.0, 10.0]), 24, 1):
        promised |= {"sirt_iteration_vs_astra", "time_to_astra_residual_ratio"}
        assert figures["astra_sirt_residual"] < 0.2
    assert promised <= set(figures)
    assert all(np.isfinite(value) and value > 0 for value in figures.values())


def test_astra_projects_the_same_thing() -> None:
    astra = pytest.importorskip("astra", reason="the bench extra is not installed")
    problem = tilt_series(65, 9)  # odd: both programs then turn about the same voxel
    section = np.ascontiguousarray(problem.x[:, 32])
    angles = problem.operator.geometry.angle_deg  # type: ignore[attr-defined]
    geometry = astra.create_proj_geom("parallel", 1.0, 65, np.deg2rad(angles))
    projector = astra.create_projector("linear", geometry, astra.create_vol_geom(65, 65))
    _, theirs = astra.create_sino(section, projector)
    ours = problem.operator.images(problem.operator.load(problem.x), {}, after="Π")[:, 32]
    assert np.linalg.norm(ours - theirs) < 0.01 * np.linalg.norm(theirs)
    assert astra_projection(problem.x, angles, repeats=1) is not None


def test_scikit_image_is_timed_on_slices_of_the_same_volume() -> None:
    assert skimage_projection(tilt_series(16, 3).x, np.array([-10.0, 0.0, 10.0])) > 0


def test_the_command_prints_one_json_object(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "project", "--size", "16", "--tilts", "3", "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert (figures["what"], figures["size"], figures["tilts"]) == ("project", 16, 3)


@pytest.mark.parametrize("wrong", [("--size", "8"), ("--size", "9999"), ("--tilts", "1"), ("--images", "0")])
def test_impossible_sizes_are_refused(wrong: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "live", *wrong]) == 2
    assert "must lie between" in capsys.readouterr().err
