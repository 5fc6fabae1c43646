"""Qt's painter without a window, for commands: fonts and pictures, on a machine without a display too."""

from __future__ import annotations

import os

from PyQt6.QtWidgets import QApplication


def ready_painter() -> None:
    """Have a Qt application, on no screen at all unless there is one already."""
    if QApplication.instance() is None:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from cryogui.app.main import application

    application()
