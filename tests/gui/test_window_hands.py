"""Keys, pointer and buttons in the real window, and what its bottom line says."""

from __future__ import annotations

from typing import Any

import pytest

from cryogui.app.measure import pause, settle, until
from cryogui.app.panels.microscope import MicroscopePanel
from cryogui.app.status import REDRAW_MS

pytestmark = pytest.mark.usefixtures("qapp")


def test_a_sweep_is_stopped_by_its_button_and_by_escape(opened: Any) -> None:
    actions, button = opened.screen.actions, opened.screen.window.findChild(MicroscopePanel).sweep_button
    for stop in (button.click, actions.cancel.trigger):
        actions.sweepRequested.emit("tilt_axis_offset")
        assert button.text() == "Stop"
        stop()
        assert opened.sweep.running == ""
        assert button.text() == "Sweep"
    assert not actions.cancel.isEnabled()  # Escape is free for others


@pytest.mark.parametrize(
    ("name", "black", "white"),
    [
        ("black_up", 0.05, 0.0),
        ("white_down", 0.0, -0.05),
        ("contrast_up", 0.05, -0.05),
        ("brightness_up", -0.05, -0.05),
    ],
)
def test_keys_move_black_and_white(opened: Any, name: str, black: float, white: float) -> None:
    pane = opened.screen.measured
    pane.choose_levels((0.0, 10.0))
    getattr(opened.screen.actions, name).trigger()
    assert pane.levels == pytest.approx((10 * black, 10 + 10 * white))


def test_level_keys_keep_a_residual_centred_on_zero(opened: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    residual = opened.screen.residual
    monkeypatch.setattr(opened.screen.window, "pane_in_question", lambda: residual)
    residual.choose_levels((-4.0, 4.0))
    opened.screen.actions.white_down.trigger()
    low, high = residual.levels
    assert low == -high and high < 4.0


def test_pointer_values_are_of_one_pixel_and_follow_what_is_shown(opened: Any) -> None:
    screen = opened.screen
    screen.measured.hovered.emit(5.4, 7.0, 0.0)
    first = screen.status.cursor_text
    assert first.startswith("x 5  y 7 px  (50, 70 Å)")
    opened.view.show_image(0)
    settle(opened)
    assert screen.status.cursor_text != first
    screen.ortho.panes["xy"].hovered.emit(12.0, 12.0, 0.0)
    z, _, _ = screen.ortho.position
    screen.ortho.panes["xy"].stepped.emit(3)
    settle(opened)
    assert f"z {z + 3} px  (120, 120, {10 * (z + 3)} Å)" in screen.status.cursor_text
    assert f"{screen.ortho.volume[z + 3, 12, 12]:.3g}" in screen.status.cursor_text


def test_only_slider_moves_are_timed_and_nothing_is_left_after_close(opened: Any) -> None:
    status = opened.screen.status
    opened.screen.data.sceneChosen.emit(0, 1)
    settle(opened)
    assert status._frame_seconds is None
    opened.screen.parameters.specEdited.emit("tilt_axis_offset", 0.3)
    until(lambda: status._frame_seconds is not None)
    opened.screen.data.closeRequested.emit(0)
    settle(opened)
    pause(2 * REDRAW_MS)
    assert status._times.text() == "wheel zooms, drag pans, ? keys"
    assert status.cursor_text == ""
    assert not opened.screen.actions.undo.isEnabled()


def test_the_window_fits_the_screen_below_a_title_bar(program: Any) -> None:
    window = program.screen.window
    assert window.height() < window.screen().availableGeometry().height()
    assert window.width() <= window.screen().availableGeometry().width()
