"""Widgets beside each other."""

from __future__ import annotations

from PyQt6.QtWidgets import QHBoxLayout, QWidget

from cryogui.app import theme


def line(*parts: QWidget | None, gap: int, stretch: int | None = None) -> QHBoxLayout:
    """Parts in a line, `gap` apart at interface scale 1; None is a gap that takes what is left, else the part
    of number `stretch` does."""
    row = QHBoxLayout()
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(theme.px(gap))
    for number, part in enumerate(parts):
        if part is None:
            row.addStretch(1)
        else:
            row.addWidget(part, 1 if number == stretch else 0)
    return row
