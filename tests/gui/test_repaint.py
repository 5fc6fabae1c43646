"""What is kept as a picture is drawn anew when it has changed, and what has not changed is not painted."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, QObject, QRectF
from PyQt6.QtGui import QColor, QImage, QPainter
from PyQt6.QtWidgets import QApplication

from cryogui.app import theme
from cryogui.app.measure import pause, settle
from cryogui.app.views import triad
from cryogui.app.views.canvas import ImageCanvas
from cryogui.app.views.decorations import Decorations
from cryogui.app.views.image_pane import ImagePane
from cryogui.app.views.kept_picture import KeptPicture
from cryogui.app.views.strip import ImageStrip

AREA = QRectF(0, 0, 20, 10)


@pytest.fixture(autouse=True)
def dark_again(qapp) -> Iterator[None]:
    yield
    theme.apply_theme(qapp, "dark")


# ---- the picture


class Easel:
    """Paints a kept picture and counts how often it is drawn."""

    def __init__(self, kept: KeptPicture) -> None:
        self.kept, self.drawn = kept, 0

    def show(self, subject: object, area: QRectF = AREA, ratio: float = 1.0) -> QImage:
        image = QImage(int(40 * ratio), int(40 * ratio), QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        image.fill(QColor("black"))
        painter = QPainter(image)
        self.kept.paint(painter, area, subject, self._draw)
        painter.end()
        return image

    def _draw(self, painter: QPainter, area: QRectF) -> None:
        self.drawn += 1
        painter.fillRect(QRectF(area.left(), area.top(), 5, 5), QColor("red"))


def test_a_picture_is_drawn_once_for_the_same_subject(qapp) -> None:
    easel = Easel(KeptPicture())
    first, second = easel.show("scale bar"), easel.show("scale bar")
    assert (easel.drawn, first) == (1, second)
    assert QColor(first.pixel(2, 2)) == QColor("red")


@pytest.mark.parametrize("another", [{"subject": "triad"}, {"area": QRectF(0, 0, 21, 10)}, {"ratio": 2.0}])
def test_another_subject_size_or_resolution_is_drawn_anew(qapp, another) -> None:
    easel = Easel(KeptPicture())
    easel.show("scale bar")
    easel.show(**{"subject": "scale bar", **another})
    assert easel.drawn == 2


def test_what_is_forgotten_is_drawn_anew(qapp) -> None:
    easel = Easel(KeptPicture())
    easel.show("scale bar")
    easel.kept.forget()
    easel.show("scale bar")
    assert easel.drawn == 2


def test_a_picture_lies_where_its_area_is_on_its_ground(qapp) -> None:
    picture = Easel(KeptPicture(lambda: QColor("blue"))).show("scale bar", QRectF(10, 20, 20, 10))
    colours = [QColor(picture.pixel(x, y)).name() for x, y in ((12, 22), (18, 27), (5, 5))]
    assert colours == ["#ff0000", "#0000ff", "#000000"]


# ---- what stands on an image

CHANGES: dict[str, Callable[[ImagePane], object]] = {
    "zoom": lambda pane: pane.zoom(3.0),
    "size": lambda pane: pane.resize(420, 300),
    "theme": lambda pane: theme.apply_theme(QApplication.instance(), "light"),
    "interface scale": lambda pane: theme.apply_theme(QApplication.instance(), "dark", 1.5),
    "flip": lambda pane: pane.set_flip_y(True),
    "pixel size": lambda pane: pane.set_scale_bar(33.0),
    "axes": lambda pane: pane.set_axes_triad("x", "z"),
    "beam": lambda pane: pane.set_beam(triad.Arrow("beam", 0.0, 1.0)),
    "diverging": lambda pane: pane.set_diverging(False),
}


def seen(pane: ImagePane) -> QImage:
    return pane._canvas.viewport().grab().toImage()


@pytest.mark.parametrize("change", CHANGES)
def test_furniture_follows(qtbot, change) -> None:
    pane = ImagePane("residual  y − ŷ", cmap="diverging")
    qtbot.addWidget(pane)
    theme.apply_theme(QApplication.instance(), "light" if change == "diverging" else "dark")
    pane.resize(320, 340)
    pane.set_image(np.zeros((60, 80), np.float32), pixel_size=10.0)
    pane.set_axes_triad("x", "y", into="beam")
    with qtbot.waitExposed(pane):
        pane.show()
    before = seen(pane)
    CHANGES[change](pane)
    pause(20)
    after = seen(pane)
    pane._canvas._furniture.forget()
    assert after == seen(pane)
    assert after != before


def test_furniture_on_a_canvas_of_the_same_size_follows_the_interface_scale(qtbot) -> None:
    canvas = ImageCanvas(Decorations(axes=triad.named("x", "y"), angstrom_per_pixel=10.0))
    qtbot.addWidget(canvas)
    canvas.resize(300, 300)
    canvas.set_image(np.zeros((60, 60), np.float32), (0.0, 1.0))
    with qtbot.waitExposed(canvas):
        canvas.show()
    before = canvas.viewport().grab().toImage()
    theme.apply_theme(QApplication.instance(), "dark", 1.2)
    after = canvas.viewport().grab().toImage()
    canvas._furniture.forget()
    assert after == canvas.viewport().grab().toImage()
    assert after.size() == before.size() and after != before


def test_labels_and_thumbnails_follow(qtbot) -> None:
    strip = ImageStrip()
    qtbot.addWidget(strip)
    strip.resize(400, 140)
    with qtbot.waitExposed(strip):
        strip.show()
    pictures = [np.random.default_rng(i).normal(size=(8, 8)) for i in range(5)]
    app = QApplication.instance()
    for change in (
        lambda: strip.set_images(5, (), (-60.0, -30.0, 0.0, 30.0, 60.0)),
        lambda: strip.set_thumbnails(pictures),
        lambda: strip.set_excluded(frozenset({2})),
        lambda: theme.apply_theme(app, "light"),
        lambda: theme.apply_theme(app, "light", 1.5),
        lambda: strip.resize(500, 200),
        lambda: strip.set_images(0),
    ):
        before = strip.bars.grab().toImage()
        change()
        pause(20)
        after = strip.bars.grab().toImage()
        strip.bars._scenery.forget()
        assert after == strip.bars.grab().toImage()
        assert after != before


# ---- a slider move


class Painted(QObject):
    """Counts paint events of some widgets."""

    def __init__(self, *widgets: QObject) -> None:
        super().__init__()
        self.counts = dict.fromkeys(widgets, 0)
        for widget in widgets:
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if event is not None and event.type() == QEvent.Type.Paint:
            self.counts[watched] += 1
        return False


def test_a_move_paints_what_it_changes_and_not_the_measured_image(opened) -> None:
    screen = opened.screen
    panes = (screen.measured, screen.forward, screen.residual)
    painted = Painted(*(pane._canvas.viewport() for pane in panes), screen.tabs)
    screen.parameters.edit("dose_induced_shrinkage", 1.0)
    settle(opened)
    measured, forward, residual, tabs = painted.counts.values()
    assert (measured, tabs) == (0, 0)
    assert forward >= 1 and residual >= 1
    screen.parameters.edit("tilt_axis_offset", 0.4)  # moves the axis, which is drawn on every pane
    settle(opened)
    assert next(iter(painted.counts.values())) >= 1


def test_another_image_is_shown_as_measured(opened) -> None:
    before = opened.screen.measured.image.copy()
    opened.screen.strip.indexChanged.emit(0)
    settle(opened)
    assert not np.array_equal(opened.screen.measured.image, before)
