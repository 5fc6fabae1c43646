"""A small switch, on or off, painted in the theme's colours."""

from __future__ import annotations

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from cryogui.app import theme


class Switch(QAbstractButton):
    """A checkable button that looks like what it does. It leaves the keyboard to the widget it belongs to."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setChecked(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        """Twice as wide as high."""
        return QSize(theme.px(26), theme.px(14))

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """A groove, and a knob at the right when on."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        groove = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        radius = groove.height() / 2
        painter.setPen(Qt.PenStyle.NoPen)
        is_lit = self.isChecked() and self.isEnabled()
        painter.setBrush(theme.colour("accent" if is_lit else "track"))
        painter.drawRoundedRect(groove, radius, radius)
        knob = QPointF(
            groove.right() - radius if self.isChecked() else groove.left() + radius, groove.center().y()
        )
        painter.setBrush(theme.colour("handle" if self.isEnabled() else "faint"))
        painter.drawEllipse(knob, radius - 2, radius - 2)
