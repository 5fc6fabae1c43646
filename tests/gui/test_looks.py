"""Zoom, inversion and colours of panes: kept in the session, one step each, undone without an echo."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, QPointF, QRectF, Qt
from PyQt6.QtGui import QWheelEvent
from PyQt6.QtWidgets import QApplication, QWidget

from cryogui.app.actions import Actions
from cryogui.app.control.looks import PAUSE_SECONDS, LookController
from cryogui.app.measure import settle
from cryogui.app.present.looks import LookPresenter
from cryogui.app.views.image_pane import ImagePane
from cryogui.app.views.linked import link_views
from cryogui.session import Need, Store, resolve
from cryogui.session.looks import PaneLook

NAMES = "measured", "forward", "residual"


@pytest.fixture
def desk(qtbot: Any) -> SimpleNamespace:
    """Three linked panes in a window that is not shown, the store, and a clock that the test moves."""
    window, store, clock = QWidget(), Store(), [0.0]
    looks = LookPresenter(Actions(window))
    qtbot.addWidget(window)
    panes = {
        name: ImagePane(name, cmap="diverging" if name == "residual" else "grey", parent=window, name=name)
        for name in NAMES
    }
    link_views(list(panes.values()))
    for pane in panes.values():
        pane.resize(320, 340)
        pane.set_image(np.arange(4800, dtype=np.float32).reshape(60, 80))
        pane.set_levels(0.0, 4800.0)
    store.changed.connect(lambda old, new: looks.draw(resolve(old, new), new))
    controller = LookController(store, looks, lambda: clock[0])
    controller.adopt(window)
    return SimpleNamespace(store=store, panes=panes, clock=clock, controller=controller, window=window)


def views(desk: Any) -> list[tuple[float, ...] | None]:
    return [desk.store.session.look(name).view for name in NAMES]


def test_zooming_moves_linked_panes_in_one_step_and_undo_brings_all_back(desk: Any) -> None:
    before = [pane.view_rect() for pane in desk.panes.values()]
    desk.panes["forward"].zoom(2.0)
    assert desk.store.undo_name == "Zoom forward"
    first, second, third = views(desk)
    assert first == second == third is not None
    assert desk.panes["residual"].view_rect().width() < 0.6 * before[2].width()
    desk.store.undo()
    assert views(desk) == [None] * 3
    assert [pane.view_rect() for pane in desk.panes.values()] == before
    assert desk.store.undo_name is None
    assert desk.store.redo_name == "Zoom forward"
    desk.store.redo()
    assert views(desk) == [first] * 3
    for pane in desk.panes.values():
        assert pane.part == QRectF(*first)


def test_a_run_of_zooming_is_one_step_and_a_later_one_another(desk: Any) -> None:
    for _ in range(5):
        desk.panes["measured"].zoom(1.25)
        desk.clock[0] += PAUSE_SECONDS / 2
    after_first = views(desk)[0]
    desk.clock[0] += 2 * PAUSE_SECONDS
    desk.panes["measured"].view_all()
    assert views(desk) == [None] * 3
    desk.store.undo()
    assert views(desk) == [after_first] * 3
    desk.store.undo()
    assert (views(desk), desk.store.undo_name) == ([None] * 3, None)


def test_inversion_and_colours_are_steps_of_the_panes_they_reach(desk: Any) -> None:
    desk.panes["measured"].invert()
    desk.panes["residual"].choose_colours("viridis")
    session = desk.store.session
    assert desk.store.undo_name == "Recolour residual"
    assert [session.look(name).inverted for name in NAMES] == [True, True, False]
    assert [session.look(name).colours for name in NAMES] == ["", "", "viridis"]
    desk.store.undo()
    assert desk.panes["residual"].colours == ""
    assert desk.store.undo_name == "Invert measured"
    desk.store.undo()
    assert [pane.is_inverted for pane in desk.panes.values()] == [False] * 3


def test_undo_does_not_echo(desk: Any) -> None:
    desk.panes["measured"].zoom(3.0)
    desk.panes["measured"].invert()
    heard: list[Any] = []
    for pane in desk.panes.values():
        for signal in (pane.viewChanged, pane.invertedChanged, pane.coloursChanged):
            signal.connect(heard.append)
    desk.store.undo()
    desk.store.undo()
    desk.store.redo()
    assert not heard
    assert desk.store.redo_name == "Invert measured"


def test_a_pane_made_later_is_drawn_as_it_was_kept(desk: Any) -> None:
    look = PaneLook(True, "viridis", (3.0, 4.0, 5.0, 6.0), (60, 80))
    desk.store.update(desk.store.session.with_look("later", **vars(look)), None)
    page = QWidget(desk.window)
    pane = ImagePane("later", parent=page, name="later")
    desk.controller.adopt(page)
    pane.set_image(np.zeros((60, 80), np.float32))
    assert (pane.is_inverted, pane.colours) == (True, "viridis")
    assert pane.part == QRectF(3, 4, 5, 6)
    assert pane.view_rect().contains(QRectF(3, 4, 5, 6))


def test_another_zoom_needs_nothing_but_looks(desk: Any) -> None:
    before = desk.store.session
    desk.panes["measured"].zoom(2.0)
    assert resolve(before, desk.store.session) == {Need.LOOKS}


def wheel(pane: ImagePane) -> None:
    viewport = pane._canvas.viewport()
    middle = QPointF(viewport.rect().center())
    QApplication.sendEvent(viewport, QWheelEvent(
        middle, QPointF(viewport.mapToGlobal(middle)), QPoint(), QPoint(0, 120),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    ))  # fmt: skip


def test_the_window_brings_back_the_same_view_when_its_session_is_restored(opened: Any) -> None:
    screen, store = opened.screen, opened.store
    for _ in range(4):
        wheel(screen.residual)
    wheel(screen.ortho.panes["xz"])
    screen.ortho.panes["xy"].invert()
    settle(opened)
    kept, rects = store.session, {pane.name: pane.view_rect() for pane in screen.window.panes}
    assert len({repr(getattr(screen, name).part) for name in NAMES}) == 1
    for pane in (screen.measured, *screen.ortho.panes.values()):
        pane.view_all()
        pane.set_inverted(False)
    store.update(kept, None)
    settle(opened)
    for pane in screen.window.panes:
        assert pane.view_rect().getRect() == pytest.approx(rects[pane.name].getRect(), abs=1e-6)
    assert screen.ortho.panes["yz"].is_inverted


def test_zooming_computes_nothing(opened: Any) -> None:
    asked: list[Any] = []
    opened.engine.picture_ready.connect(lambda *_: asked.append("picture"))
    opened.engine.misfit_ready.connect(lambda *_: asked.append("misfit"))
    for _ in range(20):
        wheel(opened.screen.measured)
    assert opened.scheduler.is_idle
    settle(opened)
    assert not asked
    opened.screen.actions.undo.trigger()
    assert opened.store.undo_name is None
    assert opened.screen.measured.part is None


def test_colour_bars_are_switched_in_one_step_and_back(opened: Any) -> None:
    panes = [opened.screen.measured, opened.screen.ortho.panes["xy"]]
    assert opened.screen.actions.colour_bars.isChecked()
    assert all(pane.colour_bar.isVisible() for pane in panes)
    opened.screen.actions.colour_bars.trigger()
    assert not any(pane.colour_bar.isVisible() for pane in panes)
    opened.screen.actions.undo.trigger()
    assert all(pane.colour_bar.isVisible() for pane in panes)
    assert opened.screen.actions.colour_bars.isChecked()


def test_the_colour_bar_tells_the_unit_and_changes_the_contrast_of_the_session(opened: Any) -> None:
    residual, actions = opened.screen.residual, opened.screen.actions
    assert residual.unit == "σ"
    assert residual.colour_bar.texts == ("−4", "0", "4 σ")
    residual.colour_bar.levelsDragged.emit(-2.0, 2.0)
    assert residual.levels == (-2.0, 2.0)
    assert opened.store.undo_name == "Change contrast"
    actions.residual_in_noise.trigger()
    settle(opened)
    assert residual.unit == "a.u."
    actions.undo.trigger()
    actions.undo.trigger()
    settle(opened)
    assert residual.colour_bar.levels == residual.levels == (-4.0, 4.0)


def test_every_image_on_show_has_a_unit(opened: Any) -> None:
    units = {}
    for tab in opened.screen.tabs.names:
        opened.view.show_tab(tab)
        settle(opened)
        units |= {pane.name: pane.unit for pane in opened.screen.window.panes if pane.image is not None}
    assert [name for name, unit in units.items() if not unit] == []
    assert (units["xy"], units["spectrum"], units["psf"]) == ("a.u.", "log₁₀ power", "of the peak")


def test_contrast_of_the_live_slice_is_kept_with_the_scene_and_undone(opened: Any) -> None:
    opened.view.show_tab("live_slice")
    settle(opened)
    live = opened.screen.live_slice
    found = live.live.levels
    live.live.choose_levels((-7.0, 7.0))
    assert dict(opened.store.session.scene.levels)["live_slice"] == (-7.0, 7.0)
    opened.screen.parameters.specEdited.emit("tilt_axis_offset", 0.4)
    settle(opened)
    assert live.live.levels == (-7.0, 7.0)
    live.object.hovered.emit(12.0, 10.0, 0.0)
    assert opened.screen.status.cursor_text.startswith("x 12  z 10 px  (120, 100 Å)  ·  live ")
    opened.screen.actions.undo.trigger()
    opened.screen.actions.undo.trigger()
    assert live.live.levels == found
