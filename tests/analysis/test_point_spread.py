"""Point-spread functions: round for a full sampling, drawn out along what is missing."""

from __future__ import annotations

import numpy as np
import pytest

from cryogui.analysis import point_spread
from cryogui.analysis.point_spread import (
    FINER,
    PointSpread,
    finer,
    full_width,
    series_point_spread,
    stack_point_spread,
)
from cryogui.physics.ctf import Optics
from cryogui.physics.particles import ParticleStack
from cryogui.physics.rotations import uniform_rotations
from cryogui.physics.tilt import SingleAxisTilt

OPTICS = Optics(10.0)


def series(angles: np.ndarray, n: int = 64) -> SingleAxisTilt:
    return SingleAxisTilt((n, 8, n), (8, n), angles, optics=OPTICS, defocus_A=6e3)


def spread_of(operator: SingleAxisTilt, theta: dict[str, float], used: np.ndarray) -> PointSpread:
    return series_point_spread(operator.geometry, operator.y_shape[2], theta, used)


def used(operator: object) -> np.ndarray:
    return np.ones(operator.y_shape[0], dtype=bool)


def test_a_full_turn_gives_a_round_function() -> None:
    operator = series(np.arange(-90.0, 90.0, 1.5))
    spread = spread_of(operator, {}, used(operator))
    plane = spread.planes["xz"]
    middle = len(plane) // 2
    assert plane.argmax() == middle * len(plane) + middle
    core = plane[middle - 12 : middle + 13, middle - 12 : middle + 13]
    for other in (core.T, core[::-1], core[:, ::-1]):
        np.testing.assert_allclose(core, other, atol=0.02)
    assert spread.widths["z"] == pytest.approx(spread.widths["x"], rel=0.02)


def test_a_missing_wedge_draws_it_out_along_z() -> None:
    operator = series(np.arange(-60.0, 61.0, 2.0))
    spread = spread_of(operator, {}, used(operator))
    assert 1.3 < spread.widths["z"] / spread.widths["x"] < 1.8
    assert spread.planes["xz"].min() < -0.05  # dark lobes beside the stretched peak


def test_what_is_shadowed_or_excluded_draws_it_out_further() -> None:
    operator = series(np.arange(-60.0, 61.0, 2.0))
    some = used(operator)
    some[:10] = some[-10:] = False
    plain = spread_of(operator, {}, used(operator)).widths["z"]
    excluded = spread_of(operator, {}, some).widths["z"]
    shadowed = spread_of(operator, {"missing_wedge": 49.0}, used(operator)).widths["z"]
    assert excluded == pytest.approx(shadowed, rel=1e-3)
    assert excluded > 1.2 * plain
    held = spread_of(operator.without(frozenset("D")), {"missing_wedge": 49.0}, used(operator))
    assert held.widths["z"] == pytest.approx(plain)


def test_the_offset_of_the_axis_does_not_matter() -> None:
    operator = series(np.arange(-60.0, 61.0, 4.0))
    here = spread_of(operator, {}, used(operator)).planes["xz"]
    there = spread_of(operator, {"tilt_axis_offset": 3.0}, used(operator)).planes["xz"]
    np.testing.assert_allclose(here, there, atol=2e-3)


@pytest.mark.parametrize("n", [15, 24, 300])
def test_boxes_of_any_size(n: int) -> None:
    operator = series(np.arange(-60.0, 61.0, 10.0), n)
    plane = spread_of(operator, {}, used(operator)).planes["xz"]
    assert plane.shape[0] == plane.shape[1] <= 32 * FINER
    assert plane[len(plane) // 2, len(plane) // 2] == pytest.approx(1.0)


def stack(rotations: np.ndarray, n: int = 24) -> ParticleStack:
    return ParticleStack((n, n, n), (n, n), rotations, np.ones((len(rotations), 2)), 1e4, 0.0, optics=OPTICS)


def test_even_views_give_a_round_function_in_every_plane() -> None:
    operator = stack(uniform_rotations(400, np.random.default_rng(1)))
    spread = stack_point_spread(operator, used(operator))
    assert set(spread.planes) == {"xy", "xz", "yz"}
    widths = np.array(list(spread.widths.values()))
    assert widths.max() / widths.min() < 1.1


def test_views_near_z_alone_leave_the_beam_direction_blurred() -> None:
    rng = np.random.default_rng(1)
    everywhere = uniform_rotations(2000, rng)
    near = everywhere[np.abs(everywhere[:, 2, 2]) > 0.9]
    operator = stack(near)
    widths = stack_point_spread(operator, used(operator)).widths
    assert widths["z"] > 1.5 * widths["x"]
    assert widths["y"] == pytest.approx(widths["x"], rel=0.15)
    most = np.ones(len(near), dtype=bool)
    most[: len(near) // 2] = False
    assert stack_point_spread(operator, most).widths["z"] > 1.5 * widths["x"]


def test_of_very_many_views_some_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    operator = stack(uniform_rotations(600, np.random.default_rng(1)), 16)
    every = stack_point_spread(operator, used(operator)).widths
    monkeypatch.setattr(point_spread, "_MOST_VIEWS", 300)
    assert stack_point_spread(operator, used(operator)).widths == pytest.approx(every, rel=0.1)


def test_a_finer_grid_goes_through_the_same_samples() -> None:
    x = np.arange(16) - 8
    wave = np.cos(2 * np.pi * 3 * x / 16)
    plane = (wave[:, None] * wave + 1.0).astype(np.float32)
    np.testing.assert_allclose(finer(plane)[::FINER, ::FINER], plane / plane[8, 8], atol=1e-5)


def test_full_width_is_found_between_samples() -> None:
    x = np.arange(-40, 41)
    assert full_width(np.exp(-((x / 10.0) ** 2)).astype(np.float32)) == pytest.approx(
        20 * np.sqrt(np.log(2)), rel=1e-2
    )
    assert full_width(np.ones(9, np.float32)) == 8.0
