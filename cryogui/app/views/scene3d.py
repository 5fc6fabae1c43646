"""The vispy part of the 3-D view: one volume or surface, a box, the tilt axis, the beam, an axis triad.

Imported when a volume is first shown. The turntable turns about +y, the tilt axis, so that dragging
sideways is what the stage does; the first view looks against the beam with x to the right.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QObject, QPointF, QRectF, Qt, QTimer
from PyQt6.QtGui import QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QWidget
from vispy import scene
from vispy.color import Colormap
from vispy.geometry import MeshData
from vispy.visuals.transforms import STTransform

from cryogui.app import theme
from cryogui.app.views import colormaps
from cryogui.app.views.decorations import has_room
from cryogui.app.views.offscreen import OffscreenView
from cryogui.app.views.volume_data import Drawable, Grid, Surface

_AT_REST, _MOVING = 0.9, 2.0  # step of a ray in voxels
_SETTLE_MS = 180
_OVERLAY_NEEDS = 125, 130  # width and height of the view at interface scale 1
# Along every ray something is nearly as bright as can be: only a steep scale tells such values apart.
_GAMMA = {"mip": 2.5, "attenuated_mip": 1.5}
_ATTENUATION = 12.0  # of a ray through bright matter from one end of the volume to the other
_TURNS = {"Left": (-5, 0), "Right": (5, 0), "Up": (0, 5), "Down": (0, -5)}  # azimuth, elevation in degrees
_SURFACE_COLOUR = (0.86, 0.72, 0.50, 1.0)
_AXIS_COLOURS = (("x", "bad"), ("y", "good"), ("z", "accent"))


class _SurfaceData(MeshData):
    """A mesh whose normals are known, so that vispy need not work them out on the window's thread."""

    def __init__(self, surface: Surface) -> None:
        super().__init__(surface.vertices, surface.faces)
        self._known = surface.normals

    def get_vertex_normals(self, indexed: str | None = None) -> NDArray[np.float32]:
        return self._known if indexed is None else self._known[self.get_faces()]


