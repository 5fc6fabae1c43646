"""A run that crashed is offered by the next start; one that was killed, or lives, is not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtWidgets import QApplication

from cryogui import __version__
from cryogui.app.faults import runs
from cryogui.app.faults.logbook import begin_log, log_tail
from cryogui.app.faults.runs import KEPT, Run, faults_folder, find_crashes, kept_crashes
from cryogui.app.panels.log_view import LogView

CRASH = "Fatal Python error: Segmentation fault\n\nCurrent thread 0x0001 (most recent call first):\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for runs of this process, whose crashes go on being told by pytest."""
    monkeypatch.setattr(runs.faulthandler, "enable", lambda *target: None)
    return tmp_path / "faults"


def died(folder: Path, number: int, words: str = CRASH) -> None:
    """Leave the file of a run that wrote `words` and died: the lock goes with its process."""
    run = Run.begin(folder)
    assert run is not None
    run.write(words)
    os.close(run._handle)
    run.path.rename(folder / f"run-20260101-0000{number:02}-1.txt")


def test_a_crash_is_found_once_and_kept(folder: Path) -> None:
    died(folder, 1)
    (found,) = find_crashes(folder)
    assert CRASH in found.text and f"cryogui {__version__}" in found.text
    assert found.when.startswith("20")
    assert find_crashes(folder) == []
    assert [crash.text for crash in kept_crashes(folder)] == [found.text]


def test_a_run_that_was_killed_is_no_crash(folder: Path) -> None:
    died(folder, 1, words="")
    assert find_crashes(folder) == []
    assert list(folder.iterdir()) == []


def test_a_run_that_lives_is_left_alone(folder: Path) -> None:
    run = Run.begin(folder)
    assert run is not None
    run.write(CRASH)
    assert find_crashes(folder) == []
    assert run.path.exists()
    run.end()
    assert list(folder.iterdir()) == []


def test_only_the_newest_reports_are_kept(folder: Path) -> None:
    for number in range(KEPT + 3):
        died(folder, number)
    assert len(find_crashes(folder)) == KEPT + 3
    assert [crash.path.name[-8:-6] for crash in kept_crashes(folder)] == ["07", "06", "05", "04", "03"]


def test_without_a_folder_to_write_in_the_program_starts_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    assert Run.begin(tmp_path / "taken") is None
    assert find_crashes(tmp_path / "none") == []


def test_the_log_is_shown_with_the_reports(qtbot: Any, tmp_path: Path) -> None:
    view = LogView([("All runs", "one\ntwo", tmp_path / "a.log"), ("Crash", CRASH, tmp_path / "b.txt")])
    qtbot.addWidget(view)
    assert view.text.toPlainText() == "one\ntwo"
    view.choice.setCurrentIndex(1)
    view.copy()
    assert QApplication.clipboard().text() == CRASH


def test_a_log_that_is_missing_says_so(tmp_path: Path) -> None:
    assert log_tail(tmp_path / "none.log").startswith("There is no log")


# ---- real processes

START = """
    import sys, signal, faulthandler, os, ctypes
    from PyQt6.QtCore import QTimer, qFatal
    from cryogui.app import main

    def end(program):
        {end}

    def start(program, files):
        program.faults.offer_crashes()
        QTimer.singleShot(0, lambda: end(program))

    main.start = start
    sys.exit(main.run_window([]))
"""


@pytest.fixture
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A user of this test alone."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    yield tmp_path / "state"


def run_that(end: str) -> int:
    """The exit status of a window that does `end` once it is shown."""
    script = textwrap.dedent(START).format(end=end)
    return subprocess.run([sys.executable, "-c", script], capture_output=True, timeout=60).returncode


@pytest.mark.parametrize(
    ("end", "status", "told"),
    [
        ("faulthandler._sigsegv()", -signal.SIGSEGV, "Segmentation fault"),
        ("qFatal('no way on')", -signal.SIGABRT, "no way on"),
    ],
)
def test_a_native_crash_is_offered_by_the_next_start(
    own_state: Path, program: Any, end: str, status: int, told: str
) -> None:
    assert run_that(end) == status
    program.faults.offer_crashes()
    messages = program.screen.messages
    assert "ended unexpectedly" in messages.sentence.text()
    messages.copy_button.click()
    copied = QApplication.clipboard().text()
    assert told in copied and "in end" in copied and f"cryogui {__version__}" in copied
    messages.dismiss()
    program.faults.offer_crashes()
    assert not messages.isVisible()


@pytest.mark.parametrize(
    ("end", "status"),
    [("os.kill(os.getpid(), signal.SIGKILL)", -signal.SIGKILL), ("program.screen.window.close()", 0)],
)
def test_an_end_without_a_crash_is_not_offered(own_state: Path, program: Any, end: str, status: int) -> None:
    assert run_that(end) == status
    program.faults.offer_crashes()
    assert not program.screen.messages.isVisible()
    assert list(faults_folder().iterdir()) == []


def test_what_happened_is_in_the_log(own_state: Path) -> None:
    assert (
        run_that("QTimer.singleShot(0, lambda: 1 / 0); QTimer.singleShot(200, program.screen.window.close)")
        == 0
    )
    (log,) = own_state.rglob("cryogui.log")
    text = log.read_text()
    assert "started: cryogui" in text and "ended" in text
    assert "ZeroDivisionError" in text and "Traceback" in text


def test_a_log_that_cannot_be_written_does_not_stop_the_start(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    script = f"from pathlib import Path; from {begin_log.__module__} import begin_log; "
    script += f"begin_log(Path({str(tmp_path / 'taken' / 'cryogui.log')!r}))"
    finished = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert finished.returncode == 0
    assert "no log file" in finished.stderr
