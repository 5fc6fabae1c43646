"""A sentence of which two lines are seen, so that what stands below stays where it is."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QRect, Qt
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QLabel, QSizePolicy, QWidget

_LINES = 2


class Sentence(QLabel):
    """Wrapped; where two lines are too few, all of it is the tooltip."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed))
        self._fit()

    def hasHeightForWidth(self) -> bool:
        """It does not grow where it is narrow: a page in a scroll area would then be scrolled."""
        return False

    def setText(self, text: str | None) -> None:
        """Say this instead."""
        super().setText(text)
        self._note_cut()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Another width cuts elsewhere."""
        super().resizeEvent(event)
        self._note_cut()

    def changeEvent(self, event: QEvent | None) -> None:
        """Two lines of another size."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.StyleChange:
            self._fit()

    def _fit(self) -> None:
        self.setFixedHeight(_LINES * self.fontMetrics().lineSpacing() + 2)

    def _note_cut(self) -> None:
        room = QRect(0, 0, self.width(), 10 * self.height())
        needed = self.fontMetrics().boundingRect(room, int(Qt.TextFlag.TextWordWrap), self.text())
        is_cut = needed.height() > self.height()
        self.setToolTip(self.text() if is_cut else "")
        upright = Qt.AlignmentFlag.AlignTop if is_cut else Qt.AlignmentFlag.AlignVCenter
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | upright)
