"""What the program keeps between runs: written whole, read with suspicion, shared by several windows."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QStyleHints
from PyQt6.QtWidgets import QApplication

from cryogui.app import theme
from cryogui.app.main import new_program
from cryogui.app.measure import settle
from cryogui.app.preferences import BROKEN, SCALES, PreferenceFile, Preferences, nearest_scale


@pytest.fixture(autouse=True)
def undressed(qapp: QApplication) -> Iterator[None]:
    yield
    theme.apply_theme(qapp, "dark")


@pytest.fixture
def file(tmp_path: Path) -> PreferenceFile:
    return PreferenceFile(tmp_path / "config" / "preferences.json")


def test_without_a_file_everything_is_as_at_first(file: PreferenceFile) -> None:
    assert file.read() == (Preferences(), "")
    assert Preferences().theme == "system" and not Preferences().tour_seen


def test_what_is_written_is_read_again(file: PreferenceFile) -> None:
    written = file.update(
        theme="light",
        scale=1.5,
        geometry=b"\x00\xff",
        layout=b"{}",
        tour_seen=True,
        recent_actions=("a", "b"),
    )
    assert file.read() == (written, "")
    assert written == Preferences("light", 1.5, b"\x00\xff", b"{}", True, ("a", "b"))


@pytest.mark.parametrize(
    "damaged", [b"", b"{", b"\xff\xfe", b"[]", b'{"theme": "pink"}', b'{"scale": "big"}', b"[" * 100_000]
)
def test_a_damaged_file_is_ignored_with_a_note_and_then_replaced(
    file: PreferenceFile, damaged: bytes
) -> None:
    file.path.parent.mkdir()
    file.path.write_bytes(damaged)
    assert file.read() == (Preferences(), BROKEN)
    file.update(theme="dark")
    assert file.read() == (Preferences("dark"), "")


@pytest.mark.parametrize(
    ("wild", "sane"), [(1.4, 1.3), (0.0, 0.75), (-3.0, 0.75), (99.0, 3.0), (float("nan"), 1.0), (1.75, 1.75)]
)
def test_a_scale_beyond_the_steps_is_the_nearest(wild: float, sane: float) -> None:
    assert nearest_scale(wild) == sane


def test_two_programs_keep_each_others_changes(file: PreferenceFile) -> None:
    other = PreferenceFile(file.path)

    def work(target: PreferenceFile, field: str) -> None:
        for number in range(12):
            target.update(**{field: (f"{number}",) if field == "recent_actions" else SCALES[number % 5]})

    threads = [
        threading.Thread(target=work, args=pair) for pair in ((file, "scale"), (other, "recent_actions"))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept, note = file.read()
    assert (kept.scale, kept.recent_actions, note) == (SCALES[11 % 5], ("11",), "")


def kept_by(program: Any, path: Path) -> Any:
    program.preferences.keep_in(path)
    program.screen.window.show()
    settle(program)
    return program


def test_the_next_window_looks_as_the_last_one_was_left(qapp: Any, file: PreferenceFile) -> None:
    first = kept_by(new_program(), file.path)
    actions, window = first.screen.actions, first.screen.window
    actions.themeChosen.emit("light")
    actions.larger.trigger()
    window.resize(1300, 820)
    window.workspace.panels["data"].setFloating(True)
    window.workspace.panels["reconstruction"].close()
    settle(first)
    window.close()
    assert file.read()[0].theme == "light"
    theme.apply_theme(qapp, "dark")
    second = kept_by(new_program(), file.path)
    window = second.screen.window
    try:
        assert (theme.palette().name, theme.px(100)) == ("light", 115)
        assert (window.width(), window.height()) == (1300, 820)
        assert window.workspace.panels["data"].isFloating() and window.workspace.panels["data"].isVisible()
        assert window.workspace.panels["reconstruction"].isHidden()
        checked = [a.text() for a in second.screen.actions.theme_menu.actions() if a.isChecked()]
        assert checked == ["Light"]
    finally:
        window.close()


def test_a_choice_is_written_at_once_and_not_only_at_the_end(program: Any, file: PreferenceFile) -> None:
    kept_by(program, file.path)
    program.screen.actions.themeChosen.emit("light")
    program.palette.remember(("View/Zoom in",))
    settle(program)
    kept = file.read()[0]
    assert (kept.theme, kept.recent_actions) == ("light", ("View/Zoom in",))


def test_windows_of_tests_and_tours_keep_nothing(
    qapp: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    program = new_program()
    program.screen.window.show()
    program.screen.actions.themeChosen.emit("light")
    settle(program)
    program.screen.window.close()
    assert not list(tmp_path.rglob("*"))


def test_preferences_that_cannot_be_written_stop_nothing(program: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    kept_by(program, tmp_path / "file" / "preferences.json")
    program.screen.actions.themeChosen.emit("light")
    settle(program)
    assert theme.palette().name == "light"
    assert not program.screen.messages.isVisible()


def test_a_damaged_file_is_noted_in_the_status_line(program: Any, file: PreferenceFile) -> None:
    file.path.parent.mkdir()
    file.path.write_bytes(b"{")
    kept_by(program, file.path)
    assert program.screen.status.currentMessage() == BROKEN


def test_like_the_system_follows_the_desktop_while_the_window_is_open(
    program: Any, qapp: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    hints = qapp.styleHints()

    def turn(scheme: Qt.ColorScheme) -> str:
        monkeypatch.setattr(QStyleHints, "colorScheme", lambda self: scheme)
        hints.colorSchemeChanged.emit(scheme)
        return theme.palette().name

    program.screen.actions.themeChosen.emit("system")
    assert [turn(Qt.ColorScheme.Light), turn(Qt.ColorScheme.Dark), turn(Qt.ColorScheme.Light)] == [
        "light", "dark", "light",
    ]  # fmt: skip
    assert turn(Qt.ColorScheme.Unknown) == "dark"
    program.screen.actions.themeChosen.emit("dark")
    assert turn(Qt.ColorScheme.Light) == "dark"
