"""Where Tab goes: through the window region by region, whatever was built when."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtWidgets import QScrollArea, QWidget

from cryogui.app.views.card import Card


def stops(window: QWidget, regions: Sequence[QWidget]) -> list[QWidget]:
    """Everything in `window` that Tab reaches now, in the order of `regions`, what is in none of them last.

    Within a region its cards follow each other as they stand, and within a card the order is Qt's own: that
    in which widgets were made, unless they set another.
    """
    chain: list[QWidget] = []
    widget = window.nextInFocusChain()
    while widget is not None and widget is not window:
        chain.append(widget)
        widget = widget.nextInFocusChain()
    found = [widget for widget in chain if widget.window() is window and takes_tab(widget)]
    return sorted(found, key=lambda widget: _place(window, widget, regions))


def takes_tab(widget: QWidget) -> bool:
    """Whether Tab stops here: it can be seen, is enabled, and wants to."""
    wants = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.focusProxy() is None
    return wants and widget.isVisible() and widget.isEnabled()


def move_focus(window: QWidget, regions: Sequence[QWidget], forward: bool) -> bool:
    """Give the keyboard to the next stop, or the one before, and bring it into sight; around at the ends."""
    order = stops(window, regions)
    if not order:
        return False
    now = window.focusWidget()
    step = 1 if forward else -1
    place = order.index(now) + step if now in order else 0 if forward else -1
    target = order[place % len(order)]
    target.setFocus(Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason)
    above = target.parentWidget()
    while above is not None:
        if isinstance(above, QScrollArea):
            above.ensureWidgetVisible(target)
        above = above.parentWidget()
    return True


def _place(window: QWidget, widget: QWidget, regions: Sequence[QWidget]) -> tuple[int, int, int]:
    """Number of the region, and y and x of the outermost card in it that holds the widget."""
    card, above = widget, widget.parentWidget()
    while above is not None and above not in regions:
        card = above if isinstance(above, Card) else card
        above = above.parentWidget()
    if above is None:
        return (regions.index(widget) if widget in regions else len(regions)), 0, 0
    if not isinstance(card, Card):
        return regions.index(above), 0, 0
    at = card.mapTo(window, QPoint(0, 0))
    return regions.index(above), at.y(), at.x()
