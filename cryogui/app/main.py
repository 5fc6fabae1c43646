"""Starts the window and keeps it alive: a defect is logged and shown, the window goes on."""

from __future__ import annotations

import ctypes
import faulthandler
import logging
import signal
import sys
import threading
import traceback
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import cast

from psygnal import EmitLoopError
from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QApplication

from cryogui.app import theme
from cryogui.app.pace import Bridge
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
    application()
    return_memory()
    return Program(MainWindow().parts)


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
    faulthandler.enable()
    app = application()
    program = new_program()
    survive_defects(program)
    program.screen.window.show()
    signal.signal(signal.SIGINT, lambda *_: program.screen.window.close())
    heartbeat = QTimer()  # Python sees signals only while it runs
    heartbeat.start(250)
    heartbeat.timeout.connect(lambda: None)
    QTimer.singleShot(0, lambda: start(program, files))
    return app.exec()


def start(program: Program, files: Sequence[Path]) -> None:
    """Open the files and warm up what the first slider move needs, all beside the window."""
    threading.Thread(target=_warm_up, name="warm-up", daemon=True).start()
    if files:
        program.open(files)
    else:
        program.files.open_demo()


def _warm_up() -> None:
    from cryogui.physics.live import warm_up

    warm_up()
    import vispy.scene  # noqa: F401  # half a second that the first 3-D view need not wait for


def survive_defects(program: Program) -> None:
    """A traceback goes to the log and, as one sentence, into the window."""
    bridge = Bridge()

    def show(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            program.screen.window.close()
            return
        detail = "".join(traceback.format_exception(kind, error, trace))
        log.error("a defect\n%s", detail)
        if isinstance(error, EmitLoopError) and error.__cause__ is not None:
            error = error.__cause__
        sentence = f"A defect in cryogui: {type(error).__name__}: {error}"
        bridge.deliver(lambda: program.screen.messages.show_error(sentence, detail))

    sys.excepthook = show
    threading.excepthook = lambda args: show(
        args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback
    )