class Scene3D(QObject):
    """Draws what it is given. `widget` goes into a layout; `close` must be called at the end."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.widget = OffscreenView(parent, self._on_draw)
        self._canvas = self.widget.canvas
        self._canvas.bgcolor = theme.palette().canvas
        self.widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.widget.setAccessibleName("volume in 3-D")
        self.widget.setToolTip("Left drag or arrow keys turn, wheel or right drag zooms, Shift+drag moves.")
        self._view = self._canvas.central_widget.add_view()
        self._view.camera = scene.TurntableCamera(up="+y", fov=25, elevation=20, azimuth=115)
        self._volume: scene.visuals.Volume | None = None
        self._mesh: scene.visuals.Mesh | None = None
        self._frame = scene.visuals.Line(parent=self._view.scene, connect="segments", antialias=True)
        self._axes = scene.visuals.Line(parent=self._view.scene, connect="segments", antialias=True)
        self._axes.visible = False
        self._overlay = _Overlay(self.widget)
        self._grid: Grid | None = None
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(lambda: self._set_step(_AT_REST))
        self._canvas.events.mouse_move.connect(self._on_mouse_move)
        self._canvas.events.key_press.connect(self._on_key)
        self._canvas.events.mouse_wheel.connect(lambda _: self._coarsen())

    # ---- what is drawn

    def show_volume(self, drawn: Drawable, grid: Grid, mode: str) -> None:
        """Cast rays through the volume: 'mip' or 'attenuated_mip'. `grid` is that before binning."""
        self._drop("_mesh")
        if self._volume is None:
            self._volume = scene.visuals.Volume(
                drawn.voxels, parent=self._view.scene, texture_format="auto", relative_step_size=_AT_REST,
                cmap=Colormap(colormaps.table("warm") / 255.0),
            )  # fmt: skip
            self._volume.set_gl_state("additive", depth_test=False, blend_equation="max")
            self._volume.order = 1
        else:
            self._volume.set_data(drawn.voxels)
        self._volume.clim = drawn.levels
        self._volume.method, self._volume.gamma = mode, _GAMMA[mode]
        self._volume.attenuation = _ATTENUATION / max(drawn.voxels.shape)
        self._volume.transform = STTransform(
            scale=drawn.factor * grid.scale, translate=(drawn.factor - 1) / 2 * grid.scale
        )
        self._show_frame(grid, solid=False)

    def show_surface(self, surface: Surface | None, grid: Grid) -> None:
        """Draw a lit mesh; None leaves the box empty."""
        self._drop("_volume")
        self._drop("_mesh")
        if surface is not None:
            self._mesh = scene.visuals.Mesh(
                meshdata=_SurfaceData(surface), color=_SURFACE_COLOUR, shading="smooth",
                parent=self._view.scene,
            )  # fmt: skip
            self._mesh.transform = STTransform(scale=grid.scale)
            light = self._mesh.shading_filter
            light.ambient_light, light.specular_light, light.shininess = (1, 1, 1, 0.35), (1, 1, 1, 0.25), 30
        self._show_frame(grid, solid=True)

    def _drop(self, name: str) -> None:
        visual = getattr(self, name)
        if visual is not None:
            visual.parent = None
            setattr(self, name, None)

    def set_tilt_axis(self, shown: bool) -> None:
        """Whether the specimen was tilted: the axis and the beam mean something only then."""
        self._axes.visible = shown
        self._canvas.update()

    def _show_frame(self, grid: Grid, solid: bool) -> None:
        """Box, tilt axis and beam: hidden behind a solid surface, shining through a cloud of rays."""
        for lines in (self._frame, self._axes):
            lines.set_gl_state("translucent", depth_test=solid)
        if grid != self._grid:
            self._grid = grid
            # Dimmed and not translucent: alpha left in the frame buffer would let the card shine through.
            self._frame.set_data(pos=_box(grid), color=_dimmed("faint", 0.5))
            self._axes.set_data(pos=_tilt_axis_and_beam(grid), color=_dimmed("xy", 0.45))
            self._view.camera.center = tuple((grid.size - grid.scale) / 2)
            self._view.camera.scale_factor = float(grid.size.max()) * 1.7
        self._canvas.update()

    def set_note(self, text: str) -> None:
        """Quiet words in the lower right corner."""
        self._overlay.set_note(text)

    # ---- while the camera moves

    def _on_mouse_move(self, event: Any) -> None:
        if event.is_dragging:
            self._coarsen()

    def _on_key(self, event: Any) -> None:
        """Arrows turn the camera."""
        turn = _TURNS.get(event.key.name if event.key is not None else "")
        if turn is not None:
            self._coarsen()
            self._view.camera.orbit(*turn)

    def _coarsen(self) -> None:
        self._set_step(_MOVING)
        self._settle.start()

    def _set_step(self, step: float) -> None:
        if self._volume is not None and self._volume.relative_step_size != step:
            self._volume.relative_step_size = step

    def _on_draw(self) -> None:
        """Turn the triad with the camera, and carry the lamp along: it shines over the left shoulder."""
        to_screen = self._view.scene.node_transform(self._canvas.scene)
        centre = np.array(self._view.camera.center)
        points = _plain(to_screen.map(np.vstack([centre, centre + np.eye(3)])))
        self._overlay.turn(points[1:] - points[0])
        if self._mesh is not None:
            steps = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1e-4]])
            in_scene = _plain(to_screen.imap(points[0] + steps))
            right, down, away = (d / np.linalg.norm(d) for d in in_scene[1:] - in_scene[0])
            lamp = tuple(float(v) for v in 0.5 * right + 0.6 * down + away)
            if not np.allclose(lamp, self._mesh.shading_filter.light_dir, atol=1e-3):
                self._mesh.shading_filter.light_dir = lamp

    # ---- appearance and end

    def restyle(self) -> None:
        """Take the colours of a new theme."""
        self._canvas.bgcolor = theme.palette().canvas
        grid, self._grid = self._grid, None
        if grid is not None:
            self._show_frame(grid, solid=self._mesh is not None)

    def close(self) -> None:
        """Give back the graphics context; nothing may be drawn after this."""
        self._settle.stop()
        self._drop("_volume")
        self._drop("_mesh")
        self.widget.close_canvas()


def _dimmed(colour_name: str, strength: float) -> tuple[float, float, float, float]:
    red, green, blue = (strength * channel for channel in theme.on_canvas(colour_name).getRgbF()[:3])
    return red, green, blue, 1.0


def _plain(points: NDArray[np.floating]) -> NDArray[np.floating]:
    """Homogeneous points as ordinary ones."""
    return np.asarray(points[:, :3] / points[:, 3:4])


def _box(grid: Grid) -> NDArray[np.float32]:
    """The twelve edges of the volume, as pairs of points."""
    corners = np.array([[x, y, z] for z in (0, 1) for y in (0, 1) for x in (0, 1)], dtype=np.float32)
    pairs = [(a, a | bit) for a in range(8) for bit in (1, 2, 4) if not a & bit]
    ends = corners[np.array(pairs).ravel()]
    return np.asarray(ends * grid.size - 0.5 * grid.scale, dtype=np.float32)


def _tilt_axis_and_beam(grid: Grid) -> NDArray[np.float32]:
    """The tilt axis along y through the centre, and an arrow along +z where the beam enters."""
    longest = float(grid.size.max())
    x, y, z = (grid.size - grid.scale) / 2
    reach, head = 0.14 * longest, 0.035 * longest
    tip = -0.5 * grid.scale[2] - 0.25 * reach
    points = [
        (x, -reach, z), (x, 2 * y + reach, z),
        (x, y, tip - 1.6 * reach), (x, y, tip),
        (x - head, y, tip - head), (x, y, tip), (x + head, y, tip - head), (x, y, tip),
    ]  # fmt: skip
    return np.array(points, dtype=np.float32)


class _Overlay(QWidget):
    """Painted over the lower edge of the canvas: the directions of x, y and z, and how large the box is."""

    def __init__(self, canvas: QWidget) -> None:
        super().__init__(canvas)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._directions: NDArray[np.floating] = np.eye(3)
        self._note = ""

    def set_note(self, text: str) -> None:
        """The words at the right."""
        self._note = text
        self.update()

    def turn(self, directions: NDArray[np.floating]) -> None:
        """`directions` [axis, 3]: screen x and y (down) and depth of the three unit vectors."""
        canvas, height = self.parentWidget(), theme.px(76)
        self.setGeometry(0, canvas.height() - height, canvas.width(), height)
        directions = directions / max(np.linalg.norm(directions[:, :2], axis=1).max(), 1e-9)
        if not np.allclose(directions, self._directions, atol=1e-3):
            self._directions = directions
            self.update()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """The three arms, their letters, and the note; nothing where they would cover the volume."""
        if not has_room(QRectF(self.parentWidget().rect()), *_OVERLAY_NEEDS):
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.small_font())
        arm, half = theme.px(22), theme.px(8)
        centre = QPointF(self.height() / 2, self.height() / 2)
        for (letter, tint), direction in zip(_AXIS_COLOURS, self._directions, strict=True):
            end = QPointF(direction[0] * arm, direction[1] * arm)
            painter.setPen(QPen(theme.on_canvas(tint), theme.px(2)))
            painter.drawLine(centre, centre + end)
            place = centre + end * 1.35
            area = QRectF(place.x() - half, place.y() - half, 2 * half, 2 * half)
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, letter)
        painter.setPen(theme.on_canvas("muted"))
        area = QRectF(self.rect()).adjusted(0, 0, -theme.px(9), -theme.px(7))
        painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom, self._note)
