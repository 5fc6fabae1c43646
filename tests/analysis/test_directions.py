"""Viewing directions: their projection keeps areas, and their figures follow closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from cryogui.analysis import directions
from cryogui.physics.ctf import Optics
from cryogui.physics.particles import ParticleStack
from cryogui.physics.rotations import uniform_rotations


def stack(rotations: np.ndarray) -> ParticleStack:
    return ParticleStack(
        (8, 8, 8), (8, 8), rotations, np.zeros((len(rotations), 2)), 1e4, 0.0, optics=Optics(3.0)
    )


def even(count: int) -> ParticleStack:
    return stack(uniform_rotations(count, np.random.default_rng(0)))


def around_y(angles_deg: np.ndarray) -> ParticleStack:
    """A single-axis series as particles: rows (cosθ, 0, −sinθ), (0, 1, 0), (sinθ, 0, cosθ)."""
    return stack(Rotation.from_euler("y", -angles_deg[:, None], degrees=True).as_matrix().transpose(0, 2, 1))


def test_the_disc_and_back() -> None:
    seen = directions.views(even(200))
    np.testing.assert_allclose(directions.from_disc(seen.disc), seen.direction, atol=1e-12)
    np.testing.assert_allclose(
        directions.to_disc([[0, 0, 1], [1, 0, 0], [0, -1, 0]]), [[0, 0], [1, 0], [0, -1]]
    )


def test_the_disc_keeps_areas() -> None:
    """Of even directions, the share within a radius is that radius squared."""
    radius = np.linalg.norm(directions.views(even(20000)).disc, axis=1)
    for limit in (0.3, 0.6, 0.9):
        assert (radius < limit).mean() == pytest.approx(limit**2, abs=0.01)


def test_a_view_and_its_friedel_mate_are_one() -> None:
    turned = Rotation.from_euler("xyz", [[30, 40, 50]], degrees=True).as_matrix()
    mirrored = turned * [[1.0], [-1.0], [-1.0]]  # the same specimen from behind
    here, there = directions.views(stack(turned)), directions.views(stack(mirrored))
    np.testing.assert_allclose(here.direction, there.direction, atol=1e-12)
    assert here.direction[0, 2] > 0


def test_even_views_have_density_one_and_one_view_is_seen_where_it_is() -> None:
    spread = directions.density(directions.views(even(20000)))
    assert np.nanmean(spread) == pytest.approx(1.0, abs=0.02)
    assert np.nanstd(spread) < 0.15
    single = directions.density(directions.views(stack(np.eye(3)[None])))
    peak = np.unravel_index(np.nanargmax(single), single.shape)
    assert set(peak) <= {directions.GRID // 2 - 1, directions.GRID // 2}
    assert math.isnan(single[0, 0])


def test_density_of_side_views_lies_on_both_ends_of_the_rim() -> None:
    """A view along +x is one along −x: the rim has no seam."""
    spread = directions.density(directions.views(around_y(np.full(5, 89.0))))
    row = spread[directions.GRID // 2]
    seen = row[np.isfinite(row)]
    assert seen[0] == pytest.approx(seen[-1], rel=0.35)
    assert seen[0] > 5 * max(seen[len(seen) // 2], 1e-6)


def test_excluded_particles_do_not_count() -> None:
    left_out = frozenset(range(10, 50))
    some = directions.views(even(50), left_out)
    assert some.excluded.sum() == 40
    first = directions.views(stack(even(50).rotations[:10]))
    np.testing.assert_allclose(directions.density(some), directions.density(first))
    assert directions.view_figures(some, directions.density(some)).count == 10
    none = directions.views(even(5), frozenset(range(5)))
    assert directions.view_figures(none, directions.density(none)).count == 0


def test_a_single_axis_series_is_complete_to_the_limit_of_crowther() -> None:
    """The criterion for particles is the one that gives πD/N for evenly spread tilts."""
    count = 45
    tilts = directions.views(around_y(np.arange(count) * 180.0 / count))
    figures = directions.view_figures(tilts, directions.density(tilts))
    assert figures.complete_to(900.0) == pytest.approx(math.pi * 900.0 / count, rel=0.07)  # 99 % of it


def test_more_views_are_complete_to_finer_detail_and_a_cone_never_is() -> None:
    few, many = (
        directions.view_figures(seen, directions.density(seen))
        for seen in (directions.views(even(50)), directions.views(even(1000)))
    )
    assert many.complete_to(100.0) < few.complete_to(100.0) / 5
    assert many.spacing_deg == pytest.approx(math.degrees(math.sqrt(2 * math.pi / 1000)))
    tops = directions.views(stack(Rotation.from_euler("z", np.arange(100.0)[:, None]).as_matrix()))
    assert directions.view_figures(tops, directions.density(tops)).worst > 1.9
