"""Pictures of the window, taken by the window itself; and a screen to take them on where there is none."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from cryogui.app.measure import pause, settle
from cryogui.app.program import Program
from cryogui.display import require_display
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
    try:
        require_display()
        return
    except UserError:
        xvfb = shutil.which("xvfb-run")
        if xvfb is None or "CRYOGUI_UNDER_XVFB" in os.environ:
            raise
    environment = {**os.environ, "CRYOGUI_UNDER_XVFB": "1"}
    environment.pop("QT_QPA_PLATFORM", None)
    command = [xvfb, "-a", "-s", "-screen 0 1920x1200x24", sys.executable, "-m", "cryogui", *arguments]
    sys.stdout.flush()
    os.execve(xvfb, command, environment)
