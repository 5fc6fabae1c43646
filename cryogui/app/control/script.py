"""Copy as script: the command lines for what is on the screen, for a pane, and for every action."""

from __future__ import annotations

from functools import partial

from PyQt6.QtWidgets import QApplication, QVBoxLayout, QWidget

from cryogui.app.control.console import ConsoleController
from cryogui.app.engine import Engine
from cryogui.app.entries import ENTRIES
from cryogui.app.library import Library
from cryogui.app.pace import Delay
from cryogui.app.panels.script_view import ScriptRow, ScriptView
from cryogui.app.runs import Runs
from cryogui.app.screen import Screen
from cryogui.app.views.image_pane import ImagePane
from cryogui.session import Session, Store
from cryogui.session.script import Line, SceneFacts, Script, as_script, title_of

COPIED_MS = 4000
REST_MS = 200


class ScriptController:
    """The second page of the console; made when it is first shown."""

    def __init__(
        self,
        store: Store,
        library: Library,
        engine: Engine,
        screen: Screen,
        console: ConsoleController,
        runs: Runs,
    ) -> None:
        self._store, self._library, self._engine, self._screen = store, library, engine, screen
        self._runs = runs
        self.view: ScriptView | None = None
        self._holder = QWidget()
        QVBoxLayout(self._holder).setContentsMargins(0, 0, 0, 0)
        self._redraw = Delay(REST_MS, self._draw_if_seen)
        console.add_page(
            "script", "History as script", "What the window does, as command lines", self._holder
        )
        console.page_shown.connect(self._on_console_page_shown)
        screen.actions.copy_script.triggered.connect(lambda: self._copy(as_script(self.present())))
        store.changed.connect(lambda old, new: self._note_change())
        engine.scene_shown.connect(lambda model: self._note_change())
        screen.window.closing.connect(self._redraw.stop)
        self.adopt(screen.window)

    def adopt(self, content: QWidget) -> None:
        """Take on the image panes within `content`: their menus offer a script."""
        for pane in content.findChildren(ImagePane):
            pane.scriptRequested.connect(partial(self._on_pane_script_requested, pane))

    def present(self) -> list[Line]:
        """The command lines for everything on the screen."""
        return self._script(self._store.session).present()

    def _script(self, session: Session) -> Script:
        return Script(session, self._facts(session))

    def _facts(self, session: Session) -> SceneFacts:
        """What is known of the session's scene; files that were closed meanwhile have their values told."""
        key = session.current
        if key is None or key.path not in self._library.files:
            return SceneFacts()
        model, x = self._library.model(key), session.scene.object
        run_path = str(self._runs.history.result_path(x.run)) if x.source == "run" else ""
        nominal = dict(model.scene.ranges.nominal)
        return SceneFacts(nominal, model.obstacle is None, model.image_count, run_path)

    def copy_reconstruction(self) -> None:
        """The line of what Run does, on the clipboard."""
        self._copy(self._script(self._store.session).reconstruction().text + "\n")

    # ---- the page

    def _note_change(self) -> None:
        if self.view is not None:
            self._redraw.restart()

    def _draw_if_seen(self) -> None:
        if self.view is not None and self.view.isVisible():
            self._draw()

    def _on_console_page_shown(self, name: str) -> None:
        if name != "script":
            return
        if self.view is None:
            self.view = ScriptView()
            self.view.copyRequested.connect(self._copy)
            self._holder.layout().addWidget(self.view)
        self._draw()

    def _draw(self) -> None:
        if self.view is None:
            return
        session = self._store.session
        done = [(name, self._script(after).step(before)) for name, before, after in self._store.steps]
        groups = [
            (f"On the screen: {title_of(session)}", [_row(line.about, line) for line in self.present()]),
            ("Done, newest first", [_row(name, line) for name, line in reversed(done)]),
            ("To do, as things are now", self._possible(self._script(session))),
        ]
        groups = [(title, rows) for title, rows in groups if rows]
        self.view.set_groups(groups, as_script([_named(name, line) for name, line in done]) if done else "")

    def _possible(self, script: Script) -> list[ScriptRow]:
        rows = [_row(f"{entry.menu} → {entry.text}", script.action(entry.name)) for entry in ENTRIES]
        model = self._engine.model
        if model is not None and model.obstacle is None:
            labels = {name: model.scene.ranges[name].description.label for name in model.parameters}
            rows += [_row(f"Sweep {label}", script.sweep(name, label)) for name, label in labels.items()]
        return rows

    # ---- copying

    def _on_pane_script_requested(self, pane: ImagePane) -> None:
        self._copy(self._script(self._store.session).pane(pane.name).text + "\n")

    def _copy(self, text: str) -> None:
        clipboard = QApplication.clipboard()
        if clipboard is not None:
            clipboard.setText(text)
        first = next((line for line in text.splitlines() if not line.startswith("#")), text.strip())
        self._screen.status.showMessage(f"Copied: {first}", COPIED_MS)


def _named(name: str, line: Line) -> Line:
    """The line with the step's name, as history is told."""
    return Line(f"{name}: {line.about}", line.argv)


def _row(title: str, line: Line) -> ScriptRow:
    title = title[:1].upper() + title[1:]
    if line.argv:
        return ScriptRow(title, line.brief, line.text)
    return ScriptRow(title, line.about, line.text, has_command=False)
