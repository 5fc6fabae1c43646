"""Slabs and oblique slices in the real window: steps of the scene, cut beside it, undone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication, QWidget

from cryogui.analysis.planes import CutPlane, rotation
from cryogui.app.measure import settle
from cryogui.app.views.plane_controls import PlaneControls
from cryogui.session.looks import Oblique
from tests.gui.conftest import N

pytestmark = pytest.mark.usefixtures("qapp")


def test_a_slab_is_one_step_and_reaches_the_slices(opened: Any) -> None:
    ortho, store = opened.screen.ortho, opened.store
    for slices in (2, 3, 5):
        ortho.controls.slab.slider.valueChanged.emit(slices)
    z = ortho.position[0]
    expected = ortho.volume[z - 2 : z + 3].mean(axis=0)
    np.testing.assert_allclose(ortho.panes["xy"].image, expected, rtol=1e-5, atol=1e-7)
    assert (store.session.scene.slab, store.undo_name) == (5, "Slab")
    store.undo()
    assert ortho.thickness == 1
    assert ortho.controls.slab.value == 1
    assert store.undo_name is None


def test_an_oblique_slice_is_shown_turned_and_put_away(opened: Any) -> None:
    ortho, store = opened.screen.ortho, opened.store
    ortho.controls.oblique.click()
    settle(opened)
    pane = ortho.panes["oblique"]
    assert pane.isVisible()
    assert ortho.cut.tilt_deg != 0
    ortho.controls.anglesChanged.emit(0.0, 0.0, 0.0)
    settle(opened)
    middle, z = ortho.cut.middle, ortho.position[0]
    inner = slice(middle - N // 2, middle - N // 2 + N)
    np.testing.assert_array_equal(pane.image[inner, inner], ortho.volume[z])
    ortho.controls.slabChanged.emit(3)
    settle(opened)
    np.testing.assert_allclose(pane.image[inner, inner], ortho.volume[z - 1 : z + 2].mean(axis=0), rtol=1e-5)
    for _ in range(2):
        store.undo()
    settle(opened)
    assert ortho.controls.angle_values == (ortho.cut.rot_deg, ortho.cut.tilt_deg, ortho.cut.psi_deg)
    assert ortho.cut.tilt_deg != 0
    store.undo()
    settle(opened)
    assert not pane.isVisible()
    assert not ortho.controls.oblique.isChecked()


def test_across_the_beam_is_the_plane_of_the_image_on_show(opened: Any) -> None:
    opened.view.show_image(2)
    opened.screen.ortho.controls.beamRequested.emit()
    settle(opened)
    angle = float(opened.engine.model.scene.tilt_angles_deg[2])
    assert opened.store.session.scene.oblique == Oblique(True, 0.0, pytest.approx(angle), 0.0)
    np.testing.assert_allclose(opened.screen.ortho.cut.rows, opened.engine.model.frame(2).rotation, atol=1e-9)


def test_moving_the_cursor_moves_the_plane_and_the_newest_wins(opened: Any) -> None:
    ortho = opened.screen.ortho
    ortho.controls.anglesChanged.emit(20.0, 40.0, 0.0)
    ortho.controls.obliqueToggled.emit(True)
    for z in range(6, 15):
        ortho.panes["xz"].cursorMoved.emit(10.0, float(z))
    settle(opened)
    position = opened.store.session.scene.position
    expected = CutPlane(20.0, 40.0, 0.0, position, (N, N, N))
    assert position == (14.0, 12.0, 10.0)
    assert ortho.cut.position == position
    np.testing.assert_array_equal(ortho.panes["oblique"].image, expected.cut(ortho.volume))


def test_page_keys_over_the_oblique_slice_go_along_its_normal(
    opened: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = opened.screen
    screen.ortho.controls.anglesChanged.emit(0.0, -30.0, 0.0)
    screen.ortho.controls.obliqueToggled.emit(True)
    monkeypatch.setattr(screen.window, "pane_in_question", lambda: screen.ortho.panes["oblique"])
    before, normal = np.array(opened.store.session.scene.position), screen.ortho.cut.rows[2][::-1]
    screen.actions.next_plane.trigger()
    screen.actions.next_plane.trigger()
    screen.actions.last_plane.trigger()
    assert opened.store.session.scene.position == pytest.approx(before + 2 * normal)
    screen.actions.previous_plane.trigger()
    assert opened.store.session.scene.position == pytest.approx(before + normal)


def test_nothing_is_cut_while_the_volume_is_not_looked_at(opened: Any) -> None:
    ortho = opened.screen.ortho
    opened.screen.tabs.tabChosen.emit("live_slice")
    ortho.controls.obliqueToggled.emit(True)
    assert not opened.scheduler.is_busy("oblique")
    opened.screen.tabs.tabChosen.emit("volume")
    assert opened.scheduler.is_busy("oblique")
    settle(opened)
    assert ortho.panes["oblique"].image is not None


def test_the_pointer_tells_where_it_is_in_the_oblique_slice(opened: Any) -> None:
    screen = opened.screen
    screen.ortho.controls.beamRequested.emit()
    settle(opened)
    cut = screen.ortho.cut
    screen.ortho.panes["oblique"].hovered.emit(cut.middle + 2.0, cut.middle - 1.0, 0.0)
    z, y, x = cut.from_image(cut.middle + 2, cut.middle - 1)
    assert screen.status.cursor_text.startswith(f"x {x:.1f}  y {y:.1f}  z {z:.1f} px")
    screen.ortho.panes["oblique"].hovered.emit(0.0, 0.0, np.nan)  # outside the volume
    assert screen.status.cursor_text == ""


def test_beam_and_tilt_axis_follow_image_and_scene(opened: Any, shared_data: Path) -> None:
    ortho = opened.screen.ortho
    opened.view.show_image(0)
    angle = np.deg2rad(opened.engine.model.scene.tilt_angles_deg[0])
    beam = ortho.panes["xz"]._state.beam
    assert (beam.right, beam.down) == pytest.approx((np.sin(angle), np.cos(angle)))
    assert ortho.panes["xy"]._state.segments
    assert "beam" in {arrow.name for arrow in opened.screen.measured._state.axes}
    opened.open([shared_data / "real" / "maps" / "EMD-3197.map"])
    settle(opened)
    assert ortho.panes["xy"]._state.segments == ()
    assert ortho.panes["xz"]._state.beam is None
    assert not ortho.controls.beam.isEnabled()


def test_angles_are_set_from_the_keyboard(qtbot: Any) -> None:
    controls = PlaneControls()
    qtbot.addWidget(controls)
    controls.set_oblique(True, (10.0, 20.0, 30.0))
    controls.resize(1000, 40)
    with qtbot.waitExposed(controls):
        controls.show()
    with qtbot.waitSignal(controls.anglesChanged) as changed:
        qtbot.keyClick(controls.angles["tilt"].slider, Qt.Key.Key_Right)
    assert changed.args == pytest.approx([10.0, 21.8, 30.0])
    field = controls.angles["psi"].field
    field.selectAll()
    qtbot.keyClicks(field, "-45")
    with qtbot.waitSignal(controls.anglesChanged) as changed:
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert changed.args == pytest.approx([10.0, 21.8, -45.0])
    with qtbot.assertNotEmitted(controls.anglesChanged):
        controls.set_oblique(True, tuple(np.rad2deg(rotation(0, 0, 0)[0])))


def test_a_narrow_line_keeps_every_field(qtbot: Any) -> None:
    host = QWidget()  # that asks nothing of it, as the window does
    qtbot.addWidget(host)
    controls = PlaneControls(host)
    controls.set_oblique(True, (0.0, 0.0, 0.0))
    with qtbot.waitExposed(host):
        host.show()
    for width, sliders in ((900, ["rot", "tilt", "psi"]), (660, ["tilt"]), (560, [])):
        controls.resize(width, 40)
        QApplication.processEvents()
        assert [name for name, angle in controls.angles.items() if angle.slider.isVisible()] == sliders
        assert all(angle.field.isVisible() for angle in controls.angles.values())
        fields = [angle.field for angle in controls.angles.values()]
        rights = [field.mapTo(controls, field.rect().topRight()).x() for field in fields]
        assert rights == sorted(rights) and rights[-1] < controls.beam.x()
        assert controls.beam.geometry().right() < width
