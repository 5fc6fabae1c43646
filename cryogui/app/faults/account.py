"""What a developer wants to know about a defect: the traceback and the versions of everything involved."""

from __future__ import annotations

import platform
import traceback
from types import TracebackType

import numpy as np
from psygnal import EmitLoopError

from cryogui import __version__

SENTENCE_LENGTH = 200


def versions() -> str:
    """Program, Python, Qt, numpy and system in one line; nothing about the person or the files."""
    from PyQt6.QtCore import PYQT_VERSION_STR, qVersion

    return (
        f"cryogui {__version__}, Python {platform.python_version()}, Qt {qVersion()}, "
        f"PyQt {PYQT_VERSION_STR}, numpy {np.__version__}, {platform.system()} {platform.release()} "
        f"{platform.machine()}"
    )


def root_cause(error: BaseException) -> BaseException:
    """The exception itself rather than the emission of a signal in which it was raised."""
    while isinstance(error, EmitLoopError) and error.__cause__ is not None:
        error = error.__cause__
    return error


def defect_sentence(error: BaseException) -> str:
    """How an exception that nobody foresaw is told to the user: its kind and the first line it says."""
    cause = root_cause(error)
    said = str(cause).strip().partition("\n")[0][:SENTENCE_LENGTH]
    return f"A defect in cryogui: {type(cause).__name__}{': ' if said else ''}{said}"


def account(error: BaseException) -> str:
    """Traceback and versions, to be copied into a report."""
    return "".join(traceback.format_exception(error)) + "\n" + versions()


def place_of(error: BaseException, trace: TracebackType | None) -> tuple[str, str, int]:
    """Where the defect is: kind, file and line. One and the same defect may word itself differently each
    time."""
    frames = traceback.extract_tb(root_cause(error).__traceback__ or trace, limit=-1)
    file, line = (frames[-1].filename, frames[-1].lineno or 0) if frames else ("", 0)
    return type(root_cause(error)).__name__, file, line
