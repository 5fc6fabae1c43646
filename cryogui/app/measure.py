"""How fast the real window is, and whether it grows: for `cryogui bench` and the tests.

Needs a display. Everything runs through the program's own event loop and signals.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PyQt6.QtCore import QEventLoop, QObject, QTimer

from cryogui.app.library import OpenFile
from cryogui.app.main import application, load_after_first_paint, new_program, start
from cryogui.app.program import Program
from cryogui.display import require_display
from cryogui.errors import UserError

if TYPE_CHECKING:
    from cryogui.tiers.scene import Scene, TierFile

PATIENCE_SECONDS = 120.0
FRAME_MS = 16


@dataclass(frozen=True)
class Growth:
    """What many moves have left behind."""

    rss_mb: float
    qobjects: int
    threads: int
    open_files: int


# ---- waiting


def until(condition: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> None:
    """Run the event loop until `condition` holds. Raises UserError when it does not in time."""
    loop, timer = QEventLoop(), QTimer()
    deadline = time.monotonic() + seconds
    timer.timeout.connect(lambda: loop.quit() if condition() or time.monotonic() > deadline else None)
    timer.start(5)
    # Again, when what ended the loop has ceased to hold by the time it has ended.
    while not condition() and time.monotonic() < deadline:
        loop.exec()
    timer.stop()
    if not condition():
        raise UserError(f"The window was not ready within {seconds:.0f} s: try again on a quieter machine.")


def pause(milliseconds: int) -> None:
    """Run the event loop for a while."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def settle(program: Program) -> None:
    """Wait until the screen shows everything there is to show and has been painted."""
    until(program.is_idle)
    pause(50)
    until(program.is_idle)


# ---- moves


def open_in_window(source: Path | Scene) -> Program:
    """A shown window with a file, or a scene made in memory, in it and at rest."""
    require_display()
    application()
    program = new_program()
    program.screen.window.show()
    if isinstance(source, Path):
        program.open([source])
    else:
        program.files.show(OpenFile(source.name, _tier_of(source)))
    settle(program)
    if program.engine.model is None or program.engine.model.live is None:
        program.screen.window.close()
        raise UserError(f"'{source}' cannot be measured: it has no forward model.")
    return program


def paint_ms(source: Path | Scene, moves: int = 200, seed: int = 0) -> list[float]:
    """Milliseconds from a spec change to the panes repainted, for random moves at the screen's pace."""
    program = open_in_window(source)
    try:
        _move(program, 20, seed)  # the first moves fill caches
        return [1e3 * seconds for seconds in _move(program, moves, seed + 1)]
    finally:
        program.screen.window.close()


def moves_growth(source: Path | Scene, moves: int = 1000, warm_up: int = 200, seed: int = 0) -> Growth:
    """What `moves` random slider moves leave behind after a warm-up."""
    program = open_in_window(source)
    try:
        return _growth(
            program, lambda: _move(program, warm_up, seed), lambda: _move(program, moves, seed + 1)
        )
    finally:
        program.screen.window.close()


def opens_growth(path: Path, opens: int = 100, warm_up: int = 5) -> Growth:
    """What opening and closing a file `opens` times leaves behind after a warm-up."""
    program = open_in_window(path)
    try:
        return _growth(
            program, lambda: _reopen(program, path, warm_up), lambda: _reopen(program, path, opens)
        )
    finally:
        program.screen.window.close()


def _growth(program: Program, warm_up: Callable[[], object], work: Callable[[], object]) -> Growth:
    warm_up()
    settle(program)
    rss, qobjects, threads, files = _census(program)
    work()
    settle(program)
    after = _census(program)
    return Growth(after[0] - rss, after[1] - qobjects, after[2] - threads, after[3] - files)


def _reopen(program: Program, path: Path, times: int) -> None:
    for _ in range(times):
        program.screen.actions.close_file.trigger()
        program.open([path])
        until(program.is_idle)


def _move(program: Program, moves: int, seed: int) -> list[float]:
    """Move random sliders to random values; seconds from each change to the repaint that shows it."""
    rng = np.random.default_rng(seed)
    model = program.engine.model
    assert model is not None
    parameters = [model.scene.ranges[name] for name in model.parameters]
    shown: list[float] = []
    for _ in range(moves):
        parameter = parameters[rng.integers(len(parameters))]
        shown.append(_one_move(program, parameter.name, rng.uniform(parameter.minimum, parameter.maximum)))
        pause(max(1, FRAME_MS - round(1e3 * shown[-1])))
    for name in {parameter.name for parameter in parameters}:
        program.screen.parameters.editFinished.emit(name)
    return shown


def _one_move(program: Program, name: str, value: float) -> float:
    """One slider move; returns when the repaint with its picture is complete."""
    loop, state = QEventLoop(), {"drawn": False}

    def on_picture(picture: object, newest: bool) -> None:
        state["drawn"] = newest

    def on_painted() -> None:
        if state["drawn"]:
            loop.quit()

    program.engine.picture_ready.connect(on_picture)
    program.screen.window.painted.connect(on_painted)
    begin = time.perf_counter()
    program.screen.parameters.specEdited.emit(name, float(value))
    loop.exec()
    seconds = time.perf_counter() - begin
    program.engine.picture_ready.disconnect(on_picture)
    program.screen.window.painted.disconnect(on_painted)
    return seconds


def _census(program: Program) -> tuple[float, int, int, int]:
    gc.collect()
    resident_pages = int(Path("/proc/self/statm").read_text().split()[1])
    return (
        resident_pages * os.sysconf("SC_PAGE_SIZE") / 2**20,
        len(program.screen.window.findChildren(QObject)) + len(application().topLevelWidgets()),
        threading.active_count(),
        len(os.listdir("/proc/self/fd")),
    )


def _tier_of(scene: Scene) -> TierFile:
    from cryogui.tiers.scene import TierFile

    return TierFile(Path(scene.name), "native", scene.variant, "", (), (scene,), lambda: None)


# ---- start


def start_times() -> dict[str, float]:
    """Of a fresh process: `first_paint_ms` (the window is there), `first_image_ms` (with the demo in it)."""
    require_display()
    child = [sys.executable, "-m", "cryogui.app.measure", repr(time.clock_gettime(time.CLOCK_MONOTONIC))]
    # Where Python may not keep what it compiles, compiling would be measured.
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    finished = subprocess.run(child, capture_output=True, text=True, timeout=PATIENCE_SECONDS, env=env)
    if finished.returncode != 0:
        raise UserError("The window did not start.", finished.stderr)
    return dict(json.loads(finished.stdout.splitlines()[-1]))


def _report_start(began: float) -> None:
    """In the fresh process: open the window with the demo and print when what was painted."""
    times: dict[str, float] = {}
    program = new_program()
    window = program.screen.window

    def on_painted() -> None:
        elapsed = 1e3 * (time.clock_gettime(time.CLOCK_MONOTONIC) - began)
        times.setdefault("first_paint_ms", elapsed)
        if program.pictures.picture is not None:
            times.setdefault("first_image_ms", elapsed)

    window.painted.connect(on_painted)
    load_after_first_paint(window)
    window.show()
    QTimer.singleShot(0, lambda: start(program, []))
    until(lambda: "first_image_ms" in times)
    window.close()
    print(json.dumps(times))


if __name__ == "__main__":
    _report_start(float(sys.argv[1]))
