"""What is drawn over an image must be readable on any image: bright on a dark ground, dark on a light one."""

from __future__ import annotations

from dataclasses import dataclass

from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtGui import QColor, QPainter, QPainterPath, QPen

from cryogui.app import theme


@dataclass(frozen=True)
class Ink:
    """Colours that can be read over the image."""

    colours: theme.Palette
    words: QColor
    halo: QColor

    @classmethod
    def on(cls, ground: QColor) -> Ink:
        """What to draw with over an image on this ground."""
        return _ON_LIGHT if ground.lightness() > 128 else _ON_DARK

    def tint(self, name: str, alpha: float) -> QColor:
        """A palette colour, translucent."""
        return theme.tint(getattr(self.colours, name), alpha)


_ON_LIGHT = Ink(theme.LIGHT, QColor(theme.LIGHT.text), QColor(255, 255, 255, 170))
_ON_DARK = Ink(theme.DARK, QColor(theme.DARK.on_canvas), QColor(0, 0, 0, 190))


def haloed_text(painter: QPainter, ink: Ink, where: QPointF, text: str) -> None:
    """Words with a rim, readable on any image; `where` is the start of their base line."""
    path = QPainterPath()
    path.addText(where, painter.font(), text)
    painter.strokePath(path, QPen(ink.halo, theme.px(2), join=Qt.PenJoinStyle.RoundJoin))
    painter.fillPath(path, ink.words)
