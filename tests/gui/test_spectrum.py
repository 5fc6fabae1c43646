"""The spectrum tab in the window: it follows sliders and images, and its first zero moves a parameter."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PyQt6.QtCore import Qt

from cryogui.analysis.spectrum import mean_spectrum
from cryogui.app.measure import pause, settle
from cryogui.app.pages.spectrum import SpectrumPage
from cryogui.app.scheduler import Cancelled
from tests.gui.conftest import TILTS, N

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def opened(lent: Any) -> Any:
    lent.view.show_tab("spectrum")
    settle(lent)
    return lent


@pytest.fixture
def page(opened: Any) -> SpectrumPage:
    return next(page for page in opened.pages if isinstance(page, SpectrumPage))


def change(program: Any, **look: Any) -> None:
    session = program.store.session
    program.store.update(replace(session, spectrum=replace(session.spectrum, **look)), "Change")
    settle(program)


def curves(page: SpectrumPage) -> dict[str, Any]:
    return {curve.name: curve for curve in page.plot.curves()}


def show_image(program: Any, index: int) -> None:
    program.view.show_image(index)
    settle(program)


def test_the_image_on_screen_is_shown_with_its_model(opened: Any, page: SpectrumPage) -> None:
    expected = mean_spectrum([opened.pictures.picture.measured], (10.0, 10.0))
    point = N // 2 + 3, N // 2 + 2
    assert page.pane.image[point] == pytest.approx(np.log10(expected.power[3, 2]), rel=1e-4)
    measured = curves(page)["mean of all directions"]
    np.testing.assert_allclose(measured.y, expected.radial().power[: len(measured.y)])
    assert measured.x_unit == "1/Å"
    assert "model CTF²" in curves(page)
    assert page.plot.caption_label.text() == "Δf 0.600 µm"


def test_a_slider_moves_the_model_at_once_and_takes_no_new_spectrum(opened: Any, page: SpectrumPage) -> None:
    show_image(opened, 1)
    before, zero = curves(page), page.plot.handle.x
    opened.screen.parameters.specEdited.emit("ctf_per_tilt_variation", 0.15)
    after = curves(page)
    assert not np.allclose(after["model CTF²"].y, before["model CTF²"].y)
    np.testing.assert_array_equal(after["mean of all directions"].y, before["mean of all directions"].y)
    assert page.plot.handle.x != zero
    assert not opened.scheduler.is_busy("spectrum")
    opened.screen.parameters.editFinished.emit("ctf_per_tilt_variation")


def test_another_image_has_another_spectrum(opened: Any, page: SpectrumPage) -> None:
    before = curves(page)["mean of all directions"].y
    show_image(opened, 2)
    assert not np.allclose(curves(page)["mean of all directions"].y, before)


def test_the_wheel_with_ctrl_steps_through_the_images(opened: Any, page: SpectrumPage) -> None:
    show_image(opened, 3)
    page.pane.stepped.emit(1)
    assert opened.store.session.scene.image_index == 4
    page.pane.stepped.emit(-1)
    assert opened.store.session.scene.image_index == 3


def test_dragging_the_zero_is_one_step_of_the_parameter(qtbot: Any, opened: Any, page: SpectrumPage) -> None:
    show_image(opened, 0)  # −60°: the largest share of the variation
    start = page.plot.handle
    assert start.obstacle == ""
    for k in (1.02 * start.x, 1.04 * start.x):
        page.plot.handleMoved.emit(k)
        assert page.plot.handle.x == pytest.approx(k, rel=2e-3)
        assert opened.spec.dragging
    page.plot.handleReleased.emit()
    assert not opened.spec.dragging
    value = opened.store.session.scene.spec["ctf_per_tilt_variation"]
    assert 0 < value < 0.15  # less underfocus at −60°
    assert opened.screen.parameters.rows["ctf_per_tilt_variation"].value == value
    assert opened.store.undo_name == "Change per-tilt CTF"
    opened.store.undo()
    assert opened.store.session.scene.spec["ctf_per_tilt_variation"] == 0.0
    assert page.plot.handle.x == start.x


def test_keys_move_the_zero_and_its_range_holds_it(qtbot: Any, opened: Any, page: SpectrumPage) -> None:
    show_image(opened, 0)
    qtbot.keyClick(page.plot._canvas, Qt.Key.Key_Right)
    assert opened.store.session.scene.spec["ctf_per_tilt_variation"] > 0
    page.plot.handleMoved.emit(0.001)
    page.plot.handleReleased.emit()
    assert opened.store.session.scene.spec["ctf_per_tilt_variation"] == -0.15


def test_where_nothing_moves_the_zero_it_says_why(opened: Any, page: SpectrumPage) -> None:
    show_image(opened, TILTS // 2)
    assert "per-tilt CTF leaves the defocus of this image" in page.plot.handle.obstacle
    show_image(opened, 0)
    opened.screen.parameters.lockToggled.emit("ctf_per_tilt_variation", True)
    assert "per-tilt CTF is locked" in page.plot.handle.obstacle
    opened.store.update(opened.store.session.with_scene(switched_off=frozenset("C")), "Switch")
    settle(opened)
    assert page.plot.handle is None
    assert "no CTF" in page.plot.caption_label.text()


def test_the_whole_series_without_the_excluded_and_the_shadowed(opened: Any, page: SpectrumPage) -> None:
    change(opened, whole=True)
    lit = np.flatnonzero(opened.engine.model.live.operator.expects(opened.store.session.scene.spec))
    assert 2 in lit and len(lit) < TILTS
    assert page.pane.caption_label.text() == f"mean of {len(lit)}"
    opened.screen.strip.toggle_excluded(2)
    settle(opened)
    kept = [opened.engine.model.measured(i) for i in lit if i != 2]
    measured = curves(page)["mean of all directions"].y
    np.testing.assert_allclose(measured, mean_spectrum(kept, (10.0, 10.0)).radial().power[: len(measured)])
    assert "mean Δf" in page.plot.caption_label.text()


def test_the_whole_modelled_series_waits_for_the_sliders_to_rest(opened: Any, page: SpectrumPage) -> None:
    change(opened, source="forward", whole=True)
    before = curves(page)["mean of all directions"].y
    opened.screen.parameters.specEdited.emit("ctf_per_tilt_variation", 0.15)
    pause(20)
    assert page.is_waiting
    assert not opened.is_idle()
    np.testing.assert_array_equal(curves(page)["mean of all directions"].y, before)
    settle(opened)
    assert not np.allclose(curves(page)["mean of all directions"].y, before)
    opened.screen.parameters.editFinished.emit("ctf_per_tilt_variation")


def test_stopping_the_whole_series_shows_the_image_again(opened: Any, page: SpectrumPage) -> None:
    change(opened, whole=True)
    page._take_error(Cancelled())
    settle(opened)
    assert not opened.store.session.spectrum.whole
    assert page.pane.caption_label.text() == ""
    assert not opened.screen.messages.isVisible()


@pytest.mark.logs_warnings
def test_a_failed_spectrum_is_told_in_the_message_bar(opened: Any, page: SpectrumPage) -> None:
    page._take_error(OSError("no such image"))
    assert opened.screen.messages.isVisible()


def test_slices_of_the_object_follow_the_cursor_and_have_no_ctf(opened: Any, page: SpectrumPage) -> None:
    change(opened, source="xz")
    x, y = opened.engine.model.x, round(opened.store.session.scene.position[1])
    expected = mean_spectrum([x[:, y]], (10.0, 10.0)).radial().power
    measured = curves(page)["mean of all directions"].y
    np.testing.assert_allclose(measured, expected[: len(measured)])
    assert page.plot.handle is None
    position = (12.0, 15.0, 12.0)
    opened.store.update(opened.store.session.with_scene(position=position), "Move cursor")
    settle(opened)
    assert not np.allclose(curves(page)["mean of all directions"].y, measured)


def test_choices_and_switches_are_steps(opened: Any, page: SpectrumPage) -> None:
    page.bar.source.setCurrentIndex(2)
    page.bar.source.activated.emit(2)
    page.bar.switches["sectors"].trigger()
    settle(opened)
    look = opened.store.session.spectrum
    assert (look.source, look.sectors) == ("residual", True)
    assert {"0°", "45°", "90°", "135°"} <= set(curves(page))
    opened.store.undo()
    opened.store.undo()
    settle(opened)
    assert page.bar.source.currentText() == "measured y"
    assert not page.bar.switches["sectors"].isChecked()
    assert "model CTF²" in curves(page)


def test_zoom_and_contrast_are_kept_in_the_session(opened: Any, page: SpectrumPage) -> None:
    page.plot.viewChanged.emit((0.01, 0.03))
    assert page.plot.view == (0.01, 0.03)
    page.pane.choose_levels((-1.0, 2.0))
    assert dict(opened.store.session.scene.levels)["spectrum measured"] == (-1.0, 2.0)
    opened.store.undo()
    opened.store.undo()
    assert page.plot.view is None
    assert page.pane.levels != (-1.0, 2.0)


def test_the_key_takes_the_pane_under_the_pointer(
    opened: Any, page: SpectrumPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened.view.show_tab("volume")
    window = opened.screen.window
    for pane, source in ((opened.screen.forward, "forward"), (opened.screen.ortho.panes["yz"], "yz")):
        monkeypatch.setattr(window, "pane_in_question", lambda pane=pane: pane)
        opened.screen.actions.spectrum_of_pane.trigger()
        settle(opened)
        assert (opened.store.session.tab, opened.store.session.spectrum.source) == ("spectrum", source)
    monkeypatch.setattr(window, "pane_in_question", lambda: page.pane)
    opened.screen.actions.spectrum_of_pane.trigger()
    assert opened.store.session.spectrum.source == "yz"  # the spectrum of a spectrum is none


def test_the_pointer_reads_off_frequency_and_power(opened: Any, page: SpectrumPage) -> None:
    page.pane.hovered.emit(N // 2 + 6.0, N // 2, 1.0)
    assert opened.screen.status.cursor_text == "kx 0.0250  ky 0.0000  k 0.0250 1/Å  (40 Å)  ·  power 10"
    assert page.plot._state.told_at == pytest.approx(0.025)
    page.pane.hovered.emit(np.nan, np.nan, np.nan)
    assert page.plot._state.told_at is None
    assert opened.screen.status.cursor_text == ""


def test_another_scene_starts_anew(opened: Any, page: SpectrumPage) -> None:
    before = curves(page)["mean of all directions"].y
    session = opened.store.session
    opened.store.update(replace(session, current=None), None)
    settle(opened)
    assert page.plot.curves() == ()
    assert "Open a file" in page.plot._message.text()
    opened.store.update(session, None)
    settle(opened)
    np.testing.assert_array_equal(curves(page)["mean of all directions"].y, before)
