"""Following the floor of the misfit of bowls whose floor is known."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from cryogui.calibrate.valley import on_floor, valleys
from cryogui.physics.live import Misfit
from cryogui.spec import Parameter, SpecRanges

RANGES = SpecRanges(tuple(Parameter(name, -4.0, 4.0, 0.0, "px") for name in "abc"))
FREE = RANGES.names


class Bowl:
    """A residual r = Aθ − y of many pixels: its misfit is a bowl, and the floor of its valleys a plane."""

    def __init__(self, matrix: np.ndarray, goal: tuple[float, ...] = (0.0, 0.0, 0.0)) -> None:
        noise = np.random.default_rng(0).normal(0.0, 0.05, len(matrix))
        self._matrix, self._y = matrix, matrix @ np.array(goal) + noise
        self.operator = SimpleNamespace(parameters=FREE)
        self.energy, self.pixel_count = float(self._y @ self._y), len(matrix)

    def curvature(self, theta: Any, names: tuple[str, ...]) -> np.ndarray:
        columns = self._matrix[:, [FREE.index(name) for name in names]]
        return columns.T @ columns

    def misfit(self, theta: Any) -> Misfit:
        return self.gradient(theta)

    def gradient(self, theta: Any) -> Misfit:
        left = self._matrix @ np.array([theta[name] for name in FREE]) - self._y
        slopes = dict(zip(FREE, (self._matrix.T @ left).tolist(), strict=True))
        return Misfit(np.zeros(1), float(np.sqrt(left @ left / self.energy)), slopes)


def tangents(overlap: float, scale: float = 1.0) -> np.ndarray:
    """Three tangents [pixel, parameter], of which the second shares `overlap` with the first."""
    q = np.linalg.qr(np.random.default_rng(1).normal(size=(400, 3)))[0]
    second = overlap * q[:, 0] + np.sqrt(1.0 - overlap**2) * q[:, 1]
    return np.stack([q[:, 0], scale * second, q[:, 2]], axis=1)


def test_a_partner_stands_where_the_misfit_is_least() -> None:
    live: Any = Bowl(tangents(0.6, 2.0), (1.0, 0.5, -0.3))
    found = valleys(live, RANGES.nominal, FREE, RANGES)
    assert found["a"].partners == ("b",) and found["b"].partners == ("a",)
    assert found["a"].slope == pytest.approx([-0.3], rel=1e-4)
    floor = on_floor(live, found["a"], RANGES.nominal, 2.0, RANGES)
    assert floor["a"] == 2.0 and floor["c"] == 0.0
    best = live.misfit(floor).residual
    for step in (-0.2, 0.2):
        assert live.misfit(floor.replace(b=floor["b"] + step)).residual > best
    back = on_floor(live, found["a"], floor, -1.0, RANGES)
    assert back["b"] == pytest.approx(floor["b"] + 0.3 * 3.0, abs=0.05)


def test_what_nothing_makes_up_for_moves_alone() -> None:
    live: Any = Bowl(tangents(0.0))
    found = valleys(live, RANGES.nominal, FREE, RANGES)
    assert all(valley.partners == () for valley in found.values())
    assert on_floor(live, found["a"], RANGES.nominal, 1.0, RANGES) == RANGES.nominal.replace(a=1.0)


def test_a_partner_that_would_move_within_its_noise_does_not_follow() -> None:
    matrix = tangents(0.6) * np.array([1.0, 0.01, 1.0])
    assert valleys(Bowl(matrix), RANGES.nominal, FREE, RANGES)["a"].partners == ()  # type: ignore[arg-type]


def test_what_is_locked_does_not_follow() -> None:
    live: Any = Bowl(tangents(0.6))
    assert valleys(live, RANGES.nominal, ("a", "c"), RANGES)["a"].partners == ()


def test_a_partner_stays_in_its_range() -> None:
    live: Any = Bowl(tangents(0.9, 0.2))
    valley = valleys(live, RANGES.nominal, FREE, RANGES)["a"]
    assert valley.slope[0] * 3.0 < -8.0
    assert on_floor(live, valley, RANGES.nominal, 3.0, RANGES)["b"] == pytest.approx(-4.0, abs=1e-6)


def test_a_search_can_be_ended() -> None:
    live: Any = Bowl(tangents(0.6))
    valley = valleys(live, RANGES.nominal, FREE, RANGES)["a"]

    def check() -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        on_floor(live, valley, RANGES.nominal, 1.0, RANGES, check)
