"""Widgets side by side, with the gap between cards at every interface scale."""

from __future__ import annotations

from PyQt6.QtCore import QEvent
from PyQt6.QtWidgets import QHBoxLayout, QWidget

from cryogui.app import theme

GAP = 7
"""Between cards, at interface scale 1."""


class Row(QWidget):
    """All of one stretch."""

    def __init__(self, *widgets: QWidget) -> None:
        super().__init__()
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(theme.px(GAP))
        for widget in widgets:
            self._layout.addWidget(widget, 1)

    def changeEvent(self, event: QEvent | None) -> None:
        """Gaps follow the interface scale."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.StyleChange:
            self._layout.setSpacing(theme.px(GAP))
