"""Keys that act on the pane under the pointer, and the values shown for what the pointer is over."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import numpy as np

from cryogui.app.engine import Engine
from cryogui.app.present.pictures import PicturePresenter
from cryogui.app.screen import Screen
from cryogui.app.views.planes import OBLIQUE, PLANES, Plane
from cryogui.app.views.volume_data import voxel_edges

ZOOM_STEP = 1.25


class PaneController:
    """Keys do to a pane what its wheel and menu do; the pane tells of it as of those."""

    def __init__(self, engine: Engine, pictures: PicturePresenter, screen: Screen) -> None:
        self._engine, self._pictures, self._screen = engine, pictures, screen
        self._text_under_pointer: Callable[[], str] | None = None
        window, actions = screen.window, screen.actions
        actions.zoom_in.triggered.connect(lambda: window.pane_in_question().zoom(ZOOM_STEP))
        actions.zoom_out.triggered.connect(lambda: window.pane_in_question().zoom(1 / ZOOM_STEP))
        actions.view_all.triggered.connect(lambda: window.pane_in_question().view_all())
        actions.auto_contrast.triggered.connect(lambda: window.pane_in_question().auto_levels())
        actions.contrast.triggered.connect(lambda: window.pane_in_question().show_contrast())
        actions.invert.triggered.connect(lambda: window.pane_in_question().invert())
        actions.false_colour.triggered.connect(self._on_actions_false_colour)
        for action, (black, white) in actions.level_steps():
            action.triggered.connect(lambda checked, b=black, w=white: self._adjust_levels(b, w))
        for pane in (screen.measured, screen.forward, screen.residual):
            pane.hovered.connect(self._on_pane_hovered)
        for plane in PLANES:
            screen.ortho.panes[plane.name].hovered.connect(partial(self._on_plane_hovered, plane))
        screen.ortho.panes[OBLIQUE].hovered.connect(self._on_oblique_hovered)
        for pane in (screen.live_slice.live, screen.live_slice.object):
            pane.hovered.connect(self._on_live_slice_hovered)
        # The pointer may rest while what is under it changes.
        engine.picture_ready.connect(lambda picture, newest: self._draw_values())
        screen.ortho.positionChanged.connect(lambda z, y, x: self._draw_values())
        engine.scene_shown.connect(lambda model: self._show_values(None))

    def _on_actions_false_colour(self) -> None:
        pane = self._screen.window.pane_in_question()
        pane.choose_colours("" if pane.colours == "false" else "false")

    def _adjust_levels(self, black: float, white: float) -> None:
        """Move black and white by these shares of their distance; a diverging map stays centred on zero."""
        pane = self._screen.window.pane_in_question()
        if pane.is_diverging:
            white = (white - black) / 2
            black = -white
        pane.adjust_levels(black, white)

    # ---- values under the pointer

    def _on_pane_hovered(self, x: float, y: float, _: float) -> None:
        self._show_values(None if math.isnan(x) else partial(self._image_text, round(x), round(y)))

    def _on_plane_hovered(self, plane: Plane, x: float, y: float, _: float) -> None:
        self._show_values(None if math.isnan(x) else partial(self._volume_text, plane, round(x), round(y)))

    def _on_oblique_hovered(self, x: float, y: float, _: float) -> None:
        self._show_values(None if math.isnan(x) else partial(self._oblique_text, round(x), round(y)))

    def _on_live_slice_hovered(self, x: float, y: float, _: float) -> None:
        self._show_values(None if math.isnan(x) else partial(self._live_slice_text, round(x), round(y)))

    def _show_values(self, text: Callable[[], str] | None) -> None:
        self._text_under_pointer = text
        self._screen.status.set_cursor_text(text() if text is not None else "")

    def _draw_values(self) -> None:
        if self._text_under_pointer is not None:
            self._screen.status.set_cursor_text(self._text_under_pointer())

    def _image_text(self, column: int, row: int) -> str:
        picture = self._pictures.picture
        if picture is None:
            return ""
        values = [f"y {_value(picture.measured, row, column)}"]
        if picture.forward is not None:
            unit = " σ" if picture.in_noise else ""
            values += [
                f"ŷ {_value(picture.forward, row, column)}",
                f"r {_value(picture.residual, row, column, signed=True)}{unit}",
            ]
        where = f"x {column}  y {row} px{self._in_angstrom(x=column, y=row)}"
        return "  ·  ".join([where, "  ".join(values)])

    def _volume_text(self, plane: Plane, column: int, row: int) -> str:
        ortho = self._screen.ortho
        at = list(ortho.position)
        at[plane.horizontal], at[plane.vertical] = column, row
        if ortho.volume is None or not all(0 <= i < n for i, n in zip(at, ortho.volume.shape, strict=True)):
            return ""
        z, y, x = at
        where = f"x {x}  y {y}  z {z} px{self._in_angstrom(x=x, y=y, z=z)}"
        return f"{where}  ·  x̂ {ortho.volume[z, y, x]:.3g}".replace("-", "−")

    def _oblique_text(self, column: int, row: int) -> str:
        ortho = self._screen.ortho
        image = ortho.panes[OBLIQUE].image
        if ortho.cut is None or image is None or math.isnan(image[row, column]):
            return ""
        z, y, x = ortho.cut.from_image(column, row)
        where = f"x {x:.1f}  y {y:.1f}  z {z:.1f} px{self._in_angstrom(x=x, y=y, z=z)}"
        return f"{where}  ·  x̂ {image[row, column]:.3g}".replace("-", "−")

    def _live_slice_text(self, column: int, row: int) -> str:
        view = self._screen.live_slice
        axis = view.plane[1]
        where = f"x {column}  {axis} {row} px{self._in_angstrom(**{'x': column, axis: row})}"
        live, x = (_value(pane.image, row, column) for pane in (view.live, view.object))
        return f"{where}  ·  live {live}  x̂ {x}"

    def _in_angstrom(self, **pixels: float) -> str:
        """The same pixels in Å, by axis name."""
        model = self._engine.model
        edges = (
            voxel_edges(model.scene.voxel_size_A or model.scene.pixel_size_A) if model is not None else None
        )
        if edges is None:
            return ""
        size = dict(zip("zyx", edges, strict=True))
        return f"  ({', '.join(f'{pixel * size[axis]:.0f}' for axis, pixel in pixels.items())} Å)"


def _value(image: np.ndarray | None, row: int, column: int, signed: bool = False) -> str:
    if image is None or not (0 <= row < image.shape[0] and 0 <= column < image.shape[1]):
        return "–"
    text = f"{image[row, column]:{'+' if signed else ''}.3g}"
    return text.replace("-", "−")
