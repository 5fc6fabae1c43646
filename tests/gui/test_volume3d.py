"""3-D where OpenGL is there, one sentence where it is not, nothing left behind either way."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt6.QtGui import QColor, QGuiApplication, QImage, QMouseEvent, QWheelEvent
from PyQt6.QtWidgets import QApplication

from cryogui.app.views import opengl, volume3d
from cryogui.app.views.volume3d import VolumeView3D
from cryogui.app.views.volume_data import Grid, binned, drawable, surface, voxel_edges


def ball(n: int = 32) -> np.ndarray:
    axis = np.arange(n, dtype=np.float32) - n // 2
    z, y, x = np.meshgrid(axis, axis, axis, indexing="ij")
    return np.exp(-(x**2 + y**2 + z**2) / (2 * (n / 8) ** 2)).astype(np.float32)


@pytest.fixture
def view(qtbot):
    widget = VolumeView3D()
    qtbot.addWidget(widget)
    widget.resize(260, 280)
    yield widget
    widget.shutdown()


@pytest.fixture
def drawn_view(qtbot, view) -> VolumeView3D:
    if QGuiApplication.platformName() == "offscreen" or opengl.probe().missing:
        pytest.skip("needs OpenGL")
    view.set_volume(ball(), 10.0)
    with qtbot.waitExposed(view):
        view.show()
    qtbot.waitUntil(lambda: view._scene is not None and view._scene.widget.isVisible())
    return view


def test_binning_is_the_block_mean_also_at_a_ragged_border() -> None:
    volume = np.random.default_rng(0).random((7, 1, 10), dtype=np.float32)
    small, factor = binned(volume, 4)
    assert (small.shape, factor) == ((3, 1, 4), 3)
    assert small[0, 0, 0] == pytest.approx(volume[:3, 0, :3].mean(), rel=1e-5)
    assert small[2, 0, 3] == pytest.approx(volume[6, 0, 9], rel=1e-5)
    assert binned(volume, 10)[0] is volume


def test_surface_of_a_ball_is_centred_and_faces_outwards() -> None:
    for limit in (64, 16):  # also when binned
        mesh = surface(drawable(ball(), limit), 0.5)
        from_centre = mesh.vertices - 16.0
        assert np.abs(from_centre.mean(axis=0)).max() < 0.3
        assert (np.sum(from_centre * mesh.normals, axis=1) > 0).all()


def test_no_surface_where_nothing_reaches_the_level() -> None:
    assert surface(drawable(np.zeros((8, 8, 8), np.float32), 64), 0.9) is None


def test_not_a_number_is_drawn_as_nothing() -> None:
    volume = ball()
    volume[3] = np.nan
    volume[4] = np.inf
    assert np.isfinite(drawable(volume, 64).voxels).all()


def test_without_opengl_one_sentence_stands_in_its_place(qtbot, view, monkeypatch) -> None:
    monkeypatch.setattr(volume3d, "probe", lambda: opengl.OpenGL("3-D needs OpenGL."))
    view.set_volume(ball())
    view.show()
    qtbot.waitUntil(lambda: view._message.text() == "3-D needs OpenGL.")
    assert view._message.isVisible()
    view.set_mode("isosurface")
    view.set_threshold(0.7)


def test_offscreen_platform_is_never_tried(monkeypatch) -> None:
    monkeypatch.setattr(QGuiApplication, "platformName", lambda: "offscreen")
    assert "display" in opengl.probe().missing


def test_a_failing_driver_does_not_reach_the_window(qtbot, view, monkeypatch) -> None:
    monkeypatch.setattr(volume3d, "probe", opengl.OpenGL)
    monkeypatch.setitem(__import__("sys").modules, "cryogui.app.views.scene3d", None)
    view.set_volume(ball())
    view.show()
    qtbot.waitUntil(lambda: view._message.text().startswith("3-D could not start"))


def test_a_single_slice_is_not_shown_in_3d(view) -> None:
    view.set_volume(np.ones((8, 1, 8), np.float32))
    view.show()
    assert "single slice" in view._message.text()


def test_nothing_is_made_while_hidden(view) -> None:
    view.set_volume(ball())
    assert view._scene is None
    assert view._worker is None


def test_hidden_while_preparing_makes_no_canvas(qtbot, view, monkeypatch) -> None:
    """A canvas made in a hidden tab would stay black."""
    gate = threading.Event()
    prepare = volume3d._prepare
    monkeypatch.setattr(volume3d, "probe", opengl.OpenGL)
    monkeypatch.setattr(volume3d, "_prepare", lambda request: (gate.wait(5), prepare(request))[1])
    view.set_volume(ball())
    view.show()
    qtbot.waitUntil(lambda: view._running is not None)
    view.hide()
    gate.set()
    qtbot.waitUntil(lambda: view.is_idle)
    assert view._scene is None
    assert view._drawn is not None


@pytest.mark.parametrize("mode", ["mip", "attenuated_mip", "isosurface"])
def test_every_mode_lights_the_middle(qtbot, drawn_view, mode) -> None:
    drawn_view.set_mode(mode)
    qtbot.waitUntil(lambda: drawn_view.is_idle)

    def is_lit() -> None:
        picture = drawn_view._scene.widget.grab().toImage()
        middle = QColor(picture.pixel(picture.width() // 2, picture.height() // 2))
        assert middle.red() > 80
        assert middle.red() > middle.blue()

    qtbot.waitUntil(is_lit)


def test_projection_shows_what_lies_within_bright_matter(qtbot, drawn_view) -> None:
    """A body of 0.8 with a core of 1: plain to tell apart."""
    body = 0.8 * (ball() > 0.2).astype(np.float32)
    body[14:18, 14:18, 14:18] = 1.0
    drawn_view.set_mode("mip")
    drawn_view.set_volume(body, 10.0)
    qtbot.waitUntil(lambda: drawn_view.is_idle)
    drawn_view._scene._axes.visible = drawn_view._scene._frame.visible = False
    image = drawn_view._scene.widget.grab().toImage()
    row = [image.pixelColor(x, image.height() // 2).red() for x in range(image.width())]
    core, matter = max(row), sorted(value for value in row if value > 40)[5]
    assert core - matter > 60


def test_mode_and_threshold_are_set_silently(qtbot, drawn_view) -> None:
    with qtbot.assertNotEmitted(drawn_view.modeChanged), qtbot.assertNotEmitted(drawn_view.thresholdChanged):
        drawn_view.set_mode("isosurface")
        drawn_view.set_threshold(0.6)
    assert drawn_view.mode == "isosurface"
    assert drawn_view.threshold == 0.6


def test_camera_stays_for_the_next_volume(qtbot, drawn_view) -> None:
    camera = drawn_view._scene._view.camera
    camera.azimuth = 77
    camera.scale_factor = 12.0
    drawn_view.set_volume(ball() * 2)
    qtbot.waitUntil(lambda: drawn_view.is_idle)
    assert (camera.azimuth, camera.scale_factor) == (77, 12.0)


def test_tilt_axis_is_drawn_only_for_a_tilt_series(drawn_view) -> None:
    def picture() -> QImage:
        return drawn_view._scene.widget.grab().toImage()

    plain = picture()
    drawn_view.set_geometry(tilt_axis=True)
    assert picture() != plain
    drawn_view.set_geometry(tilt_axis=False)
    assert picture() == plain


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
    assert volume3d._box_text(shape, voxel_edges(voxel)) == words


def test_voxels_keep_their_proportions() -> None:
    grid = Grid.of((10, 20, 40), (4.0, 2.0, 2.0))
    assert grid.size == pytest.approx([40, 20, 20])  # x, y, z in units of the shortest edge


def test_menu_ticks_the_mode_in_use(view) -> None:
    for mode in ("isosurface", "mip"):
        view.set_mode(mode)
        ticked = [name for name, action in view.mode_button.choices.items() if action.isChecked()]
        assert ticked == [mode]


def test_choosing_a_mode_in_the_menu_is_told(qtbot, view) -> None:
    with qtbot.waitSignal(view.modeChanged) as changed:
        view.mode_button.choices["attenuated_mip"].trigger()
    assert changed.args == ["attenuated_mip"]
    assert view.mode == "attenuated_mip"


def test_threshold_tells_its_value(qtbot, view) -> None:
    view.set_mode("isosurface")
    view.show()
    view.set_threshold(0.3)
    assert view.threshold_bar.number.text() == "0.30"
    with qtbot.waitSignal(view.thresholdChanged) as changed:
        qtbot.keyClick(view.threshold_bar.slider, Qt.Key.Key_PageUp)
    assert changed.args[0] == pytest.approx(0.35, abs=0.01)
    assert view.threshold_bar.number.text() == "0.35"


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


def camera_state(view: VolumeView3D) -> tuple[tuple[float, float], float, tuple[float, ...]]:
    camera = view._scene._view.camera
    return (camera.azimuth, camera.elevation), camera.scale_factor, tuple(camera.center)


def test_left_drag_turns(drawn_view) -> None:
    (azimuth, elevation), scale, centre = camera_state(drawn_view)
    drag(drawn_view, Qt.MouseButton.LeftButton, QPoint(40, 30))
    turned = camera_state(drawn_view)
    assert abs(turned[0][0] - azimuth) == pytest.approx(20, abs=1)  # half a degree a pixel
    assert abs(turned[0][1] - elevation) == pytest.approx(15, abs=1)
    assert turned[1:] == (scale, centre)


def test_right_drag_and_wheel_zoom(drawn_view) -> None:
    angles, scale, centre = camera_state(drawn_view)
    drag(drawn_view, Qt.MouseButton.RightButton, QPoint(0, -40))
    nearer = camera_state(drawn_view)
    assert nearer[1] < 0.9 * scale
    assert (nearer[0], nearer[2]) == (angles, centre)
    target = drawn_view._scene.widget
    at = QPointF(target.rect().center())
    QApplication.sendEvent(target, QWheelEvent(
        at, at, QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    ))  # fmt: skip
    assert camera_state(drawn_view)[1] < nearer[1]


def test_shift_drag_pans(drawn_view) -> None:
    angles, scale, centre = camera_state(drawn_view)
    drag(drawn_view, Qt.MouseButton.LeftButton, QPoint(30, 0), Qt.KeyboardModifier.ShiftModifier)
    moved = camera_state(drawn_view)
    assert moved[:2] == (angles, scale)
    assert np.linalg.norm(np.subtract(moved[2], centre)) > 1.0


def test_latest_request_replaces_the_waiting_one(qtbot, drawn_view, monkeypatch) -> None:
    gate, done = threading.Event(), []
    monkeypatch.setattr(
        volume3d, "_prepare", lambda request: (gate.wait(5), done.append(request.fraction))[1]
    )
    drawn_view.set_mode("isosurface")
    qtbot.waitUntil(lambda: drawn_view._running is not None)
    for fraction in (0.3, 0.4, 0.5, 0.6):
        drawn_view.set_threshold(fraction)
    gate.set()
    qtbot.waitUntil(lambda: drawn_view.is_idle)
    assert done == [0.4, 0.6]


def test_shutdown_leaves_no_thread(qtbot, drawn_view) -> None:
    drawn_view.shutdown()
    assert not [t for t in threading.enumerate() if t.name.startswith("volume-3d")]
    drawn_view.set_volume(ball())  # too late, and no error
