"""The window without a pointer and without eyes: Tab goes as one reads, everything has a name and a hint."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QTextDocument
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFrame,
    QLabel,
    QLineEdit,
    QListView,
    QTabBar,
    QToolButton,
    QWidget,
)

from cryogui.app import theme
from cryogui.app.main import new_program
from cryogui.app.measure import pause, settle, until
from cryogui.app.tab_order import move_focus, stops, takes_tab
from cryogui.app.views.canvas import ImageCanvas
from cryogui.app.views.image_pane import ImagePane
from cryogui.app.views.strip_bars import StripBars


@pytest.fixture(scope="module")
def opened(qapp: QApplication, tier_path: Path) -> Iterator[Any]:
    """One dressed window for all tests here, with every tab made."""
    theme.apply_theme(qapp, "dark")
    program = new_program()
    program.screen.window.show()
    program.open([tier_path])
    for name in program.screen.tabs.names:
        settle(program)
        program.view.show_tab(name)
    yield program
    program.screen.window.close()
    theme.undress(qapp)


@pytest.fixture
def window(opened: Any) -> Any:
    """Active, with the first tab shown."""
    made = opened.screen.window
    made.activateWindow()
    until(made.isActiveWindow)
    opened.view.show_tab(opened.screen.tabs.names[0])
    settle(opened)
    return made


def walk(window: Any) -> list[QWidget]:
    """What Tab reaches from the beginning, each once."""
    window.setFocus()
    reached: list[QWidget] = []
    for _ in range(300):
        QTest.keyClick(window.focusWidget() or window, Qt.Key.Key_Tab)
        if window.focusWidget() in reached:
            break
        reached.append(window.focusWidget())
    return reached


def inner(widget: QWidget) -> bool:
    """Parts that Qt makes for itself: the buttons of tab bars, the lists of combo boxes."""
    parent = widget.parentWidget()
    of_tabs = isinstance(widget, QToolButton) and isinstance(parent, QTabBar)
    of_combo = isinstance(widget, QListView) and type(parent) is QFrame
    return of_tabs or of_combo or widget.focusProxy() is not None


def focusable(window: Any) -> list[QWidget]:
    found = [w for w in window.findChildren(QWidget) if w.focusPolicy() != Qt.FocusPolicy.NoFocus]
    return [widget for widget in found if not inner(widget)]


def test_tab_goes_through_the_window_as_one_reads(opened: Any, window: Any) -> None:
    screen, reached = opened.screen, walk(window)
    rows = screen.parameters.rows
    wanted = [
        screen.data.tree,
        *(pane.findChild(ImageCanvas) for pane in (screen.measured, screen.forward, screen.residual)),
        screen.strip.bars,
        screen.tabs.bar,
        *(screen.ortho.panes[name].findChild(ImageCanvas) for name in ("xy", "xz", "yz")),
        screen.reconstruction.objects,
        screen.reconstruction.run_button,
        *(widget for row in rows.values() for widget in (row.slider, row.spin, row.lock_button)),
    ]
    places = [reached.index(widget) for widget in wanted]
    assert places == sorted(places)


def test_tab_and_its_reverse_reach_everything_that_takes_the_keyboard(opened: Any, window: Any) -> None:
    there = walk(window)
    missed = [w for w in focusable(window) if takes_tab(w) and w.window() is window and w not in there]
    assert missed == []
    there[3].setFocus()
    QTest.keyClick(there[3], Qt.Key.Key_Backtab)
    assert window.focusWidget() is there[2]


def test_a_page_made_later_is_reached_between_the_tabs_and_what_is_below(opened: Any, window: Any) -> None:
    opened.view.show_tab("live_slice")
    settle(opened)
    reached, screen = walk(window), opened.screen
    live = screen.live_slice.live.findChild(ImageCanvas)
    assert reached.index(screen.tabs.bar) < reached.index(live) < reached.index(screen.reconstruction.objects)
    hidden = screen.ortho.panes["xy"].findChild(ImageCanvas)
    assert hidden not in reached


def test_what_has_the_keyboard_shows_it(opened: Any, window: Any) -> None:
    reached = walk(window)
    invisible = []
    for widget in reached:
        if isinstance(widget, QLineEdit):
            continue  # the cursor
        shots = []
        for holder in (widget, next(w for w in reached if w is not widget)):
            holder.setFocus(Qt.FocusReason.TabFocusReason)
            pause(1)
            shots.append(widget.grab().toImage())
        if shots[0] == shots[1]:
            invisible.append(f"{type(widget).__name__} '{widget.accessibleName()}'")
    assert invisible == []


def test_everything_that_takes_the_keyboard_has_a_name(opened: Any, window: Any) -> None:
    mute = [
        f"{type(widget).__name__} in {type(widget.parentWidget()).__name__}"
        for widget in focusable(window)
        if not widget.accessibleName()
        and not (isinstance(widget, QAbstractButton | QLabel) and (widget.text() or widget.isHidden()))
    ]
    assert mute == []


def hint(widget: QWidget) -> str:
    """The tooltip, and of an image that of its pane's title."""
    if isinstance(widget, ImageCanvas):
        pane = widget.parentWidget()
        while not isinstance(pane, ImagePane):
            pane = pane.parentWidget()
        return widget.toolTip() and pane.title_label.toolTip()
    if isinstance(widget, StripBars):  # its tooltips are those of single images
        return widget.parentWidget().toolTip()
    return widget.toolTip()


def test_every_control_has_a_tooltip(opened: Any, window: Any) -> None:
    bare = [
        f"{type(widget).__name__} '{widget.accessibleName()}' in {type(widget.parentWidget()).__name__}"
        for widget in focusable(window)
        if not isinstance(widget, QLabel) and not hint(widget).strip()
    ]
    assert bare == []


def test_tooltips_of_parameters_tell_the_physics_and_the_formula(opened: Any, window: Any) -> None:
    for row in opened.screen.parameters.rows.values():
        document = QTextDocument()
        document.setHtml(row.slider.toolTip())
        about, words = row.parameter.description, document.toPlainText()
        assert about.physics and about.physics in words
        assert about.formula and about.formula in words


def test_focus_scrolls_into_sight(opened: Any, window: Any) -> None:
    size = window.size()
    window.resize(1280, 640)
    settle(opened)
    last = list(opened.screen.parameters.rows.values())[-1]
    assert last.slider.visibleRegion().isEmpty()
    last.slider.setFocus()
    before = stops(window, (opened.screen.parameters,)).index(last.slider)
    assert before > 0
    move_focus(window, (opened.screen.parameters,), forward=False)
    move_focus(window, (opened.screen.parameters,), forward=True)
    assert last.slider.hasFocus() and not last.slider.visibleRegion().isEmpty()
    window.resize(size)


def test_tab_stays_within_a_floating_panel(opened: Any, window: Any) -> None:
    panel = window.workspace.panels["microscope"]
    panel.setFloating(True)
    panel.activateWindow()
    until(panel.isActiveWindow)
    first = opened.screen.parameters.rows["tilt_axis_offset"]
    first.slider.setFocus()
    QTest.keyClick(first.slider, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() in (first.spin, first.spin.lineEdit())
    panel.setFloating(False)


def test_menus_open_by_their_letters(opened: Any, window: Any) -> None:
    letters = [action.text() for action in window.menuBar().actions()]
    marked = [text[text.index("&") + 1].lower() for text in letters if "&" in text]
    assert len(marked) == len(letters) == len(set(marked))
