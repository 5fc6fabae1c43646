"""Contrast from the data, whatever the data are."""

from __future__ import annotations

import numpy as np
import pytest

from cryogui.app.views import colormaps
from cryogui.app.views.furniture import length_text, scale_bar_length
from cryogui.app.views.grasp import grasp
from cryogui.app.views.levels import (
    PRESETS,
    full_levels,
    percentile_levels,
    shades,
    sigma_levels,
    symmetric_levels,
    tick_texts,
)


@pytest.mark.parametrize("find", [percentile_levels, sigma_levels, symmetric_levels, full_levels])
@pytest.mark.parametrize("image", [np.zeros((4, 4)), np.full((4, 4), np.nan), np.zeros((0, 4))])
def test_levels_always_differ(find, image) -> None:
    low, high = find(image.astype(np.float32))
    assert np.isfinite([low, high]).all()
    assert low < high


def test_sigma_levels_are_about_the_mean() -> None:
    image = np.random.default_rng(0).normal(5, 2, (200, 200))
    assert sigma_levels(image) == pytest.approx((-1, 11), abs=0.3)


def test_presets_are_what_they_say() -> None:
    image = np.random.default_rng(1).normal(5, 2, (100, 100)).astype(np.float32)
    image[3, 4], image[5, 6] = 400.0, np.nan
    finite = image[np.isfinite(image)].astype(float)
    mean, sigma = finite.mean(), finite.std()
    expected = {
        "0.3 – 99.7 %": np.percentile(finite, (0.3, 99.7)),
        "1 – 99 %": np.percentile(finite, (1, 99)),
        "mean ± 2 σ": (mean - 2 * sigma, mean + 2 * sigma),
        "mean ± 3 σ": (mean - 3 * sigma, mean + 3 * sigma),
        "mean ± 5 σ": (mean - 5 * sigma, mean + 5 * sigma),
        "full range": (finite.min(), 400.0),
        "about zero": np.percentile(np.abs(finite), 99.5) * np.array([-1, 1]),
    }
    assert {name: find(image) for name, find in PRESETS.items()} == {
        name: pytest.approx(tuple(levels), rel=1e-4) for name, levels in expected.items()
    }


def test_the_full_range_misses_no_pixel_of_a_large_image() -> None:
    image = np.zeros((1024, 1024), np.float32)
    image[511, 513], image[3, 2] = 7.0, -2.0
    assert full_levels(image) == (-2.0, 7.0)


def test_a_sample_of_a_large_image_meets_every_column() -> None:
    """An image of 1024 columns that differ: an even step would see only a few of them."""
    image = np.broadcast_to(np.arange(1024, dtype=np.float32), (1024, 1024)).copy()
    assert percentile_levels(image, 10, 90) == pytest.approx((102.3, 920.7), abs=2)
    assert sigma_levels(image, 1)[1] == pytest.approx(image.mean() + image.std(), rel=1e-3)


@pytest.mark.parametrize(
    ("levels", "texts"),
    [
        ((-4.0, 4.0), ("−4", "0", "4")),
        ((0.0, 1.0), ("0", "0.5", "1")),
        ((0.1234, 0.5678), ("0.123", "0.346", "0.568")),
        ((513.0, 39459.0), ("513", "19986", "39459")),
        ((1.0e-6, 3.0e-6), ("1.00e−6", "2.00e−6", "3.00e−6")),
        ((-2e6, 1e6), ("−2.00e6", "−5.00e5", "1.00e6")),
        ((1000.0, 1000.5), ("1000", "1000.25", "1000.5")),
    ],
)
def test_numbers_of_a_colour_bar_are_short_and_tell_apart(levels, texts) -> None:
    assert tick_texts(levels) == texts


def test_a_drag_about_zero_moves_both_ends_and_never_crosses() -> None:
    held = grasp(4.0, (-4.0, 4.0), 0.5, 0.1, keeps_zero=True)
    assert held.moved_to(5.0) == (-5.0, 5.0)
    assert held.moved_to(-9.0) == (-0.1, 0.1)
    held = grasp(-3.9, (-4.0, 4.0), 0.5, 0.1, keeps_zero=True)
    assert held.moved_to(-2.9) == pytest.approx((-3.0, 3.0))
    held = grasp(1.0, (-4.0, 5.0), 0.5, 0.1, keeps_zero=True)  # no longer about zero: as everywhere else
    assert held.moved_to(2.0) == (-3.0, 6.0)


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


def test_every_value_has_the_shade_of_its_level() -> None:
    image = np.array([[-5.0, 0.0, 9.5, 19.0, 100.0, np.inf, np.nan]], np.float32)
    np.testing.assert_array_equal(shades(image, (0.0, 19.0)), [[0, 0, 128, 255, 255, 255, 0]])
