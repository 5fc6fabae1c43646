"""Keys that act on the pane under the pointer, and the values shown for what the pointer is over."""

from __future__ import annotations

import math

import numpy as np

from cryogui.app.engine import Engine
from cryogui.app.present.pictures import PicturePresenter
from cryogui.app.screen import Screen

ZOOM_STEP = 1.25


class PaneController:
    """Zoom, contrast and colours belong to each pane; they are no part of the session."""

    def __init__(self, engine: Engine, pictures: PicturePresenter, screen: Screen) -> None:
        self._engine, self._pictures, self._screen = engine, pictures, screen
        self._in_false_colour: set[object] = set()
        window, actions = screen.window, screen.actions
        actions.zoom_in.triggered.connect(lambda: window.pane_in_question().zoom(ZOOM_STEP))
        actions.zoom_out.triggered.connect(lambda: window.pane_in_question().zoom(1 / ZOOM_STEP))
        actions.view_all.triggered.connect(lambda: window.pane_in_question().view_all())
        actions.auto_contrast.triggered.connect(lambda: window.pane_in_question().auto_levels())
        actions.invert.triggered.connect(lambda: window.pane_in_question().invert())
        actions.false_colour.triggered.connect(self._on_actions_false_colour)
        for pane in (screen.measured, screen.forward, screen.residual):
            pane.hovered.connect(self._on_pane_hovered)
        screen.ortho.hovered.connect(self._on_ortho_hovered)

    def _on_actions_false_colour(self) -> None:
        pane = self._screen.window.pane_in_question()
        self._in_false_colour ^= {pane}
        pane.false_colour(pane in self._in_false_colour)

    def _on_pane_hovered(self, x: float, y: float, _: float) -> None:
        picture = self._pictures.picture
        if math.isnan(x) or picture is None:
            self._screen.status.set_cursor_text("")
            return
        column, row = round(x), round(y)
        values = [f"y {_value(picture.measured, row, column)}"]
        if picture.forward is not None:
            unit = " σ" if picture.in_noise else ""
            values += [
                f"ŷ {_value(picture.forward, row, column)}",
                f"r {_value(picture.residual, row, column, signed=True)}{unit}",
            ]
        where = f"x {column}  y {row} px{self._in_angstrom(x, y)}"
        self._screen.status.set_cursor_text("  ·  ".join([where, "  ".join(values)]))

    def _on_ortho_hovered(self, z: float, y: float, x: float, value: float) -> None:
        if math.isnan(value):
            self._screen.status.set_cursor_text("")
            return
        where = f"x {round(x)}  y {round(y)}  z {round(z)} px{self._in_angstrom(x, y, z)}"
        self._screen.status.set_cursor_text(f"{where}  ·  x̂ {value:.3g}")

    def _in_angstrom(self, *pixels: float) -> str:
        model = self._engine.model
        size = model.scene.pixel_size_A if model is not None else None
        if size is None:
            return ""
        return f"  ({', '.join(f'{p * size:.0f}' for p in pixels)} Å)"


def _value(image: np.ndarray | None, row: int, column: int, signed: bool = False) -> str:
    if image is None or not (0 <= row < image.shape[0] and 0 <= column < image.shape[1]):
        return "–"
    text = f"{image[row, column]:{'+' if signed else ''}.3g}"
    return text.replace("-", "−")
