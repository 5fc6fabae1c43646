"""The table of a leaderboard: sorted by any column, what is published set apart from what was measured."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PyQt6.QtCore import QAbstractTableModel, QModelIndex, Qt, pyqtSignal
from PyQt6.QtGui import QFont, QKeyEvent
from PyQt6.QtWidgets import QApplication, QWidget

from cryogui.app import theme
from cryogui.app.pages.challenge_rows import COLUMNS, meaning_of
from cryogui.app.views.row_table import WALKING_KEYS, RowTable
from cryogui.challenge.boards import Row

_Role = Qt.ItemDataRole
_MANUAL = "A click on a title sorts. Del removes a measured row; slanted ones are published."
_WIDTHS = {0: 150, 1: 92, 7: 110, 8: 110, 9: 90}  # of the columns of words, at interface scale 1


class _Model(QAbstractTableModel):
    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Row] = []
        self.order = (0, False)  # column, descending

    def set_rows(self, rows: Sequence[Row], order: tuple[int, bool]) -> None:
        self.beginResetModel()
        self.rows, self.order = list(rows), order
        self.endResetModel()

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008 - as Qt has it
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        column = COLUMNS[section]
        if role == _Role.TextAlignmentRole:
            return _side(column.is_number)
        sorted_by, descending = self.order
        arrow = "" if section != sorted_by else " ↓" if descending else " ↑"
        return {_Role.DisplayRole: column.title + arrow, _Role.ToolTipRole: column.meaning}.get(_Role(role))

    def data(self, index: QModelIndex, role: int = _Role.DisplayRole) -> Any:
        row, column = self.rows[index.row()], COLUMNS[index.column()]
        is_published = row.source == "published"
        match _Role(role):
            case _Role.DisplayRole:
                return column.words(row)
            case _Role.TextAlignmentRole:
                return _side(column.is_number)
            case _Role.ForegroundRole:
                return theme.colour("muted" if is_published else "text")
            case _Role.FontRole:
                font = QFont(QApplication.font())
                font.setItalic(is_published)
                font.setBold(not is_published and index.column() == 0)
                return font
            case _Role.ToolTipRole:
                return f"{meaning_of(row)}\n{_MANUAL}"
        return None


class BoardTable(RowTable):
    """Setters are silent."""

    own_keys = (*WALKING_KEYS, Qt.Key.Key_Delete)

    sortChosen = pyqtSignal(str, bool)  # name of the column, descending
    removeRequested = pyqtSignal(object)  # Row

    def __init__(self, parent: QWidget | None = None) -> None:
        self._rows = _Model()
        super().__init__(self._rows, "leaderboard", _MANUAL, [column.is_number for column in COLUMNS], parent)
        header = self.horizontalHeader()
        header.setSectionsClickable(True)
        header.sectionClicked.connect(self._on_header_section_clicked)
        self.fit()

    # ---- setters, silent

    def set_rows(self, rows: Sequence[Row], column: int, descending: bool) -> None:
        """Show these in this order, which `column` has made; the row in question stays so."""
        current = self.current
        self._rows.set_rows(rows, (column, descending))
        for at, each in enumerate(COLUMNS):
            is_told = not each.is_optional or any(each.key(row) is not None for row in rows)
            self.setColumnHidden(at, not is_told)
        if current in self._rows.rows:
            self.selectRow(self._rows.rows.index(current))
        self.currentMoved.emit()

    @property
    def current(self) -> Row | None:
        """The row in question."""
        at = self.currentIndex().row()
        return self._rows.rows[at] if 0 <= at < len(self._rows.rows) else None

    @property
    def shown(self) -> list[Row]:
        """The rows in the order shown."""
        return list(self._rows.rows)

    # ---- from the user

    def _on_header_section_clicked(self, at: int) -> None:
        """Another column is sorted from its good end, the same one the other way round."""
        column, (sorted_by, descending) = COLUMNS[at], self._rows.order
        self.sortChosen.emit(column.name, not descending if at == sorted_by else column.best_first)

    def remove(self) -> None:
        """Ask for the row in question to be removed, if it can be."""
        if self.current is not None and self.current.source == "measured":
            self.removeRequested.emit(self.current)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Del removes."""
        if event is not None and event.key() == Qt.Key.Key_Delete:
            self.remove()
        else:
            super().keyPressEvent(event)

    def fit(self) -> None:
        """Have every size as the interface scale wants it."""
        self.verticalHeader().setDefaultSectionSize(theme.px(23))
        for column, width in _WIDTHS.items():
            self.setColumnWidth(column, theme.px(width))


def _side(is_number: bool) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if is_number else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
