"""Contrast from the data, whatever the data are."""

from __future__ import annotations

import numpy as np
import pytest

from cryogui.app.views import colormaps
from cryogui.app.views.decorations import length_text, scale_bar_length
from cryogui.app.views.levels import percentile_levels, sigma_levels, symmetric_levels


@pytest.mark.parametrize("find", [percentile_levels, sigma_levels, symmetric_levels])
@pytest.mark.parametrize("image", [np.zeros((4, 4)), np.full((4, 4), np.nan), np.zeros((0, 4))])
def test_levels_always_differ(find, image) -> None:
    low, high = find(image.astype(np.float32))
    assert np.isfinite([low, high]).all()
    assert low < high


def test_sigma_levels_are_about_the_mean() -> None:
    image = np.random.default_rng(0).normal(5, 2, (200, 200))
    assert sigma_levels(image) == pytest.approx((-1, 11), abs=0.3)


def test_not_a_number_does_not_spoil_the_levels() -> None:
    image = np.linspace(0, 1, 10_000, dtype=np.float32)
    image[::7] = np.nan
    assert percentile_levels(image, 0, 100) == pytest.approx((0, 1), abs=1e-3)


@pytest.mark.parametrize("name", ["grey", "diverging", "false", "viridis", "warm"])
def test_tables_have_256_colours(name: str) -> None:
    table = colormaps.table(name)
    assert table.shape == (256, 3)
    assert table.dtype == np.uint8


def test_viridis_is_the_published_map() -> None:
    """Its ends and middle as in matplotlib, where it comes from."""
    table = colormaps.table("viridis").astype(int)
    published = [(68, 1, 84), (33, 145, 140), (253, 231, 37)]
    assert np.abs(table[[0, 128, 255]] - published).max() <= 1


def test_diverging_map_is_blue_dark_red() -> None:
    table = colormaps.table("diverging").astype(int)
    assert table[127].max() < 40
    assert table[60, 2] > table[60, 0]
    assert table[195, 0] > table[195, 2]


@pytest.mark.parametrize(
    ("pixels_per_angstrom", "target", "length"),
    [(1.0, 70, 50), (0.25, 70, 200), (30.0, 70, 2), (0.001, 70, 5e4)],
)
def test_scale_bar_is_a_round_length(pixels_per_angstrom: float, target: float, length: float) -> None:
    assert scale_bar_length(pixels_per_angstrom, target) == pytest.approx(length)


def test_lengths_in_the_unit_that_keeps_them_short() -> None:
    assert [length_text(x) for x in (50, 2000, 20000)] == ["50 Å", "200 nm", "2 µm"]
