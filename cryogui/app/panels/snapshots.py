"""The list of snapshots: what each looked like, its name, where it belongs, and how well it fitted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QEvent, QModelIndex, QPoint, QSignalBlocker, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QPixmap
from PyQt6.QtWidgets import QAbstractItemView, QLabel, QListWidget, QListWidgetItem, QMenu, QWidget

from cryogui.app import theme
from cryogui.app.panels.snapshot_drawing import CARD, SnapshotDelegate
from cryogui.app.views.card import Card
from cryogui.app.views.keys import claims

HINT = "Nothing kept yet. Ctrl+T keeps the present spec and view under a name, to come back to or to compare."
_MANUAL = "Enter or double click restores, F2 renames, Del deletes."
_OWN_KEYS = (
    Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown,
    Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2, Qt.Key.Key_Delete,
)  # fmt: skip


@dataclass(frozen=True)
class SnapshotEntry:
    """One snapshot as the panel shows it.

    place: its file and scene. figure: ‖r‖/‖y‖ as text. is_here: it belongs to the scene shown, and can be
    compared. is_open: its file is open, and it can be restored.
    """

    name: str
    thumbnail: bytes = b""
    place: str = ""
    figure: str = ""
    is_here: bool = False
    is_open: bool = True


class _List(QListWidget):
    """Its own keys reach it also where the window has shortcuts for them."""

    restoreRequested = pyqtSignal()
    deleteRequested = pyqtSignal()

    def event(self, event: QEvent | None) -> bool:
        return claims(event, _OWN_KEYS) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        is_editing = self.state() == QAbstractItemView.State.EditingState
        if event is not None and not is_editing and self.currentItem() is not None:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.restoreRequested.emit()
                return
            if event.key() == Qt.Key.Key_Delete:
                self.deleteRequested.emit()
                return
        super().keyPressEvent(event)


class SnapshotPanel(Card):
    """Chooses a snapshot and says what to do with it. Setters are silent."""

    restoreRequested = pyqtSignal(str)  # names
    renameRequested = pyqtSignal(str, str)  # old name, new name
    deleteRequested = pyqtSignal(str)
    compareRequested = pyqtSignal(str)

    least_width = 100

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Snapshots", parent=parent)
        self._entries: tuple[SnapshotEntry, ...] = ()
        self.hint = QLabel(HINT)
        self.hint.setWordWrap(True)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignTop)
        theme.set_role(self.hint, role="muted")
        self.list = self._new_list()
        self._edited: tuple[str, str] = ("", "")
        # A turn of the event loop later: the list must not be filled anew while Qt still ends the edit.
        self._tell_edited = QTimer(self)
        self._tell_edited.setSingleShot(True)
        self._tell_edited.timeout.connect(self._on_name_edited)
        self.body.addWidget(self.hint)
        self.body.addWidget(self.list, 1)
        self.set_entries(())

    def _new_list(self) -> _List:
        made = _List()
        made.setAccessibleName("snapshots")
        made.setAccessibleDescription(_MANUAL)
        made.setToolTip(_MANUAL)
        made.setItemDelegate(SnapshotDelegate(made))
        made.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        made.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        made.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        made.customContextMenuRequested.connect(self._on_list_menu_requested)
        made.doubleClicked.connect(self._on_list_double_clicked)
        made.restoreRequested.connect(lambda: self.restoreRequested.emit(self.current))
        made.deleteRequested.connect(lambda: self.deleteRequested.emit(self.current))
        made.itemChanged.connect(self._on_list_item_changed)
        return made

    # ---- setters, silent

    def set_entries(self, entries: Sequence[SnapshotEntry]) -> None:
        """Show these snapshots; the one that was chosen stays so, and a new one becomes it."""
        before = {entry.name for entry in self._entries}
        row, current = self.list.currentRow(), self.current
        self._entries = tuple(entries)
        with QSignalBlocker(self.list):
            self.list.clear()
            for entry in self._entries:
                self.list.addItem(_item(entry))
            self.list.setCurrentRow(self._row_to_choose(before, current, row))
        self.hint.setVisible(not self._entries)
        self.list.setVisible(bool(self._entries))
        if self.list.currentItem() is not None:
            self.list.scrollToItem(self.list.currentItem())

    def _row_to_choose(self, before: set[str], current: str, row: int) -> int:
        names = [entry.name for entry in self._entries]
        new = [name for name in names if name not in before]
        if len(new) == 1:
            return names.index(new[0])
        return names.index(current) if current in names else max(0, min(row, len(names) - 1))

    @property
    def current(self) -> str:
        """The name of the snapshot chosen in the list; '' when there is none."""
        row = self.list.currentRow()
        return self._entries[row].name if 0 <= row < len(self._entries) else ""

    def changeEvent(self, event: QEvent | None) -> None:
        """Rows follow the interface scale."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.StyleChange:
            self.list.scheduleDelayedItemsLayout()

    # ---- from the user

    def _on_list_double_clicked(self, index: QModelIndex) -> None:
        self.restoreRequested.emit(self._entries[index.row()].name)

    def _on_list_item_changed(self, item: QListWidgetItem) -> None:
        """A name was edited; the list shows the old one until the session says otherwise."""
        old, new = self._entries[self.list.row(item)].name, item.text().strip()
        with QSignalBlocker(self.list):
            item.setText(old)
        if new and new != old:
            self._edited = old, new
            self._tell_edited.start()

    def _on_name_edited(self) -> None:
        self.renameRequested.emit(*self._edited)

    def _on_list_menu_requested(self, where: QPoint) -> None:
        item = self.list.itemAt(where)
        if item is not None:
            self.menu_for(self.list.row(item)).popup(self.list.viewport().mapToGlobal(where))

    def menu_for(self, row: int) -> QMenu:
        """What can be done with one snapshot."""
        entry, menu = self._entries[row], QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Restore", lambda: self.restoreRequested.emit(entry.name))
        compare = menu.addAction("Compare with present spec", lambda: self.compareRequested.emit(entry.name))
        compare.setEnabled(entry.is_here)
        menu.addSeparator()
        menu.addAction("Rename", lambda: self.list.editItem(self.list.item(row)))
        menu.addAction("Delete", lambda: self.deleteRequested.emit(entry.name))
        return menu


def _item(entry: SnapshotEntry) -> QListWidgetItem:
    item = QListWidgetItem(entry.name)
    item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
    pixmap = QPixmap()
    pixmap.loadFromData(entry.thumbnail)
    item.setData(CARD, (pixmap, entry.place, entry.figure, entry.is_open))
    words = ", ".join(filter(None, (entry.name, entry.place, entry.figure)))
    item.setData(Qt.ItemDataRole.AccessibleTextRole, words)
    item.setToolTip("\n".join(filter(None, (entry.name, entry.place, entry.figure, _MANUAL))))
    return item
