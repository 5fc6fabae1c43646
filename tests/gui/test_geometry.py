"""The geometry tab: centres of mass against the curve of the spec."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtTest import QTest

from cryogui.app.main import new_program
from cryogui.app.measure import settle
from cryogui.app.pages import geometry_words as words
from cryogui.app.views.sentence import Sentence
from tests.gui.conftest import TILTS, TRUE_SPEC

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
    assert label.toolTip() == label.text()
