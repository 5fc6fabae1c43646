"""Cards in as many columns as make them largest: a row where it is wide, two by two where it is high."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QObject
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QGridLayout, QWidget

from cryogui.app import theme

_GAP = 7
_FRAME = (18, 66)  # what a card takes around its image: margins, title and colour bar


def columns_for(count: int, width: float, height: float) -> int:
    """In how many columns `count` cards in so much room have the largest square images; of equals, those that
    leave no gap."""
    gap, frame = theme.px(_GAP), (theme.px(_FRAME[0]), theme.px(_FRAME[1]))

    def merit(columns: int) -> tuple[float, int, int]:
        rows = -(-count // columns)
        across = (width - gap * (columns - 1)) / columns - frame[0]
        down = (height - gap * (rows - 1)) / rows - frame[1]
        return round(min(across, down)), -(rows * columns - count), columns

    return max(range(1, count + 1), key=merit)


class Tiles(QWidget):
    """Widgets side by side, in the order they were added; those that are hidden leave no gap."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._widgets: list[QWidget] = []
        self._arranged: tuple[int, tuple[QWidget, ...]] | None = None
        self._space()

    def add(self, widget: QWidget) -> None:
        """One more tile behind the others."""
        self._widgets.append(widget)
        widget.installEventFilter(self)
        self._grid.addWidget(widget, 0, len(self._widgets) - 1)
        self._arrange()

    def take(self, widget: QWidget) -> None:
        """Let go of a tile, which is to stand elsewhere."""
        self._widgets.remove(widget)
        widget.removeEventFilter(self)
        self._grid.removeWidget(widget)
        self._arrange()

    @property
    def columns(self) -> int:
        """How many tiles stand side by side."""
        return self._arranged[0] if self._arranged else 0

    def _arrange(self) -> None:
        shown = tuple(widget for widget in self._widgets if not widget.isHidden())
        if not shown:
            return
        columns = columns_for(len(shown), self.width(), self.height())
        if (columns, shown) == self._arranged:
            return
        self._arranged = columns, shown
        for widget in self._widgets:
            self._grid.removeWidget(widget)
        for number, widget in enumerate(shown):
            row, column = divmod(number, columns)
            # The last takes what is left of its row.
            span = columns - column if number == len(shown) - 1 else 1
            self._grid.addWidget(widget, row, column, 1, span)
        rows = -(-len(shown) // columns)
        for number in range(len(self._widgets)):
            self._grid.setColumnStretch(number, int(number < columns))
            self._grid.setRowStretch(number, int(number < rows))

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """A tile that is shown or hidden changes the arrangement."""
        if event is not None and event.type() in (QEvent.Type.ShowToParent, QEvent.Type.HideToParent):
            self._arrange()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Another shape may have room for another arrangement."""
        super().resizeEvent(event)
        self._arrange()

    def changeEvent(self, event: QEvent | None) -> None:
        """Gaps follow the interface scale."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.StyleChange:
            self._space()

    def _space(self) -> None:
        self._grid.setSpacing(theme.px(_GAP))
