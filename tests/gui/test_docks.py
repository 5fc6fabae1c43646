"""Panels float, close and return with what is in them, and a layout can be kept and brought back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PyQt6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PyQt6.QtGui import QColor, QEnterEvent, QImage
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QLabel

from cryogui.app import theme
from cryogui.app.layout import Workspace
from cryogui.app.main import new_program
from cryogui.app.measure import pause, settle
from cryogui.app.panels.dock import Panel

PANELS = ("data", "microscope", "reconstruction")


@pytest.fixture
def undressed(qapp: QApplication) -> Iterator[None]:
    yield
    theme.apply_theme(qapp, "dark")


@pytest.fixture
def opened(lent: Any) -> Iterator[Any]:
    yield lent
    lent.screen.actions.reset_layout.trigger()


def places(workspace: Workspace) -> dict[str, tuple[bool, bool, int]]:
    """Per panel: floating, closed, width."""
    return {
        name: (panel.isFloating(), panel.isHidden(), panel.width())
        for name, panel in workspace.panels.items()
    }


def inked(image: QImage, area: QRect) -> int:
    """How many pixels of `area` differ from the card's ground."""
    ground = QColor(theme.palette().card).rgb()
    return sum(
        image.pixel(x, y) != ground
        for x in range(area.left(), area.right(), 2)
        for y in range(area.top(), area.bottom(), 2)
    )


@pytest.mark.parametrize("name", PANELS)
def test_a_panel_floats_with_its_content_drawn_and_returns(opened: Any, name: str) -> None:
    window = opened.screen.window
    panel = window.workspace.panels[name]
    before = places(window.workspace)
    docked = panel.grab().toImage()
    QTest.mouseDClick(panel.title_bar, Qt.MouseButton.LeftButton, pos=_bare_spot(panel))
    settle(opened)
    assert panel.isFloating() and panel.isWindow() and panel.isVisible()
    shot = panel.grab().toImage()
    area = panel.card.geometry().adjusted(8, 8, -8, -8)
    assert inked(shot, area) > 0.8 * inked(docked, area) > 0
    QTest.mouseDClick(panel.title_bar, Qt.MouseButton.LeftButton, pos=_bare_spot(panel))
    settle(opened)
    assert places(window.workspace) == before


def _bare_spot(panel: Panel) -> QPoint:
    """A point of the title bar that no button covers."""
    return QPoint(panel.title_bar.width() // 2, panel.title_bar.height() - 3)


def test_sliders_of_a_floating_panel_reach_the_panes(opened: Any) -> None:
    window = opened.screen.window
    before = opened.screen.forward.image.copy()
    window.workspace.panels["microscope"].setFloating(True)
    settle(opened)
    row = opened.screen.parameters.rows["tilt_axis_offset"]
    row.slider.setFocus()
    QTest.keyClick(row.slider, Qt.Key.Key_End)
    settle(opened)
    assert opened.store.session.scene.spec["tilt_axis_offset"] == row.parameter.maximum
    assert (opened.screen.forward.image != before).any()


def test_floating_and_docking_leave_the_canvases_drawn(opened: Any) -> None:
    window, screen = opened.screen.window, opened.screen
    middle = screen.measured.mapTo(window, screen.measured.rect().center())
    for floating in (True, False):
        for panel in window.workspace.panels.values():
            panel.setFloating(floating)
        settle(opened)
        pause(50)
        shot = window.grab().toImage()
        middle = screen.measured.mapTo(window, screen.measured.rect().center())
        assert shot.pixelColor(middle).red() > 60  # the body is bright
        assert screen.ortho.panes["xy"].isVisible()


def test_buttons_come_with_the_pointer_and_do_what_they_say(opened: Any) -> None:
    panel = opened.screen.window.workspace.panels["data"]
    title = panel.title_bar
    assert title.float_button.isHidden() and title.close_button.isHidden()
    at = QPointF(5, 5)
    QApplication.sendEvent(title, QEnterEvent(at, at, at))
    assert title.float_button.isVisible()
    title.float_button.click()
    assert panel.isFloating()
    title.float_button.click()
    assert not panel.isFloating()
    title.close_button.click()
    assert panel.isHidden()
    panel.toggleViewAction().trigger()
    assert panel.isVisible()
    QApplication.sendEvent(title, QEvent(QEvent.Type.Leave))
    assert title.float_button.isHidden()


def test_a_slim_grip_offers_what_titles_have_buttons_for(opened: Any) -> None:
    panel = opened.screen.window.workspace.panels["reconstruction"]
    bar = opened.screen.reconstruction
    left = bar.mapTo(panel, bar.rect().topLeft()).x() + bar.body.contentsMargins().left()
    image = opened.screen.measured
    assert abs(left - image.body.contentsMargins().left()) <= theme.px(2), "as the contents of other cards"
    for words, floats in (("In a window of its own", True), ("Back into the window", False)):
        chosen = {action.text(): action for action in panel.title_bar.menu().actions()}
        chosen[words].trigger()
        assert panel.isFloating() == floats
    chosen["Close"].trigger()
    assert panel.isHidden()


def test_the_view_menu_lists_every_panel_with_a_check_mark(opened: Any) -> None:
    workspace = opened.screen.window.workspace
    checks = {a.text(): a for a in opened.screen.actions.panel_menu.actions() if a.isCheckable()}
    assert list(checks) == [panel.windowTitle() for panel in workspace.panels.values()]
    checks["Data"].trigger()
    assert workspace.panels["data"].isHidden() and not checks["Data"].isChecked()
    opened.screen.actions.reset_layout.trigger()
    assert workspace.panels["data"].isVisible() and checks["Data"].isChecked()


def test_reset_puts_everything_back(opened: Any) -> None:
    window = opened.screen.window
    before = places(window.workspace)
    panels = window.workspace.panels
    panels["data"].setFloating(True)
    panels["reconstruction"].close()
    window.workspace.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, panels["microscope"])
    settle(opened)
    assert places(window.workspace) != before
    opened.screen.actions.reset_layout.trigger()
    settle(opened)
    assert places(window.workspace) == before
    assert panels["microscope"].x() > panels["data"].x()


