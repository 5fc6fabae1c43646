"""The real window, timed in a process of its own so that its memory and Qt stay apart from the other figures.

Run as `python -m cryogui.bench.window SIZE TILTS`, it prints the figures as JSON; needs a display.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

from cryogui.bench.timing import Timing, peak_rss_mb
from cryogui.display import on_a_display, without_platform
from cryogui.errors import UserError

if TYPE_CHECKING:
    from cryogui.bench.problems import Problem
    from cryogui.tiers.scene import Scene


def window_figures(size: int, tilts: int) -> dict[str, float]:
    """Slider to repainted panes, growth over 1000 moves, and peak memory, with this series in the window."""
    return _measured_apart(str(size), str(tilts))


def start_figures() -> dict[str, float]:
    """First paint of the window in a fresh process: the first such start, then the median of five."""
    return _measured_apart()


def _measured_apart(*arguments: str) -> dict[str, float]:
    """What this module prints when it is run with these arguments, on a display."""
    command = [*on_a_display("1600x1000"), sys.executable, "-m", "cryogui.bench.window", *arguments]
    finished = subprocess.run(command, capture_output=True, text=True, env=without_platform())
    if finished.returncode != 0:
        raise UserError("The window could not be measured.", finished.stderr)
    return dict(json.loads(finished.stdout.splitlines()[-1]))


def _measure_window(size: int, tilts: int) -> dict[str, float]:
    from cryogui.app.measure import moves_growth, paint_ms
    from cryogui.bench.problems import tilt_series

    scene = _scene(tilt_series(size, tilts))
    growth = moves_growth(scene)  # first: memory that a closed window gives back would hide it
    return {
        **Timing(tuple(paint_ms(scene))).figures("paint_ms"),
        "growth_mb": round(growth.rss_mb, 2),
        "growth_qobjects": growth.qobjects,
        "growth_threads": growth.threads,
        "growth_open_files": growth.open_files,
        "window_peak_rss_mb": round(peak_rss_mb(), 1),
    }


def _measure_start() -> dict[str, float]:
    from cryogui.app.measure import start_times

    first = start_times()
    later = [start_times() for _ in range(5)]
    figures = {f"{name}_first_run": round(value, 1) for name, value in first.items()}
    for name in first:
        figures |= Timing(tuple(times[name] for times in later)).figures(name)
    return figures


def _scene(problem: Problem) -> Scene:
    from cryogui.resources import challenge_ranges
    from cryogui.tiers.scene import Scene, tilt_labels

    operator = problem.operator
    angles = operator.geometry.angle_deg  # type: ignore[attr-defined]
    return Scene(
        name="bench", title="Gaussians", variant="cryo_et", ranges=challenge_ranges("cryo_et", "public"),
        read_y=lambda: problem.exact, read_x=lambda: problem.x, build=lambda: operator, pixel_size_A=10.0,
        image_labels=tilt_labels(angles), tilt_angles_deg=angles,
    )  # fmt: skip


if __name__ == "__main__":
    arguments = [int(value) for value in sys.argv[1:]]
    print(json.dumps(_measure_window(*arguments) if arguments else _measure_start()))
