"""Noise is estimated where there is some."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cryogui.reconstruct.noise import noise_sigma
from tests.reconstruct.series import measured, series


@pytest.mark.parametrize("empty", [0, 12])
def test_empty_field_does_not_count(empty: int) -> None:
    """empty: columns of each image that were masked."""
    problem, _ = measured(series())
    y = problem.y + np.random.default_rng(0).normal(0.0, 0.3, problem.y.shape).astype(np.float32)
    y[:, :, :empty] = 0.0
    assert noise_sigma(replace(problem, y=y)) == pytest.approx(0.3, rel=0.1)


def test_what_is_stated_is_believed() -> None:
    problem, _ = measured(series())
    assert noise_sigma(replace(problem, noise_sigma=0.7)) == 0.7


def test_images_without_any_have_none() -> None:
    problem, _ = measured(series())
    assert noise_sigma(replace(problem, y=np.zeros_like(problem.y))) == 0.0
