"""Panes of one pixel grid: zoomed together, and coloured together where they show the same values alike."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PyQt6.QtCore import QRectF

from cryogui.app.views.image_pane import ImagePane


def link_views(panes: Sequence[ImagePane]) -> None:
    """Zooming or panning one pane moves the others; for panes whose images share a pixel grid.

    Inverting or colouring one does the same to the others that show the same values as black and white.
    """
    for source in panes:
        source.companions = tuple(pane for pane in panes if pane is not source)
        source.viewChanged.connect(partial(_move_alike, source))
        source.invertedChanged.connect(partial(_colour_alike, source))
        source.coloursChanged.connect(partial(_colour_alike, source))


def _move_alike(source: ImagePane, _: QRectF) -> None:
    for pane in source.companions:
        pane.set_view(source.part, source.part_of)


def _colour_alike(source: ImagePane, _: object) -> None:
    for pane in source.companions:
        if source.levels == pane.levels and source.is_diverging == pane.is_diverging:
            pane.set_inverted(source.is_inverted)
            pane.set_colours(source.colours)
