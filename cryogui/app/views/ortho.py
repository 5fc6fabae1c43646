"""Slices of a volume along its axes, and an oblique one; each plane has its colour, as in 3dmod."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PyQt6.QtCore import QPointF, QRectF, pyqtSignal
from PyQt6.QtWidgets import QWidget

from cryogui.analysis.planes import CutPlane
from cryogui.app.views import levels, orientation
from cryogui.app.views.planes import (
    AXES,
    OBLIQUE,
    PLANE_CUTTING,
    PLANES,
    SHOWN_AXES,
    Plane,
    Vector,
    slab_text,
)
from cryogui.app.views.slice_panes import SlicePanes
from cryogui.app.views.volume_data import VoxelSize, voxel_edges


class OrthoView(SlicePanes):
    """xy, xz and yz slices [z, y, x]; planes that would be a line are hidden, the oblique one at first."""

    positionChanged = pyqtSignal(float, float, float)  # z, y, x
    hovered = pyqtSignal(float, float, float, float)  # z, y, x, value; nan when the pointer leaves

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._volume: NDArray[np.float32] | None = None
        self._position = (0, 0, 0)
        self._point = (0.0, 0.0, 0.0)  # the same, where it lies between voxels
        self._thickness = 1
        self._cut: CutPlane | None = None
        self._has_tilt_axis = False
        self._connect()
        self.set_beam(None)

    def _connect(self) -> None:
        for plane in PLANES:
            pane = self.panes[plane.name]
            pane.set_help(f"The object x cut across {'zyx'[plane.cut]}; the lines are the other cuts.")
            pane.cursorMoved.connect(lambda x, y, p=plane: self._on_cursor_moved(p, x, y))
            pane.stepped.connect(lambda step, p=plane: self._on_stepped(p, step))
            pane.hovered.connect(lambda x, y, value, p=plane: self._on_hovered(p, x, y, value))
        oblique = self.panes[OBLIQUE]
        oblique.cursorMoved.connect(self._on_oblique_cursor_moved)
        oblique.stepped.connect(self._on_oblique_stepped)
        oblique.hovered.connect(self._on_oblique_hovered)
        oblique.set_help("The object x cut by a plane that may be turned.")

    # ---- data

    def set_volume(self, volume: ArrayLike | None, pixel_size: VoxelSize | None = None) -> None:
        """Show a volume [z, y, x]; the position stays where it still lies inside, else goes to the middle.

        `pixel_size`, in Å, is a voxel's edge or its edges along (z, y, x); pixels have their proportions.
        """
        if volume is None:
            self._clear()
            return
        array = np.asarray(volume, dtype=np.float32)
        new_shape = self._volume is None or self._volume.shape != array.shape
        self._volume = array
        if new_shape:
            nz, ny, nx = array.shape
            self._position = nz // 2, ny // 2, nx // 2
            self._point = float(nz // 2), float(ny // 2), float(nx // 2)
        if all(pane.levels is None for pane in self.panes.values()):
            self._share_levels(None, *levels.percentile_levels(array, 1.0, 99.9))
        edges = voxel_edges(pixel_size)
        for plane in PLANES:
            pane = self.panes[plane.name]
            pane.setVisible(array.shape[plane.vertical] > 1 and array.shape[plane.horizontal] > 1)
            pane.set_scale_bar(edges[plane.horizontal] if edges else None)
            pane.set_pixel_aspect(plane.pixel_aspect(edges))
        self.panes[OBLIQUE].set_scale_bar(min(edges) if edges else None)
        self.controls.setEnabled(min(array.shape) > 1)
        self._draw_segments()
        self._show_slices()

    @property
    def volume(self) -> NDArray[np.float32] | None:
        """The volume on show."""
        return self._volume

    @property
    def position(self) -> tuple[int, int, int]:
        """Where the three planes meet: z, y, x."""
        return self._position

    @property
    def thickness(self) -> int:
        """How many slices are averaged."""
        return self._thickness

    @property
    def cut(self) -> CutPlane | None:
        """The oblique plane; None while it is not shown."""
        return self._cut

    def set_position(self, z: float, y: float, x: float) -> None:
        """Move the planes; values outside the volume go to its border."""
        if self._volume is None:
            return
        inside = self._inside((z, y, x))
        if inside != self._point:
            before, self._point = self._position, inside
            self._position = round(inside[0]), round(inside[1]), round(inside[2])
            if self._position != before:
                self._show_slices()

    def set_thickness(self, slices: int) -> None:
        """Average this many neighbouring slices."""
        if slices != self._thickness:
            self._thickness = slices
            if self._volume is not None:
                self._show_slices()

    def set_cut(self, cut: CutPlane | None) -> None:
        """The oblique plane, a line in each of the others; None hides it. Its image: `set_cut_image`."""
        if cut == self._cut:
            return
        self._cut = cut
        pane = self.panes[OBLIQUE]
        pane.setVisible(cut is not None)
        if cut is not None:
            pane.set_whole(QRectF(*cut.common))
            pane.set_segments(orientation.traces_on(cut, [PLANE_CUTTING[axis] for axis in range(3)]))
            pane.set_title(OBLIQUE if cut.thickness == 1 else f"{OBLIQUE}   {cut.thickness} layers")
        self._draw_beam()
        self._draw_segments()

    def set_cut_image(self, image: NDArray[np.float32] | None) -> None:
        """The oblique slice itself, as `CutPlane.cut` makes it."""
        self.panes[OBLIQUE].set_image(image)

    def set_support(self, support: ArrayLike | None) -> None:
        """Dash the border of the support (bool, broadcastable to the volume) in the planes it varies in."""
        mask = None if support is None else np.asarray(support, dtype=bool)
        for plane in PLANES:
            outline = None
            if mask is not None and self._volume is not None:
                full = np.broadcast_to(mask, self._volume.shape)
                outline = np.take(full, self._volume.shape[plane.cut] // 2, axis=plane.cut)
                outline = outline if plane.vertical < plane.horizontal else outline.T
            self.panes[plane.name].set_overlay_outline(outline)

    # ---- orientation

    def set_beam(self, direction: Vector | None) -> None:
        """The beam of the image on show, as (x, y, z), drawn in every slice; None where there is none."""
        self._beam = direction
        self._draw_beam()

    def set_tilt_axis(self, shown: bool) -> None:
        """Draw the tilt axis, along y through the volume's centre, or not."""
        self._has_tilt_axis = shown
        self._draw_segments()

    def _draw_beam(self) -> None:
        frames: dict[str, tuple[ArrayLike, ArrayLike]] = {plane.name: plane.axes for plane in PLANES}
        if self._cut is not None:
            frames[OBLIQUE] = self._cut.rows[0], self._cut.rows[1]
        for name, axes in frames.items():
            self.panes[name].set_triad(orientation.axes_in(*axes))
            self.panes[name].set_beam(orientation.beam_in(*axes, self._beam))

    def _draw_segments(self) -> None:
        for plane in PLANES:
            segments = []
            if self._has_tilt_axis and self._volume is not None:
                segments += orientation.tilt_axis_in(self._volume.shape, plane.vertical, plane.horizontal)
            if self._cut is not None:
                segments += orientation.trace_in(self._cut, plane.vertical, plane.horizontal)
            self.panes[plane.name].set_segments(segments)

    # ---- within

    def _clear(self) -> None:
        self._volume = None
        self.controls.setEnabled(False)
        for name, pane in self.panes.items():
            pane.set_image(None)
            pane.set_title(name)
            pane.set_segments(())

    def _inside(self, position: tuple[float, float, float]) -> tuple[float, float, float]:
        assert self._volume is not None
        z, y, x = (
            min(max(float(at), 0.0), n - 1.0) for at, n in zip(position, self._volume.shape, strict=True)
        )
        return z, y, x

    def _show_slices(self) -> None:
        assert self._volume is not None
        at = self._position
        for plane in PLANES:
            pane = self.panes[plane.name]
            if pane.isHidden():
                continue
            pane.set_image(plane.slice(self._volume, at[plane.cut], self._thickness))
            slices = slab_text(at[plane.cut], self._thickness, self._volume.shape[plane.cut])
            pane.set_title(f"{plane.name}   {AXES[plane.cut]} = {slices}")
            pane.set_lines(
                (
                    ("v", at[plane.horizontal], PLANE_CUTTING[plane.horizontal]),
                    ("h", at[plane.vertical], PLANE_CUTTING[plane.vertical]),
                )
            )

    def _cursor_in(self, name: str) -> QPointF:
        """Where the planes meet, in the image of the pane called `name`."""
        if name == OBLIQUE:
            return QPointF(*self._cut.to_image(self._point)) if self._cut is not None else QPointF()
        horizontal, vertical = SHOWN_AXES[name]
        return QPointF(self._position[horizontal], self._position[vertical])

    # ---- from the user

    def _move_to(self, z: float, y: float, x: float) -> None:
        """Go to a new position and say so."""
        before = self._point
        self.set_position(z, y, x)
        if self._point != before:
            self.positionChanged.emit(*self._point)

    def _moved(self, **axes: float) -> None:
        """The same; `axes` names those that change, to the nearest voxel."""
        self._move_to(**(dict(zip(AXES, self._point, strict=True)) | axes))

    def _on_cursor_moved(self, plane: Plane, x: float, y: float) -> None:
        self.panes[plane.name].set_cursor(None)
        self._moved(**{AXES[plane.horizontal]: float(round(x)), AXES[plane.vertical]: float(round(y))})

    def _on_stepped(self, plane: Plane, step: int) -> None:
        self._moved(**{AXES[plane.cut]: float(self._position[plane.cut] + step)})

    def _on_hovered(self, plane: Plane, x: float, y: float, value: float) -> None:
        at: list[float] = list(self._position)
        at[plane.horizontal], at[plane.vertical] = x, y
        self.hovered.emit(*at, value)

    def _on_oblique_cursor_moved(self, x: float, y: float) -> None:
        self.panes[OBLIQUE].set_cursor(None)
        if self._cut is not None:
            self._move_to(*self._cut.from_image(x, y))

    def _on_oblique_stepped(self, step: int) -> None:
        if self._cut is not None:
            self._move_to(*self._cut.stepped(step))

    def _on_oblique_hovered(self, x: float, y: float, value: float) -> None:
        if self._cut is not None:
            self.hovered.emit(*self._cut.from_image(x, y), value)
