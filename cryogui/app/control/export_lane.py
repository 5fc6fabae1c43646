"""Writing exports beside the window: each in a lane of its own, with time left, cancelled on request."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QTimer

from cryogui.app.explain import explain
from cryogui.app.panels.message_bar import Topic
from cryogui.app.scheduler import Cancelled, Scheduler
from cryogui.app.screen import Screen
from cryogui.session import Store

if TYPE_CHECKING:
    from cryogui.app.export.subjects import Writer
    from cryogui.app.panels.export_frame import ExportFrame
    from cryogui.app.panels.export_parts import Outcome

POLL_MS = 150
NOTE_MS = 8000


@dataclass(eq=False)
class _Running:
    """One export under way. outcome: where its dialog tells of it; None without a dialog."""

    path: Path
    began: float
    outcome: Outcome | None
    ended: Callable[[], None]


class ExportLanes:
    """Runs writers and tells what comes of them, in the dialog where it is open and in the window else."""

    def __init__(self, store: Store, scheduler: Scheduler, screen: Screen) -> None:
        self._store, self._scheduler, self._screen = store, scheduler, screen
        self._running: list[_Running] = []
        self._timer = QTimer()
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self._draw)
        screen.window.closing.connect(self._timer.stop)

    def write(
        self,
        path: Path,
        writer: Writer,
        outcome: Outcome | None = None,
        ended: Callable[[], None] = lambda: None,
    ) -> None:
        """Have `writer` write `path`; `ended` is called when that is over, however it ends.

        Raises UserError when the file is one of those that are open.
        """
        from cryogui.export import require_free

        self._screen.messages.retract(Topic.EXPORT)
        session = self._store.session
        objects = [state.object.path for _, state in session.scenes if state.object.path]
        require_free(path, [*session.files, *objects])
        run = _Running(path, time.monotonic(), outcome, ended)
        self._running.append(run)
        self._timer.start()
        self._scheduler.request(
            ("export", str(path)), run,
            lambda token: writer(path, lambda done, total: token.progress(done / max(total, 1))),
            lambda result, newest: self._take(run), lambda error: self._refuse(run, error),
            f"Exporting {path.name}",
        )  # fmt: skip
        self._draw()

    def write_from(self, dialog: ExportFrame, path: Path, writer: Writer) -> None:
        """The same for a dialog, which tells of it and cannot begin another meanwhile."""

        def ended() -> None:
            dialog.set_running(False)
            dialog.file.refresh()

        self.write(path, writer, dialog.outcome, ended)
        dialog.set_running(True)

    def cancel(self, outcome: Outcome) -> None:
        """Stop what `outcome` tells of."""
        for run in [run for run in self._running if run.outcome is outcome]:
            self._scheduler.stop(("export", str(run.path)))

    # ---- within

    def _draw(self) -> None:
        done = {activity.lane: activity.fraction for activity in self._scheduler.activities()}
        for run in self._running:
            if run.outcome is not None:
                fraction = done.get(("export", str(run.path)))
                run.outcome.show_progress(fraction, progress_words(fraction, time.monotonic() - run.began))
        if not self._running:
            self._timer.stop()

    def _take(self, run: _Running) -> None:
        self._end(run, f"Saved {run.path.name}  ({size_words(run.path.stat().st_size)})", "good")
        self._screen.status.showMessage(f"Saved {run.path}", NOTE_MS)

    def _refuse(self, run: _Running, error: BaseException) -> None:
        sentence, detail = explain(error)
        if isinstance(error, Cancelled):
            self._end(run, "Cancelled; nothing was written.", "plain")
            return
        self._end(run, sentence, "bad")
        if run.outcome is None or not run.outcome.isVisible():
            self._screen.messages.show_error(sentence, detail, Topic.EXPORT)

    def _end(self, run: _Running, words: str, tone: str) -> None:
        self._running.remove(run)
        if run.outcome is not None:
            run.outcome.show_text(words, tone)
        run.ended()


def progress_words(fraction: float | None, seconds: float) -> str:
    """'34 %, about 12 s left': once there is something to tell it from."""
    if not fraction:
        return "Working …"
    left = seconds * (1.0 - fraction) / fraction
    if seconds < 1.0 or left < 1.0:
        return f"{100 * fraction:.0f} %"
    minutes = f"{left / 60:.0f} min" if left > 90 else f"{left:.0f} s"
    return f"{100 * fraction:.0f} %, about {minutes} left"


def size_words(size: int) -> str:
    """A file's size in the unit that keeps it short."""
    if size < 1000:
        return f"{size} bytes"
    power = min((len(str(size)) - 1) // 3, 3)
    return f"{size / 1000**power:.3g} {('kB', 'MB', 'GB')[power - 1]}"
