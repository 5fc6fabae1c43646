"""Command lines that do the same as the window: what it shows, what was done, and what can be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QFont, QResizeEvent
from PyQt6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from cryogui.app import theme
from cryogui.app.panels.transcript import fixed_font


@dataclass(frozen=True)
class ScriptRow:
    """One action: what it is called, its command line or why there is none, and what is copied."""

    title: str
    shown: str
    text: str
    has_command: bool = True


class ScriptView(QWidget):
    """A list in groups, to search and to copy from."""

    copyRequested = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.list = QTreeWidget()
        self.list.setColumnCount(2)
        self.list.setHeaderHidden(True)
        self.list.setAccessibleName("actions and their command lines")
        self.list.setToolTip("Enter or a double click copies the command line")
        self.list.setSelectionMode(QTreeWidget.SelectionMode.ExtendedSelection)
        self.list.setRootIsDecorated(False)
        self.list.setIndentation(theme.px(12))
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)  # the end is what differs
        self.list.itemActivated.connect(lambda item, column: self._copy([item]))
        self.list.itemSelectionChanged.connect(self._follow_selection)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Find an action or an option")
        self.search.setAccessibleName("find an action")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self.copy_button = QPushButton("Copy")
        self.copy_button.setToolTip("Copy the command lines chosen (Ctrl+C)")
        self.copy_button.clicked.connect(lambda: self._copy(self.list.selectedItems()))
        self.copy_group_button = QPushButton("Copy history")
        self.copy_group_button.setToolTip("Copy the command lines of everything that was done, as a script")
        self.copy_group_button.clicked.connect(self._copy_history)
        row = QHBoxLayout()
        row.addWidget(self.search, 1)
        row.addWidget(self.copy_button)
        row.addWidget(self.copy_group_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)
        column.addWidget(self.list, 1)
        self._history = ""
        self._follow_selection()

    def set_groups(self, groups: Sequence[tuple[str, Sequence[ScriptRow]]], history: str) -> None:
        """Show these rows under these titles; `history` is what 'Copy history' copies."""
        position = self.list.verticalScrollBar().value()
        self._history = history
        self.list.clear()
        font, bold = fixed_font(self), QFont(self.font())
        bold.setBold(True)
        for title, rows in groups:
            group = QTreeWidgetItem(self.list, [title])
            group.setFlags(Qt.ItemFlag.ItemIsEnabled)
            group.setFirstColumnSpanned(True)
            group.setFont(0, bold)
            for row in rows:
                item = QTreeWidgetItem(group, [row.title, row.shown])
                item.setData(0, Qt.ItemDataRole.UserRole, row.text)
                item.setToolTip(0, row.title)
                item.setToolTip(1, row.text)
                if row.has_command:
                    item.setFont(1, font)
                else:
                    item.setForeground(1, theme.colour("muted"))
            group.setExpanded(True)
        self._filter(self.search.text())
        self.list.verticalScrollBar().setValue(position)
        self._follow_selection()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """The titles have a third of the width at most."""
        super().resizeEvent(event)
        self.list.header().resizeSection(0, min(theme.px(360), self.width() // 3))

    def _groups(self) -> list[QTreeWidgetItem]:
        found = (self.list.topLevelItem(number) for number in range(self.list.topLevelItemCount()))
        return [item for item in found if item is not None]

    def _filter(self, text: str) -> None:
        words = text.lower().split()
        for group in self._groups():
            for number in range(group.childCount()):
                item = group.child(number)
                said = f"{item.text(0)} {item.text(1)}".lower()
                item.setHidden(not all(word in said for word in words))

    def _follow_selection(self) -> None:
        self.copy_button.setEnabled(bool(self.list.selectedItems()))
        self.copy_group_button.setEnabled(bool(self._history))

    def _copy(self, items: Sequence[QTreeWidgetItem]) -> None:
        texts = [item.data(0, Qt.ItemDataRole.UserRole) for item in items]
        if any(texts):
            self.copyRequested.emit("\n".join(filter(None, texts)) + "\n")

    def _copy_history(self) -> None:
        self.copyRequested.emit(self._history)
