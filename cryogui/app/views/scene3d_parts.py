"""What a layer looks like on the vispy canvas: a lit surface, a cloud of rays, and the face of a cut."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from vispy import gloo, scene
from vispy.color import Colormap
from vispy.geometry import MeshData
from vispy.visuals import Visual
from vispy.visuals.filters.clipping_planes import PlanesClipper
from vispy.visuals.transforms import STTransform

from cryogui.app.views.colormaps import Table
from cryogui.app.views.volume_data import Drawable, Grid, Surface
from cryogui.app.views.volume_layers import Part

Planes = NDArray[np.float64]  # [plane, (point, normal), (x, y, z)] in the coordinates of the whole scene

_NO_PLANES: Planes = np.empty((0, 2, 3))

_AT_REST, _MOVING = 0.9, 2.0  # step of a ray in voxels
# Along every ray something is nearly as bright as can be: only a steep scale tells such values apart.
_GAMMA = {"mip": 2.5, "attenuated_mip": 1.5}
_ATTENUATION = 12.0  # of a ray through bright matter from one end of the volume to the other
_SOLID = 0.99


class _SurfaceData(MeshData):
    """A mesh whose normals are known, so that vispy need not work them out on the window's thread."""

    def __init__(self, surface: Surface) -> None:
        super().__init__(surface.vertices, surface.faces)
        self._known = surface.normals

    def get_vertex_normals(self, indexed: str | None = None) -> NDArray[np.float32]:
        return self._known if indexed is None else self._known[self.get_faces()]


class _Shell:
    """One lit mesh, solid or translucent."""

    def __init__(self, parent: Any, surface: Surface, grid: Grid) -> None:
        self.mesh = scene.visuals.Mesh(meshdata=_SurfaceData(surface), shading="smooth", parent=parent)
        self.mesh.transform = STTransform(scale=grid.scale)
        light = self.mesh.shading_filter
        light.ambient_light, light.specular_light, light.shininess = (1, 1, 1, 0.35), (1, 1, 1, 0.25), 30
        self._paint: tuple[Any, ...] = ()
        self._clipper, self._planes = PlanesClipper(), _NO_PLANES
        self.mesh.attach(self._clipper)

    def paint(self, colour: tuple[float, float, float], opacity: float) -> None:
        if (colour, opacity) == self._paint:
            return  # vispy would send the whole mesh again
        self._paint = colour, opacity
        self.mesh.color = (*colour, opacity)
        solid = opacity >= _SOLID
        # What shines through is drawn after the solid, and hides nothing behind it.
        self.mesh.set_gl_state("translucent", depth_test=True, cull_face=False)
        self.mesh.update_gl_state(depth_mask=solid, blend=not solid)
        self.mesh.order = 0 if solid else 2

    def clip(self, planes: Planes) -> None:
        if not np.array_equal(planes, self._planes):
            self._clipper.clipping_planes = self._planes = planes
            self.mesh.update()


class SurfacePart:
    """Isosurfaces of one part: a fine one at rest, a coarse one while it moves."""

    def __init__(self, parent: Any, part: Part, grid: Grid) -> None:
        self._fine = None if part.surface is None else _Shell(parent, part.surface, grid)
        is_light = part.coarse is None or part.coarse is part.surface
        self._coarse = self._fine if is_light else _Shell(parent, part.coarse, grid)  # type: ignore[arg-type]
        self._shells = tuple({id(s): s for s in (self._fine, self._coarse) if s is not None}.values())
        self.set_moving(False)

    def paint(self, colour: tuple[float, float, float], table: Table, opacity: float) -> None:
        """Wear this colour."""
        for shell in self._shells:
            shell.paint(colour, opacity)

    def set_moving(self, moving: bool) -> None:
        """Draw fewer triangles while the eye cannot follow them."""
        shown = self._coarse if moving else self._fine
        for shell in self._shells:
            shell.mesh.visible = shell is shown

    def clip(self, planes: Planes) -> None:
        """Leave only what lies on the side of the planes' normals."""
        for shell in self._shells:
            shell.clip(planes)

    def set_light(self, direction: tuple[float, float, float]) -> None:
        """Where the light shines to, in the coordinates of the whole scene."""
        for shell in self._shells:
            if not np.allclose(direction, shell.mesh.shading_filter.light_dir, atol=1e-3):
                shell.mesh.shading_filter.light_dir = direction

    def drop(self) -> None:
        """Take it off the canvas."""
        for shell in self._shells:
            shell.mesh.parent = None


class _Volume(scene.visuals.Volume):
    """A volume whose clipping plane can move without its program being built anew each time."""

    def clip(self, planes: Planes, before: Planes) -> None:
        if len(planes) != len(before):
            self.clipping_planes = planes
            return
        for number, (point, normal) in enumerate(planes):
            self._clip_func[f"clipping_plane_pos{number}"] = tuple(point)
            self._clip_func[f"clipping_plane_norm{number}"] = tuple(normal)
        self.update()


