"""The vispy part of the 3-D view: layers, the plane that cuts them, and the camera.

Imported when a volume is first shown. The turntable turns about y, the tilt axis, so that dragging sideways
is what the stage does; its own view is that of the xy slice, x to the right, and y as the slice has it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QObject, Qt, QTimer, pyqtSignal
from PyQt6.QtWidgets import QWidget
from vispy import scene
from vispy.visuals.transforms import STTransform

from cryogui.app import theme
from cryogui.app.views import volume_camera, volume_clip, volume_colours
from cryogui.app.views.offscreen import OffscreenView
from cryogui.app.views.scene3d_frame import Frame
from cryogui.app.views.scene3d_overlay import LegendEntry, Overlay
from cryogui.app.views.scene3d_parts import CloudPart, CutFace, Planes, SurfacePart
from cryogui.app.views.volume_data import Grid
from cryogui.app.views.volume_layers import DrawnLayer, Part
from cryogui.session.looks import Camera, ClipPlane, LayerName, Layers, VolumeMode

_SETTLE_MS = 180
_TURNS = {"Left": (-5, 0), "Right": (5, 0), "Up": (0, 5), "Down": (0, -5)}  # azimuth, elevation in degrees
_DEPTHS = 1e3  # from the nearest to the farthest that is drawn; more would blur which hides which
_SPAN = 1.6  # of the picture, in the longest edge of the volume
_TO_SLICE = 90.0  # vispy's azimuth, with y up, for the view of the xy slice

_Drawn = SurfacePart | CloudPart


class Scene3D(QObject):
    """Draws what it is given. `widget` goes into a layout; `close` must be called at the end."""

    cameraMoved = pyqtSignal(Camera)  # by the user

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.widget = OffscreenView(parent, self._on_draw)
        self._canvas = self.widget.canvas
        self._canvas.bgcolor = theme.palette().canvas
        self.widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.widget.setAccessibleName("volume in 3-D")
        self._view = self._canvas.central_widget.add_view()
        self._view.camera = scene.TurntableCamera(up="+y", fov=25)
        self._view.camera.depth_value = _DEPTHS
        self._root = scene.Node(parent=self._view.scene)  # turned half round x unless y is up
        self._frame = Frame(self._root)
        self._overlay = Overlay(self.widget)
        self._parts: dict[tuple[LayerName, int], tuple[Part, _Drawn]] = {}
        self._face: CutFace | None = None
        self._layers: tuple[DrawnLayer, ...] = ()
        self._mode: VolumeMode = "mip"
        self._looks, self._clip, self._shown_camera = Layers(), ClipPlane(), Camera()
        self._grid: Grid | None = None
        self._signs = volume_camera.handedness(False)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self._on_settled)
        self._canvas.events.key_press.connect(self._on_key)
        self.widget.handled.connect(self._on_handled)
        self.set_flip_y(False)

    # ---- what is drawn

    def show(self, layers: tuple[DrawnLayer, ...], grid: Grid, mode: VolumeMode, looks: Layers) -> None:
        """Draw these layers: surfaces in mode 'isosurface', else clouds. `grid` is that before binning."""
        is_new = mode != self._mode or grid != self._grid
        self._mode, self._layers, self._looks = mode, layers, looks
        self._fit(grid)
        wanted = {(layer.name, part.sign): part for layer in layers for part in layer.parts}
        for key, (part, drawn) in tuple(self._parts.items()):
            if is_new or not _is_same(wanted.get(key), part):
                drawn.drop()
                del self._parts[key]
        for key, part in wanted.items():
            if key not in self._parts:
                self._parts[key] = part, self._new_part(part, grid)
        self._frame.set_solid(mode == "isosurface")
        self._choose_face()
        self.set_layers(looks)

    def _new_part(self, part: Part, grid: Grid) -> _Drawn:
        if self._mode == "isosurface":
            return SurfacePart(self._root, part, grid)
        return CloudPart(self._root, part, grid, self._mode)

    def set_layers(self, looks: Layers) -> None:
        """How solid each layer is."""
        self._looks = looks
        for (name, sign), (_, drawn) in self._parts.items():
            red, green, blue, _ = volume_colours.tint(name, sign).getRgbF()
            table = volume_colours.cloud_table(name, sign)
            drawn.paint((red, green, blue), table, min(max(looks.of(name).opacity, 0.0), 1.0))
        self._canvas.update()

    def set_clip(self, clip: ClipPlane) -> None:
        """Cut all layers by this plane."""
        self._clip = clip
        self._choose_face()
        self._canvas.update()

    def _choose_face(self) -> None:
        """The cut shows the first layer; clouds need no face, for one sees into them."""
        wants = self._clip.shown and self._mode == "isosurface" and bool(self._layers)
        source = self._layers[0].parts[0].source if wants else None
        if self._face is not None and self._face.source is not source:
            self._face.drop()
            self._face = None
        if source is not None and self._face is None and self._grid is not None:
            name = self._layers[0].name
            table = volume_colours.face_table(name)
            self._face = CutFace(self._root, source, name == "difference", table, self._grid)

    def set_tilt_axis(self, shown: bool) -> None:
        """Whether the specimen was tilted: the axis and the beam mean something only then."""
        self._frame.set_tilt_axis(shown)
        self._canvas.update()

    def set_flip_y(self, flipped: bool) -> None:
        """Whether y points up in the slices, and so here; turned round x, never mirrored."""
        self._signs = volume_camera.handedness(flipped)
        self._root.transform = STTransform(scale=self._signs)
        self._place_camera()

    def set_note(self, text: str) -> None:
        """Quiet words in the lower right corner."""
        self._overlay.set_note(text)

    def set_legend(self, entries: tuple[LegendEntry, ...]) -> None:
        """What each colour means."""
        self._overlay.set_legend(entries)

    # ---- camera

    def set_camera(self, camera: Camera) -> None:
        """See the volume from here, silently."""
        if camera != self._shown_camera:
            self._shown_camera = volume_camera.sane(camera)
            self._place_camera()

    def _fit(self, grid: Grid) -> None:
        if grid != self._grid:
            self._grid = grid
            self._frame.fit(grid)
            self._place_camera()

    def _place_camera(self) -> None:
        """The turntable's own terms: degrees from another axis, and lengths of this volume."""
        camera, turntable = self._shown_camera, self._view.camera
        turntable.azimuth = camera.azimuth + _TO_SLICE
        turntable.elevation = camera.elevation
        if self._grid is not None:
            corner = -0.5 * self._grid.scale
            turntable.center = tuple(self._signs * (corner + np.array(camera.centre) * self._grid.size))
            turntable.scale_factor = _SPAN * float(self._grid.size.max()) / camera.zoom
        self._canvas.update()

    def _camera(self) -> Camera:
        """Where the turntable stands now."""
        turntable, grid = self._view.camera, self._grid
        if grid is None:
            return self._shown_camera
        x, y, z = (self._signs * np.array(turntable.center) + 0.5 * grid.scale) / grid.size
        zoom = _SPAN * float(grid.size.max()) / turntable.scale_factor
        azimuth = float(turntable.azimuth) - _TO_SLICE
        return volume_camera.sane(
            Camera(azimuth, float(turntable.elevation), zoom, (float(x), float(y), float(z)))
        )

    def _on_handled(self) -> None:
        """The user has moved something on the canvas."""
        camera = self._camera()
        if not np.allclose(_numbers(camera), _numbers(self._shown_camera), rtol=1e-6, atol=1e-6):
            self._shown_camera = camera
            self._set_moving(True)
            self._settle.start()
            self.cameraMoved.emit(camera)

    def _on_key(self, event: Any) -> None:
        """Arrows turn the camera."""
        turn = _TURNS.get(event.key.name if event.key is not None else "")
        if turn is not None:
            self._view.camera.orbit(*turn)

    def _on_settled(self) -> None:
        self._set_moving(False)

    def _set_moving(self, moving: bool) -> None:
        for _, drawn in self._parts.values():
            drawn.set_moving(moving)
        self._canvas.update()

    # ---- what depends on where the camera stands

    def _on_draw(self) -> None:
        """Turn triad and labels with the camera, carry lamp and clipping plane along."""
        to_screen = self._root.node_transform(self._canvas.scene)
        centre = self._signs * np.array(self._view.camera.center)
        points = _plain(to_screen.map(np.vstack([centre, centre + np.eye(3)])))
        ratio = self.widget.devicePixelRatioF()
        labels = {
            text: (float(x) / ratio, float(y) / ratio)
            for text, place in self._frame.places.items()
            for x, y, _ in _plain(to_screen.map(place[None]))
        }
        self._overlay.turn(points[1:] - points[0], labels)
        steps = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1e-4]])
        in_volume = _plain(to_screen.imap(points[0] + steps))
        right, down, away = (d / np.linalg.norm(d) for d in in_volume[1:] - in_volume[0])
        lamp = self._signs * (0.5 * right + 0.6 * down + away)  # it shines over the left shoulder
        for _, drawn in self._parts.values():
            drawn.set_light(tuple(float(v) for v in lamp))  # type: ignore[arg-type]
        self._cut(away)

    def _cut(self, line_of_sight: NDArray[np.float64]) -> None:
        planes: Planes = np.empty((0, 2, 3))
        if self._clip.shown and self._grid is not None:
            plane = volume_clip.plane(self._clip, self._grid, line_of_sight)
            planes = np.array([[self._signs * plane.point, self._signs * plane.normal]])
            if self._face is not None:
                least = -np.inf if self._clip.whole else self._layers[0].level
                self._face.place(volume_clip.section(plane, self._grid), least)
        for _, drawn in self._parts.values():
            drawn.clip(planes)

    # ---- appearance and end

    def restyle(self) -> None:
        """Take the colours of a new theme."""
        self._canvas.bgcolor = theme.palette().canvas
        self._frame.restyle()
        self.set_layers(self._looks)

    def close(self) -> None:
        """Give back the graphics context; nothing may be drawn after this."""
        self._settle.stop()
        for _, drawn in self._parts.values():
            drawn.drop()
        self._parts.clear()
        if self._face is not None:
            self._face.drop()
        self.widget.close_canvas()


def _is_same(one: Part | None, other: Part) -> bool:
    return (
        one is not None
        and one.source is other.source
        and one.surface is other.surface
        and one.coarse is other.coarse
    )


def _numbers(camera: Camera) -> tuple[float, ...]:
    return camera.azimuth, camera.elevation, camera.zoom, *camera.centre


def _plain(points: NDArray[np.floating]) -> NDArray[np.floating]:
    """Homogeneous points as ordinary ones."""
    return np.asarray(points[:, :3] / points[:, 3:4])
