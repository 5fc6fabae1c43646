"""Whether this machine can draw in 3-D, asked before anything that could abort the program is tried."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from PyQt6.QtGui import QGuiApplication, QOffscreenSurface, QOpenGLContext
from PyQt6.QtOpenGL import QOpenGLVersionFunctionsFactory, QOpenGLVersionProfile

_PLATFORMS_WITHOUT = ("offscreen", "minimal", "vnc", "linuxfb")
_GL_RENDERER, _GL_MAX_3D_TEXTURE_SIZE = 0x1F01, 0x8073
_SOFTWARE = ("llvmpipe", "softpipe", "swrast", "swiftshader", "software")


@dataclass(frozen=True)
class OpenGL:
    """What was found: `missing` says in one sentence why 3-D cannot be drawn, None when it can."""

    missing: str | None = None
    renderer: str = ""
    max_texture: int = 256

    @property
    def is_software(self) -> bool:
        """Drawn by the processor: smaller volumes keep it fluent."""
        return any(word in self.renderer.lower() for word in _SOFTWARE)


def probe() -> OpenGL:
    """Ask the platform, the Python packages and the driver, in that order. Raises nothing."""
    platform = QGuiApplication.platformName()
    if platform in _PLATFORMS_WITHOUT:
        return OpenGL(f"3-D needs a display with OpenGL; the ‘{platform}’ platform has none.")
    for package in ("vispy", "OpenGL"):
        if find_spec(package) is None:
            name = {"OpenGL": "PyOpenGL"}.get(package, package)
            return OpenGL(f"3-D needs the Python package {name}; install it and start again.")
    context, surface = QOpenGLContext(), QOffscreenSurface()
    surface.create()
    if not context.create() or not context.makeCurrent(surface):
        return OpenGL("3-D needs OpenGL, and the graphics driver does not offer it.")
    try:
        return _ask_driver(context)
    except Exception as error:  # whatever a driver does, the rest of the window works
        return OpenGL(f"3-D needs OpenGL, and the graphics driver failed: {error}.")
    finally:
        context.doneCurrent()


def _ask_driver(context: QOpenGLContext) -> OpenGL:
    """Renderer and largest texture, through Qt: importing PyOpenGL would take longer than all of this."""
    profile = QOpenGLVersionProfile()
    profile.setVersion(2, 0)
    functions: Any = QOpenGLVersionFunctionsFactory.get(profile, context)
    if functions is None:
        return OpenGL("3-D needs OpenGL 2.0 or later, and the graphics driver does not offer it.")
    renderer = functions.glGetString(_GL_RENDERER)
    return OpenGL(renderer=str(renderer), max_texture=int(functions.glGetIntegerv(_GL_MAX_3D_TEXTURE_SIZE)))
