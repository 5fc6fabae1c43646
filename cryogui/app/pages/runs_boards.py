"""What is published and what was measured here: two tables beside each other, or above where it is narrow."""

from __future__ import annotations

from PyQt6.QtCore import QEvent
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QBoxLayout, QWidget

from cryogui.app import theme
from cryogui.app.pages.runs_scores import MEASURED_TITLES, PUBLISHED_TITLES, Board
from cryogui.app.views.figure_table import FigureTable

_LEAST_WIDTH = 310  # of one board beside the other, at interface scale 1


class Boards(QWidget):
    """Never mixed: each board has a table of its own."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.published = FigureTable("published scores", "As printed; nothing of it was run here")
        self.measured = FigureTable("measured scores", "The newest run of each method, of the scene shown")
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._line.setContentsMargins(0, 0, 0, 0)
        for board in (self.published, self.measured):
            self._line.addWidget(board, 1)
        self._fit()

    def set_boards(self, published: Board, measured: Board) -> None:
        """Show both."""
        self.published.set_cells(PUBLISHED_TITLES, *published)
        self.measured.set_cells(MEASURED_TITLES, *measured)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Beside each other where there is width for both."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent | None) -> None:
        """The width needed follows the interface scale."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.StyleChange:
            self._fit()

    def _fit(self) -> None:
        is_wide = self.width() >= 2 * theme.px(_LEAST_WIDTH)
        direction = QBoxLayout.Direction
        self._line.setDirection(direction.LeftToRight if is_wide else direction.TopToBottom)
        self._line.setSpacing(theme.px(5))
