"""The table of runs: sorted by any column, with a tick for each that is compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PyQt6.QtCore import QAbstractTableModel, QModelIndex, QPoint, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QResizeEvent
from PyQt6.QtWidgets import QAbstractItemView, QMenu, QWidget

from cryogui.app import theme
from cryogui.app.pages.runs_fsc import COLOURS
from cryogui.app.pages.runs_rows import COLUMNS, Row, SpecRow, VolumeRow, tone_of
from cryogui.app.views.row_table import WALKING_KEYS, RowTable

_Role = Qt.ItemDataRole
_MANUAL = (
    "Space compares a run (up to four), Enter makes it the object x, or applies what a calibration found, "
    "F2 renames, Del deletes. A click on a title sorts."
)
_NAME, _LEAST_NAME = 150, 80  # width of the first column, and to which it yields
_WIDTHS = {1: 82, 2: 72, 10: 112, 11: 170, 12: 80, 13: 220, 14: 320}  # of the columns of words
_SEEN = 5  # columns that are to be seen without scrolling: run, state, what it made, PSNR and SSIM


class _Model(QAbstractTableModel):
    """What Qt asks of the rows. Changes come out as signals and are drawn when they have been made."""

    ticked = pyqtSignal(int, bool)
    renamed = pyqtSignal(int, str)

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Row] = []
        self.chosen: tuple[int, ...] = ()
        self._order: tuple[int, bool] | None = None  # column, descending

    def set_rows(self, rows: Sequence[Row], chosen: tuple[int, ...]) -> None:
        is_same = [row.number for row in rows] == [row.number for row in self.rows] and self._order is None
        if is_same:
            self.rows, self.chosen = list(rows), chosen
            if rows:
                self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(COLUMNS) - 1))
            return
        self.beginResetModel()
        self.rows, self.chosen = self._sorted(rows), chosen
        self.endResetModel()

    def _sorted(self, rows: Sequence[Row]) -> list[Row]:
        if self._order is None:
            return list(rows)
        column, descending = self._order
        return sorted(rows, key=lambda row: row.keys[column], reverse=descending)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """By one column; a negative one leaves the order of the history."""
        self._order = None if column < 0 else (column, order == Qt.SortOrder.DescendingOrder)
        self.beginResetModel()
        self.rows = self._sorted(self.rows)
        self.endResetModel()

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008 - as Qt has it
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        column = COLUMNS[section]
        return {_Role.DisplayRole: column.title, _Role.ToolTipRole: column.meaning}.get(_Role(role))

    def flags(self, index: QModelIndex) -> Qt.ItemFlag:
        flags = super().flags(index)
        if index.column() == 0:
            flags |= Qt.ItemFlag.ItemIsEditable
            if isinstance(self.rows[index.row()], VolumeRow):
                flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def data(self, index: QModelIndex, role: int = _Role.DisplayRole) -> Any:
        row, column = self.rows[index.row()], index.column()
        match _Role(role):
            case _Role.DisplayRole | _Role.EditRole:
                return row.words[column]
            case _Role.CheckStateRole if column == 0 and isinstance(row, VolumeRow):
                return Qt.CheckState.Checked if row.number in self.chosen else Qt.CheckState.Unchecked
            case _Role.DecorationRole if column == 0 and row.number in self.chosen:
                return theme.colour(COLOURS[self.chosen.index(row.number) % len(COLOURS)])
            case _Role.TextAlignmentRole if COLUMNS[column].is_number:
                return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            case _Role.ForegroundRole if column == 1:
                return theme.colour(tone_of(row.kept.state))
            case _Role.ToolTipRole:
                return "\n".join(filter(None, (row.words[column], row.kept.reason, _MANUAL)))
        return None

    def setData(self, index: QModelIndex, value: Any, role: int = _Role.EditRole) -> bool:
        row = self.rows[index.row()]
        if role == _Role.CheckStateRole:
            self.ticked.emit(row.number, Qt.CheckState(value) == Qt.CheckState.Checked)
        elif role == _Role.EditRole and value.strip() and value.strip() != row.words[0]:
            self.renamed.emit(row.number, value.strip())
        return False  # the history says so first


class RunTable(RowTable):
    """Chooses runs and says what to do with them. Setters are silent."""

    own_keys = (
        *WALKING_KEYS, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2, Qt.Key.Key_Delete, Qt.Key.Key_Space
    )  # fmt: skip

    compareToggled = pyqtSignal(int, bool)  # number, on
    renameRequested = pyqtSignal(int, str)
    deleteRequested = pyqtSignal(int)
    useRequested = pyqtSignal(int)
    againRequested = pyqtSignal(int)
    resumeRequested = pyqtSignal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        self._rows = _Model()
        super().__init__(self._rows, "runs", _MANUAL, [column.is_number for column in COLUMNS], parent)
        self._rows.ticked.connect(self.compareToggled, Qt.ConnectionType.QueuedConnection)  # type: ignore[call-arg]
        self._rows.renamed.connect(self.renameRequested, Qt.ConnectionType.QueuedConnection)  # type: ignore[call-arg]
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._on_menu_requested)
        self.doubleClicked.connect(lambda index: self.tell(self.useRequested))
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSortIndicatorClearable(True)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)
        self.fit()

    # ---- setters, silent

    def set_rows(self, rows: Sequence[Row], chosen: tuple[int, ...]) -> None:
        """Show these runs, ticked those that are compared; the row in question stays so.

        chosen: in the order compared, by which each has the colour of its curves.
        """
        current = self.current
        self._rows.set_rows(rows, chosen)
        numbers = [row.number for row in self._rows.rows]
        wanted = None if current is None else current.number
        if wanted in numbers and self.currentIndex().row() != numbers.index(wanted):
            self.selectRow(numbers.index(wanted))
        elif self.current is None and numbers:
            self.selectRow(0)
        self._share_width()
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

    # ---- what is done with one

    def tell(self, signal: Any) -> None:
        """Emit one of the signals about the run in question."""
        if self.current is not None:
            signal.emit(self.current.number)

    def _on_menu_requested(self, where: QPoint) -> None:
        index = self.indexAt(where)
        if index.isValid():
            self.selectRow(index.row())
            self.menu().popup(self.viewport().mapToGlobal(where))

    def menu(self) -> QMenu:
        """What can be done with the run in question."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        row = self.current
        assert row is not None
        is_calibration = isinstance(row, SpecRow)
        use = "Apply this spec" if is_calibration else "Use as object x"
        menu.addAction(use, lambda: self.tell(self.useRequested)).setEnabled(row.has_result)
        menu.addAction("Run again", lambda: self.tell(self.againRequested))
        if not is_calibration:
            menu.addAction("Resume", lambda: self.tell(self.resumeRequested)).setEnabled(
                row.kept.state == "interrupted"
            )
        menu.addSeparator()
        menu.addAction("Rename", self.rename)
        menu.addAction("Delete …", lambda: self.tell(self.deleteRequested))
        return menu

    def rename(self) -> None:
        """Edit the title of the run in question."""
        self.edit(self._rows.index(self.currentIndex().row(), 0))

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Space, Enter and Del act on the run in question."""
        row = self.current
        if event is None or row is None or self.state() == QAbstractItemView.State.EditingState:
            super().keyPressEvent(event)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.useRequested.emit(row.number)
        elif event.key() == Qt.Key.Key_Delete:
            self.deleteRequested.emit(row.number)
        elif event.key() == Qt.Key.Key_Space:
            if isinstance(row, VolumeRow):
                self.compareToggled.emit(row.number, row.number not in self._rows.chosen)
        elif event.key() == Qt.Key.Key_F2:
            self.rename()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Names are cut short before the first figures are."""
        super().resizeEvent(event)
        self._share_width()

    def _share_width(self) -> None:
        room = self.viewport().width() - sum(self.columnWidth(column) for column in range(1, _SEEN))
        self.setColumnWidth(0, max(theme.px(_LEAST_NAME), min(theme.px(_NAME), room)))

    def fit(self) -> None:
        """Have every size as the interface scale wants it."""
        self.verticalHeader().setDefaultSectionSize(theme.px(24))
        self.setIconSize(QSize(theme.px(8), theme.px(8)))
        for column, width in _WIDTHS.items():
            self.setColumnWidth(column, theme.px(width))
        self._share_width()
