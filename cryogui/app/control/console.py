"""The Python console: what is typed runs beside the window, and what it prints comes back in portions."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import numpy as np
from psygnal import Signal
from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from cryogui.app import theme
from cryogui.app.console.completion import completions
from cryogui.app.console.history import History, history_path
from cryogui.app.console.interpreter import ANSWER_SECONDS, Interpreter, is_complete
from cryogui.app.console.names import ConsoleNames
from cryogui.app.console.namespace import WindowThread
from cryogui.app.console.output import Spool
from cryogui.app.control.spec import SpecController
from cryogui.app.engine import Engine
from cryogui.app.pace import Bridge, Delay
from cryogui.app.screen import Screen
from cryogui.app.views.tabs import Tabs
from cryogui.session import Store

if TYPE_CHECKING:
    from cryogui.app.panels.console_panel import ConsolePanel

PORTION_MS = 60
CLOCK_MS = 250

WELCOME = "Python {}, numpy as np, and what the window shows: help_me() lists it.\n"
DEAF = "It does not answer; it may be in a long calculation. Interrupt it again to leave it to itself.\n"
LEFT = "Left to itself. It goes on until its calculation ends; the prompt is free.\n"


class ConsoleController:
    """Made with the program; its panel and names when the console is first shown."""

    page_shown = Signal(str)  # name

    def __init__(self, store: Store, engine: Engine, screen: Screen, spec: SpecController) -> None:
        self._engine, self._screen, self._spec = engine, screen, spec
        self._bridge = Bridge()
        self._names = ConsoleNames(
            store,
            lambda: engine.model,
            WindowThread(self._bridge.deliver),
            lambda values: spec.set_values(values),
            self._show_array,
        )
        self._namespace = self._names.namespace()
        self._portion = Delay(PORTION_MS, self._print)
        self._spool = Spool(lambda: self._bridge.deliver(self._portion.start))
        self._interpreter = Interpreter(
            self._namespace, self._spool.write, lambda: self._bridge.deliver(self._follow)
        )
        self._clock = QTimer()
        self._clock.setInterval(CLOCK_MS)
        self._clock.timeout.connect(self._follow)
        self._began = 0.0
        self._interrupted: float | None = None
        self._holder = QWidget()
        QVBoxLayout(self._holder).setContentsMargins(0, 0, 0, 0)
        self._tabs = Tabs()
        self._tabs.tabChosen.connect(self._on_tabs_tab_chosen)
        self.add_page("python", "Python", "A prompt with the arrays on show by name", self._holder)
        self._tabs.set_tab("python")
        self._page, self._has_room = "python", False
        self.dock = screen.window.add_panel("console", "Console", self._tabs, "bottom", shown=False)
        self.dock.toggleViewAction().setVisible(False)  # the View menu has one with keys
        self.panel: ConsolePanel | None = None
        screen.actions.console.triggered.connect(self._on_actions_console_triggered)
        self.dock.visibilityChanged.connect(self._on_dock_visibility_changed)
        screen.window.closing.connect(self.close)

    def add_page(self, name: str, title: str, tooltip: str, page: QWidget) -> None:
        """Another page beside the prompt; `page_shown` tells when it is looked at."""
        self._tabs.add_page(name, title, tooltip, page)

    def show_page(self, name: str) -> None:
        """Open the console at one of its pages."""
        self._tabs.set_tab(name)
        self._open()
        self._on_tabs_tab_chosen(name)

    @property
    def is_busy(self) -> bool:
        """Whether a command runs."""
        return self._interpreter.is_busy

    def run(self, source: str) -> None:
        """Run a command as if it had been entered."""
        panel = self._shown_panel()
        panel.transcript.append_text(_as_typed(source), "command")
        self._began, self._interrupted = time.monotonic(), None
        self._interpreter.run(source)
        panel.set_busy(0.0)
        self._clock.start()

    def interrupt(self) -> None:
        """Stop what runs; a second time, leave it to itself when it has not answered."""
        if not self._interpreter.is_busy:
            return
        now = time.monotonic()
        if self._interrupted is not None and now - self._interrupted > ANSWER_SECONDS:
            self._interpreter.abandon()
            self._say(LEFT)
            self._follow()
            return
        self._interpreter.interrupt()
        if self._interrupted is None:
            self._interrupted = now

    def close(self) -> None:
        """Ask what runs to stop; its thread ends with the process at the latest."""
        self._clock.stop()
        self._portion.stop()
        self._interpreter.abandon()

    # ---- what comes back

    def _follow(self) -> None:
        """Bring the prompt up to whether a command runs, and for how long."""
        panel = self._shown_panel()
        if self._interpreter.is_busy:
            panel.set_busy(time.monotonic() - self._began)
            self._say_when_deaf()
            return
        self._clock.stop()
        self._print()
        panel.set_busy(None)

    def _say_when_deaf(self) -> None:
        since = self._interrupted
        if since is not None and 0 <= time.monotonic() - since - ANSWER_SECONDS < CLOCK_MS / 1000:
            self._say(DEAF)

    def _print(self) -> None:
        for text, kind in self._spool.take():
            self._shown_panel().transcript.append_text(text, kind)

    def _say(self, text: str) -> None:
        self._shown_panel().transcript.append_text(text, "note")

    def _show_array(self, array: np.ndarray, title: str) -> None:
        from cryogui.app.panels.array_view import ArrayView

        ArrayView(array, title, self._screen.window).show()

    # ---- from the user

    def _on_actions_console_triggered(self, shown: bool) -> None:
        self.dock.hide()
        if shown:
            self._open()
            self._shown_panel().prompt.setFocus()

    def _on_dock_visibility_changed(self, visible: bool) -> None:
        self._screen.actions.console.setChecked(not self.dock.isHidden())
        if visible:
            self._has_room = True
            self._on_tabs_tab_chosen(self._page)

    def _open(self) -> None:
        """Show the dock: the first time high enough to read in, afterwards or restored as the user has it."""
        has_room, window = self._has_room, self._screen.window
        self.dock.show()
        self.dock.raise_()
        if not has_room:
            height = min(theme.px(260), window.height() * 3 // 10)
            window.workspace.resizeDocks([self.dock], [height], Qt.Orientation.Vertical)

    def _on_tabs_tab_chosen(self, name: str) -> None:
        self._page = name
        if name == "python":
            self._shown_panel()
        self.page_shown.emit(name)

    def _on_prompt_entered(self, source: str) -> None:
        self._history.add(source)
        self.run(source)

    def _on_prompt_completion_requested(self, before: str) -> None:
        """Looked up beside the window: an attribute may be slow to find."""

        def find() -> None:
            names, parameters = self._namespace.known, self._names.parameters
            word, words = completions(before, self._namespace, names, parameters)
            self._bridge.deliver(lambda: self._shown_panel().prompt.offer(before, word, words))

        threading.Thread(target=find, name="completion", daemon=True).start()

    def _shown_panel(self) -> ConsolePanel:
        """The panel, made on first use."""
        if self.panel is None:
            self.panel = self._new_panel()
            self._holder.layout().addWidget(self.panel)
        return self.panel

    def _new_panel(self) -> ConsolePanel:
        import platform

        from cryogui.app.panels.console_panel import ConsolePanel

        self._history = History(history_path())
        panel = ConsolePanel(is_complete, self._history.older, self._history.newer)
        panel.transcript.append_text(WELCOME.format(platform.python_version()), "note")
        panel.prompt.entered.connect(self._on_prompt_entered)
        panel.prompt.interrupted.connect(self.interrupt)
        panel.prompt.completionRequested.connect(self._on_prompt_completion_requested)
        return panel


def _as_typed(source: str) -> str:
    first, *others = source.split("\n")
    return "\n".join([f">>> {first}", *(f"... {line}" for line in others)]) + "\n"
