"""The misfit over two parameters: refined from coarse to fine, and where it is equal."""

from __future__ import annotations

import numpy as np
import pytest

from cryogui.analysis.landscape import SIDE, STRIDES, Landscape, floor, isolines, levels, refined


def bowl(x: float, y: float) -> float:
    return (x - 1.0) ** 2 + 4.0 * (y + 0.5) ** 2


def made(stages: int) -> Landscape:
    landscape = Landscape.empty((-2.0, 4.0), (-2.0, 1.0))
    for _ in range(stages):
        landscape = refined(landscape, bowl)
    return landscape


def test_every_point_is_asked_for_once() -> None:
    asked: list[tuple[float, float]] = []

    def misfit(x: float, y: float) -> float:
        asked.append((x, y))
        return bowl(x, y)

    landscape = Landscape.empty((-2.0, 4.0), (-2.0, 1.0))
    for number, stride in enumerate(STRIDES):
        landscape = refined(landscape, misfit)
        assert landscape.stride == stride and landscape.is_complete == (number == len(STRIDES) - 1)
        assert landscape.known.values.shape == 2 * (len(range(0, SIDE, stride)),)
        assert not np.isnan(landscape.known.values).any()
    assert len(asked) == len(set(asked)) == SIDE**2


def test_the_lowest_point_and_what_lies_between_points() -> None:
    landscape = made(3)
    assert landscape.lowest == pytest.approx((1.0, -0.5, 0.0))
    assert landscape.at(-2.0, 1.0) == pytest.approx(bowl(-2.0, 1.0))
    assert landscape.at(2.1, 0.3) == pytest.approx(bowl(2.1, 0.3), abs=0.05)
    assert made(1).at(4.0, -2.0) == pytest.approx(bowl(4.0, -2.0)), "at the far corner of a coarse grid"


def test_isolines_lie_where_the_misfit_is_equal() -> None:
    lines = isolines(made(3), 1.0)
    assert len(lines) > 40
    ends = lines.reshape(-1, 2)
    assert np.allclose([bowl(x, y) for x, y in ends], 1.0, atol=0.06)
    angles = np.degrees(np.arctan2(2.0 * (ends[:, 1] + 0.5), ends[:, 0] - 1.0))
    assert np.diff(np.sort(angles)).max() < 25.0, "all around"
    assert len(isolines(made(3), 1e3)) == 0


def test_levels_lie_closer_near_the_lowest() -> None:
    found = levels(made(2).values)
    assert (np.diff(found) > 0).all() and (np.diff(found, 2) > 0).all()
    assert bowl(1.0, -0.5) < found[0] and found[-1] < bowl(-2.0, 1.0)


def test_what_progress_raises_ends_the_work() -> None:
    def stop(fraction: float) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        refined(made(1), bowl, stop)


def test_the_floor_of_the_valley_is_where_the_misfit_is_least_across_it() -> None:
    def slanted(x: float, y: float) -> float:
        return 0.01 * (x - 1.0) ** 2 + (y - 0.3 * x) ** 2

    def steep(x: float, y: float) -> float:
        return slanted(y, x)

    for misfit, ranges in ((slanted, ((-2.0, 4.0), (-2.0, 2.0))), (steep, ((-2.0, 2.0), (-2.0, 4.0)))):
        landscape = Landscape.empty(*ranges)
        for _ in STRIDES:
            landscape = refined(landscape, misfit)
        x, y = floor(landscape).T
        along, across = (x, y) if misfit is slanted else (y, x)
        assert (along[0], along[-1]) == (-2.0, 4.0)
        np.testing.assert_allclose(across, 0.3 * along, atol=1e-9)


def test_the_floor_does_not_jump_over_a_ridge() -> None:
    def two_valleys(x: float, y: float) -> float:
        return (y * y - 1.0) ** 2 + 0.2 * x * y + 0.001 * x

    landscape = Landscape.empty((-1.0, 1.0), (-2.0, 2.0))
    for _ in STRIDES:
        landscape = refined(landscape, two_valleys)
    assert len({*np.sign(floor(landscape)[:, 1])}) == 1
