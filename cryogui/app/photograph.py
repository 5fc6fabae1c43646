"""Pictures of the window, taken by the window itself; and a screen to take them on where there is none."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from cryogui.app.measure import pause, settle
from cryogui.app.program import Program
from cryogui.display import on_a_display, require_display, without_platform
from cryogui.errors import UserError

SETTLE_MS = 250
"""For the 3-D view, which draws itself when it is shown."""


def photograph(program: Program, path: Path) -> None:
    """Save the window once everything asked for is on it. Raises UserError if it cannot be written."""
    settle(program)
    pause(SETTLE_MS)
    settle(program)
    # The file's folder gets either the whole picture or none.
    unfinished = path.with_name(f".{path.name}.part")
    saved = program.screen.window.grab().save(str(unfinished), path.suffix.lstrip(".") or "png")
    if not saved:
        unfinished.unlink(missing_ok=True)
        raise UserError(
            f"The picture '{path}' could not be written: name a .png or .jpg file where you may write."
        )
    unfinished.replace(path)


def find_display(arguments: list[str]) -> None:
    """Start over under xvfb-run when there is no display. Raises UserError without xvfb-run."""
    if "CRYOGUI_UNDER_XVFB" in os.environ:
        require_display()
    prefix = on_a_display("1920x1200")
    if not prefix:
        return
    environment = {**without_platform(), "CRYOGUI_UNDER_XVFB": "1"}
    sys.stdout.flush()
    os.execve(prefix[0], [*prefix, sys.executable, "-m", "cryogui", *arguments], environment)
