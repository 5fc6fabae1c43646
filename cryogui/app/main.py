"""Starts the window, and ends it."""

from __future__ import annotations

import ctypes
import logging
import signal
import sys
import threading
from collections.abc import Sequence
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import cast

from platformdirs import user_config_path, user_state_path
from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QApplication

from cryogui.app import theme
from cryogui.app.collector import collect_on_this_thread
from cryogui.app.faults.account import versions
from cryogui.app.faults.logbook import begin_log, log_path, log_qt
from cryogui.app.faults.runs import Run, faults_folder
from cryogui.app.program import Program
from cryogui.app.window import MainWindow

log = logging.getLogger(__name__)


def application() -> QApplication:
    """The Qt application, made and dressed on first use."""
    existing = QApplication.instance()
    if existing is not None:
        return cast(QApplication, existing)
    created = QApplication(sys.argv[:1])
    created.setApplicationName("cryogui")
    theme.apply_theme(created, "dark")
    return created


def new_program() -> Program:
    """A window with nothing open, not shown yet."""
    app = application()
    collect_on_this_thread(app)
    return_memory()
    is_alone = not app.topLevelWidgets()  # another window would be undressed with it
    with theme.undressed(app) if is_alone else nullcontext():
        program = Program(MainWindow().parts)
    program.screen.window.fit()
    return program


def return_memory() -> None:
    """Have arrays that are dropped go back to the system, where the C library lets us (glibc's mallopt).

    Large arrays are made and dropped by whichever thread is free. By default every thread keeps a pool with
    holes of their sizes, so that memory creeps up with use though nothing holds it.
    """
    pools, mapped_from = -8, -3  # M_ARENA_MAX, M_MMAP_THRESHOLD
    with suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None)
        libc.mallopt(pools, 1)
        libc.mallopt(mapped_from, 1 << 20)


def run_window(files: Sequence[Path]) -> int:
    """Open the window with `files`, or with the demo when there are none; returns the exit status."""
    run = Run.begin(faults_folder())
    begin_log(log_path())
    log_qt(run.write if run is not None else lambda words: None)
    log.info("started: %s", versions())
    app = application()
    try:
        program = new_program()
    except Exception:
        log.exception("the window could not be made")
        raise
    program.faults.install()
    kept = program.preferences.keep_in(user_config_path("cryogui") / "preferences.json")
    load_after_first_paint(program.screen.window)
    program.screen.window.show()
    signal.signal(signal.SIGINT, lambda *_: program.screen.window.close())
    heartbeat = QTimer()  # Python sees signals only while it runs
    heartbeat.start(250)
    heartbeat.timeout.connect(lambda: None)
    QTimer.singleShot(0, lambda: _keep_sessions(program))
    QTimer.singleShot(0, lambda: start(program, files))
    if not kept.tour_seen:
        program.tour.remember = lambda: program.preferences.change(tour_seen=True)
        program.tour.start_with(program.engine)
    status = app.exec()
    log.info("ended")
    if run is not None:
        run.end()
    return status


def start(program: Program, files: Sequence[Path]) -> None:
    """Open the files, or go on where the last session ended."""
    program.faults.offer_crashes()
    if files:
        program.open(files)
    else:
        program.sessions.go_on(otherwise=program.files.open_demo)


def _keep_sessions(program: Program) -> None:
    """Keep what the user does on the disk; without such a place the window works all the same."""
    try:
        program.sessions.keep_in(user_state_path("cryogui") / "sessions")
    except OSError as error:
        program.screen.messages.show_error("Sessions cannot be kept by themselves.", repr(error))


def load_after_first_paint(window: MainWindow) -> None:
    """Once the window is there, have loaded what it needs next: on another thread, after what is at hand."""

    def on_painted() -> None:
        window.painted.disconnect(on_painted)
        loading = threading.Thread(target=_load, name="load", daemon=True)
        QTimer.singleShot(0, lambda: loading.start())

    window.painted.connect(on_painted)


def _load() -> None:
    """What draws the first image, what makes the first slider move quick, what draws the first volume."""
    import cryogui.app.views.canvas  # noqa: F401
    from cryogui.physics.live import warm_up

    warm_up()
    import vispy.scene  # noqa: F401
