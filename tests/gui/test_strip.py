"""The strip goes where it is told, in order of angle, and says so only when the user chose."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QColor, QContextMenuEvent
from PyQt6.QtWidgets import QMenu

from cryogui.app import theme
from cryogui.app.views.strip import ImageStrip
from cryogui.app.views.strip_drawing import ticks_of

ANGLES = (0.0, 30.0, -30.0, 60.0, -60.0)  # as recorded, dose-symmetric


@pytest.fixture
def strip(qtbot) -> ImageStrip:
    widget = ImageStrip()
    qtbot.addWidget(widget)
    widget.resize(600, 100)
    widget.set_images(5, [f"{a:+g}°" for a in ANGLES], ANGLES)
    with qtbot.waitExposed(widget):
        widget.show()
    return widget


def place(strip: ImageStrip, rank: int) -> QPoint:
    bars = strip.bars._areas()[1]
    return QPoint(int(bars.left() + (rank + 0.5) * bars.width() / strip.bars.count), int(bars.bottom()) - 2)


def test_setting_the_index_is_silent(qtbot, strip) -> None:
    with qtbot.assertNotEmitted(strip.indexChanged):
        strip.set_index(3)
    assert strip.index == 3


def test_click_goes_to_the_image_of_that_angle(qtbot, strip) -> None:
    with qtbot.waitSignal(strip.indexChanged) as changed:
        qtbot.mouseClick(strip.bars, Qt.MouseButton.LeftButton, pos=place(strip, 0))
    assert changed.args == [4]  # −60° stands first and was recorded last


def test_keys_step_in_order_of_angle(qtbot, strip) -> None:
    strip.set_index(0)
    heard: list[int] = []
    strip.indexChanged.connect(heard.append)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_PageUp, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_End):
        qtbot.keyClick(strip.bars, key)
    assert heard == [1, 3, 1, 4]  # the second step right was already at the end


def test_play_runs_around_and_stops(qtbot, strip) -> None:
    strip.set_index(3)  # the last slot
    with qtbot.waitSignal(strip.indexChanged) as changed:
        strip.toggle_play()
    assert changed.args == [4]
    with qtbot.waitSignal(strip.playingChanged) as playing:
        strip.toggle_play()
    assert playing.args == [False]
    assert not strip.is_playing


def test_new_images_stop_playing(strip) -> None:
    strip.set_playing(True)
    strip.set_images(3)
    assert not strip.is_playing


def test_bars_wear_their_verdicts(strip) -> None:
    strip.set_bars([0.1, 0.1, 0.9, 0.1, 0.1], ["good", "good", "bad", "good", "shadowed"])
    strip.set_index(3)
    picture = strip.bars.grab().toImage()
    colours = [QColor(picture.pixel(place(strip, rank))).name() for rank in (0, 1, 2)]
    dark = theme.palette()
    assert colours == [dark.shadowed, dark.bad, dark.good]


def bar_tops(strip: ImageStrip) -> list[int]:
    """Height of each bar on the picture, in pixels, from left to right."""
    picture, bars = strip.bars.grab().toImage(), strip.bars._areas()[1]
    colours = {QColor(getattr(theme.palette(), name)).rgb() for name in ("good", "bad")}
    columns = [place(strip, rank).x() for rank in range(strip.bars.count)]
    rows = range(int(bars.bottom()))
    return [int(bars.bottom()) - min(y for y in rows if picture.pixel(x, y) in colours) for x in columns]


def test_one_huge_bar_leaves_the_others_their_heights(strip) -> None:
    strip.set_bars([0.1, 0.2, 50.0, 0.1, 0.15], ["good", "good", "bad", "good", "good"])
    strip.set_index(2)  # its frame hides only the cut bar's top
    higher, huge, lowest, twice, lowest_too = bar_tops(strip)  # in order of angle
    assert huge > twice > higher > lowest == lowest_too
    assert twice - lowest > 5


def test_a_cut_bar_wears_a_mark(strip) -> None:
    strip.set_index(0)

    def gaps(values) -> int:
        strip.set_bars(values, ["good", "good", "bad", "good", "good"])
        picture, x = strip.bars.grab().toImage(), place(strip, 1).x()
        bars = strip.bars._areas()[1]
        column = [QColor(picture.pixel(x, y)).name() for y in range(int(bars.top()), int(bars.bottom()))]
        inside = column[column.index(theme.palette().bad) :]
        return sum(colour != theme.palette().bad for colour in inside)

    assert gaps([0.1, 0.1, 50.0, 0.1, 0.1]) > 0
    assert gaps([0.1, 0.1, 0.15, 0.1, 0.1]) == 0


def test_bars_of_another_length_are_not_drawn(strip) -> None:
    strip.set_bars([1.0, 2.0], ["good", "bad"])
    assert strip.bars._heights is None
    strip.bars.grab()


def test_thousand_images_paint_without_one_bar_each(qtbot) -> None:
    strip = ImageStrip()
    qtbot.addWidget(strip)
    strip.resize(500, 100)
    strip.set_images(1000, [f"#{i + 1}" for i in range(1000)])
    values = np.full(1000, 0.1)
    values[617] = 5.0
    strip.set_bars(values, ["bad" if v > 1 else "good" for v in values])
    picture = strip.bars.grab().toImage()
    bad = QColor(theme.palette().bad).rgb()
    row = int(strip.bars._areas()[1].bottom()) - 3
    assert any(picture.pixel(x, row) == bad for x in range(picture.width())), "one bad image stays visible"


def test_ticks_are_round_angles_or_numbers() -> None:
    words = [words for _, words in ticks_of(np.sort(ANGLES), 5)]
    assert words == ["−60°", "−30°", "0°", "+30°", "+60°"]
    assert [words for _, words in ticks_of(None, 100)][:3] == ["1", "10", "20"]


def test_thumbnails_make_room_and_go(strip) -> None:
    low = strip.height()
    strip.set_thumbnails([np.eye(8, dtype=np.float32)] * 5)
    assert strip.height() > low
    strip.bars.grab()
    strip.set_thumbnails(None)
    assert strip.height() == low


def test_no_images_is_no_error(strip) -> None:
    strip.set_images(0)
    strip.bars.grab()
    strip.bars.go(1)
    assert not strip.isEnabled()


def test_an_image_is_left_out_and_taken_back_as_the_user_asks(qtbot, strip) -> None:
    with qtbot.waitSignal(strip.excludedChanged) as changed:
        strip.toggle_excluded(2)
    assert changed.args == [frozenset({2}), "Exclude image 3"]
    assert strip.bars.excluded == frozenset(), "the session decides"
    strip.set_excluded(frozenset({2}))
    with qtbot.waitSignal(strip.excludedChanged) as changed:
        strip.toggle_excluded(2)
    assert changed.args == [frozenset(), "Include image 3"]


def test_all_that_fit_worse_are_left_out_at_once(qtbot, strip) -> None:
    strip.set_bars([0.1, 0.4, 0.2, 0.5, 0.3])
    strip.set_excluded(frozenset({0}))
    with qtbot.waitSignal(strip.excludedChanged) as changed:
        strip.exclude_worse(1)
    assert changed.args[0] == {0, 1, 3}


def test_a_left_out_bar_loses_its_verdict(strip) -> None:
    strip.set_bars(np.full(5, 0.5), ["bad"] * 5)
    bad = QColor(theme.palette().bad)
    place_of = place(strip, 0)  # the image at −60°, the last one recorded
    assert strip.bars.grab().toImage().pixelColor(place_of) == bad
    strip.set_excluded(frozenset({4}))
    assert strip.bars.grab().toImage().pixelColor(place_of) != bad
    assert "left out" in strip.bars._text_of(0)
    assert strip.caption_label.text() == "1 of 5 left out"


def test_the_menu_is_for_the_image_under_the_pointer(qtbot, strip) -> None:
    asked: list[int] = []
    strip.bars.menuRequested.connect(lambda index, where: asked.append(index))
    where = place(strip, 3)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, where, strip.bars.mapToGlobal(where))
    strip.bars.contextMenuEvent(event)
    by_key = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, where, strip.bars.mapToGlobal(where))
    strip.bars.contextMenuEvent(by_key)
    assert asked == [1, 0], "+30° is the second recorded; the current image is the first"
    for menu in strip.findChildren(QMenu):
        menu.close()
