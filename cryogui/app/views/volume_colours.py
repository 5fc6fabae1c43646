"""The colours of the 3-D view's layers, the same in every theme: the canvas is always dark."""

from __future__ import annotations

import numpy as np
from PyQt6.QtGui import QColor

from cryogui.app import theme
from cryogui.app.views import colormaps
from cryogui.session.looks import LayerName

TITLES: dict[LayerName, str] = {
    "x": "object x",
    "truth": "truth",
    "reconstruction": "reconstruction",
    "difference": "difference",
}
SHORT_TITLES: dict[LayerName, str] = {
    "x": "x",
    "truth": "truth",
    "reconstruction": "rec.",
    "difference": "diff.",
}
_X = "#dbb880"
_FALLS_SHORT, _EXCEEDS = "#2f8ae0", "#d32636"  # as in the residual's map
_LIT = 0.75  # where along a cloud's table its own colour stands; brighter values tend to white


def tint(name: LayerName, sign: int = 1) -> QColor:
    """The colour of a layer; a difference has one for each sign."""
    if name == "difference":
        return QColor(_EXCEEDS if sign > 0 else _FALLS_SHORT)
    if name == "x":
        return QColor(_X)
    if name == "truth":
        return theme.on_canvas("good")
    return theme.on_canvas("accent").lighter(130)  # paler than a difference that falls short


def tints(name: LayerName) -> tuple[QColor, ...]:
    """All colours of a layer."""
    return (tint(name), tint(name, -1)) if name == "difference" else (tint(name),)


def cloud_table(name: LayerName, sign: int = 1) -> colormaps.Table:
    """From black through the layer's colour towards white, 256 RGB rows."""
    if name == "x":
        return colormaps.table("warm")
    own = np.array(tint(name, sign).getRgb()[:3], dtype=float)
    stops = np.array([np.zeros(3), own, own + 0.6 * (255.0 - own)])
    places = np.linspace(0.0, 1.0, 256)
    table = [np.interp(places, (0.0, _LIT, 1.0), stops[:, channel]) for channel in range(3)]
    return np.stack(table, axis=1).round().astype(np.uint8)


def face_table(name: LayerName) -> colormaps.Table:
    """How a cut through the layer is painted: data in grey, differences from blue through dark to red."""
    return colormaps.on_canvas("diverging" if name == "difference" else "grey")
