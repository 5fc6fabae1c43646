"""The landscape tab: a map from coarse to fine, and going to places in it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtTest import QTest

from cryogui.app.main import new_program
from cryogui.app.measure import settle, until
from cryogui.app.pages.landscape_map import OF_FITTED, OF_TRUTH, TOO_FEW
from cryogui.app.views.landscape_paint import picture
from cryogui.session import ObjectChoice

X, Y, OTHER = "tilt_axis_offset", "tilt_angle_accuracy", "dose_induced_shrinkage"


@pytest.fixture(scope="module")
def shared(qapp: Any, tier_path: Path) -> Iterator[Any]:
    program = new_program()
    program.screen.window.show()
    program.open([tier_path])
    settle(program)
    program.view.show_tab("landscape")
    settle(program)
    yield program
    program.screen.window.close()


@pytest.fixture
def desk(shared: Any) -> Iterator[Any]:
    """With nothing to undo, and the map of the first two parameters complete."""
    session = shared.store.session
    until(lambda: page(shared).landscape is not None and page(shared).landscape.is_complete, 30)
    shared.store.forget()
    yield shared
    shared.store.update(session, None)
    settle(shared)


def page(program: Any) -> Any:
    return next(each for each in program.pages if each.name == "landscape")


def spec(program: Any) -> Any:
    return program.store.session.scene.spec


def at(view: Any, place: tuple[float, float]) -> QPoint:
    return view.point(place).toPoint()


def test_the_map_is_the_residual_under_each_pair_of_values(desk: Any) -> None:
    found, live = page(desk).landscape, desk.engine.model.live
    assert page(desk).view.axes == tuple(desk.engine.model.scene.ranges[name] for name in (X, Y))
    for row, column in ((0, 0), (7, 20), (24, 3)):
        values = {X: float(found.xs[column]), Y: float(found.ys[row])}
        assert found.values[row, column] == pytest.approx(live.misfit(spec(desk).replace(**values)).residual)
    assert page(desk)._card.caption_label.text() == OF_TRUTH
    places = page(desk).view.places
    assert places.present == places.nominal == (0.0, 0.0) and places.true == (0.5, 0.0)


def test_a_drag_is_one_step_and_its_path_is_drawn(desk: Any) -> None:
    view = page(desk).view
    places = [(0.1, 0.1), (0.3, 0.2), (0.6, 0.3)]
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=at(view, places[0]))
    for place in places[1:]:
        QTest.mouseMove(view, at(view, place))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=at(view, places[-1]))
    assert (spec(desk)[X], spec(desk)[Y]) == pytest.approx(places[-1], abs=0.02)
    assert [name for name, _, _ in desk.store.steps] == ["Go in the landscape"]
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=at(view, (1.0, 0.0)))
    assert len(view.places.path) == 3 and view.places.path[0] == (0.0, 0.0)
    before = page(desk).landscape
    desk.store.undo()
    assert view.places.present == pytest.approx(places[-1], abs=0.02)
    desk.store.undo()
    assert view.places.present == (0.0, 0.0)
    assert page(desk).landscape is before, "going about in a map leaves it as it is"


def test_keys_move_and_what_is_locked_stays(desk: Any) -> None:
    view = page(desk).view
    desk.screen.parameters.lockToggled.emit(Y, True)
    QTest.keyClick(view, Qt.Key.Key_Right)
    QTest.keyClick(view, Qt.Key.Key_Up)
    assert spec(desk)[X] == pytest.approx(1.8 / 200) and spec(desk)[Y] == 0.0


def test_another_parameter_makes_the_map_anew_from_coarse_to_fine(desk: Any) -> None:
    strides = []
    take = page(desk)._take

    def noted(landscape: Any, relief: Any) -> None:
        strides.append(landscape.stride)
        take(landscape, relief)

    page(desk)._take = noted
    try:
        before = page(desk).landscape
        desk.screen.parameters.edit(OTHER, 2.0)
        desk.screen.parameters.finish_edit(OTHER)
        assert page(desk).view._is_stale
        until(lambda: strides[-1:] == [1], 30)
    finally:
        del page(desk)._take
    assert strides == [6, 3, 1] and not page(desk).view._is_stale
    assert not np.allclose(page(desk).landscape.values, before.values)


def test_axes_are_chosen_and_change_places(desk: Any) -> None:
    boxes = page(desk).boxes
    boxes[0].activated.emit(boxes[0].findData(OTHER))
    assert page(desk)._names == (OTHER, Y)
    boxes[1].activated.emit(boxes[1].findData(OTHER))
    assert page(desk)._names == (Y, OTHER)
    assert [box.currentData() for box in boxes] == [Y, OTHER]
    assert page(desk).landscape is None, "the map was of others"
    until(lambda: page(desk).landscape is not None, 30)


def test_going_to_the_lowest(desk: Any) -> None:
    page(desk).lowest.click()
    lowest = page(desk).landscape.lowest
    assert (spec(desk)[X], spec(desk)[Y]) == lowest[:2]
    assert page(desk).figures.figures["here"] == page(desk).figures.figures["lowest"]
    assert abs(lowest[0] - 0.5) < 0.1, "x is the truth: the offset is found"


def test_a_reconstruction_as_x_is_said_to_favour_its_spec(desk: Any) -> None:
    session = desk.store.session
    desk.store.update(session.with_scene(object=ObjectChoice("quick")), None)
    assert page(desk)._card.caption_label.text() == OF_FITTED
    settle(desk)


def test_a_scene_without_two_parameters_has_no_landscape(desk: Any, monkeypatch: Any) -> None:
    from cryogui.session import Need

    model = desk.engine.model
    monkeypatch.setattr(type(model), "acting", frozenset({X}))
    page(desk).refresh(Need.SPEC)
    assert page(desk).view._message == TOO_FEW and not page(desk).lowest.isEnabled()
    monkeypatch.undo()
    page(desk).refresh(Need.SPEC)
    assert page(desk).view._message == ""


def test_the_picture_has_the_first_row_at_its_bottom(qapp: Any) -> None:
    values = np.array([[0.0, 0.0], [1.0, 1.0]])
    made = picture(values)
    bottom, top = made.pixelColor(0, made.height() - 1), made.pixelColor(0, 0)
    assert bottom.lightness() < top.lightness()


def test_points_and_places_are_inverse(desk: Any) -> None:
    view = page(desk).view
    for place in ((-0.6, -0.2), (0.25, 0.1), (1.2, 0.4)):
        assert view.place_at(view.point(place)) == pytest.approx(place)
    assert view.place_at(QPointF(-50.0, 1e5)) == (-0.6, -0.2), "beyond the map its nearest place"


def test_the_map_is_exported_as_a_table_of_its_points(desk: Any, tmp_path: Path) -> None:
    view, found = page(desk).view, page(desk).landscape
    view.exportRequested.emit(view.name)
    dialog = desk.exports.dialog
    assert dialog.offer.name == "landscape_curves" and dialog.offer.endings[-1] == ".csv"
    path = tmp_path / "map.csv"
    dialog.exportRequested.emit(path)
    until(lambda: path.exists() and not dialog.is_running, 30)
    dialog.close()
    with open(path, newline="", encoding="utf-8") as file:
        head, *rows = csv.reader(file)
    assert head == ["tilt-axis offset [px]", "tilt-angle accuracy [°/tilt]", "residual ‖r‖/‖y‖"]
    x, y, residual = np.array(rows, float).T
    assert len(rows) == found.values.size
    live = desk.engine.model.live
    for row in (0, 30, 411):
        spec_there = spec(desk).replace(**{X: float(x[row]), Y: float(y[row])})
        assert residual[row] == pytest.approx(live.misfit(spec_there).residual)
