"""A walk through the window as a user takes it, and what is then to be seen.

Run by itself, it walks through files and then waits to be killed.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
from PyQt6.QtCore import QTimer

from cryogui.app.measure import pause, settle

IMAGE, EXCLUDED = 6, frozenset({0, 8})


def set_much(program: Any) -> None:
    """Change settings of every kind in the small tier."""
    program.spec.set_values({"tilt_axis_offset": 0.75, "missing_wedge": 35.5})
    program.screen.parameters.lockToggled.emit("missing_wedge", True)
    program.view.show_image(IMAGE)
    program.screen.ortho.positionChanged.emit(10, 13, 9)
    program.screen.measured.choose_levels((-0.25, 1.5))
    program.screen.ortho.panes["xy"].choose_levels((0.1, 0.6))
    program.screen.forward.zoom(1.7)
    program.screen.residual.invert()
    program.screen.ortho.panes["xz"].zoom(2.3)
    program.screen.ortho.controls.slabChanged.emit(3)
    for image in EXCLUDED:
        program.screen.strip.toggle_excluded(image)
    program.screen.actions.flip_y.trigger()
    program.view.show_tab("live_slice")
    settle(program)


def walk(program: Any, file: Path) -> None:
    """Open a file, move each of its sliders, change image and contrast, and look into each tab."""
    program.open([file])
    settle(program)
    shown = program.store.session.current
    assert shown is not None and shown.path == str(file.resolve()), (shown, file)
    for number, (name, row) in enumerate(program.screen.parameters.rows.items()):
        if not row.isEnabled():
            continue
        ends = row.parameter.minimum, row.parameter.maximum
        for share in (1.0, 0.2 + 0.1 * number):
            program.screen.parameters.specEdited.emit(name, ends[0] + share * (ends[1] - ends[0]))
        program.screen.parameters.editFinished.emit(name)
    program.view.show_image(1)
    pane = program.screen.measured
    low, high = pane.levels
    pane.choose_levels((low + 0.1 * (high - low), high))
    for tab in program.screen.tabs.names:
        program.view.show_tab(tab)
        settle(program)
    assert not program.screen.messages.isVisible(), program.screen.messages.sentence.text()


def picture_of(program: Any) -> dict[str, np.ndarray]:
    """The arrays and levels of all panes in sight, and the numbers beside them."""
    screen, seen = program.screen, {}
    panes = (screen.measured, screen.forward, screen.residual, *screen.ortho.panes.values())
    for pane in (*panes, screen.live_slice.live):
        if pane.image is not None and pane.isVisible():
            seen[f"{pane.name} image"] = np.asarray(pane.image)
            seen[f"{pane.name} levels"] = np.asarray(pane.levels)
            seen[f"{pane.name} part"] = np.asarray([] if pane.part is None else pane.part.getRect())
            seen[f"{pane.name} inverted"] = np.asarray(pane.is_inverted)
    seen["position"] = np.asarray(screen.ortho.position)
    seen["residual"] = np.asarray(np.nan if program.pictures.residual is None else program.pictures.residual)
    seen["excluded"] = np.asarray(sorted(screen.strip.bars.excluded))
    return seen


def assert_same_picture(program: Any, before: dict[str, np.ndarray]) -> None:
    """What is to be seen is what was to be seen `before`."""
    after = picture_of(program)
    assert after.keys() == before.keys()
    for name, value in before.items():
        np.testing.assert_allclose(after[name], value, rtol=1e-5, atol=1e-6, err_msg=name)


def main(folder: Path, files: list[Path]) -> None:
    """Walk through `files`, save what is seen of each at the end, wait until all is kept, and say so."""
    from cryogui.app import main, program

    def work(running: Any) -> None:
        try:
            visit(running)
        except BaseException as error:  # in a slot it would be told in the window, and nobody would look
            print(repr(error), flush=True)
            raise

    def visit(running: Any) -> None:
        settle(running)
        for number, file in enumerate(files):
            walk(running, file)
            if number == 0:
                set_much(running)
        for number, file in enumerate(files):
            running.open([file])
            settle(running)
            np.savez(folder / f"{number}.npz", **picture_of(running))
        pause(2500)
        print("kept", flush=True)

    class Watched(program.Program):
        def __init__(self, screen: Any) -> None:
            super().__init__(screen)
            QTimer.singleShot(200, lambda: work(self))

    main.Program = Watched  # type: ignore[misc]
    main.run_window(files[:1])


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]])
