"""Where compared images lie in the scene: how volumes are cut, and how the linked cursor gets in and out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from cryogui.app.views.image_pane import ImagePane
from cryogui.app.views.orientation import axes_in
from cryogui.app.views.planes import AXES, PLANES, Plane, slab_text
from cryogui.app.views.volume_data import voxel_edges
from cryogui.session import Session
from cryogui.session.geometry import clamp
from cryogui.session.looks import PlaneName
from cryogui.session.scene_model import SceneModel


class Place(Protocol):
    """Either an image of the series or a slice of the volume. Changes are fields of the scene's state."""

    @property
    def words(self) -> str:
        """Which slice it is; '' for an image."""
        ...

    def cut(self, array: np.ndarray) -> np.ndarray:
        """The image [y, x] that is shown of an array."""
        ...

    def dress(self, panes: Iterable[ImagePane], session: Session) -> None:
        """Axes, scale bar and orientation of the panes."""
        ...

    def cursor(self, session: Session) -> tuple[float, float]:
        """Where the linked cursor is, in pixels (x, y)."""
        ...

    def pointed(self, x: float, y: float, session: Session) -> dict[str, Any]:
        """What changes when the cursor is put at (x, y)."""
        ...

    def stepped(self, step: int, session: Session) -> dict[str, Any]:
        """What changes when the next (+1) or previous (−1) image or slice is asked for."""
        ...

    def where(self, column: int, row: int) -> str:
        """A pixel in words."""
        ...


@dataclass(frozen=True)
class OnImage:
    """An image of the series, or a flat volume held against one."""

    model: SceneModel
    words: str = ""

    def cut(self, array: np.ndarray) -> np.ndarray:
        """An image is shown as it is, of a flat volume its one slice."""
        return array if array.ndim == 2 else array[0]

    def dress(self, panes: Iterable[ImagePane], session: Session) -> None:
        """As the panes above the strip are."""
        is_sinogram = self.model.is_sinogram
        for pane in panes:
            if is_sinogram:
                pane.set_axes_triad("x", "tilt")
            else:
                pane.set_axes_triad("x", "y", into="beam")
            pane.set_scale_bar(None if is_sinogram else self.model.scene.pixel_size_A)
            pane.set_pixel_aspect(1.0)
            pane.set_flip_y(session.flip_y)

    def cursor(self, session: Session) -> tuple[float, float]:
        """The point as the image sees it; in a sinogram at the image's row."""
        state = session.scene
        x, y = self.model.frame(state.image_index).to_image(state.position)
        return x, float(state.image_index) if self.model.is_sinogram else y

    def pointed(self, x: float, y: float, session: Session) -> dict[str, Any]:
        """The point of the volume seen there; in a sinogram another tilt as well."""
        state, is_sinogram = session.scene, self.model.is_sinogram
        index = round(y) if is_sinogram else state.image_index
        position = self.model.frame(index).from_image(x, 0.0 if is_sinogram else y, state.position)
        return {"image_index": index, "position": position}

    def stepped(self, step: int, session: Session) -> dict[str, Any]:
        """Another image of the series."""
        index = session.scene.image_index + step
        return {"image_index": min(max(index, 0), self.model.image_count - 1)}

    def where(self, column: int, row: int) -> str:
        """Column and row."""
        return f"x {column}  {'tilt' if self.model.is_sinogram else 'y'} {row} px"


@dataclass(frozen=True)
class OnSlice:
    """The slice `at` of the axis that `plane` cuts, or the mean of `thickness` slices about it."""

    model: SceneModel
    plane: Plane
    at: int
    thickness: int = 1

    @classmethod
    def of(cls, model: SceneModel, session: Session, wanted: PlaneName) -> OnSlice:
        """The slice through the cursor in the plane `wanted`, or in the first there is."""
        names = planes_of(model.volume_shape)
        name = wanted if wanted in names else names[0]
        plane = next(plane for plane in PLANES if plane.name == name)
        last = model.volume_shape[plane.cut] - 1
        at = min(max(round(session.scene.position[plane.cut]), 0), last)
        return cls(model, plane, at, session.scene.slab)

    @property
    def words(self) -> str:
        """Which slice."""
        slices = slab_text(self.at, self.thickness, self.model.volume_shape[self.plane.cut])
        return f"{self.plane.name}   {AXES[self.plane.cut]} = {slices}"

    def cut(self, array: np.ndarray) -> np.ndarray:
        """The slice of a volume [z, y, x]."""
        return self.plane.slice(array, self.at, self.thickness)

    def dress(self, panes: Iterable[ImagePane], session: Session) -> None:
        """As the orthogonal slices are."""
        edges = voxel_edges(self.model.scene.voxel_size_A or self.model.scene.pixel_size_A)
        for pane in panes:
            pane.set_triad(axes_in(*self.plane.axes))
            pane.set_scale_bar(edges[self.plane.horizontal] if edges else None)
            pane.set_pixel_aspect(self.plane.pixel_aspect(edges))
            pane.set_flip_y(session.flip_y)

    def cursor(self, session: Session) -> tuple[float, float]:
        """The point within the slice."""
        position = session.scene.position
        return position[self.plane.horizontal], position[self.plane.vertical]

    def pointed(self, x: float, y: float, session: Session) -> dict[str, Any]:
        """Another point of the same slice."""
        return self._moved({self.plane.horizontal: x, self.plane.vertical: y}, session)

    def stepped(self, step: int, session: Session) -> dict[str, Any]:
        """The next slice."""
        return self._moved({self.plane.cut: float(self.at + step)}, session)

    def _moved(self, axes: dict[int, float], session: Session) -> dict[str, Any]:
        z, y, x = (axes.get(axis, value) for axis, value in enumerate(session.scene.position))
        return {"position": clamp((z, y, x), self.model.volume_shape)}

    def where(self, column: int, row: int) -> str:
        """The voxel."""
        at = {self.plane.horizontal: column, self.plane.vertical: row, self.plane.cut: self.at}
        return "  ".join(f"{AXES[axis]} {at[axis]}" for axis in (2, 1, 0)) + " px"


def planes_of(shape: tuple[int, int, int]) -> tuple[str, ...]:
    """The planes in which a volume is more than a line."""
    names = [plane.name for plane in PLANES if shape[plane.vertical] > 1 and shape[plane.horizontal] > 1]
    return tuple(names) or ("xy",)
