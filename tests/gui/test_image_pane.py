"""A pane keeps contrast and view when the image changes, and says where the user points."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, QRectF, Qt
from PyQt6.QtGui import QColor, QHelpEvent, QImage, QWheelEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QHBoxLayout, QLayout, QToolTip, QWidget

from cryogui.app import theme
from cryogui.app.views.histogram import Histogram
from cryogui.app.views.image_pane import ImagePane
from cryogui.app.views.linked import link_views
from cryogui.app.views.pane_menu import pane_menu


def shown(qtbot, image, **kwargs) -> ImagePane:
    pane = ImagePane("measured  y", **kwargs)
    qtbot.addWidget(pane)
    pane.resize(320, 340)
    pane.set_image(image)
    with qtbot.waitExposed(pane):
        pane.show()
    return pane


@pytest.fixture
def ramp() -> np.ndarray:
    return np.arange(60 * 80, dtype=np.float32).reshape(60, 80)


def screen_position(pane: ImagePane, x: float, y: float) -> QPoint:
    return pane._canvas._to_screen(x, y).toPoint()


def on_screen(pane: ImagePane) -> QImage:
    """The canvas as the screen shows it: unlike `grab`, this draws nothing that was not drawn before."""
    QTest.qWait(60)
    window = pane.window()
    shot = window.screen().grabWindow(window.winId()).toImage()
    viewport = pane._canvas.viewport()
    return shot.copy(QRect(viewport.mapTo(window, QPoint()), viewport.size()))


@pytest.fixture
def pair(qtbot, ramp) -> Iterator[tuple[ImagePane, ImagePane]]:
    """Two linked panes side by side in one window."""
    window = QWidget()
    qtbot.addWidget(window)
    row = QHBoxLayout(window)
    row.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
    panes = ImagePane("measured  y"), ImagePane("forward  ŷ")
    for pane in panes:
        row.addWidget(pane)
        pane.set_image(ramp)
    link_views(panes)
    window.resize(600, 320)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    yield panes


def wheel(pane: ImagePane, notches: int) -> None:
    viewport = pane._canvas.viewport()
    middle = QPointF(viewport.rect().center())
    QApplication.sendEvent(viewport, QWheelEvent(
        middle, QPointF(viewport.mapToGlobal(middle)), QPoint(), QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    ))  # fmt: skip


def drag(pane: ImagePane, by: QPoint) -> None:
    viewport = pane._canvas.viewport()
    start = viewport.rect().center()
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
    for step in range(1, 5):
        QTest.mouseMove(viewport, start + by * step / 4)
        QTest.qWait(10)
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=start + by)


LOOKS = {
    "levels": lambda pane: pane.set_levels(0.0, 700.0),
    "auto contrast": lambda pane: pane.choose_levels((2000.0, 4000.0)),
    "inversion": lambda pane: pane.invert(),
    "false colour": lambda pane: pane.set_colours("false"),
    "viridis": lambda pane: pane.choose_colours("viridis"),
    "flip": lambda pane: pane.set_flip_y(True),
    "keyboard zoom": lambda pane: pane.zoom(2.0),
    "view": lambda pane: pane.set_view(QRectF(5, 5, 10, 10)),
    "cursor": lambda pane: pane.set_cursor(10, 10),
    "tilt axis": lambda pane: pane.set_tilt_axis(10.0),
    "wheel": lambda pane: wheel(pane, 3),
    "drag": lambda pane: drag(pane, QPoint(40, 24)),
}


@pytest.mark.parametrize("look", LOOKS)
def test_every_change_reaches_the_screen(pair, look) -> None:
    before = on_screen(pair[0])
    LOOKS[look](pair[0])
    assert on_screen(pair[0]) != before


@pytest.mark.parametrize("look", ["keyboard zoom", "wheel", "drag"])
def test_a_linked_pane_follows_on_the_screen(pair, look) -> None:
    before = on_screen(pair[1])
    LOOKS[look](pair[0])
    assert on_screen(pair[1]) != before


def test_view_all_reaches_the_screen(pair) -> None:
    whole = on_screen(pair[0])
    pair[0].zoom(3.0)
    on_screen(pair[0])
    pair[0].view_all()
    assert on_screen(pair[0]) == whole


def test_only_one_pane_shows_focus(pair) -> None:
    accent = QColor(theme.palette().accent)
    for chosen in (0, 1, 0):
        pair[chosen]._canvas.setFocus()
        shown = [QColor(on_screen(pane).pixel(0, 40)) == accent for pane in pair]
        assert shown == [chosen == 0, chosen == 1]


def test_array_reaches_the_item_untouched(qtbot, ramp) -> None:
    pane = shown(qtbot, ramp)
    assert np.shares_memory(pane._canvas.item.image, ramp)
    assert pane._canvas.item.image.dtype == np.float32


def test_levels_and_view_outlive_the_image(qtbot, ramp) -> None:
    pane = shown(qtbot, ramp)
    pane.set_levels(100.0, 200.0)
    pane.set_view(QRectF(10, 10, 20, 20))
    before = pane.view_rect()
    pane.set_image(ramp * 7)
    assert pane.levels == (100.0, 200.0)
    assert tuple(pane._canvas.item.levels) == (100.0, 200.0)
    assert pane.view_rect() == before


def test_first_image_finds_levels_and_ignores_an_outlier(qtbot, ramp) -> None:
    ramp[0, 0] = 1e9
    pane = shown(qtbot, ramp)
    low, high = pane.levels
    assert 0 <= low < 100
    assert 4700 < high < 4800


def test_diverging_levels_are_symmetric(qtbot, ramp) -> None:
    low, high = shown(qtbot, ramp - 500, cmap="diverging").levels
    assert low == -high < 0


def test_new_shape_shows_the_whole_image(qtbot, ramp) -> None:
    pane = shown(qtbot, ramp)
    pane.set_view(QRectF(10, 10, 5, 5))
    pane.set_image(ramp[:30, :30])
    assert pane.view_rect().contains(QRectF(0, 0, 29, 29))


def test_an_image_of_another_shape_is_whole_and_the_view_comes_back_with_the_first(qtbot, ramp) -> None:
    pane = shown(qtbot, ramp)
    pane.set_view(QRectF(10, 12, 20, 20))
    before = pane.view_rect()
    pane.set_image(ramp[:30, :30])
    assert pane.view_rect().contains(QRectF(0, 0, 29, 29))
    pane.set_image(ramp)
    assert pane.view_rect() == before


def test_a_view_set_before_there_is_an_image_is_its_view_if_it_was_chosen_for_its_shape(qtbot, ramp) -> None:
    for shape, is_meant in (((60, 80), True), (None, True), ((10, 10), False)):
        pane = ImagePane("measured  y")
        qtbot.addWidget(pane)
        pane.set_view(QRectF(10, 12, 20, 20), shape)
        pane.set_image(ramp)
        pane.resize(320, 340)
        with qtbot.waitExposed(pane):
            pane.show()
        assert (pane.view_rect().width() < 30) == is_meant


def test_setters_are_silent(qtbot, ramp) -> None:
    pane = shown(qtbot, ramp)
    signals = (
        pane.cursorMoved, pane.levelsChanged, pane.viewChanged, pane.stepped, pane.invertedChanged,
        pane.coloursChanged,
    )  # fmt: skip
    heard: list[str] = []
    for signal in signals:
        signal.connect(lambda *_, s=str(signal): heard.append(s))
    pane.set_levels(0, 1)
    pane.set_cursor(3, 4)
    pane.set_view(QRectF(0, 0, 10, 10))
    pane.set_view(None)
    pane.set_inverted(True)
    pane.set_colours("viridis")
    pane.set_flip_y(True)
    pane.set_image(ramp + 1)
    assert not heard


def test_click_places_the_cursor(qtbot, ramp) -> None:
    pane = shown(qtbot, ramp)
    with qtbot.waitSignal(pane.cursorMoved) as moved:
        qtbot.mouseClick(
            pane._canvas.viewport(), Qt.MouseButton.LeftButton, pos=screen_position(pane, 20, 30)
        )
    assert moved.args == pytest.approx([20, 30], abs=0.5)


def test_arrow_keys_nudge_the_cursor_and_stop_at_the_border(qtbot, ramp) -> None:
    pane = shown(qtbot, ramp)
    pane.set_cursor(79, 10)
    with qtbot.waitSignal(pane.cursorMoved) as moved:
        qtbot.keyClick(pane._canvas, Qt.Key.Key_Right)
    assert moved.args == [79, 10]
    with qtbot.waitSignal(pane.cursorMoved) as moved:
        qtbot.keyClick(pane._canvas, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert moved.args == [79, 20]


def test_hover_tells_position_and_value(qtbot, ramp) -> None:
    pane = shown(qtbot, ramp)
    with qtbot.waitSignal(pane.hovered) as hovered:
        pane._canvas.hovered.emit(20.2, 29.9)
    assert hovered.args == [20.2, 29.9, ramp[30, 20]]
    with qtbot.waitSignal(pane.hovered) as hovered:
        pane._canvas.hovered.emit(-5.0, 0.0)
    assert np.isnan(hovered.args[2])


def test_flip_puts_row_zero_at_the_bottom(qtbot, ramp) -> None:
    pane = shown(qtbot, ramp)
    assert screen_position(pane, 0, 0).y() < screen_position(pane, 0, 59).y()
    pane.set_flip_y(True)
    assert screen_position(pane, 0, 0).y() > screen_position(pane, 0, 59).y()


def test_pixels_follow_levels_and_inversion(qtbot, ramp) -> None:
    image = np.zeros((40, 40), np.float32)
    image[:, 20:] = 1
    pane = shown(qtbot, image)
    pane.set_levels(0, 1)

    def greys() -> tuple[int, int]:
        picture = pane._canvas.grab().toImage()
        places = screen_position(pane, 10, 10), screen_position(pane, 30, 10)
        return tuple(QColor(picture.pixel(at)).red() for at in places)

    assert greys() == (0, 255)
    pane.invert()
    assert greys() == (255, 0)


def test_slice_line_wears_its_plane_colour(qtbot) -> None:
    pane = shown(qtbot, np.zeros((40, 40), np.float32))
    pane.set_lines([("v", 20, "yz")])
    picture = pane._canvas.grab().toImage()
    at = screen_position(pane, 20, 5)
    near = [QColor(picture.pixel(at.x() + dx, at.y())) for dx in (-1, 0, 1)]
    assert max(c.blue() for c in near) > 150
    assert QColor(theme.DARK.yz).blue() > QColor(theme.DARK.yz).red()


def test_message_stands_where_no_image_is(qtbot, ramp) -> None:
    pane = shown(qtbot, None)
    pane.set_message("no truth in this file")
    assert pane._message.isVisible()
    pane.set_image(ramp)
    assert not pane._message.isVisible()
    pane.set_image(None)
    assert pane._message.isVisible()


def test_linked_panes_zoom_together(qtbot, ramp) -> None:
    first, second = shown(qtbot, ramp), shown(qtbot, ramp * 2)
    link_views([first, second])
    first.zoom(2.0)
    assert second.view_rect().center().x() == pytest.approx(first.view_rect().center().x())
    assert second.view_rect().width() < 60


def test_inverting_reaches_linked_panes_of_the_same_contrast(pair) -> None:
    for pane in pair:
        pane.set_levels(0.0, 4000.0)
    before = on_screen(pair[1])
    pair[0].invert()
    inverted = on_screen(pair[1])
    assert inverted != before
    pair[1].set_levels(0.0, 100.0)  # another contrast of its own
    pair[0].invert()
    assert (pair[0].is_inverted, pair[1].is_inverted) == (False, True)


def test_support_mask_becomes_an_outline(qtbot, ramp) -> None:
    pane = shown(qtbot, ramp)
    mask = np.zeros((60, 80), bool)
    mask[10:50, 20:60] = True
    pane.set_overlay_outline(mask)
    (polygon,) = pane._state.outline
    xs, ys = zip(*polygon, strict=True)
    assert (min(xs), max(xs), min(ys), max(ys)) == (19.5, 59.5, 9.5, 49.5)
    pane.set_overlay_outline(np.ones((60, 80), bool))
    assert pane._state.outline == ()


def test_context_menu_offers_view_and_contrast(qtbot, ramp) -> None:
    pane = shown(qtbot, ramp)
    actions = {action.text(): action for action in pane_menu(pane).actions()}
    pane.set_levels(0, 1)
    actions["Auto contrast"].trigger()
    assert pane.levels[1] > 1000
    menus = {action.text(): action.menu() for action in pane_menu(pane).actions() if action.menu()}
    (full,) = (action for action in menus["Contrast"].actions() if action.text() == "full range")
    full.trigger()
    assert pane.levels == (0, 4799)
    colours = menus["Colours"]
    chosen = {action.text().split(" ")[0]: action for action in colours.actions()}
    assert [name for name, action in chosen.items() if action.isChecked()] == ["Grey"]
    chosen["False"].trigger()
    table = pane._canvas.item.lut
    assert not np.array_equal(table[:, 0], table[:, 2])


def test_keys_may_move_black_and_white(qtbot, ramp) -> None:
    pane = shown(qtbot, ramp)
    pane.set_levels(0, 100)
    with qtbot.waitSignal(pane.levelsChanged) as changed:
        pane.adjust_levels(0.1, -0.1)
    assert changed.args == [10, 90]
    pane.adjust_levels(0.6, -0.6)  # would cross
    assert pane.levels == (10, 90)


@pytest.mark.parametrize(("grasp", "moves"), [(20, (True, False)), (80, (False, True)), (50, (True, True))])
def test_histogram_limits_can_be_dragged(qtbot, grasp, moves) -> None:
    histogram = Histogram(np.arange(101, dtype=np.float32), (20, 80))
    qtbot.addWidget(histogram)
    histogram.resize(260, 80)
    histogram.show()

    def at(value: float) -> QPoint:
        return QPoint(round(histogram.x_of(value)), 40)

    qtbot.mousePress(histogram, Qt.MouseButton.LeftButton, pos=at(grasp))
    with qtbot.waitSignal(histogram.levelsDragged):
        qtbot.mouseMove(histogram, at(grasp + 10))
    expected = [value + 10 * moved for value, moved in zip((20, 80), moves, strict=True)]
    assert histogram.levels == pytest.approx(expected, abs=1.5)


def test_black_cannot_be_dragged_beyond_white(qtbot) -> None:
    histogram = Histogram(np.arange(101, dtype=np.float32), (20, 80))
    qtbot.addWidget(histogram)
    histogram.resize(260, 80)
    histogram.show()
    qtbot.mousePress(histogram, Qt.MouseButton.LeftButton, pos=QPoint(round(histogram.x_of(20)), 40))
    qtbot.mouseMove(histogram, QPoint(round(histogram.x_of(100)), 40))
    low, high = histogram.levels
    assert low < high == 80


def test_drawing_again_and_again_makes_no_new_objects(qtbot, ramp) -> None:
    pane = shown(qtbot, ramp)
    pane.set_lines([("v", 0, "xy")])
    before = len(pane.findChildren(QObject)), len(pane._canvas.scene().items())
    for step in range(300):
        pane.set_image(ramp + step)
        pane.set_cursor(step % 80, 5)
        pane.set_lines([("v", step % 80, "xy")])
        pane.set_badge("computing" if step % 2 else None)
    pane._canvas.grab()
    assert (len(pane.findChildren(QObject)), len(pane._canvas.scene().items())) == before


def test_caption_yields_before_the_title(qtbot, ramp) -> None:
    pane = shown(qtbot, ramp)
    pane.set_caption("a caption that is long enough to fill the line by itself")
    for width in (320, 200, 150):
        pane.resize(width, 340)
        assert pane.title_label._shown_text() == pane.title_label.text()
        assert pane.caption_label._shown_text() != pane.caption_label.text()
    pane.resize(110, 340)
    assert pane.caption_label._shown_text() == ""


def test_a_small_pane_shows_the_image_alone(qtbot, ramp) -> None:
    def decorated(width: int, height: int) -> bool:
        pane.resize(width, height)
        bare = pane._canvas.grab().toImage()
        pane.set_scale_bar(10.0)
        pane.set_axes_triad("x", "y")
        with_both = pane._canvas.grab().toImage()
        pane.set_scale_bar(None)
        pane.set_triad(())
        return with_both != bare

    pane = shown(qtbot, ramp)
    assert decorated(300, 300)
    assert not decorated(112, 112)


def test_a_pane_without_an_image_is_not_zoomed_and_zooms_no_other(qtbot, ramp) -> None:
    pane, new = shown(qtbot, ramp), ImagePane("new")
    qtbot.addWidget(new)
    pane.zoom(2.0)
    part = pane.part
    pane.set_image(None)
    for each in (pane, new):
        with qtbot.assertNotEmitted(each.viewChanged):
            each.zoom(2.0)
            each.view_all()
    pane.set_image(ramp)
    assert pane.part == part and new.part is None


def test_how_to_use_a_pane_is_told_and_covers_no_image(qtbot, ramp) -> None:
    canvas = shown(qtbot, ramp)._canvas
    assert "Wheel zooms" in canvas.accessibleDescription()
    at = QPoint(20, 20)
    asked = QHelpEvent(QEvent.Type.ToolTip, at, canvas.viewport().mapToGlobal(at))
    QApplication.sendEvent(canvas.viewport(), asked)
    (tip,) = (each for each in QApplication.topLevelWidgets() if each.inherits("QTipLabel"))
    assert "Wheel zooms" in tip.text()
    assert not tip.geometry().intersects(QRect(canvas.mapToGlobal(QPoint(0, 0)), canvas.size()))
    QToolTip.hideText()


@pytest.mark.parametrize("hole", [False, True])
def test_pixels_have_the_colours_of_their_values_and_none_without_value(qtbot, hole) -> None:
    image = np.repeat(np.repeat([[0.0, 1.0], [2.0, 3.0]], 8, 0), 8, 1).astype(np.float32)
    if hole:
        image[:8, 8:] = np.nan
    pane = shown(qtbot, image)
    pane.set_levels(0.0, 4.0)
    pane.set_colours("false")
    picture = pane._canvas.viewport().grab().toImage()
    places = [screen_position(pane, x, y) for x, y in ((3, 3), (12, 3), (3, 12), (12, 12))]
    colours = [QColor(picture.pixel(place)).getRgb()[:3] for place in places]
    expected = [tuple(row) for row in pane.table()[[0, 64, 128, 192]].tolist()]
    if hole:
        expected[1] = QColor(theme.palette().canvas).getRgb()[:3]
    assert colours == expected
