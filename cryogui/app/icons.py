"""Icons from `resources/icons`, drawn in the colours of the present theme."""

from __future__ import annotations

from functools import lru_cache

from PyQt6.QtCore import QByteArray, QEvent, QSize, Qt
from PyQt6.QtGui import QIcon, QPainter, QPixmap
from PyQt6.QtWidgets import QToolButton, QWidget

from cryogui.app import theme
from cryogui.resources import resource_path


def icon(name: str, colour_name: str = "text", size: int = 16) -> QIcon:
    """The drawing `name`.svg with its `currentColor` replaced by a palette colour."""
    return _drawn(name, theme.colour(colour_name).name(), theme.colour("faint").name(), theme.px(size))


@lru_cache(maxsize=256)
def _drawn(name: str, tint: str, faint: str, pixels: int) -> QIcon:
    """Drawn once, however many buttons wear it; `faint` while they are disabled."""
    from PyQt6.QtSvg import QSvgRenderer

    result = QIcon()
    drawing = resource_path("icons", f"{name}.svg").read_text(encoding="utf-8")
    for mode, colour in ((QIcon.Mode.Normal, tint), (QIcon.Mode.Disabled, faint)):
        svg = drawing.replace("currentColor", colour)
        # Drawn twice as large as shown, so that it stays sharp on dense screens.
        pixmap = QPixmap(2 * pixels, 2 * pixels)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        QSvgRenderer(QByteArray(svg.encode())).render(painter)
        painter.end()
        result.addPixmap(pixmap, mode)
    return result


class IconButton(QToolButton):
    """A small flat button with a themed icon, a tooltip and the same words for a screen reader."""

    def __init__(self, name: str, tooltip: str, parent: QWidget | None = None, size: int = 14) -> None:
        super().__init__(parent)
        self._name, self._size, self._tint = name, size, "muted"
        self.setToolTip(tooltip)
        self.setAccessibleName(tooltip)
        self._draw()

    def set_icon_name(self, name: str, tint: str = "muted") -> None:
        """Show another drawing, or the same in another palette colour."""
        if (name, tint) != (self._name, self._tint):
            self._name, self._tint = name, tint
            self._draw()

    def _draw(self) -> None:
        self.setIcon(icon(self._name, self._tint, self._size))
        self.setIconSize(QSize(theme.px(self._size), theme.px(self._size)))

    def changeEvent(self, event: QEvent | None) -> None:
        """Draw again in the colours of a new theme."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.StyleChange:
            self._draw()
