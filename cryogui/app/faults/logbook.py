"""The log of all runs: a file of the user's that does not grow for ever, and the terminal for warnings."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path

from platformdirs import user_log_path
from PyQt6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

FILE_BYTES, FILES = 1_000_000, 3
FORMAT = "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"
TAIL_BYTES = 200_000

LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def log_path() -> Path:
    """The newest of the log files."""
    return user_log_path("cryogui", appauthor=False) / "cryogui.log"


def begin_log(path: Path) -> None:
    """Log to `path`, and warnings to standard error too; only there where the file cannot be written.

    Several windows write to one file; each line says which process it is of.
    """
    logging.captureWarnings(True)
    logging.getLogger("cryogui").setLevel(logging.INFO)
    terminal = logging.StreamHandler(sys.stderr)
    terminal.setLevel(logging.WARNING)
    logging.getLogger().addHandler(terminal)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = RotatingFileHandler(path, maxBytes=FILE_BYTES, backupCount=FILES - 1, encoding="utf-8")
    except OSError as error:
        logging.getLogger(__name__).warning("There will be no log file: %s", error)
        return
    file.setFormatter(logging.Formatter(FORMAT))
    logging.getLogger().addHandler(file)


def log_qt(last_words: Callable[[str], None]) -> None:
    """Qt's own messages go to the log; what it says before it ends the process also to `last_words`."""
    log = logging.getLogger("cryogui.qt")

    def take(kind: QtMsgType, context: QMessageLogContext, text: str | None) -> None:
        if kind == QtMsgType.QtFatalMsg:
            last_words(f"Qt: {text}\n")
        log.log(LEVELS.get(kind, logging.INFO), "%s", text)

    qInstallMessageHandler(take)


def log_tail(path: Path) -> str:
    """The end of the log; a sentence instead where there is none."""
    try:
        with open(path, "rb") as file:
            file.seek(max(0, path.stat().st_size - TAIL_BYTES))
            return file.read().decode("utf-8", "replace")
    except OSError as error:
        return f"There is no log: {error}"
