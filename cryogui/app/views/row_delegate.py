"""Rows keep the colours of their words when they are the chosen ones."""

from __future__ import annotations

from PyQt6.QtCore import QModelIndex, Qt
from PyQt6.QtGui import QPalette
from PyQt6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from cryogui.app import theme


class RowDelegate(QStyledItemDelegate):
    """For lists whose chosen row has a ground of its own, and not the ground of a main button."""

    def initStyleOption(self, option: QStyleOptionViewItem | None, index: QModelIndex) -> None:
        """Chosen words are painted as the others."""
        super().initStyleOption(option, index)
        if option is not None:
            colour = index.data(Qt.ItemDataRole.ForegroundRole) or theme.colour("text")
            option.palette.setBrush(QPalette.ColorRole.HighlightedText, colour)
