"""The geometry tab: centres of mass against the curve of the spec."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtTest import QTest

from cryogui.analysis.residual_directions import DIRECTIONS_DEG, ByDirection
from cryogui.app.main import new_program
from cryogui.app.measure import settle
from cryogui.app.pages import geometry_words as words
from cryogui.app.pages.geometry import NOTHING_OPEN, offered_views, why_none
from cryogui.app.views.sentence import Sentence
from tests.gui.conftest import TILTS, TRUE_SPEC, N

OFFSET = "tilt_axis_offset"


@pytest.fixture(scope="module")
def shared(qapp: Any, tier_path: Path) -> Iterator[Any]:
    program = new_program()
    program.screen.window.show()
    program.open([tier_path])
    settle(program)
    program.view.show_tab("geometry")
    settle(program)
    yield program
    program.screen.window.close()


@pytest.fixture
def desk(shared: Any) -> Iterator[Any]:
    session = shared.store.session
    yield shared
    shared.store.update(session, None)
    settle(shared)


def page(program: Any) -> Any:
    return next(each for each in program.pages if each.name == "geometry")


def curves(plot: Any) -> dict[str, Any]:
    return {curve.name: curve for curve in plot.curves()}


def set_scene(program: Any, **changes: Any) -> None:
    program.store.update(program.store.session.with_scene(**changes), None)


def test_the_curve_follows_the_slider_at_once_and_the_points_stay(desk: Any) -> None:
    path, misfit = page(desk).sights["centres"].path, page(desk).sights["centres"].misfit
    before, off = curves(path), curves(misfit)["x"].y
    assert "0.5" in page(desk).sentence.text() and "more tilt-axis offset" in page(desk).sentence.text()
    desk.screen.parameters.specEdited.emit(OFFSET, TRUE_SPEC[OFFSET])
    after = curves(path)
    assert not desk.scheduler.is_busy("geometry")
    np.testing.assert_array_equal(after["measured"].y, before["measured"].y)
    assert not np.allclose(after["expected"].y, before["expected"].y)
    assert np.nanstd(curves(misfit)["x"].y) < 0.5 * np.nanstd(off)
    assert "No bend is to be seen" in page(desk).sentence.text()
    desk.screen.parameters.editFinished.emit(OFFSET)


def test_images_left_out_and_shadowed_are_drawn_apart_and_not_fitted(desk: Any) -> None:
    plot = page(desk).sights["centres"].path
    assert np.isfinite(curves(plot)["shadowed"].y).sum() == 2, "±60° lie at the holder's limit"
    assert "left out" not in curves(plot)
    set_scene(desk, excluded=frozenset({4}))
    assert np.isfinite(curves(plot)["left out"].y).sum() == 1
    assert np.isfinite(curves(plot)["measured"].y).sum() == TILTS - 3
    desk.screen.parameters.specEdited.emit("missing_wedge", 26.0)
    assert "shadowed" not in curves(plot)
    desk.screen.parameters.editFinished.emit("missing_wedge")


def test_drift_along_the_axis_is_told_from_a_turned_one(desk: Any) -> None:
    from cryogui.reconstruct.centres_of_mass import centres_of_mass

    centres = centres_of_mass(desk.engine.model.live.measured.images)
    page(desk)._take(replace(centres, y_px=centres.y_px + 6.0 * np.array([0, 1, -1, 1, 0, -1, 1, -1, 0])))
    assert "the images are moved along the axis" in page(desk).sentence.text()
    page(desk)._take(replace(centres, y_px=0.1 * centres.x_px))
    assert "y follows x: the axis lies " in page(desk).sentence.text()
    page(desk)._take(centres)


def test_a_click_goes_to_the_image(desk: Any) -> None:
    plot = page(desk).sights["centres"].path
    canvas = plot._canvas
    place = canvas.to_screen(-30.0, 0.0)
    QTest.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(round(place.x()), 60))
    assert desk.store.session.scene.image_index == 2
    assert [mark.x for mark in plot.marks] == [-30.0]


def test_too_few_images_have_no_curve(desk: Any) -> None:
    set_scene(desk, excluded=frozenset({1, 2, 3}))
    assert page(desk).sentence.text() == words.TOO_FEW
    assert "expected" not in curves(page(desk).sights["centres"].path)
    assert not curves(page(desk).sights["centres"].misfit)


def test_where_mass_varies_it_says_so(desk: Any, monkeypatch: Any) -> None:
    from cryogui.reconstruct.centres_of_mass import centres_of_mass

    model = desk.engine.model
    growing = model.live.measured.images * np.linspace(0.4, 1.6, TILTS, dtype=np.float32)[:, None, None]
    page(desk)._take(centres_of_mass(growing))
    assert page(desk).sentence.text() == words.NOT_WHOLE
    page(desk)._take(centres_of_mass(model.live.measured.images))
    assert page(desk).sentence.text() != words.NOT_WHOLE


def test_another_scene_is_measured_anew(desk: Any) -> None:
    first = page(desk)._measured
    desk.open([desk.store.session.files[0]], 1)
    settle(desk)
    assert page(desk)._measured is not first and page(desk).sentence.text()


def test_a_long_sentence_is_whole_in_its_tooltip(qtbot: Any) -> None:
    label = Sentence("what is said")
    qtbot.addWidget(label)
    label.resize(200, label.height())
    label.setText("short")
    assert label.toolTip() == "" and not label.hasHeightForWidth()
    label.setText("many words " * 30)
    assert label.toolTip() == label.text() and label.alignment() & Qt.AlignmentFlag.AlignTop


# ---- the line all tilts share


@pytest.fixture
def axis(desk: Any) -> Any:
    program_look(desk, view="axis_lines")
    return page(desk).sights["axis_lines"]


def program_look(program: Any, **look: Any) -> None:
    session = program.store.session
    program.store.update(replace(session, geometry=replace(session.geometry, **look)), None)
    settle(program)


def test_the_view_is_chosen_and_kept(desk: Any, axis: Any) -> None:
    box = page(desk).views
    assert [box.itemText(row) for row in range(box.count())] == [
        "Centres of mass", "Common line", "Residual by direction",
    ]  # fmt: skip
    assert axis.pane.isVisible() and axis.pane.image.shape == (TILTS, N)
    box.activated.emit(0)
    settle(desk)
    assert desk.store.session.geometry.view == "centres" and not axis.pane.isVisible()


def test_profiles_agree_and_the_axis_is_along_y(desk: Any, axis: Any) -> None:
    assert page(desk).sentence.text().startswith("The axis lies along y")
    shift, likeness = curves(axis.shift), curves(axis.likeness)
    assert np.nanmax(np.abs(shift["measured"].y)) < 0.1 and np.nanmin(likeness["measured"].y) > 0.98
    assert {"shadowed", "± noise"} & set(shift) and len(curves(axis.direction)["mean correlation"].x) == 25


def test_the_profiles_follow_the_ctf_and_not_the_offset(desk: Any, axis: Any) -> None:
    before = axis.pane.image
    desk.screen.parameters.specEdited.emit(OFFSET, 0.9)
    desk.screen.parameters.editFinished.emit(OFFSET)
    settle(desk)
    np.testing.assert_array_equal(axis.pane.image, before)
    known = axis._known
    desk.screen.parameters.specEdited.emit("ctf_per_tilt_variation", 0.15)
    desk.screen.parameters.editFinished.emit("ctf_per_tilt_variation")
    settle(desk)
    assert not np.array_equal(axis.pane.image, before)
    assert axis._known is not known and axis._known.likeness is known.likeness, "the direction stays"


def test_an_image_moved_along_the_axis_is_named(desk: Any) -> None:
    from cryogui.analysis.axis_line import TURNS_DEG, axis_lines, axis_profiles

    images = desk.engine.model.live.measured.images.copy()
    images[3] = np.roll(images[3], 2, axis=0)
    used, angles = np.ones(TILTS, dtype=bool), np.linspace(-60, 60, TILTS)
    lines = axis_lines(axis_profiles(images), [None] * TILTS, 10.0, used, 1e-3)
    strange = replace(lines, correlation=np.where(np.arange(TILTS) < 2, 0.1, lines.correlation))
    said = words.axis_sentence(strange, used, angles, TURNS_DEG, np.exp(-(TURNS_DEG**2) / 20.0))
    assert "2 of 9 images show nothing of the others" in said
    turned = np.exp(-((TURNS_DEG - 4.0) ** 2) / 20.0)
    said = words.axis_sentence(lines, used, angles, TURNS_DEG, turned)
    assert "4.0° off y, towards x" in said and "The image at −15° lies 1." in said
    said = words.axis_sentence(lines, used, angles, TURNS_DEG, TURNS_DEG)
    assert "agree best beyond 12° from y" in said


def test_a_row_is_its_image(desk: Any, axis: Any) -> None:
    axis.pane.cursorMoved.emit(3.0, 5.2)
    assert desk.store.session.scene.image_index == 5
    assert axis.pane.decorations.lines == (("h", 5.0, "accent"),)
    axis.pane.hovered.emit(3.0, 5.0, 0.5)
    assert "tilt 6  +15.0°" in desk.screen.status.cursor_text


def test_contrast_is_the_scenes(desk: Any, axis: Any) -> None:
    axis.pane.choose_levels((-1.0, 1.0))
    assert dict(desk.store.session.scene.levels)["axis_profiles"] == (-1.0, 1.0)
    desk.store.undo()
    assert axis.pane.levels == (-2.5, 2.5)


# ---- the line two particles share


@pytest.fixture
def pair(desk: Any, tmp_path: Path) -> Any:
    desk.open([particle_file(tmp_path)])
    settle(desk)
    return page(desk).sights["pairs"]


def particle_file(folder: Path) -> Path:
    """A tier of eight particles under a defocus error, with hardly any noise."""
    from cryogui.physics.ctf import Optics
    from cryogui.physics.gaussians import GaussianCloud, voxel_integrals
    from cryogui.physics.particles import ParticleStack
    from cryogui.physics.rotations import uniform_rotations
    from cryogui.resources import challenge_ranges
    from cryogui.tiers import Microscope, SceneData, write_tier
    from cryogui.tiers.scene_data import ParticlePoses

    ranges, rng = challenge_ranges("cryo_em", "public"), np.random.default_rng(0)
    poses = ParticlePoses(uniform_rotations(8, rng), np.zeros((8, 2)), np.full(8, 1e4), np.zeros(8))
    stack = ParticleStack((N, N, N), (N, N), poses.rotations, poses.shifts_px, 1e4, 0.0, optics=Optics(4.0))
    cloud = GaussianCloud.of(rng.normal(0.0, 3.0, (30, 3)), 0.9, 1.0)
    x = voxel_integrals(cloud, (N, N, N))
    y = stack.apply(x, ranges.nominal.replace(defocus_error=150.0))
    y += rng.normal(0.0, 0.02 * y.std(), y.shape).astype(np.float32)
    data = SceneData(y, ranges, Microscope(4.0, 300.0, 2.7, 0.1, 0.0, 1e6, 0.01, 1.0), poses, {"scene": "b"})
    path = folder / "particles.h5"
    write_tier(path, [data], variant="cryo_em", tier="public", spec_dag=["C", "D"])
    return path


def test_two_particles_are_held_against_each_other_under_the_spec(desk: Any, pair: Any) -> None:
    box = page(desk).views
    assert [box.itemText(row) for row in range(box.count())] == ["Common line", "Residual by direction"]
    assert pair.pane.image.shape == (60, 120)
    first = desk.store.session.scene.image_index
    assert set(curves(pair.profiles)) == {f"#{first + 1}", "#1"}
    assert page(desk).sentence.text().startswith(f"#{first + 1} and #1, seen ")
    before = page(desk)._measured.line.correlation
    desk.screen.parameters.specEdited.emit("defocus_error", 150.0)
    desk.screen.parameters.editFinished.emit("defocus_error")
    settle(desk)
    assert page(desk)._measured.line.correlation > before
    assert len(pair.pane.decorations.rings) == 1


def test_the_other_particle_is_chosen_by_its_number(desk: Any, pair: Any) -> None:
    pair.partner.setValue(6)
    settle(desk)
    assert desk.store.session.geometry.partner == 5 and page(desk)._measured.chosen[1] == 5
    desk.view.show_image(5)
    settle(desk)
    assert page(desk)._measured.chosen == (5, 6), "not the same one twice"
    assert pair.partner.value() == 7


def test_it_says_why_there_is_none_and_what_is_under_the_pointer(desk: Any, pair: Any) -> None:
    assert offered_views(None) == () and why_none(None) == NOTHING_OPEN
    pair.pane.hovered.emit(3.0, 5.0, 0.5)
    assert desk.screen.status.cursor_text == "first 15°  second 9°  ·  correlation 0.500"


# ---- the residual by direction


@pytest.fixture
def directions(desk: Any) -> Any:
    program_look(desk, view="directions")
    return page(desk).sights["directions"]


def test_an_offset_is_left_across_the_axis_and_goes_with_it(desk: Any, directions: Any) -> None:
    assert "Less than the noise" in page(desk).sentence.text(), "the file states more than there is"
    far = curves(directions.plot)["all images"]
    assert len(far.x) == 13 and far.y[0] == far.y[-1] and far.y[0] > 2.0 * far.y[6]
    set_scene(desk, spec=TRUE_SPEC)
    settle(desk)
    near = curves(directions.plot)["all images"]
    assert near.y[0] < 0.5 * far.y[0]
    assert directions.pane.image.shape[1] == 12


def test_the_image_shown_has_a_curve_of_its_own(desk: Any, directions: Any) -> None:
    here, series = (curves(directions.plot)[name].y for name in ("this image", "all images"))
    desk.view.show_image(2)
    settle(desk)
    assert not np.allclose(curves(directions.plot)["this image"].y, here)
    np.testing.assert_allclose(curves(directions.plot)["all images"].y, series)
    set_scene(desk, excluded=frozenset({1}))
    settle(desk)
    assert not np.allclose(curves(directions.plot)["all images"].y, series)


def test_particles_are_seen_from_their_astigmatism_too(desk: Any, pair: Any) -> None:
    program_look(desk, view="directions")
    plot = page(desk).sights["directions"].plot
    assert {"this image", "all images", "from each astigmatism axis", "noise"} <= set(curves(plot))


def lobed(two: float, four: float, at_deg: float, level: float = 3.0) -> ByDirection:
    """A residual with lobes of these amplitudes along `at_deg`."""
    angle = np.deg2rad(DIRECTIONS_DEG - at_deg)
    ratio = level + two * np.cos(2 * angle) + four * np.cos(4 * angle)
    return ByDirection(np.array([0.1]), ratio[None], np.full((1, len(ratio)), 1e5))


@pytest.mark.parametrize(
    ("series", "about", "is_tilt_series", "said"),
    [
        (lobed(0.0, 0.0, 0.0, 1.02), None, True, "nothing is left but noise"),
        (lobed(0.0, 0.0, 0.0), None, True, "Much alike in all directions"),
        (lobed(1.5, 0.0, 3.0), None, True, "across the tilt axis"),
        (lobed(1.5, 0.0, 88.0), None, True, "moved along the tilt axis"),
        (lobed(1.5, 0.0, 0.0), None, False, "a beam tilt"),
        (lobed(1.5, 0.0, 45.0), None, False, "a drift"),
        (lobed(0.0, 1.5, 30.0), None, False, "Four lobes along 30° and 120°"),
        (lobed(0.0, 0.0, 0.0), lobed(0.0, 1.0, 0.0), False, words._ASTIGMATISM),
        (lobed(0.0, 0.0, 0.0), lobed(1.0, 0.0, 90.0), False, words._BOTH),
        (lobed(0.0, 0.0, 0.0), lobed(1.0, 0.0, 45.0), False, "Much alike in all directions"),
    ],
)
def test_what_lobes_mean(series: Any, about: Any, is_tilt_series: bool, said: str) -> None:
    assert said in words.direction_sentence(series, about, True, is_tilt_series)


def test_without_a_noise_level_it_says_so() -> None:
    said = words.direction_sentence(lobed(0.0, 0.0, 0.0, 1.0), None, False, True)
    assert said.startswith("The file does not tell the noise.") and "nothing" not in said.lower()
