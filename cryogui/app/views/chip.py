"""A mismatch parameter's symbol in a pill that leads to its slider."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QEnterEvent, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QAbstractButton, QWidget

from cryogui.app import theme
from cryogui.app.views.dag_faces import ChipFace


class Chip(QAbstractButton):
    """A parameter's symbol in a pill. Down from the node reaches it, arrows go on, Up returns."""

    pointed = pyqtSignal(bool)

    def __init__(self, face: ChipFace, parent: QWidget) -> None:
        super().__init__(parent)
        self.face = face
        self.setText(face.symbol)
        self.setToolTip(face.tooltip)
        self.setAccessibleName(f"{face.symbol}: go to its slider")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        """As wide as the symbol."""
        metrics = QFontMetricsF(theme.small_font())
        return QSize(round(metrics.horizontalAdvance(self.text())) + theme.px(9), round(metrics.height()))

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """The accent says that it can be moved; brighter under the pointer."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.small_font())
        is_lit = self.isEnabled() and (self.underMouse() or self.hasFocus())
        tint = "accent" if self.isEnabled() else "faint"
        painter.setPen(QPen(theme.colour(tint, 0.9 if is_lit else 0.5), 1))
        painter.setBrush(theme.colour(tint, 0.30 if is_lit else 0.12))
        pill = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)
        painter.setPen(theme.colour("text" if self.isEnabled() else "faint"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())

    def enterEvent(self, event: QEnterEvent | None) -> None:
        """Point at the slider."""
        self.pointed.emit(True)
        self.update()

    def leaveEvent(self, event: QEvent | None) -> None:
        """Point at nothing."""
        self.pointed.emit(False)
        self.update()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Enter and Space go to the slider; arrows belong to the node."""
        if event is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif event is not None and event.key() in (
            Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down,
        ):  # fmt: skip
            event.ignore()
        else:
            super().keyPressEvent(event)
