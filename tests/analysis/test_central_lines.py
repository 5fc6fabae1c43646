"""Lines through the transforms of Gaussians, which are known in closed form."""

from __future__ import annotations

import numpy as np
import pytest

from cryogui.analysis.central_lines import central_lines, line_frequencies, line_profile, towards

N, SIGMA = 33, 2.0
PLACES = np.array([(4.0, -3.0), (-2.0, 5.0)])


def image(shape: tuple[int, int] = (N, N)) -> np.ndarray:
    y, x = np.mgrid[: shape[0], : shape[1]]
    parts = [
        np.exp(-((x - shape[1] // 2 - a) ** 2 + (y - shape[0] // 2 - b) ** 2) / (2 * SIGMA**2))
        for a, b in PLACES
    ]
    return sum(parts).astype(np.float32)


@pytest.mark.parametrize("shape", [(33, 33), (32, 40)])
def test_a_line_is_the_transform_of_gaussians_at_its_points(shape: tuple[int, int]) -> None:
    k, directions = line_frequencies(shape), towards(np.array([0.0, 37.0, 90.0, 151.0]))
    found = central_lines(image(shape)[None], directions, k)[0]
    waves = np.exp(-2j * np.pi * k[:, None, None] * (directions @ PLACES.T)).sum(axis=2).T
    level = 2 * np.pi * SIGMA**2 * np.exp(-2 * np.pi**2 * SIGMA**2 * k**2)
    np.testing.assert_allclose(found, level * waves, atol=0.02)


def test_frequencies_end_before_half_a_cycle_or_where_asked() -> None:
    assert line_frequencies((32, 32))[-1] == pytest.approx(15 / 32)
    assert len(line_frequencies((64, 32), 8)) == 8 and line_frequencies((64, 32))[0] == 1 / 64


def test_its_profile_is_the_projection_onto_the_line() -> None:
    k = line_frequencies((N, N))
    line = central_lines(image()[None], towards(np.array([90.0])), k)[0, 0]
    rows = image().sum(axis=1)
    np.testing.assert_allclose(line_profile(line, N), rows - rows.mean(), atol=0.01)
