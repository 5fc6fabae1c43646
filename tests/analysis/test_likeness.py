"""Likeness against numpy and the scores, and at the edges of what can be told."""

from __future__ import annotations

import math

import numpy as np
import pytest

from cryogui.analysis import likeness as module
from cryogui.analysis.likeness import likeness
from cryogui.scoring import psnr_db, relative_residual

RNG = np.random.default_rng(4)
A = RNG.normal(3.0, 1.0, (9, 20, 31)).astype(np.float32)
B = (A + RNG.normal(0.0, 0.4, A.shape)).astype(np.float32)


@pytest.mark.parametrize("step", [100, 1 << 20])
@pytest.mark.parametrize("offset", [0.0, 1e4])
def test_it_agrees_with_numpy_whatever_the_step_and_the_offset(
    step: int, offset: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_STEP", step)
    a, b = A + np.float32(offset), B + np.float32(offset)
    found = likeness(a, b, truth=b)
    assert found.relative == pytest.approx(relative_residual(a, b), rel=1e-9)
    assert found.correlation == pytest.approx(np.corrcoef(a.ravel(), b.ravel())[0, 1], rel=1e-4)
    assert found.psnr_db == pytest.approx(psnr_db(a, b), rel=1e-9)


def test_equal_arrays_and_their_negatives() -> None:
    same = likeness(A, A, truth=A)
    assert (same.relative, same.psnr_db) == (0.0, math.inf)
    assert same.correlation == pytest.approx(1.0)
    assert likeness(A, -A).correlation == pytest.approx(-1.0)
    assert likeness(A, -A).relative == pytest.approx(2.0)
    assert likeness(A, -A).psnr_db is None


def test_where_nothing_can_be_told_it_says_so() -> None:
    empty, constant = np.zeros((4, 4), np.float32), np.full((4, 4), 1e6, np.float32)
    assert math.isnan(likeness(empty, constant).relative)
    assert math.isnan(likeness(A[0, :4, :4], constant).correlation)
    assert math.isnan(likeness(A[0, :4, :4], constant, truth=constant).psnr_db or 0.0)
    nowhere = likeness(np.full((2, 2), np.nan, np.float32), np.ones((2, 2), np.float32))
    assert math.isnan(nowhere.relative) and math.isnan(nowhere.correlation)


def test_samples_that_are_no_numbers_are_left_out() -> None:
    a = A.copy()
    a[0, 0, 0], a[1, 2, 3] = np.nan, np.inf
    good = np.isfinite(a)
    assert likeness(a, B).relative == pytest.approx(relative_residual(a[good], B[good]), rel=1e-6)


def test_other_shapes_are_refused_and_it_can_be_stopped() -> None:
    with pytest.raises(ValueError, match="cannot be compared"):
        likeness(A, A[:3])

    def stop() -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        likeness(A, B, check=stop)
