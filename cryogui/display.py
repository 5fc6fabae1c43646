"""Is there a screen to draw on? Asked before Qt starts, because Qt aborts the process when there is none."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from pathlib import Path

from cryogui.errors import UserError

_HINT = "use the commands that need no window ('cryogui --help'), or start it with 'xvfb-run -a cryogui'."


def require_display() -> None:
    """Raises UserError when a window cannot be opened here. Only Linux can be asked; others pass."""
    if not sys.platform.startswith("linux"):
        return
    chosen = os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0].partition(";")[0]
    if chosen and chosen not in ("xcb", "wayland", "wayland-egl"):
        return
    if chosen != "xcb" and _wayland_answers():
        return
    if not os.environ.get("DISPLAY"):
        raise UserError(f"There is no display to open a window on: {_HINT}")
    if not _x_server_answers():
        raise UserError(f"The display '{os.environ['DISPLAY']}' does not answer: {_HINT}")
    if not _loads("libxcb-cursor.so.0"):
        raise UserError("Qt's X11 plugin needs libxcb-cursor: 'apt-get install libxcb-cursor0' provides it.")


def on_a_display(screen: str) -> list[str]:
    """What to put before a command to give it a display: nothing, or xvfb-run with a `screen` of this size.

    Raises UserError where there is no way.
    """
    try:
        require_display()
        return []
    except UserError:
        xvfb = shutil.which("xvfb-run")
        if xvfb is None:
            raise
        return [xvfb, "-a", "-s", f"-screen 0 {screen}x24"]


def without_platform() -> dict[str, str]:
    """The environment without a choice of Qt platform, so that the display is used."""
    return {name: value for name, value in os.environ.items() if name != "QT_QPA_PLATFORM"}


def _wayland_answers() -> bool:
    name = os.environ.get("WAYLAND_DISPLAY")
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    return bool(name) and (Path(runtime) / str(name)).is_socket()


def _x_server_answers() -> bool:
    """Connects once, in a few milliseconds, and honours the server's access control.

    The connection stays open: a virtual server resets itself when its last client leaves, and Qt, coming
    next, would find it busy.
    """
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return False
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    return xcb.xcb_connection_has_error(xcb.xcb_connect(None, None)) == 0


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
