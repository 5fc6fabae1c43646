"""A canvas out of sight keeps nothing from the rest of the window, and leaves nothing behind."""

from __future__ import annotations

import ctypes
import gc
import weakref

import pytest

from cryogui.app.views.offscreen import OffscreenView
from cryogui.app.views.opengl import probe

pytestmark = pytest.mark.usefixtures("has_opengl")


def test_before_it_is_drawn_others_may_use_opengl(qtbot) -> None:
    view = OffscreenView(None, lambda: None)
    qtbot.addWidget(view)
    assert probe().missing is None
    view.close_canvas()
    assert probe().missing is None


def test_a_closed_canvas_gives_back_its_context_and_its_scene(qtbot) -> None:
    view = OffscreenView(None, lambda: None)
    qtbot.addWidget(view)
    context, scene = view.canvas.native._native_context, weakref.ref(view.canvas.scene)
    view.grab()
    assert is_context(context)
    view.close_canvas()
    assert not is_context(context)
    gc.collect()
    assert scene() is None


def is_context(context: ctypes.c_void_p) -> bool:
    """Whether EGL knows such a context."""
    from vispy.app.backends import _egl

    number, config_id = ctypes.c_int(), 0x3028
    return bool(_egl.egl._lib.eglQueryContext(_egl._EGL_DISPLAY, context, config_id, ctypes.byref(number)))
