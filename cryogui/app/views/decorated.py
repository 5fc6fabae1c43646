"""A card with an image over which things are drawn: cursor, lines, outlines, axes, scale bar, a badge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike
from PyQt6.QtWidgets import QWidget

from cryogui.app.views import triad
from cryogui.app.views.card import Card
from cryogui.app.views.decorations import Decorations, Line, Segment
from cryogui.app.views.marks import Marks
from cryogui.app.views.outline import mask_outline
from cryogui.app.views.triad import Arrow


class DecoratedCard(Card):
    """Keeps what is drawn over the image, and says when it changes. Positions in pixels of the image."""

    def __init__(self, title: str, accent: str | None, is_residual: bool, parent: QWidget | None) -> None:
        super().__init__(title, accent, parent)
        self._state = Decorations(is_residual=is_residual)

    @property
    def decorations(self) -> Decorations:
        """What is drawn over the image now."""
        return replace(self._state)

    def _refresh(self) -> None:
        """What is drawn over the image has changed."""

    def set_badge(self, text: str | None) -> None:
        """A quiet word in the corner, for example 'computing'; None removes it."""
        self._decorate("badge", text)

    def set_cursor(self, x: float | None, y: float | None = None) -> None:
        """Place the cross; None hides it."""
        self._decorate("cursor", None if x is None or y is None else (float(x), float(y)))

    def set_lines(self, lines: Sequence[Line]) -> None:
        """Lines across the image: ('h' or 'v', position, palette colour name)."""
        self._decorate("lines", tuple(lines))

    def set_tilt_axis(self, x: float | None) -> None:
        """Draw the tilt axis, a thin line along y at column `x`; None removes it."""
        self._decorate("tilt_axis", x)

    def set_overlay_outline(self, outline: ArrayLike | None) -> None:
        """Dash the border of a mask [y, x] (bool) or a polygon [point, 2] of (x, y); None removes it."""
        if outline is None:
            self._decorate("outline", ())
            return
        array = np.asarray(outline)
        polygons = mask_outline(array) if array.dtype == bool else (array,)
        self._decorate("outline", tuple(tuple((float(x), float(y)) for x, y in p) for p in polygons))

    def set_segments(self, segments: Sequence[Segment]) -> None:
        """Lines of any direction over the image."""
        self._decorate("segments", tuple(segments))

    def set_axes_triad(self, horizontal: str, vertical: str, into: str = "") -> None:
        """Name the two axes of the image, drawn as arrows in the corner; and the one into the screen."""
        self.set_triad(triad.named(horizontal, vertical, into))

    def set_triad(self, arrows: Sequence[Arrow]) -> None:
        """Draw these axes as arrows in the corner; none removes them."""
        self._decorate("axes", tuple(arrows))

    def set_beam(self, beam: Arrow | None) -> None:
        """Draw the direction of the beam in the upper corner; None removes it."""
        self._decorate("beam", beam)

    def set_rings(self, rings: Sequence[ArrayLike]) -> None:
        """Draw closed curves, polygons [point, 2] of (x, y), in the colour of the model."""
        curves = tuple(tuple((float(x), float(y)) for x, y in np.asarray(ring)) for ring in rings)
        self._decorate("rings", curves)

    def set_marks(self, marks: Marks | None) -> None:
        """Letters that say which image of a comparison this is; None removes them."""
        self._decorate("marks", marks)

    def set_scale_bar(self, angstrom_per_pixel: float | None) -> None:
        """Draw a scale bar for this pixel size; None removes it."""
        self._decorate("angstrom_per_pixel", angstrom_per_pixel)

    def _decorate(self, name: str, value: object) -> None:
        if getattr(self._state, name) != value:
            setattr(self._state, name, value)
            self._refresh()
