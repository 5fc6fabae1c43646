"""A table whose rows are things: one of them is in question at a time, and keys and headers act on it."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QAbstractTableModel, QEvent, Qt, pyqtSignal
from PyQt6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from cryogui.app.views.keys import claims
from cryogui.app.views.row_delegate import RowDelegate

WALKING_KEYS = (
    Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown,
    Qt.Key.Key_Left, Qt.Key.Key_Right,
)  # fmt: skip


class RowTable(QTableView):
    """Looks and keys of such a table. A class of its own says in `fit` how large its columns are.

    own_keys: that reach it also where the window has shortcuts for them.
    """

    own_keys: tuple[Qt.Key, ...] = WALKING_KEYS
    currentMoved = pyqtSignal()

    def __init__(
        self,
        model: QAbstractTableModel,
        name: str,
        manual: str,
        numbers: Sequence[bool],
        parent: QWidget | None = None,
    ) -> None:
        """name, manual: for those who hear it, the latter as a tooltip too. numbers: which columns hold such;
        they are as wide as what is in them."""
        super().__init__(parent)
        self.setModel(model)
        self.setAccessibleName(name)
        self.setAccessibleDescription(manual)
        self.setToolTip(manual)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setItemDelegate(RowDelegate(self))
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        for column, is_number in enumerate(numbers):
            if is_number:
                header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self.selectionModel().currentChanged.connect(lambda *_: self.currentMoved.emit())

    def fit(self) -> None:
        """Have every size as the interface scale wants it."""

    def event(self, event: QEvent | None) -> bool:
        """Keys of its own reach it also where the window has shortcuts for them."""
        return claims(event, self.own_keys) or super().event(event)

    def changeEvent(self, event: QEvent | None) -> None:
        """Sizes follow the interface scale."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.StyleChange and self.model() is not None:
            self.fit()
