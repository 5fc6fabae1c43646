"""The 3-D view's controls: silent when set, and telling when the user moves them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QImage

from cryogui.app.views.volume_controls import ClipBar, ModeButton, ThresholdBar
from cryogui.app.views.volume_layer_panel import LayerButton, LayerPanel
from cryogui.app.views.volume_layers import HISTOGRAM_BINS
from cryogui.session.looks import ClipPlane, Layer, Layers

EVERYTHING = frozenset({"x", "truth", "reconstruction", "difference"})


@pytest.fixture
def bar(qtbot) -> ThresholdBar:
    widget = ThresholdBar()
    qtbot.addWidget(widget)
    widget.resize(300, 40)
    widget.show()
    return widget


def test_threshold_is_told_and_moved_by_keys(qtbot, bar) -> None:
    with qtbot.assertNotEmitted(bar.thresholdMoved):
        bar.set_threshold(0.3)
    assert bar.number.text() == "0.30"
    with qtbot.waitSignal(bar.thresholdMoved) as moved:
        qtbot.keyClick(bar.slider, Qt.Key.Key_PageUp)
    assert moved.args[0] == pytest.approx(0.35, abs=0.01)
    assert bar.number.text() == "0.35"


def test_threshold_follows_the_pointer_over_the_histogram(qtbot, bar) -> None:
    """A value is chosen where the histogram has it."""
    slider = bar.slider
    for fraction in (0.2, 0.7):
        at = QPoint(round(slider.x_of(fraction)), slider.height() // 2)
        qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=at)
        assert bar.threshold == pytest.approx(fraction, abs=0.01)
    start = slider.x_of(0.7)
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(round(start), 10))
    qtbot.mouseMove(slider, QPoint(round(slider.x_of(0.4)), 10))
    assert bar.threshold == pytest.approx(0.4, abs=0.01)


def test_histogram_stands_where_the_values_are(qtbot, bar) -> None:
    """Higher where there are more voxels, in the colour of the layer, and brighter above the threshold."""
    counts = np.zeros(HISTOGRAM_BINS, np.int64)
    counts[30:60], counts[70:] = 1000, 10
    bar.set_threshold(0.3)
    bar.set_histograms([("truth", counts)])
    image = bar.slider.grab().toImage()

    def greens(fraction: float) -> list[int]:
        x = round(bar.slider.x_of(fraction) * image.width() / bar.slider.width())
        return [_green(image, x, y) for y in range(image.height() - 12)]

    inside, low_tail, empty = greens(0.4), greens(0.9), greens(0.55)
    assert sum(g > 30 for g in inside) > 1.5 * sum(g > 30 for g in low_tail) > 0
    assert max(empty) <= 30
    assert max(inside[5:]) > max(greens(0.2 + 0.05)[5:])  # above the threshold against below it


def _green(image: QImage, x: int, y: int) -> int:
    colour = image.pixelColor(x, y)
    return colour.green() - (colour.red() + colour.blue()) // 2


def test_a_double_click_on_the_grip_returns_to_the_usual_place(qtbot, bar) -> None:
    bar.set_threshold(0.8)
    at = QPoint(round(bar.slider.x_of(0.8)), 10)
    qtbot.mouseDClick(bar.slider, Qt.MouseButton.LeftButton, pos=at)
    assert bar.threshold == pytest.approx(0.4)


@pytest.fixture
def clip_bar(qtbot) -> ClipBar:
    widget = ClipBar()
    qtbot.addWidget(widget)
    widget.resize(300, 30)
    widget.show()
    return widget


def test_clip_bar_shows_what_it_is_given(qtbot, clip_bar) -> None:
    clip = ClipPlane(True, "camera", 0.25, True, True)
    with qtbot.assertNotEmitted(clip_bar.clipChanged):
        clip_bar.set_clip(clip, "25 %")
    assert clip_bar.direction.text() == "view ▾"
    assert clip_bar.slider.value == 0.25
    assert clip_bar.place.text() == "25 %"
    assert clip_bar.flip.isChecked()
    assert clip_bar.whole.isChecked()


def test_clip_bar_tells_every_change_and_keeps_the_rest(qtbot, clip_bar) -> None:
    clip = ClipPlane(True, "y", 0.25)
    clip_bar.set_clip(clip, "")
    told: list[ClipPlane] = []
    clip_bar.clipChanged.connect(told.append)
    clip_bar.choices["x"].trigger()
    qtbot.mouseClick(clip_bar.flip, Qt.MouseButton.LeftButton)
    clip_bar.whole.trigger()
    qtbot.keyClick(clip_bar.slider, Qt.Key.Key_Home)
    assert told == [
        replace(clip, direction="x"), replace(clip, flipped=True), replace(clip, whole=True),
        replace(clip, position=0.0),
    ]  # fmt: skip


@pytest.fixture
def panel(qtbot) -> LayerPanel:
    button = LayerButton()
    qtbot.addWidget(button)
    button.show()
    return button.panel


def test_layers_are_ticked_and_those_there_are_not_say_why(qtbot, panel) -> None:
    layers = Layers(truth=Layer(True, 0.5))
    with qtbot.assertNotEmitted(panel.layersChanged):
        panel.set_layers(layers, EVERYTHING - {"difference"})
    assert [box.isChecked() for box in panel.boxes.values()] == [True, True, False, False]
    assert panel.opacities["truth"].value == 0.5
    assert not panel.boxes["difference"].isEnabled()
    assert "no truth" in panel.boxes["difference"].toolTip()


def test_ticking_a_layer_and_moving_its_opacity_is_told(qtbot, panel) -> None:
    panel.set_layers(Layers(), EVERYTHING)
    with qtbot.waitSignal(panel.layersChanged) as changed:
        panel.boxes["difference"].click()
    assert changed.args[0] == replace(Layers(), difference=Layer(True, 0.8))
    with qtbot.waitSignal(panel.layersChanged) as changed:
        qtbot.keyClick(panel.opacities["x"], Qt.Key.Key_Home)
    assert changed.args[0].x == Layer(True, 0.05)


def test_panel_opens_and_closes_by_keys(qtbot, panel) -> None:
    panel.set_layers(Layers(), EVERYTHING - {"x"})
    qtbot.keyClick(panel.parentWidget(), Qt.Key.Key_Space)
    assert panel.isVisible()
    qtbot.waitUntil(lambda: panel.boxes["truth"].hasFocus())
    qtbot.keyClick(panel.boxes["truth"], Qt.Key.Key_Escape)
    assert not panel.isVisible()


def test_every_control_has_a_name_and_a_tooltip(bar, clip_bar, panel) -> None:
    named = [bar.slider, clip_bar.slider, clip_bar.flip, clip_bar.direction, *panel.opacities.values()]
    for control in [*named, panel.parentWidget()]:
        assert control.accessibleName()
        assert control.toolTip()


def test_menu_ticks_the_mode_in_use_and_offers_the_views(qtbot) -> None:
    button = ModeButton()
    qtbot.addWidget(button)
    for mode in ("isosurface", "mip"):
        button.set_mode(mode)
        assert [name for name, action in button.choices.items() if action.isChecked()] == [mode]
    with qtbot.waitSignal(button.presetChosen) as chosen:
        button.presets["home"].trigger()
    assert chosen.args == ["home"]
