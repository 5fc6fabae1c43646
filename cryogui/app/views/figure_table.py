"""A table to read: words in rows and columns, numbers at the right."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from cryogui.app import theme

_WIDEST = 190  # column, at interface scale 1; longer words are told whole by the tooltip
_LEAST_FIGURE = 72  # of which a figure has need
_LEAST_NAME = 80  # to which the first column yields, so that the figures are seen whole


class FigureTable(QTableWidget):
    """The first column names what the others tell."""

    def __init__(self, name: str, tooltip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setToolTip(tooltip)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.horizontalHeader().setTextElideMode(Qt.TextElideMode.ElideRight)
        self._fit()

    def set_cells(
        self, titles: Sequence[str], rows: Sequence[Sequence[str]], meanings: Sequence[str] = ()
    ) -> None:
        """Show these rows below these titles; meanings: of the rows, for tooltips."""
        self.setColumnCount(len(titles))
        self.setRowCount(len(rows))
        self.setHorizontalHeaderLabels(list(titles))
        for at, row in enumerate(rows):
            for column, words in enumerate(row):
                item = QTableWidgetItem(words)
                side = Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight
                item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
                meaning = meanings[at] if at < len(meanings) else ""
                item.setToolTip("\n".join(filter(None, (words, meaning))))
                self.setItem(at, column, item)
        for column in range(len(titles)):
            side = Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight
            self.horizontalHeaderItem(column).setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
        self._share_width()

    @property
    def cells(self) -> list[list[str]]:
        """What is shown, row by row."""
        columns = range(self.columnCount())
        return [[self.item(row, column).text() for column in columns] for row in range(self.rowCount())]

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Names are cut short before figures are."""
        super().resizeEvent(event)
        self._share_width()

    def _share_width(self) -> None:
        """Long words are cut so that all columns are seen; names give way before figures do."""
        header = self.horizontalHeader()
        if not header.count():
            return
        wanted = [
            min(theme.px(_WIDEST), max(self.sizeHintForColumn(at), header.sectionSizeHint(at)))
            for at in range(header.count())
        ]
        room, name = self.viewport().width(), theme.px(_LEAST_NAME)
        share = max((room - min(name, wanted[0])) // max(len(wanted) - 1, 1), theme.px(_LEAST_FIGURE))
        figures = [min(width, share) for width in wanted[1:]]
        left = room - sum(figures)
        widths = [min(wanted[0], left) if left >= name else wanted[0], *figures]
        for at, width in enumerate(widths):
            header.resizeSection(at, width)

    def changeEvent(self, event: QEvent | None) -> None:
        """Row heights follow the interface scale."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.StyleChange:
            self._fit()

    def _fit(self) -> None:
        self.verticalHeader().setDefaultSectionSize(theme.px(22))
        self.horizontalHeader().setMaximumSectionSize(theme.px(_WIDEST))
        self._share_width()
