"""What the 3-D view makes ready of several volumes, without a window and without OpenGL."""

from __future__ import annotations

import numpy as np
import pytest

from cryogui.app.views import volume_colours, volume_layers
from cryogui.app.views.colormaps import on_canvas
from cryogui.app.views.volume_data import binned, drawable, surface
from cryogui.app.views.volume_layers import HISTOGRAM_RANGE, Order, Preparer, Volumes, differences
from cryogui.app.views.volume_words import legend
from cryogui.session.looks import Layer, Layers

N = 32


def ball(at: float = 0.0, n: int = N) -> np.ndarray:
    """A soft ball, `at` voxels along x from the middle."""
    z, y, x = np.mgrid[:n, :n, :n] - n // 2
    return np.exp(-((x - at) ** 2 + y**2 + z**2) / (2 * (n / 8) ** 2)).astype(np.float32)


def order(volumes: Volumes, *names: str, **changes: object) -> Order:
    parts = {"with_surfaces": True, "threshold": 0.5, "limit": 64, **changes}
    return Order(volumes, names, **parts)  # type: ignore[arg-type]


def test_binning_is_the_block_mean_also_at_a_ragged_border() -> None:
    volume = np.random.default_rng(0).random((7, 1, 10), dtype=np.float32)
    small, factor = binned(volume, 4)
    assert (small.shape, factor) == ((3, 1, 4), 3)
    assert small[0, 0, 0] == pytest.approx(volume[:3, 0, :3].mean(), rel=1e-5)
    assert small[2, 0, 3] == pytest.approx(volume[6, 0, 9], rel=1e-5)
    assert binned(volume, 10)[0] is volume


def test_surface_of_a_ball_is_centred_and_faces_outwards() -> None:
    for limit in (64, 16):  # also when binned
        mesh = surface(drawable(ball(), limit), 0.5)
        from_centre = mesh.vertices - 16.0
        assert np.abs(from_centre.mean(axis=0)).max() < 0.3
        assert (np.sum(from_centre * mesh.normals, axis=1) > 0).all()


def test_no_surface_where_nothing_reaches_the_level() -> None:
    assert surface(drawable(np.zeros((8, 8, 8), np.float32), 64), 0.9) is None


def test_not_a_number_is_drawn_as_nothing() -> None:
    volume = ball()
    volume[3] = np.nan
    volume[4] = np.inf
    assert np.isfinite(drawable(volume, 64).voxels).all()


def test_layers_are_offered_as_far_as_there_is_something_to_show() -> None:
    x, truth, quick = ball(), ball(1), ball(2)
    assert Volumes(x).offered == {"x"}
    assert Volumes(x, None, quick).offered == {"x", "reconstruction"}
    assert Volumes(x, truth, quick, True).offered == {"x", "truth", "reconstruction", "difference"}
    # The truth is at hand already where x is it, but there is nothing to compare it with yet.
    assert Volumes(truth, truth, None, True).offered == {"x", "truth"}


def test_a_truth_not_yet_read_is_offered_but_not_drawn() -> None:
    volumes = Volumes(ball(), None, ball(1), has_truth=True)
    shown = frozenset({"truth", "difference", "reconstruction"})
    assert {"truth", "difference"} <= volumes.offered
    assert volumes.drawn(shown) == ("reconstruction",)


def test_one_volume_under_two_names_is_drawn_once() -> None:
    truth, quick = ball(), ball(1)
    everything = frozenset(volume_layers.LAYERS)
    assert Volumes(truth, truth, quick, True).drawn(everything) == ("x", "reconstruction", "difference")
    assert Volumes(quick, truth, quick, True).drawn(everything) == ("x", "truth", "difference")
    assert Volumes(truth, truth, quick, True).drawn(frozenset({"truth"})) == ("truth",)


def test_the_difference_is_x_minus_truth_or_reconstruction_minus_truth() -> None:
    x, truth, quick = ball(4), ball(), ball(-4)
    assert Volumes(x, truth, quick, True).compared is x
    assert Volumes(truth, truth, quick, True).compared is quick


def test_difference_has_one_part_for_too_much_and_one_for_too_little() -> None:
    truth = ball()
    (excess, lack), unit = differences(Volumes(ball(6), truth, None, True), 64)
    assert excess.voxels[16, 16, 22] > 0.8 * unit * 0.5  # there is matter where the truth has none
    assert lack.voxels[16, 16, 10] > 0
    np.testing.assert_array_equal(excess.voxels, -lack.voxels)
    np.testing.assert_allclose(excess.voxels, ball(6) - truth)
    assert excess.levels == lack.levels
    assert excess.levels[0] == 0.0
    assert unit == pytest.approx(1.0, abs=0.05)


