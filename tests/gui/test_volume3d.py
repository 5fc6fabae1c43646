"""3-D where OpenGL is there, one sentence where it is not, nothing left behind either way."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt6.QtGui import QContextMenuEvent, QGuiApplication, QImage, QMouseEvent, QWheelEvent
from PyQt6.QtWidgets import QApplication

from cryogui.app.views import opengl, volume3d
from cryogui.app.views.volume3d import VolumeView3D
from cryogui.app.views.volume_data import voxel_edges
from cryogui.app.views.volume_layers import Preparer, Volumes
from cryogui.app.views.volume_words import box_text
from cryogui.session.looks import Camera, ClipPlane, Layer, Layers, VolumeLook

N = 32
FRONT = Camera(0.0, 0.0)
NOTHING = Layer(False)


def ball(n: int = N, at: tuple[float, float, float] = (0, 0, 0), width: float = 4.0) -> np.ndarray:
    """A soft ball at (x, y, z) from the middle."""
    z, y, x = (axis - (n - 1) / 2 for axis in np.mgrid[:n, :n, :n])
    distance = (x - at[0]) ** 2 + (y - at[1]) ** 2 + (z - at[2]) ** 2
    return np.exp(-distance / (2 * width**2)).astype(np.float32)


@pytest.fixture
def view(qtbot):
    widget = VolumeView3D()
    qtbot.addWidget(widget)
    widget.resize(280, 300)
    yield widget
    widget.shutdown()


@pytest.fixture
def drawn_view(qtbot, has_opengl, view) -> VolumeView3D:
    view.set_look(VolumeLook(camera=FRONT))
    view.set_volumes(Volumes(ball()), 10.0)
    with qtbot.waitExposed(view):
        view.show()
    qtbot.waitUntil(lambda: view._scene is not None and view._scene.widget.isVisible())
    return view


def picture(qtbot: Any, view: VolumeView3D, **look: Any) -> np.ndarray:
    """The canvas as (row, column, RGB), in this look and without lines and words."""
    view.set_look(replace(view.look, **look))
    qtbot.waitUntil(lambda: view.is_idle)
    frame, overlay = view._scene._frame, view._scene._overlay
    frame._box.visible = frame._axes.visible = False
    overlay.hide()
    image = view._scene.widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    bits = image.constBits()
    bits.setsize(image.sizeInBytes())
    rows = np.frombuffer(bits, np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).astype(int)


def lit(image: np.ndarray) -> np.ndarray:
    return image.max(axis=2) > 50


def centre_of(mask: np.ndarray) -> tuple[float, float]:
    """Column and row of the middle of what is lit, from the middle of the picture."""
    rows, columns = np.nonzero(mask)
    return columns.mean() - mask.shape[1] / 2, rows.mean() - mask.shape[0] / 2


# ---- where there is nothing to draw with, or nothing to draw


def test_without_opengl_one_sentence_stands_in_its_place(qtbot, view, monkeypatch) -> None:
    monkeypatch.setattr(volume3d, "probe", lambda: opengl.OpenGL("3-D needs OpenGL."))
    view.set_volumes(Volumes(ball()))
    view.show()
    qtbot.waitUntil(lambda: view._message.text() == "3-D needs OpenGL.")
    assert view._message.isVisible()
    clip = ClipPlane(True)
    view.set_look(VolumeLook("isosurface", 0.7, clip=clip, camera=Camera(1.0)))
    view.clip_bar.choices["x"].trigger()
    view.mode_button.presets["home"].trigger()
    assert view._worker.is_idle


def test_offscreen_platform_is_never_tried(monkeypatch) -> None:
    monkeypatch.setattr(QGuiApplication, "platformName", lambda: "offscreen")
    assert "display" in opengl.probe().missing


def test_a_failing_driver_does_not_reach_the_window(qtbot, view, monkeypatch) -> None:
    monkeypatch.setattr(volume3d, "probe", opengl.OpenGL)
    monkeypatch.setitem(__import__("sys").modules, "cryogui.app.views.scene3d", None)
    view.set_volumes(Volumes(ball()))
    view.show()
    qtbot.waitUntil(lambda: view._message.text().startswith("3-D could not start"))


def test_a_single_slice_is_not_shown_in_3d(view) -> None:
    view.set_volumes(Volumes(np.ones((8, 1, 8), np.float32)))
    view.show()
    assert "single slice" in view._message.text()


def test_without_any_layer_the_pane_says_so(qtbot, drawn_view) -> None:
    drawn_view.set_look(VolumeLook(layers=Layers(x=NOTHING)))
    assert drawn_view._message.isVisible()
    assert drawn_view._message.text() == "no layer is shown"
    drawn_view.set_look(VolumeLook())
    qtbot.waitUntil(lambda: drawn_view._scene.widget.isVisible())


def test_nothing_is_made_while_hidden(view) -> None:
    view.set_volumes(Volumes(ball()))
    assert view._scene is None
    assert view._worker.is_idle


def test_hidden_while_preparing_makes_no_canvas(qtbot, view, monkeypatch) -> None:
    """A canvas made in a hidden tab would stay black."""
    gate = threading.Event()
    prepare = Preparer.prepare
    monkeypatch.setattr(volume3d, "probe", opengl.OpenGL)
    monkeypatch.setattr(Preparer, "prepare", lambda self, order: (gate.wait(5), prepare(self, order))[1])
    view.set_volumes(Volumes(ball()))
    view.show()
    qtbot.waitUntil(lambda: view._worker._running is not None)
    view.hide()
    gate.set()
    qtbot.waitUntil(lambda: view.is_idle)
    assert view._scene is None
    assert view._is_stale


# ---- what is drawn


@pytest.mark.parametrize("mode", ["mip", "attenuated_mip", "isosurface"])
def test_every_mode_lights_the_middle_in_the_colour_of_x(qtbot, drawn_view, mode) -> None:
    image = picture(qtbot, drawn_view, mode=mode)
    middle = image[image.shape[0] // 2, image.shape[1] // 2]
    assert middle[0] > 80
    assert middle[0] > middle[2]
    assert not lit(image)[:5].any()


def test_projection_shows_what_lies_within_bright_matter(qtbot, drawn_view) -> None:
    """A body of 0.8 with a core of 1: plain to tell apart."""
    body = 0.8 * (ball() > 0.2).astype(np.float32)
    body[14:18, 14:18, 14:18] = 1.0
    drawn_view.set_volumes(Volumes(body), 10.0)
    row = picture(qtbot, drawn_view, mode="mip")[:, :, 0]
    values = row[row.shape[0] // 2]
    core, matter = values.max(), sorted(value for value in values if value > 40)[5]
    assert core - matter > 60


def test_layers_appear_and_disappear_in_their_colours(qtbot, drawn_view) -> None:
    truth, quick = ball(at=(-8, 0, 0), width=2.5), ball(at=(8, 0, 0), width=2.5)
    drawn_view.set_volumes(Volumes(quick, truth, quick, True), 10.0)
    for mode in ("mip", "isosurface"):
        layers = Layers(x=NOTHING, truth=Layer(True))
        image = picture(qtbot, drawn_view, mode=mode, layers=layers)
        left, right = np.split(image, [image.shape[1] // 2], axis=1)
        assert lit(left).any() and not lit(right).any()
        reds, greens, blues = left[lit(left)].mean(axis=0)
        assert greens > 1.2 * max(reds, blues)
        layers = replace(layers, reconstruction=Layer(True))
        image = picture(qtbot, drawn_view, mode=mode, layers=layers)
        right = np.split(image, [image.shape[1] // 2], axis=1)[1]
        reds, greens, blues = right[lit(right)].mean(axis=0)
        assert blues > 1.1 * greens > reds


def test_difference_is_red_where_there_is_too_much_and_blue_where_too_little(qtbot, drawn_view) -> None:
    x, truth = ball(at=(8, 0, 0), width=2.5), ball(at=(-8, 0, 0), width=2.5)
    drawn_view.set_volumes(Volumes(x, truth, None, True), 10.0)
    for mode in ("mip", "isosurface"):
        image = picture(qtbot, drawn_view, mode=mode, layers=Layers(x=NOTHING, difference=Layer(True)))
        blue, red = np.split(image, [image.shape[1] // 2], axis=1)
        assert blue[lit(blue)].mean(axis=0)[2] > 2 * blue[lit(blue)].mean(axis=0)[0]
        assert red[lit(red)].mean(axis=0)[0] > 2 * red[lit(red)].mean(axis=0)[2]


def test_what_is_nearer_hides_what_is_behind_it(qtbot, drawn_view) -> None:
    """From either side: the order in which things are drawn is not what decides."""
    near, far = ball(at=(0, 0, -9), width=2.5), ball(at=(0, 0, 9), width=2.5)
    drawn_view.set_volumes(Volumes(near, far, None, True), 10.0)
    layers = Layers(truth=Layer(True))
    for camera, is_x in ((FRONT, True), (Camera(180.0, 0.0), False)):
        image = picture(qtbot, drawn_view, mode="isosurface", layers=layers, camera=camera)
        red, green, _ = image[image.shape[0] // 2, image.shape[1] // 2]
        assert (red > green) == is_x


def test_a_translucent_layer_lets_another_shine_through(qtbot, drawn_view) -> None:
    drawn_view.set_volumes(Volumes(ball(width=3.0), ball(width=7.0), None, True), 10.0)
    middle = []
    for opacity in (1.0, 0.3):
        layers = Layers(truth=Layer(True, opacity))
        image = picture(qtbot, drawn_view, mode="isosurface", layers=layers)
        middle.append(image[image.shape[0] // 2, image.shape[1] // 2])
    assert middle[0][1] > middle[0][0]  # green alone
    assert middle[1][0] > 1.3 * middle[0][0]  # x within it


@pytest.mark.parametrize("mode", ["mip", "attenuated_mip", "isosurface"])
def test_a_clipping_plane_removes_the_half_before_it_and_flipped_the_other(qtbot, drawn_view, mode) -> None:
    whole = picture(qtbot, drawn_view, mode=mode, clip=ClipPlane(True, "x", 0.0))
    assert abs(centre_of(lit(whole))[0]) < 1.5
    for flipped, side in ((False, 1), (True, -1)):
        clip = ClipPlane(True, "x", 0.5, flipped)
        half = picture(qtbot, drawn_view, mode=mode, clip=clip)
        assert lit(half).sum() == pytest.approx(lit(whole).sum() / 2, rel=0.15)
        assert side * centre_of(lit(half))[0] > 3
    again = picture(qtbot, drawn_view, mode=mode, clip=ClipPlane(True, "x", 1.0, flipped=True))
    assert lit(again).sum() == pytest.approx(lit(whole).sum(), rel=0.02)


def test_a_plane_facing_the_eye_follows_the_camera(qtbot, drawn_view) -> None:
    drawn_view.set_volumes(Volumes(ball(at=(0, 0, -8), width=2.5)), 10.0)
    clip = ClipPlane(True, "camera", 0.5)
    front = picture(qtbot, drawn_view, mode="mip", clip=clip)
    behind = picture(qtbot, drawn_view, mode="mip", clip=clip, camera=Camera(180.0, 0.0))
    assert not lit(front).any()
    assert lit(behind).any()


def test_the_cut_is_painted_with_the_slice(qtbot, drawn_view) -> None:
    """A hollow ball is bright along its wall, and grey as the slices are; all of the slice on request."""
    shell = (np.abs(ball() - 0.5) < 0.25).astype(np.float32)
    drawn_view.set_volumes(Volumes(shell), 10.0)
    clip = ClipPlane(True, "z", 0.5)
    image = picture(qtbot, drawn_view, mode="isosurface", clip=clip, threshold=0.3)
    grey = lit(image) & (np.ptp(image, axis=2) < 6)
    warm = lit(image) & (np.ptp(image, axis=2) > 25)
    assert grey.sum() > 100
    assert warm.any()  # the inside, seen through the hole
    whole = picture(qtbot, drawn_view, clip=replace(clip, whole=True))
    middle = whole[whole.shape[0] // 2, whole.shape[1] // 2]
    assert middle.max() < 20  # nothing within: black, and no longer the wall behind
    bare = picture(qtbot, drawn_view, clip=ClipPlane())
    assert not (lit(bare) & (np.ptp(bare, axis=2) < 6)).sum() > 20


# ---- handedness


def test_3d_lies_as_the_slices_do_and_flipping_turns_without_mirroring(qtbot, drawn_view) -> None:
    """One body towards +x, one towards +y, one towards +z: looking along z they lie as in the xy slice."""
    bodies = {"x": (9, 0, 0), "y": (0, 9, 0), "z": (0, 0, 9)}
    places: dict[tuple[bool, str], tuple[float, float]] = {}
    for flipped in (False, True):
        drawn_view.set_flip_y(flipped)
        for name, at in bodies.items():
            drawn_view.set_volumes(Volumes(ball(at=at, width=2.0)), 10.0)
            # A little from above and from the right, so that depth shows as well.
            image = picture(qtbot, drawn_view, mode="isosurface", camera=Camera(20.0, 20.0))
            places[flipped, name] = centre_of(lit(image))
    for flipped in (False, True):
        x, y, z = (np.array(places[flipped, name]) for name in "xyz")
        assert x[0] > 15
        assert y[1] * (-1 if flipped else 1) > 15  # down, as row numbers grow; up when flipped
        # Seen from the right and above, what is nearer lies farther left and lower.
        nearer = -1 if flipped else 1
        assert nearer * z[0] > 3
        assert -nearer * z[1] > 3
    # Right-handed in either case: x × y points towards the eye just where z does.


@pytest.mark.parametrize("flipped", [False, True])
@pytest.mark.parametrize(("preset", "right", "down"), [("z", "x", "y"), ("y", "x", "z"), ("x", "z", "y")])
def test_standard_views_lie_as_the_slices(qtbot, drawn_view, flipped, preset, right, down) -> None:
    """As `OrthoView` draws them: xy, xz with z down, yz with z to the right; all upside down when flipped."""
    arms = {"x": (9, 0, 0), "y": (0, 9, 0), "z": (0, 0, 9)}
    drawn_view.set_flip_y(flipped)
    drawn_view.mode_button.presets[preset].trigger()
    for axis, expected in ((right, (1, 0)), (down, (0, -1 if flipped else 1))):
        drawn_view.set_volumes(Volumes(ball(at=arms[axis], width=2.0)), 10.0)
        x, y = centre_of(lit(picture(qtbot, drawn_view, mode="isosurface")))
        np.testing.assert_allclose(np.array((x, y)) / np.hypot(x, y), expected, atol=0.06)


# ---- setting and telling


def test_a_look_is_set_silently(qtbot, drawn_view) -> None:
    signals = [
        drawn_view.modeChanged, drawn_view.thresholdChanged, drawn_view.layersChanged,
        drawn_view.clipChanged, drawn_view.cameraChanged, drawn_view.enlargedChanged,
    ]  # fmt: skip
    told: list[object] = []
    for signal in signals:
        signal.connect(told.append)
    clip, camera = ClipPlane(True, "y", 0.3), Camera(40.0, -10.0, 2.0)
    look = VolumeLook("isosurface", 0.6, Layers(truth=Layer(True)), clip, camera, True)
    drawn_view.set_look(look)
    qtbot.waitUntil(lambda: drawn_view.is_idle)
    assert told == []
    assert drawn_view.look == look
    assert drawn_view.threshold_bar.threshold == 0.6
    assert drawn_view.clip_bar.isVisible()
    assert drawn_view.enlarge_button.isChecked()


def test_controls_tell_what_the_user_does(qtbot, view) -> None:
    view.set_volumes(Volumes(ball(), ball(), ball(), True))
    told: dict[str, object] = {}
    for name in ("modeChanged", "thresholdChanged", "layersChanged", "clipChanged", "enlargedChanged"):
        getattr(view, name).connect(lambda value, name=name: told.__setitem__(name, value))
    view.mode_button.choices["isosurface"].trigger()
    view.threshold_bar.slider.valueChanged.emit(0.7)
    view.layer_button.panel.boxes["truth"].click()
    view.clip_button.click()
    view.enlarge_button.click()
    assert told == {
        "modeChanged": "isosurface", "thresholdChanged": 0.7, "layersChanged": Layers(truth=Layer(True, 0.4)),
        "clipChanged": ClipPlane(True), "enlargedChanged": True,
    }  # fmt: skip
    assert view.look.threshold == 0.7


def test_tilt_axis_is_drawn_only_for_a_tilt_series(drawn_view) -> None:
    def shown() -> QImage:
        return drawn_view._scene.widget.grab().toImage()

    plain = shown()
    drawn_view.set_geometry(tilt_axis=True)
    assert shown() != plain
    assert set(drawn_view._scene._overlay._labels) == {"tilt axis", "beam"}
    drawn_view.set_geometry(tilt_axis=False)
    assert shown() == plain


@pytest.mark.parametrize(
    ("shape", "voxel", "words"),
    [
        ((32, 32, 32), 10.0, "box 320 Å"),
        ((32, 32, 32), 10.123456, "box 324 Å"),
        ((16, 32, 64), (20.0, 10.0, 5.0), "box 320 Å"),
        ((10, 32, 64), (3.0, 10.0, 40.123), "box 257 nm × 320 Å × 30 Å"),
        ((32, 32, 32), None, ""),
    ],
)
def test_box_is_labelled_with_its_edges(shape, voxel, words) -> None:
    assert box_text(shape, voxel_edges(voxel)) == words


def test_a_binned_volume_says_so(qtbot, has_opengl, view, monkeypatch) -> None:
    monkeypatch.setattr(volume3d, "probe", lambda: opengl.OpenGL(renderer="llvmpipe", max_texture=16))
    view.set_volumes(Volumes(ball()), 10.0)
    view.show()
    qtbot.waitUntil(lambda: view.caption_label.text() == "binned 2×")


def drag(view: VolumeView3D, button, by: QPoint, held=Qt.KeyboardModifier.NoModifier) -> None:
    """As from a real mouse: moves carry the held button in `buttons` and none in `button`."""
    target = view._scene.widget
    start = QPointF(target.rect().center())

    def send(kind: QEvent.Type, at: QPointF, cause, buttons) -> None:
        glob = QPointF(target.mapToGlobal(at))
        QApplication.sendEvent(target, QMouseEvent(kind, at, glob, cause, buttons, held))

    nothing = Qt.MouseButton.NoButton
    send(QEvent.Type.MouseButtonPress, start, button, button)
    for step in range(1, 9):
        send(QEvent.Type.MouseMove, start + QPointF(by) * step / 8, nothing, button)
    send(QEvent.Type.MouseButtonRelease, start + QPointF(by), button, nothing)
    send(QEvent.Type.MouseMove, start, nothing, nothing)  # moves nothing any more


def turned(qtbot: Any, view: VolumeView3D, button: Any, by: QPoint, **held: Any) -> Camera:
    """The camera after a drag, as told."""
    told: list[Camera] = []
    view.cameraChanged.connect(told.append)
    drag(view, button, by, **held)
    assert view.look.camera == told[-1]
    return told[-1]


def test_left_drag_turns(qtbot, drawn_view) -> None:
    camera = turned(qtbot, drawn_view, Qt.MouseButton.LeftButton, QPoint(40, 30))
    assert abs(camera.azimuth) == pytest.approx(20, abs=1)  # half a degree a pixel
    assert abs(camera.elevation) == pytest.approx(15, abs=1)
    assert (camera.zoom, *camera.centre) == pytest.approx((1.0, 0.5, 0.5, 0.5))


def wheel(view: VolumeView3D) -> None:
    target = view._scene.widget
    at = QPointF(target.rect().center())
    QApplication.sendEvent(target, QWheelEvent(
        at, at, QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    ))  # fmt: skip


def test_right_drag_and_wheel_zoom(qtbot, drawn_view) -> None:
    nearer = turned(qtbot, drawn_view, Qt.MouseButton.RightButton, QPoint(0, -40))
    assert nearer.zoom > 1.1
    assert (nearer.azimuth, nearer.elevation) == pytest.approx((0, 0))
    wheel(drawn_view)
    assert drawn_view.look.camera.zoom == pytest.approx(1.1 * nearer.zoom)


def test_shift_drag_pans(qtbot, drawn_view) -> None:
    held = {"held": Qt.KeyboardModifier.ShiftModifier}
    moved = turned(qtbot, drawn_view, Qt.MouseButton.LeftButton, QPoint(30, 0), **held)
    assert moved.zoom == pytest.approx(1.0)
    assert moved.centre[0] < 0.45  # what is looked at lies farther left
    assert moved.centre[1:] == pytest.approx((0.5, 0.5), abs=1e-3)


def test_keys_turn_and_look_along_the_axes(qtbot, drawn_view) -> None:
    target = drawn_view._scene.widget
    qtbot.keyClick(target, Qt.Key.Key_Right)
    assert drawn_view.look.camera.azimuth == pytest.approx(5.0)
    qtbot.keyClick(target, Qt.Key.Key_X)
    assert (drawn_view.look.camera.azimuth, drawn_view.look.camera.elevation) == (90.0, 0.0)
    qtbot.keyClick(target, Qt.Key.Key_H)
    assert drawn_view.look.camera == Camera()


def test_the_camera_stays_for_another_volume_another_mode_and_another_size(qtbot, drawn_view) -> None:
    camera = Camera(77.0, -12.0, 2.0, (0.4, 0.5, 0.6))
    drawn_view.set_look(replace(drawn_view.look, camera=camera))
    drawn_view.set_volumes(Volumes(ball(20)), 10.0)
    drawn_view.set_look(replace(drawn_view.look, mode="isosurface"))
    qtbot.waitUntil(lambda: drawn_view.is_idle)
    drawn_view.set_flip_y(True)
    shown = drawn_view._scene._camera()
    assert (shown.azimuth, shown.elevation, shown.zoom) == pytest.approx((77.0, -12.0, 2.0))
    assert shown.centre == pytest.approx(camera.centre)


def test_it_is_coarser_while_it_moves_and_finer_at_rest(qtbot, drawn_view) -> None:
    """Surfaces and rays, and every layer."""
    drawn_view.set_volumes(Volumes(ball(80, width=20.0), ball(80, width=15.0), None, True), 10.0)
    picture(qtbot, drawn_view, mode="isosurface", layers=Layers(truth=Layer(True)))

    def faces() -> list[int]:
        shells = [shell for _, drawn in drawn_view._scene._parts.values() for shell in drawn._shells]
        return [len(shell.mesh.mesh_data.get_faces()) for shell in shells if shell.mesh.visible]

    fine = faces()
    wheel(drawn_view)
    moving = faces()
    assert len(fine) == len(moving) == 2
    assert all(few < many / 2 for few, many in zip(moving, fine, strict=True))
    qtbot.waitUntil(lambda: faces() == fine)
    picture(qtbot, drawn_view, mode="mip")
    volumes = [drawn._volume for _, drawn in drawn_view._scene._parts.values()]
    at_rest = [volume.relative_step_size for volume in volumes]
    wheel(drawn_view)
    assert all(v.relative_step_size > rest for v, rest in zip(volumes, at_rest, strict=True))
    qtbot.waitUntil(lambda: [volume.relative_step_size for volume in volumes] == at_rest)


def test_dragging_the_threshold_makes_drafts_and_then_the_surface(qtbot, drawn_view, monkeypatch) -> None:
    drawn_view.set_look(replace(drawn_view.look, mode="isosurface"))
    qtbot.waitUntil(lambda: drawn_view.is_idle)
    gate, done, prepare = threading.Event(), [], Preparer.prepare

    def slowly(self: Preparer, order: Any) -> Any:
        gate.wait(5)
        done.append((order.threshold, order.draft))
        return prepare(self, order)

    monkeypatch.setattr(Preparer, "prepare", slowly)
    drawn_view.threshold_bar.slider.valueChanged.emit(0.3)
    qtbot.waitUntil(lambda: drawn_view._worker._running is not None)
    for fraction in (0.4, 0.5, 0.6):
        drawn_view.threshold_bar.slider.valueChanged.emit(fraction)
    gate.set()
    qtbot.waitUntil(lambda: drawn_view.is_idle)
    assert done == [(0.3, True), (0.6, True), (0.6, False)]


def test_a_double_click_asks_for_the_large_view(qtbot, drawn_view) -> None:
    with qtbot.waitSignal(drawn_view.enlargedChanged) as changed:
        qtbot.mouseDClick(drawn_view._scene.widget, Qt.MouseButton.LeftButton)
    assert changed.args == [True]


def test_a_right_click_opens_the_menu_and_the_end_of_a_zoom_does_not(qtbot, drawn_view) -> None:
    target = drawn_view._scene.widget
    asked: list[QPoint] = []
    target.menuRequested.disconnect()
    target.menuRequested.connect(asked.append)
    here = target.rect().center()
    request = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, here, target.mapToGlobal(here))
    drag(drawn_view, Qt.MouseButton.RightButton, QPoint(0, -40))
    QApplication.sendEvent(target, request)
    assert asked == []
    qtbot.mouseClick(target, Qt.MouseButton.RightButton)
    QApplication.sendEvent(target, request)
    assert len(asked) == 1


def test_shutdown_leaves_no_thread(qtbot, drawn_view) -> None:
    drawn_view.shutdown()
    assert not [t for t in threading.enumerate() if t.name.startswith("volume-3d")]
    drawn_view.set_volumes(Volumes(ball()))  # too late, and no error


def test_turning_sends_nothing_but_the_camera(qtbot, drawn_view, monkeypatch) -> None:
    """Neither meshes nor programs go to the graphics card again; that would be felt in every move."""
    from vispy.scene.visuals import Mesh, Volume

    drawn_view.set_volumes(Volumes(ball(), ball(width=6.0), None, True), 10.0)
    sent: list[str] = []
    changed = Mesh.mesh_data_changed
    monkeypatch.setattr(Mesh, "mesh_data_changed", lambda mesh: (sent.append("mesh"), changed(mesh))[1])
    for name in ("cmap", "clipping_planes"):
        old = getattr(Volume, name)
        setter = lambda volume, value, old=old, name=name: (sent.append(name), old.fset(volume, value))[1]  # noqa: E731
        monkeypatch.setattr(Volume, name, property(old.fget, setter))
    for mode in ("isosurface", "mip"):
        clip = ClipPlane(True, "camera")
        picture(qtbot, drawn_view, mode=mode, layers=Layers(truth=Layer(True)), clip=clip)
        assert sent
        sent.clear()
        camera = turned(qtbot, drawn_view, Qt.MouseButton.LeftButton, QPoint(40, 30))
        drawn_view.set_look(replace(drawn_view.look, camera=replace(camera, azimuth=50.0)))
        drawn_view._scene.widget.grab()
        assert sent == []
