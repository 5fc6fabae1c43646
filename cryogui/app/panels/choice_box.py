"""A combo box drawn flat like the buttons beside it, in both themes."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QPointF, QSize, Qt
from PyQt6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PyQt6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox, QStylePainter

from cryogui.app import theme

_LEAST_WIDTH = 80
_AROUND = 6 + 22  # padding, and the arrow
_BOX = QStyle.ComplexControl.CC_ComboBox


class ChoiceBox(QComboBox):
    """The style sheet removes the style's bevelled arrow field; here the arrow comes back."""

    def minimumSizeHint(self) -> QSize:
        """Long words may be cut short where there is little room."""
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), theme.px(_LEAST_WIDTH)), hint.height())

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """The box as styled, words that have no room ending with …, and a small chevron at its right."""
        painter, option = QStylePainter(self), QStyleOptionComboBox()
        self.initStyleOption(option)
        room, elide = self.width() - theme.px(_AROUND), self.fontMetrics().elidedText
        option.currentText = elide(self.currentText(), Qt.TextElideMode.ElideRight, room)
        painter.drawComplexControl(_BOX, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("muted" if self.isEnabled() else "faint"), 1.5))
        half = theme.px(4)
        tip = QPointF(self.width() - theme.px(13), self.height() / 2 + half / 2)
        painter.drawPolyline(QPolygonF([tip + QPointF(-half, -half), tip, tip + QPointF(half, -half)]))


def chooser(name: str, tooltip: str, entries: Sequence[str] = ()) -> ChoiceBox:
    """A box as wide as its words, with `name` for a screen reader."""
    box = ChoiceBox()
    box.setAccessibleName(name)
    box.setToolTip(tooltip)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    box.addItems(entries)
    return box