@pytest.fixture
def dressed(qapp: Any) -> Iterator[Any]:
    """The program as it is started, with its style sheet on."""
    theme.apply_theme(qapp, "dark")
    made = new_program()
    made.screen.window.show()
    settle(made)
    yield made
    made.screen.window.close()


def test_panels_above_each_other_share_the_height_and_again_when_the_layout_is_reset(dressed: Any) -> None:
    workspace = dressed.screen.window.workspace
    data, snapshots = workspace.panels["data"], workspace.panels["snapshots"]
    before = data.height()
    assert before / snapshots.height() == pytest.approx(8 / 5, rel=0.03)
    workspace.resizeDocks([data, snapshots], [100, 300], Qt.Orientation.Vertical)
    settle(dressed)
    assert data.height() < 0.8 * before
    dressed.screen.actions.reset_layout.trigger()
    settle(dressed)
    assert data.height() == pytest.approx(before, abs=2)


def test_the_heading_is_as_high_as_the_menu(dressed: Any) -> None:
    window = dressed.screen.window
    assert window._heading.height() >= window.menuBar().height() - 2


def test_a_layout_comes_back_as_it_was_kept(opened: Any) -> None:
    window = opened.screen.window
    panels = window.workspace.panels
    panels["data"].setFloating(True)
    panels["reconstruction"].close()
    window.workspace.resizeDocks([panels["microscope"]], [450], Qt.Orientation.Horizontal)
    settle(opened)
    kept, wanted = window.layout_state(), places(window.workspace)
    opened.screen.actions.reset_layout.trigger()
    settle(opened)
    assert places(window.workspace) != wanted
    assert window.restore_layout(kept)
    settle(opened)
    assert places(window.workspace) == wanted


@pytest.mark.parametrize("broken", [b"", b"\xff\x00", b"[]", b"{}", b'{"panels": "!", "centre": ""}'])
def test_what_is_no_layout_changes_nothing(program: Any, broken: bytes) -> None:
    window = program.screen.window
    before = places(window.workspace)
    assert not window.restore_layout(broken)
    assert places(window.workspace) == before


def test_a_panel_of_another_package_can_be_added(program: Any) -> None:
    window, words = program.screen.window, QLabel("ready")
    panel = window.add_panel("console", "Console", words, "bottom", shown=False)
    assert panel.isHidden()
    panel.toggleViewAction().trigger()
    pause(20)
    assert words.isVisible()
    assert panel.y() > window.workspace.panels["reconstruction"].y()


def test_no_card_has_two_title_lines(opened: Any) -> None:
    for panel in opened.screen.window.workspace.panels.values():
        if panel.card.title_label.text():
            assert panel.card.title_label.parent() is panel.title_bar


def test_the_panels_leave_the_images_their_space(opened: Any) -> None:
    """At the smallest size, the three columns have the widths of the sketch."""
    window = opened.screen.window
    window.resize(1280, 800)
    settle(opened)
    assert opened.screen.measured.width() >= 205
    assert opened.screen.tabs.height() >= 215
    assert opened.screen.reconstruction.height() <= 50
    opened.screen.reconstruction.unfoldRequested.emit(True)
    settle(opened)
    assert opened.screen.reconstruction.details.isVisible()
    assert opened.screen.measured.height() >= 190 and opened.screen.ortho.panes["xy"].height() >= 180
