"""Colour maps as tables of 256 RGB rows: grey for data, diverging for residuals, others on request."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtGui import QColor

from cryogui.app import theme

Table = NDArray[np.uint8]


class Beyond(NamedTuple):
    """The part of a picture that is another image. column: its first. table: its colours."""

    column: int
    table: Table


CHOICES = {
    "grey": "Grey",
    "false": "False colour",
    "viridis": "Viridis (even steps, for the colour-blind too)",
    "diverging": "Diverging (blue to red about the middle)",
}
"""Maps a pane may be given, with words for the menu."""

_FALSE_COLOUR = ("#05030f", "#2a1366", "#7a1f74", "#c8424f", "#f18a2c", "#f9d057", "#fdfbe0")
_WARM = ("#000000", "#4a3a22", "#a5844e", "#e0bd85", "#fff0d6")
_RESIDUAL_DARK = ("#9fd4ff", "#2f8ae0", "#1c4f86", "", "#7d2230", "#d32636", "#ffb3a6")
_RESIDUAL_LIGHT = ("#0b3a78", "#2f7fd0", "#a9cdee", "", "#f2b8ae", "#d0343a", "#7a0f1d")


def interpolated(colours: tuple[str, ...]) -> Table:
    """A table through equally spaced colours."""
    stops = np.array([QColor(colour).getRgb()[:3] for colour in colours], dtype=float)
    places = np.linspace(0, len(colours) - 1, 256)
    channels = [np.interp(places, np.arange(len(colours)), stops[:, c]) for c in range(3)]
    return np.stack(channels, axis=1).round().astype(np.uint8)


def table(name: str) -> Table:
    """The map called 'grey', 'diverging', 'false', 'viridis' or 'warm', as the present theme draws it.

    Raises ValueError for other names.
    """
    if name == "grey":
        return np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)
    if name == "false":
        return interpolated(_FALSE_COLOUR)
    if name == "warm":
        return interpolated(_WARM)
    if name == "viridis":
        import pyqtgraph as pg

        return np.asarray(pg.colormap.get("viridis").getLookupTable(nPts=256, alpha=False), dtype=np.uint8)
    if name == "diverging":
        return _diverging(theme.palette())
    raise ValueError(f"no colour map named {name!r}")


def on_canvas(name: str) -> Table:
    """The map as it is drawn on a dark ground in every theme."""
    return _diverging(theme.DARK) if name == "diverging" else table(name)


def _diverging(colours: theme.Palette) -> Table:
    arms = _RESIDUAL_LIGHT if colours.name == "light" else _RESIDUAL_DARK
    return interpolated(tuple(c or colours.residual_centre for c in arms))
