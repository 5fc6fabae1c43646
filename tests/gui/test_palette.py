"""The palette lists everything, finds it by a few letters, and works without a pointer."""

from __future__ import annotations

from typing import Any

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QKeySequence
from PyQt6.QtTest import QTest

from cryogui.app.control.palette import PaletteController
from cryogui.app.entries import ENTRIES
from cryogui.app.measure import pause, settle, until
from cryogui.app.views.command_palette import Command, CommandPalette, found


def command(title: str, path: str = "View", help_text: str = "", why_not: str = "") -> Command:
    return Command(title, path, "", help_text, why_not, lambda: None)


COMMANDS = [
    command("Zoom in"),
    command("Invert grey levels", help_text="Exchange black and white."),
    command("Levels: Darker"),
    command("Undo", "Edit", why_not="nothing to undo"),
]


def titles(query: str, recent: tuple[str, ...] = ()) -> list[str]:
    return [each.title for each, _ in found(COMMANDS, query, recent)]


def test_titles_count_before_menus_and_menus_before_sentences() -> None:
    assert titles("inv")[0] == "Invert grey levels"
    assert titles("edit") == ["Undo"]
    assert titles("exchange black") == ["Invert grey levels"]
    assert titles("quux") == []


def test_without_letters_the_recent_come_first() -> None:
    assert titles("", ("View/Levels: Darker", "View/Zoom in"))[:2] == ["Levels: Darker", "Zoom in"]
    assert len(titles("")) == len(COMMANDS)


@pytest.fixture
def opened(lent: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """With nothing chosen yet."""
    monkeypatch.setattr(lent.palette, "recent", ())
    monkeypatch.setattr(lent.palette, "remember", lambda names: None)
    return lent


@pytest.fixture
def window(opened: Any) -> Any:
    made = opened.screen.window
    made.activateWindow()
    until(made.isActiveWindow)
    opened.screen.parameters.rows["tilt_axis_offset"].slider.setFocus()
    QTest.keySequence(made, QKeySequence("Ctrl+Shift+P"))
    pause(20)
    return made


def palette_of(program: Any) -> CommandPalette:
    return program.palette.palette


def type_and_enter(palette: CommandPalette, letters: str) -> None:
    QTest.keyClicks(palette.search, letters)
    QTest.keyClick(palette.search, Qt.Key.Key_Return)


def test_every_entry_of_every_menu_is_listed(opened: Any, window: Any) -> None:
    listed = palette_of(opened).titles
    for entry in ENTRIES:
        if entry.name not in ("find_action", "undo", "redo"):
            words = entry.text.removesuffix(" …")
            assert any(words in title for title in listed), words
    for wanted in (
        "Sweep a parameter: missing wedge", "Go to missing wedge", "Reset missing wedge", "Theme: Light",
        "Tab: Live slice", "Panels: Data", "Panels: In a window of its own: Data",
    ):  # fmt: skip
        assert wanted in listed
    assert len(listed) == len(set(listed))


def test_everything_has_a_sentence(opened: Any, window: Any) -> None:
    mute = [each.title for each in opened.palette.commands() if not each.help]
    assert mute == []


def test_letters_and_enter_do_it_and_the_keyboard_returns(opened: Any, window: Any) -> None:
    palette = palette_of(opened)
    assert palette.isVisible() and palette.search.hasFocus()
    type_and_enter(palette, "live slice")
    settle(opened)
    assert opened.store.session.tab == "live_slice"
    assert palette.isHidden()
    assert opened.screen.parameters.rows["tilt_axis_offset"].slider.hasFocus()


def test_keys_that_mean_something_in_the_window_are_letters_here(opened: Any, window: Any) -> None:
    index = opened.store.session.scene.image_index
    QTest.keyClicks(palette_of(opened).search, "2p-x?")
    settle(opened)
    assert palette_of(opened).search.text() == "2p-x?"
    assert opened.store.session.scene.image_index == index
    assert not opened.screen.strip.is_playing and not opened.store.session.scene.excluded


def test_arrows_choose_and_pages_leap(opened: Any, window: Any) -> None:
    palette, index = palette_of(opened), opened.store.session.scene.image_index
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up):
        QTest.keyClick(palette.search, key)
    assert palette.list.currentRow() == 1
    QTest.keyClick(palette.search, Qt.Key.Key_PageDown)
    assert palette.list.currentRow() > 5
    assert opened.store.session.scene.image_index == index
    assert palette.titles[palette.list.currentRow()] in palette.search.accessibleDescription()


def test_escape_closes_and_changes_nothing(opened: Any, window: Any) -> None:
    session = opened.store.session
    QTest.keyClick(palette_of(opened).search, Qt.Key.Key_Escape)
    assert palette_of(opened).isHidden()
    assert opened.store.session == session
    assert opened.screen.parameters.rows["tilt_axis_offset"].slider.hasFocus()


def test_what_cannot_be_done_is_grey_with_its_reason_and_enter_leaves_it(opened: Any, window: Any) -> None:
    palette = palette_of(opened)
    QTest.keyClicks(palette.search, "undo")
    listed = {each.title: each for each in opened.palette.commands()}
    assert listed["Undo"].why_not == "nothing to undo"
    assert listed["Cancel"].why_not == "nothing is running"
    QTest.keyClick(palette.search, Qt.Key.Key_Return)
    assert palette.isVisible()
    assert "nothing to undo" in palette.search.accessibleDescription()


def test_a_click_elsewhere_closes_it(opened: Any, window: Any) -> None:
    opened.screen.data.tree.setFocus()
    assert palette_of(opened).isHidden()
    assert opened.screen.data.tree.hasFocus()


def test_choices_are_remembered_newest_first(opened: Any, window: Any) -> None:
    told: list[tuple[str, ...]] = []
    opened.palette.remember = told.append
    type_and_enter(palette_of(opened), "flip y")
    QTest.keySequence(window, QKeySequence("Ctrl+Shift+P"))
    type_and_enter(palette_of(opened), "colour bars")
    assert [name.partition("/")[2] for name in told[-1]] == ["Colour bars", "Flip Y to match IMOD"]
    QTest.keySequence(window, QKeySequence("Ctrl+Shift+P"))
    assert palette_of(opened).titles[0] == "Colour bars"
    assert {each.title: each.is_on for each in opened.palette.commands()}["Flip Y to match IMOD"]


def test_parameters_can_be_reached_reset_and_locked(opened: Any, window: Any) -> None:
    row = opened.screen.parameters.rows["missing_wedge"]
    type_and_enter(palette_of(opened), "go to missing")
    assert row.slider.hasFocus()
    opened.spec.set_values({"missing_wedge": 33.0})
    by_title = {each.title: each for each in opened.palette.commands()}
    by_title["Reset missing wedge"].run()
    assert row.value == 30.0
    by_title["Lock missing wedge"].run()
    assert opened.store.session.scene.locked == {"missing_wedge"}
    by_title = {each.title: each for each in opened.palette.commands()}
    assert by_title["Reset missing wedge"].why_not and "Unlock missing wedge" in by_title


def test_nothing_open_greys_what_needs_a_file(program: Any) -> None:
    assert isinstance(program.palette, PaletteController)
    reasons = {each.title: each.why_not for each in program.palette.commands()}
    assert reasons["Close file"] == "no file is open" and reasons["Open"] == ""