def test_rounding_is_not_blown_up_into_a_difference() -> None:
    truth = ball()
    volumes = Volumes(truth + np.float32(1e-6), truth, None, True)
    drawn = Preparer().prepare(order(volumes, "difference"))[0]
    assert drawn.parts[0].surface is None
    assert drawn.parts[1].surface is None


def test_the_surface_of_an_excess_lies_where_the_excess_is() -> None:
    drawn = Preparer().prepare(order(Volumes(ball(6), ball(), None, True), "difference"))[0]
    more, less = drawn.parts
    assert (more.sign, less.sign) == (1, -1)
    assert more.surface.vertices[:, 0].mean() > 18
    assert less.surface.vertices[:, 0].mean() < 15


def test_colours_of_a_difference_are_those_of_the_residual() -> None:
    more, less = (volume_colours.tint("difference", sign) for sign in (1, -1))
    assert more.red() > 2 * more.blue()
    assert less.blue() > 2 * less.red()
    table = on_canvas("diverging").astype(int)
    for colour in (more, less):
        nearest = np.abs(table - colour.getRgb()[:3]).sum(axis=1).min()
        assert nearest <= 6
    cloud = volume_colours.cloud_table("truth").astype(int)
    assert cloud[0].tolist() == [0, 0, 0]
    assert cloud[190, 1] > cloud[190, 0]


def test_what_has_not_changed_is_not_made_anew() -> None:
    preparer, volumes = Preparer(), Volumes(ball(), ball(1), ball(2), True)
    first = preparer.prepare(order(volumes, "x"))
    both = preparer.prepare(order(volumes, "x", "truth"))
    assert both[0] is first[0]
    moved = preparer.prepare(order(volumes, "x", "truth", threshold=0.6))
    assert moved[0] is not first[0]
    assert moved[0].parts[0].source is first[0].parts[0].source
    renewed = Volumes(volumes.x, volumes.truth, ball(3), True)
    assert preparer.prepare(order(renewed, "x", threshold=0.6))[0] is moved[0]
    assert preparer.prepare(order(renewed, "x", threshold=0.6, limit=16))[0].parts[0].source.factor == 2


def test_difference_follows_the_reconstruction() -> None:
    preparer, truth = Preparer(), ball()
    first = preparer.prepare(order(Volumes(truth, truth, ball(2), True), "difference"))[0]
    later = preparer.prepare(order(Volumes(truth, truth, ball(4), True), "difference"))[0]
    assert later.parts[0].source.levels[1] > 1.2 * first.parts[0].source.levels[1]


def test_a_draft_is_coarse_and_the_rest_has_both() -> None:
    volumes = Volumes(ball(n=80))
    draft = Preparer().prepare(order(volumes, "x", limit=160, draft=True))[0].parts[0]
    final = Preparer().prepare(order(volumes, "x", limit=160))[0].parts[0]
    assert draft.surface is draft.coarse
    assert len(final.surface.faces) > 2 * len(final.coarse.faces)
    np.testing.assert_array_equal(final.coarse.vertices, draft.coarse.vertices)


def test_without_surfaces_none_is_made() -> None:
    part = Preparer().prepare(order(Volumes(ball()), "x", with_surfaces=False))[0].parts[0]
    assert part.surface is None
    assert part.coarse is None


def test_histogram_counts_voxels_between_background_and_brightest() -> None:
    volume = np.zeros((8, 8, 8), np.float32)
    volume[2:6, 2:6, 2:6] = 1.0
    drawn = Preparer().prepare(order(Volumes(volume), "x"))[0]
    edges = np.linspace(*HISTOGRAM_RANGE, len(drawn.histogram) + 1)
    filled = np.flatnonzero(drawn.histogram)
    assert drawn.histogram[filled].tolist() == [8**3 - 4**3, 4**3]
    for place, fraction in zip(filled, (0.0, 1.0), strict=True):
        assert edges[place] <= fraction + 1e-6
        assert fraction <= edges[place + 1] + 1e-6


def test_legend_tells_where_each_surface_lies() -> None:
    preparer = Preparer()
    volumes = Volumes(2 * ball(6), ball(), None, True)
    entries = legend(preparer.prepare(order(volumes, "truth", "difference")), with_values=True)
    assert entries[0].text.startswith("truth  0.4")
    assert entries[1].text.endswith("% of truth")
    assert len(entries[1].colours) == 2
    assert [entry.short for entry in entries] == ["truth", "diff."]
    assert legend(preparer.prepare(order(volumes, "x")), with_values=True) == ()


def test_layers_shown_by_name() -> None:
    layers = Layers(x=Layer(False), difference=Layer(True, 0.3))
    assert layers.shown == {"difference"}
    assert layers.of("difference").opacity == 0.3
