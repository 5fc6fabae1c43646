"""A short visit to the window: opens a file, moves a slider, reconstructs, and saves a picture of it."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryogui.commands.output import add_json_option, say

if TYPE_CHECKING:
    from cryogui.app.program import Program

DRAG_STEPS = 30


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "tier", type=Path, nargs="?", metavar="TIER", help="the file to visit (default: the built-in demo)"
    )
    parser.add_argument("--out", type=Path, metavar="SHOT.png", help="where to save the picture")
    add_json_option(parser)


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Visits the window as a user would, and tells what it showed."""
    from cryogui.app.photograph import find_display, photograph

    find_display(sys.argv[1:])
    from cryogui.app.main import new_program
    from cryogui.app.measure import settle

    began = time.perf_counter()
    program = new_program()
    window = program.screen.window
    try:
        window.show()
        if args.tier is None:
            program.files.open_demo()
        else:
            program.open([args.tier])
        settle(program)
        say("opened " + (window.windowTitle() or "nothing"))
        _drag(program)
        settle(program)
        program.screen.reconstruction.runRequested.emit()
        settle(program)
        picture = args.out or Path(tempfile.gettempdir()) / "cryogui-tour.png"
        photograph(program, picture)
        return {
            "picture": str(picture), **program.scores.summary(), "seconds": time.perf_counter() - began,
        }  # fmt: skip
    finally:
        window.close()


def _drag(program: Program) -> None:
    """Hold the first slider and move it from nominal towards the end of its range, a frame at a time."""
    from cryogui.app.measure import FRAME_MS, pause

    model = program.engine.model
    if model is None or not model.parameters:
        return
    parameter = model.scene.ranges[model.parameters[0]]
    truth = model.scene.true_spec
    goal = parameter.maximum if truth is None else truth.get(parameter.name, parameter.maximum)
    panel = program.screen.parameters
    for step in range(1, DRAG_STEPS + 1):
        value = parameter.nominal + (goal - parameter.nominal) * step / DRAG_STEPS
        panel.specEdited.emit(parameter.name, value)
        pause(FRAME_MS)
    panel.editFinished.emit(parameter.name)
