"""The proximal step of total variation against brute force and against scikit-image."""

from __future__ import annotations

import math

import numpy as np
import pytest

from cryogui.physics.fourier import Real32
from cryogui.reconstruct.total_variation import TvProximal
from tests.physics.laws import noise, relative


def _smoothed(v: Real32, strength: float, steps: int = 150, **how: object) -> Real32:
    out = np.empty_like(v)
    TvProximal(np.ones(v.shape, bool), **how)(v, strength, steps, out)  # type: ignore[arg-type]
    return out


def _objective(x: np.ndarray, v: np.ndarray, strength: float, weights: tuple[float, float, float]) -> float:
    squares = np.zeros(x.shape)
    for axis, weight in enumerate(weights):
        last = np.take(x, [-1], axis=axis)
        squares += (weight * np.diff(x, axis=axis, append=last)) ** 2
    return 0.5 * float(((x - v) ** 2).sum()) + strength * float(np.sqrt(squares).sum())


@pytest.mark.parametrize("weights", [(1.0, 1.0, 1.0), (0.5, 1.0, 2.0), (0.0, 1.0, 1.0)])
@pytest.mark.parametrize("low", [-math.inf, 0.0])
def test_no_small_change_lowers_the_objective(weights: tuple[float, float, float], low: float) -> None:
    v = noise((4, 5, 6), 1) + np.float32(0.5)
    x = _smoothed(v, 0.4, weights=weights, low=low).astype(np.float64)
    least = _objective(x, v, 0.4, weights)
    rng = np.random.default_rng(2)
    for size in (1e-1, 1e-2):
        for _ in range(200):
            other = np.maximum(x + size * rng.standard_normal(x.shape) * (rng.random(x.shape) < 0.2), low)
            assert _objective(other, v, 0.4, weights) >= least - 1e-6
    assert x.min() >= low


def test_two_voxels_move_towards_each_other_by_the_strength() -> None:
    v = np.array([[[0.0, 1.0]]], dtype=np.float32)
    np.testing.assert_allclose(_smoothed(v, 0.2), [[[0.2, 0.8]]], atol=1e-4)
    np.testing.assert_allclose(_smoothed(v, 5.0), [[[0.5, 0.5]]], atol=1e-4)


def test_another_program_finds_the_same_image() -> None:
    from skimage.restoration import denoise_tv_chambolle

    v = noise((1, 24, 31), 3)
    v[:, 5:15, 8:20] += 3.0
    theirs = denoise_tv_chambolle(v[0], weight=0.5, eps=1e-9, max_num_iter=2000)
    assert relative(_smoothed(v, 0.5, 200)[0], theirs) < 5e-3


def test_every_call_goes_on_from_the_one_before() -> None:
    v = noise((6, 7, 8), 4)
    once, out, smooth = _smoothed(v, 0.3, 200), np.empty_like(v), TvProximal(np.ones(v.shape, bool))
    smooth(v, 0.3, 5, out)
    first = relative(out, once)
    for _ in range(25):
        smooth(v, 0.3, 5, out)
    assert relative(out, once) < 0.1 * first


def test_strength_zero_changes_nothing_but_the_sign() -> None:
    v = noise((3, 4, 5), 5)
    np.testing.assert_array_equal(_smoothed(v, 0.0, low=0.0), np.maximum(v, 0.0))


def test_nothing_gets_out_of_the_support() -> None:
    v, inside = np.ones((4, 5, 6), dtype=np.float32), np.zeros((4, 5, 6), dtype=bool)
    inside[1:3, 1:4, 2:5] = True
    out = np.empty_like(v)
    for strength in (0.0, 0.05):
        TvProximal(inside)(v, strength, 50, out)
        assert not out[~inside].any()
        assert (out[inside] > 0.5).all()
