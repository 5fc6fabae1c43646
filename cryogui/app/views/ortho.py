"""Three orthogonal slices of a volume with one position; each plane has its colour, as in 3dmod."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PyQt6.QtCore import QEvent, pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QWidget

from cryogui.app import theme
from cryogui.app.views import levels
from cryogui.app.views.image_pane import ImagePane
from cryogui.app.views.volume_data import VoxelSize, voxel_edges

_AXES = "zyx"  # of the array, in order


@dataclass(frozen=True)
class Plane:
    """One slice direction: its name, the axes it shows (array indices), the axis it cuts."""

    name: str
    vertical: int
    horizontal: int
    cut: int

    def slice(self, volume: NDArray[np.float32], at: int) -> NDArray[np.float32]:
        """The slice [vertical, horizontal] at `at` along the cut axis."""
        image = np.take(volume, at, axis=self.cut)
        return image if self.vertical < self.horizontal else image.T


# yz lies with z along the horizontal, so that its rows continue those of xy beside it.
PLANES = (Plane("xy", 1, 2, 0), Plane("xz", 0, 2, 1), Plane("yz", 1, 0, 2))
_PLANE_CUTTING = {plane.cut: plane.name for plane in PLANES}


class OrthoView(QWidget):
    """xy, xz and yz slices [z, y, x]; planes that would be a single line are hidden."""

    positionChanged = pyqtSignal(int, int, int)  # z, y, x
    hovered = pyqtSignal(float, float, float, float)  # z, y, x, value; nan when the pointer leaves

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._volume: NDArray[np.float32] | None = None
        self._position = (0, 0, 0)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self.panes: dict[str, ImagePane] = {}
        for plane in PLANES:
            pane = ImagePane(plane.name, accent=plane.name, name=plane.name)
            pane.set_axes_triad(_AXES[plane.horizontal], _AXES[plane.vertical])
            pane.cursorMoved.connect(lambda x, y, p=plane: self._on_cursor_moved(p, x, y))
            pane.stepped.connect(lambda step, p=plane: self._on_stepped(p, step))
            pane.hovered.connect(lambda x, y, value, p=plane: self._on_hovered(p, x, y, value))
            pane.levelsChanged.connect(lambda low, high, p=pane: self._share_levels(p, low, high))
            pane.invertedChanged.connect(lambda _, p=pane: self._share_colours(p))
            pane.coloursChanged.connect(lambda _, p=pane: self._share_colours(p))
            self.panes[plane.name] = pane
            row.addWidget(pane, 1)
        for pane in self.panes.values():
            pane.companions = tuple(other for other in self.panes.values() if other is not pane)
        self._space()

    # ---- data

    def set_volume(self, volume: ArrayLike | None, pixel_size: VoxelSize | None = None) -> None:
        """Show a volume [z, y, x]; the position stays where it still lies inside, else goes to the middle.

        `pixel_size`, in Å, is a voxel's edge or its edges along (z, y, x).
        """
        if volume is None:
            self._clear()
            return
        array = np.asarray(volume, dtype=np.float32)
        new_shape = self._volume is None or self._volume.shape != array.shape
        self._volume = array
        if new_shape:
            self._position = tuple(n // 2 for n in array.shape)
        if all(pane.levels is None for pane in self.panes.values()):
            self._share_levels(None, *levels.percentile_levels(array, 1.0, 99.9))
        edges = voxel_edges(pixel_size)
        for plane in PLANES:
            pane = self.panes[plane.name]
            pane.setVisible(array.shape[plane.vertical] > 1 and array.shape[plane.horizontal] > 1)
            pane.set_scale_bar(edges[plane.horizontal] if edges else None)
        self._show_slices()

    @property
    def volume(self) -> NDArray[np.float32] | None:
        """The volume on show."""
        return self._volume

    @property
    def position(self) -> tuple[int, int, int]:
        """Where the three planes meet: z, y, x."""
        return self._position

    def set_position(self, z: float, y: float, x: float) -> None:
        """Move the planes; values outside the volume go to its border."""
        if self._volume is None:
            return
        inside = self._inside((z, y, x))
        if inside != self._position:
            self._position = inside
            self._show_slices()

    def set_support(self, support: ArrayLike | None) -> None:
        """Dash the border of the support (bool, broadcastable to the volume) in the planes it varies in."""
        mask = None if support is None else np.asarray(support, dtype=bool)
        for plane in PLANES:
            outline = None
            if mask is not None and self._volume is not None:
                full = np.broadcast_to(mask, self._volume.shape)
                outline = plane.slice(full, self._volume.shape[plane.cut] // 2)
            self.panes[plane.name].set_overlay_outline(outline)

    # ---- appearance of all three

    def set_message(self, text: str) -> None:
        """The words shown while there is no volume."""
        for pane in self.panes.values():
            pane.set_message(text)

    def set_badge(self, text: str | None) -> None:
        """A quiet word in the corner of every plane."""
        for pane in self.panes.values():
            pane.set_badge(text)

    def set_flip_y(self, flipped: bool) -> None:
        """Origin at the bottom left in every plane, as IMOD has it."""
        for pane in self.panes.values():
            pane.set_flip_y(flipped)

    # ---- within

    def _clear(self) -> None:
        self._volume = None
        for name, pane in self.panes.items():
            pane.set_image(None)
            pane.set_title(name)

    def _inside(self, position: tuple[float, float, float]) -> tuple[int, int, int]:
        assert self._volume is not None
        clipped = (min(max(round(at), 0), n - 1) for at, n in zip(position, self._volume.shape, strict=True))
        z, y, x = clipped
        return z, y, x

    def _show_slices(self) -> None:
        assert self._volume is not None
        for plane in PLANES:
            pane = self.panes[plane.name]
            if pane.isHidden():
                continue
            at = self._position
            pane.set_image(plane.slice(self._volume, at[plane.cut]))
            pane.set_title(f"{plane.name}   {_AXES[plane.cut]} = {at[plane.cut]}")
            pane.set_lines(
                (
                    ("v", at[plane.horizontal], _PLANE_CUTTING[plane.horizontal]),
                    ("h", at[plane.vertical], _PLANE_CUTTING[plane.vertical]),
                )
            )

    def _share_levels(self, source: ImagePane | None, low: float, high: float) -> None:
        for pane in self.panes.values():
            if pane is not source:
                pane.set_levels(low, high)

    def _share_colours(self, source: ImagePane) -> None:
        for pane in source.companions:
            pane.set_inverted(source.is_inverted)
            pane.set_colours(source.colours)

    # ---- from the user

    def _moved(self, **axes: float) -> None:
        """Go to a new position and say so; `axes` names those that change."""
        wanted = dict(zip(_AXES, self._position, strict=True)) | axes
        before = self._position
        self.set_position(**wanted)
        if self._position != before:
            self.positionChanged.emit(*self._position)

    def _on_cursor_moved(self, plane: Plane, x: float, y: float) -> None:
        self.panes[plane.name].set_cursor(None)
        self._moved(**{_AXES[plane.horizontal]: x, _AXES[plane.vertical]: y})

    def _on_stepped(self, plane: Plane, step: int) -> None:
        self._moved(**{_AXES[plane.cut]: self._position[plane.cut] + step})

    def _on_hovered(self, plane: Plane, x: float, y: float, value: float) -> None:
        at: list[float] = list(self._position)
        at[plane.horizontal], at[plane.vertical] = x, y
        self.hovered.emit(*at, value)

    def _space(self) -> None:
        layout = self.layout()
        if layout is not None:
            layout.setSpacing(theme.px(7))

    def changeEvent(self, event: QEvent | None) -> None:
        """Gaps follow the interface scale."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.StyleChange:
            self._space()
