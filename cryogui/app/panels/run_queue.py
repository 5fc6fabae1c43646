"""The reconstructions of this window: those that run, wait, and have ended."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QEvent, QPoint, QSignalBlocker, Qt, pyqtBoundSignal, pyqtSignal
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QListWidget, QListWidgetItem, QMenu, QWidget

from cryogui.app import theme
from cryogui.app.panels.run_queue_buttons import OPEN, QueueEntry, RunQueueButtons
from cryogui.app.views.row_delegate import RowDelegate

_MANUAL = (
    "Del cancels a run, or takes one that has ended off the list; Ctrl+↑ and Ctrl+↓ move one that waits."
)
_TONES = {"done": "good", "failed": "bad", "cancelled": "faint", "queued": "muted", "interrupted": "warn"}


class RunQueueList(QListWidget):
    """Chooses a run and says what to do with it. Setters are silent."""

    runChosen = pyqtSignal(int)  # keys
    cancelRequested = pyqtSignal(int)
    pauseRequested = pyqtSignal(int)
    dropRequested = pyqtSignal(int)
    moveRequested = pyqtSignal(int, int)  # by so many places

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[QueueEntry, ...] = ()
        self.buttons = RunQueueButtons()
        self.buttons.stop.clicked.connect(self._end)
        self.buttons.pause.clicked.connect(lambda: self._tell(self.pauseRequested))
        self.buttons.earlier.clicked.connect(lambda: self._tell(self.moveRequested, -1))
        self.buttons.later.clicked.connect(lambda: self._tell(self.moveRequested, 1))
        self.setAccessibleName("reconstructions of this window")
        self.setAccessibleDescription(_MANUAL)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(self.ScrollMode.ScrollPerPixel)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._on_menu_requested)
        self.currentRowChanged.connect(self._on_row_changed)
        self.setItemDelegate(RowDelegate(self))
        theme.set_role(self, role="rows")

    def set_entries(self, entries: Sequence[QueueEntry], chosen: int | None) -> None:
        """Show these runs, with the one whose key is `chosen` marked."""
        if len(entries) != len(self._entries):
            with QSignalBlocker(self):
                self.clear()
                self.addItems([""] * len(entries))
        self._entries = tuple(entries)
        with QSignalBlocker(self):
            for row, entry in enumerate(entries):
                self._fill(self.item(row), entry)
            keys = [entry.key for entry in entries]
            self.setCurrentRow(keys.index(chosen) if chosen in keys else -1)
        self.buttons.show_for(self.current)

    def _fill(self, item: QListWidgetItem | None, entry: QueueEntry) -> None:
        assert item is not None
        item.setText(f"{entry.title}   {entry.words}")
        item.setForeground(theme.colour(_TONES.get(entry.state, "text")))
        item.setToolTip("\n".join(filter(None, (item.text(), entry.detail, _MANUAL))))

    @property
    def texts(self) -> list[str]:
        """The rows as they are read."""
        return [self.item(row).text() for row in range(self.count())]

    @property
    def current(self) -> QueueEntry | None:
        """The run in question."""
        row = self.currentRow()
        return self._entries[row] if 0 <= row < len(self._entries) else None

    def _on_row_changed(self, row: int) -> None:
        self.buttons.show_for(self.current)
        if 0 <= row < len(self._entries):
            self.runChosen.emit(self._entries[row].key)

    # ---- what is done with one

    def _on_menu_requested(self, where: QPoint) -> None:
        item = self.itemAt(where)
        if item is not None:
            self.menu_for(self.row(item)).popup(self.viewport().mapToGlobal(where))

    def menu_for(self, row: int) -> QMenu:
        """What can be done with one run."""
        entry, menu = self._entries[row], QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if entry.state in ("running", "paused"):
            words = "Continue" if entry.state == "paused" else "Pause"
            menu.addAction(words, lambda: self.pauseRequested.emit(entry.key))
        if entry.state == "queued":
            menu.addAction("Earlier", lambda: self.moveRequested.emit(entry.key, -1))
            menu.addAction("Later", lambda: self.moveRequested.emit(entry.key, 1))
        if entry.state in OPEN:
            menu.addAction("Cancel", lambda: self.cancelRequested.emit(entry.key))
        else:
            menu.addAction("Take off the list", lambda: self.dropRequested.emit(entry.key))
        return menu

    def event(self, event: QEvent | None) -> bool:
        """Keys of its own reach it also where the window has shortcuts for them."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and _step_of(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Del, and Ctrl with up and down."""
        if event is not None and event.key() == Qt.Key.Key_Delete:
            self._end()
        elif event is not None and _step_of(event):
            self._tell(self.moveRequested, _step_of(event))
        else:
            super().keyPressEvent(event)

    def _end(self) -> None:
        """Cancel the run in question, or take it off the list once it has ended."""
        if self.current is not None:
            is_open = self.current.state in OPEN
            self._tell(self.cancelRequested if is_open else self.dropRequested)

    def _tell(self, signal: pyqtBoundSignal, *values: int) -> None:
        if self.current is not None:
            signal.emit(self.current.key, *values)

    def changeEvent(self, event: QEvent | None) -> None:
        """Colours follow the theme."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.StyleChange:
            for row, entry in enumerate(self._entries):
                self._fill(self.item(row), entry)


def _step_of(event: QKeyEvent) -> int:
    """By how many places Ctrl and an arrow move a run; 0 for other keys."""
    if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
        return 0
    return {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