class CloudPart:
    """One part as a cloud that rays go through; several shine through each other, the brightest in front."""

    def __init__(self, parent: Any, part: Part, grid: Grid, mode: str) -> None:
        source = part.source
        self._volume = _Volume(
            source.voxels, parent=parent, texture_format="auto", relative_step_size=_AT_REST, method=mode
        )
        self._volume.set_gl_state("additive", depth_test=False, blend_equation="max")
        self._volume.order = 1
        self._volume.clim, self._volume.gamma = source.levels, _GAMMA[mode]
        self._volume.attenuation = _ATTENUATION / max(source.voxels.shape)
        self._volume.transform = STTransform(
            scale=source.factor * grid.scale, translate=(source.factor - 1) / 2 * grid.scale
        )
        # vispy counts clipping planes from the corner of the first voxel, all else from its centre.
        self._half_voxel = 0.5 * source.factor * grid.scale
        self._parent = parent
        self._opacity, self._planes = -1.0, _NO_PLANES

    def paint(self, colour: tuple[float, float, float], table: Table, opacity: float) -> None:
        """Shine in the colours of `table`, fainter with less opacity."""
        if opacity != self._opacity:  # vispy builds the program anew
            self._opacity = opacity
            self._volume.cmap = Colormap(np.sqrt(opacity) * table / 255.0)

    def set_moving(self, moving: bool) -> None:
        """Take longer steps while the eye cannot follow."""
        step = _MOVING if moving else _AT_REST
        if self._volume.relative_step_size != step:
            self._volume.relative_step_size = step

    def clip(self, planes: Planes) -> None:
        """Leave only what lies on the side of the planes' normals."""
        shift = self._parent.transform.map(self._half_voxel)[:3] - self._parent.transform.map(np.zeros(3))[:3]
        shifted = planes + np.stack([shift, np.zeros(3)])
        if not np.array_equal(shifted, self._planes):
            self._volume.clip(shifted, self._planes)
            self._planes = shifted

    def set_light(self, direction: tuple[float, float, float]) -> None:
        """Nothing to light."""

    def drop(self) -> None:
        """Take it off the canvas."""
        self._volume.parent = None


_FACE_VERTEX = """
attribute vec3 a_position;
attribute vec3 a_place;
varying vec3 v_place;
void main() {
    v_place = a_place;
    gl_Position = $transform(vec4(a_position, 1.0));
}
"""

_FACE_FRAGMENT = """
uniform sampler3D u_voxels;
uniform sampler2D u_table;
uniform vec2 u_levels;
uniform float u_least;
uniform float u_is_signed;
varying vec3 v_place;
void main() {
    float value = texture3D(u_voxels, v_place).r;
    if (mix(value, abs(value), u_is_signed) < u_least) discard;
    float shade = clamp((value - u_levels.x) / (u_levels.y - u_levels.x), 0.002, 0.998);
    gl_FragColor = texture2D(u_table, vec2(shade, 0.5));
}
"""


class _FaceVisual(Visual):
    """A polygon through a volume, painted with the voxels it cuts."""

    def __init__(self, source: Drawable, signed: bool, table: Table) -> None:
        super().__init__(vcode=_FACE_VERTEX, fcode=_FACE_FRAGMENT)
        self._draw_mode = "triangle_fan"
        self.set_gl_state("opaque", depth_test=True, depth_mask=True, cull_face=False)
        # Values beside the borders of the texture are those at the border.
        voxels = gloo.Texture3D(
            source.voxels, interpolation="linear", wrapping="clamp_to_edge", internalformat="r32f"
        )
        colours = gloo.Texture2D(table[None].copy(), interpolation="linear", wrapping="clamp_to_edge")
        self.shared_program["u_voxels"], self.shared_program["u_table"] = voxels, colours
        low, high = source.levels
        self.shared_program["u_levels"] = (-high if signed else low, high)
        self.shared_program["u_is_signed"], self.shared_program["u_least"] = float(signed), low
        self._positions, self._places = gloo.VertexBuffer(), gloo.VertexBuffer()
        self.shared_program["a_position"], self.shared_program["a_place"] = self._positions, self._places
        self._is_empty = True

    def set_polygon(self, corners: NDArray[np.float64], places: NDArray[np.float64], least: float) -> None:
        self._is_empty = len(corners) < 3
        if not self._is_empty:
            self._positions.set_data(corners.astype(np.float32))
            self._places.set_data(places.astype(np.float32))
            self.shared_program["u_least"] = least
        self.update()

    def _prepare_transforms(self, view: Any) -> None:
        view.view_program.vert["transform"] = view.transforms.get_transform()

    def _prepare_draw(self, view: Any) -> bool:
        return not self._is_empty


_Face = scene.visuals.create_visual_node(_FaceVisual)


class CutFace:
    """The slice in the clipping plane: within the surface, so that a body looks cut, or all of it."""

    def __init__(self, parent: Any, source: Drawable, signed: bool, table: Table, grid: Grid) -> None:
        self.source = source
        self._face = _Face(source, signed, table, parent=parent)
        self._grid = grid
        self._corners: NDArray[np.float64] = np.empty((0, 3))
        self._least = source.levels[0]
        self._face.order = 1

    def place(self, corners: NDArray[np.float64], least: float) -> None:
        """Lie in the polygon `corners` [n, (x, y, z)] of the grid; values below `least` are left out."""
        if least == self._least and np.array_equal(corners, self._corners):
            return
        self._corners, self._least = corners, least
        origin, edges = -0.5 * self._grid.scale, self._grid.scale * self.source.factor
        lengths = edges * np.array(self.source.voxels.shape[::-1])
        self._face.set_polygon(corners, (corners - origin) / lengths, least)

    def drop(self) -> None:
        """Take it off the canvas."""
        self._face.parent = None
