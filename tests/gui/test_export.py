"""Exporting from the window: what is on the screen is what is in the file."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import mrcfile
import numpy as np
import pytest
import tifffile
from PIL import Image
from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtTest import QTest

from cryogui.app.control.export_lane import progress_words, size_words
from cryogui.app.export.paint import figure, ticks
from cryogui.app.export.plate import Look, Plate
from cryogui.app.export.render import Banner, Sheet, as_frame, as_image, as_svg
from cryogui.app.main import new_program
from cryogui.app.measure import settle, until
from cryogui.app.views import colormaps
from cryogui.app.views.decorations import Decorations
from cryogui.app.views.levels import shades
from cryogui.errors import UserError
from tests.gui.conftest import TILTS, N

pytestmark = pytest.mark.usefixtures("qapp")
BARE = Look(1, words=False, scale_bar=False, colour_bar=False)
Export = Callable[..., Path]


def plate(image: np.ndarray | None = None, **changes: Any) -> Plate:
    image = np.arange(20.0, dtype=np.float32).reshape(4, 5) if image is None else image
    parts = {"levels": (0.0, 19.0), "table": colormaps.table("grey"), "decorations": Decorations()}
    return Plate("measured", "measured y", image, **{**parts, **changes})


def pixels(sheet: Sheet) -> np.ndarray:
    return as_frame(sheet)


# ---- drawing


def test_a_bare_image_is_its_pixels_magnified_alike() -> None:
    sheet = Sheet([plate(np.arange(64.0, dtype=np.float32).reshape(8, 8), levels=(0, 64))], BARE, target=64)
    expected = np.kron(np.arange(64).reshape(8, 8) * 4, np.ones((8, 8)))
    np.testing.assert_array_equal(pixels(sheet), np.repeat(expected[:, :, None], 3, axis=2))


@pytest.mark.parametrize(("aspect", "shape"), [(2.0, (64, 128)), (0.5, (128, 64)), (1.0, (128, 128))])
def test_pixels_are_drawn_in_their_proportion(aspect: float, shape: tuple[int, int]) -> None:
    image = np.arange(64.0, dtype=np.float32).reshape(8, 8)
    drawn = pixels(Sheet([plate(image, levels=(0, 64), pixel_aspect=aspect)], BARE, target=128))
    assert drawn.shape[:2] == shape
    high, wide = shape[0] // 8, shape[1] // 8
    np.testing.assert_array_equal(drawn[high // 2 :: high, wide // 2 :: wide, 0], image * 4)


def test_what_lies_over_a_picture_follows_its_pixels_proportion() -> None:
    dark = np.zeros((40, 40), np.float32)
    marks = Decorations(lines=(("v", 30.0, "xz"), ("h", 10.0, "xy")), angstrom_per_pixel=10.0)
    look = Look(1, words=False, colour_bar=False, scale_bar=False, marks=True)
    drawn = pixels(Sheet([plate(dark, decorations=marks, pixel_aspect=2.0)], look, target=320))
    lit = drawn.max(axis=2) > 60
    rows, columns = (np.flatnonzero(lit.mean(axis=axis) > 0.9) for axis in (1, 0))
    assert rows == pytest.approx([10.5 * 4], abs=1) and columns == pytest.approx([30.5 * 8], abs=1)


def test_flipped_images_are_drawn_with_their_first_row_below() -> None:
    upright = plate().raster(BARE)
    flipped = plate(decorations=Decorations(flip_y=True)).raster(BARE)
    for column in range(5):
        assert flipped.pixel(column, 0) == upright.pixel(column, 3)


def test_the_visible_part_is_cut_to_whole_pixels() -> None:
    seen = plate(view=QRectF(0.8, -3.0, 2.0, 5.0))
    assert seen.part(Look(visible_part=True)) == QRectF(0.5, -0.5, 3.0, 3.0)
    assert seen.part(Look()) == QRectF(-0.5, -0.5, 5.0, 4.0)
    raster = seen.raster(Look(visible_part=True))
    assert (raster.width(), raster.height()) == (3, 3)
    assert raster.pixelIndex(0, 0) == shades(seen.image, seen.levels)[0, 1]


def test_a_view_beside_the_image_shows_all_of_it() -> None:
    beside = plate(view=QRectF(50.0, 50.0, 4.0, 4.0))
    assert beside.part(Look(visible_part=True)) == beside.whole


def test_marks_are_drawn_on_request_and_only_where_they_are_seen() -> None:
    marks = Decorations(cursor=(1.0, 1.0), lines=(("v", 4.0, "xz"), ("h", 1.0, "xy")), tilt_axis=2.0,
                        axes=("x", "y"), angstrom_per_pixel=2.0)  # fmt: skip
    seen = plate(decorations=marks, view=QRectF(-0.5, -0.5, 3.0, 3.0))
    assert seen.marks(Look(marks=True)) == marks
    part = seen.marks(Look(marks=True, visible_part=True))
    assert part.cursor == (1.0, 1.0) and part.lines == (("h", 1.0, "xy"),) and part.tilt_axis == 2.0
    none = seen.marks(Look(scale_bar=False))
    assert none == Decorations()


def test_the_scale_bar_and_the_colour_bar_leave_their_trace() -> None:
    image = np.zeros((100, 100), np.float32)
    with_bar = plate(image, decorations=Decorations(angstrom_per_pixel=10.0))
    bright = pixels(Sheet([with_bar], Look(1, colour_bar=False, words=False))).max()
    assert bright > 200 and pixels(Sheet([plate(image)], Look(1, colour_bar=False, words=False))).max() == 0
    coloured = plate(image, table=colormaps.table("false"))
    narrow, wide = (pixels(Sheet([coloured], Look(1, colour_bar=bar))) for bar in (False, True))
    assert wide.shape[1] > narrow.shape[1] + 30
    bar = wide[60:-20, narrow.shape[1] - 12 + 9 + 6]
    known = {tuple(colour) for colour in colormaps.table("false").tolist()}
    assert {tuple(colour) for colour in bar.tolist()} <= known and len(np.unique(bar, axis=0)) > 100


def test_pictures_grow_with_their_scale_and_no_pixel_of_a_large_image_is_lost() -> None:
    small = [as_image(Sheet([plate()], Look(scale))).width() for scale in (1, 3)]
    assert abs(small[1] - 3 * small[0]) <= 3
    fine = np.indices((3000, 2000)).sum(axis=0, dtype=np.float32) % 2
    drawn = as_image(Sheet([plate(fine, levels=(0.0, 1.0))], BARE))
    assert (drawn.width(), drawn.height()) == (2000, 3000)
    assert [drawn.pixel(999, 1500) & 255, drawn.pixel(1000, 1500) & 255] == [255, 0]


def test_a_picture_too_large_is_refused() -> None:
    with pytest.raises(UserError, match="choose a smaller scale"):
        as_image(Sheet([plate(np.zeros((2, 6000), np.float32))], Look(4)))


def test_a_banner_shows_how_far_a_movie_has_come() -> None:
    def dot(fraction: float) -> float:
        frame = pixels(Sheet([plate()], Look(1), Banner("x = 1", fraction)))[:34].astype(int)
        return float(np.nonzero(frame[:, :, 2] - frame[:, :, 0] > 100)[1].mean())

    assert dot(0.0) < dot(0.5) < dot(1.0)
    assert dot(0.5) == pytest.approx((dot(0.0) + dot(1.0)) / 2, abs=2)


def test_a_drawing_can_be_edited() -> None:
    sheet = Sheet([plate(decorations=Decorations(angstrom_per_pixel=2.0))], Look(marks=True))
    tree = ElementTree.fromstring(as_svg(sheet))
    kinds = {node.tag.rpartition("}")[2] for node in tree.iter()}
    assert {"image", "text", "rect", "path"} <= kinds


ROUND: list[tuple[tuple[float, float], list[float]]] = [
    ((-4.0, 4.0), [-4, -2, 0, 2, 4]),
    ((0.0, 1.0), [0, 0.2, 0.4, 0.6, 0.8, 1]),
    ((-1.7, 23.4), [0, 5, 10, 15, 20]),
    ((1e-6, 3e-6), [1e-6, 1.5e-6, 2e-6, 2.5e-6, 3e-6]),
]


@pytest.mark.parametrize(("levels", "expected"), ROUND)
def test_colour_bars_have_round_figures(levels: tuple[float, float], expected: list[float]) -> None:
    assert ticks(levels) == pytest.approx(expected)


def test_figures_are_short() -> None:
    assert [figure(v) for v in (0.30000000000000004, -2.0, 0.0, 1e-17)] == ["0.3", "−2", "0", "0"]


# ---- the dialog


@pytest.fixture(scope="module")
def shared(qapp: Any, tier_path: Path) -> Iterator[Any]:
    """One window for all exports; each test finds it as the first did."""
    program = new_program()
    program.screen.window.show()
    program.open([tier_path])
    settle(program)
    yield program
    program.screen.window.close()


@pytest.fixture
def opened(shared: Any) -> Iterator[Any]:
    session, levels = shared.store.session, shared.screen.measured.levels
    yield shared
    settle(shared)
    for controller in (shared.exports, shared.movies):
        if controller.dialog is not None:
            controller.dialog.deleteLater()
            controller._dialog = None  # with all that it remembers
            controller._site._folder = None
    shared.screen.messages.dismiss()
    shared.screen.measured.set_levels(*levels)
    shared.store.update(session, None)
    settle(shared)


@pytest.fixture
def export(opened: Any, tmp_path: Path) -> Export:
    """Exports through the dialog as the user does; returns the file."""

    def run(name: str, file: str, **look: bool) -> Path:
        opened.exports.show(name)
        dialog = opened.exports.dialog
        for field, on in look.items():
            dialog.look_form.switches[field].setChecked(on)
        ending = Path(file).suffix
        dialog.formats.activated.emit(dialog.offer.endings.index(ending))
        dialog.file.edit.setText(str(tmp_path / file))
        dialog.file.edit.textEdited.emit("")
        dialog.export_button.click()
        settle(opened)
        assert dialog.outcome.text.text().startswith("Saved"), dialog.outcome.text.text()
        return tmp_path / file

    return run


def test_ctrl_e_offers_the_pane_in_question(opened: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opened.screen.window, "pane_in_question", lambda: opened.screen.residual)
    opened.screen.actions.export_pane.trigger()
    settle(opened)
    dialog = opened.exports.dialog
    assert dialog.isVisible() and not dialog.isModal()
    assert dialog.offer.name == "residual"
    assert dialog.preview.image is not None
    assert dialog.file.path.name == f"small_sample_00_residual_{TILTS // 2 + 1}.png"
    assert dialog.file.path.parent == Path(opened.store.session.current.path).parent


def test_the_menu_of_every_pane_offers_its_export(opened: Any) -> None:
    from cryogui.app.views.pane_menu import pane_menu

    for pane in (opened.screen.forward, opened.screen.ortho.panes["xz"]):
        (action,) = [action for action in pane_menu(pane).actions() if action.text() == "Export …"]
        action.trigger()
        assert opened.exports.dialog.offer.name == pane.name


def test_a_pane_as_a_picture_has_its_levels_and_colours(opened: Any, export: Export) -> None:
    pane = opened.screen.measured
    pane.choose_levels((-1.0, 3.0))
    pane.choose_colours("false")
    file = export("measured", "y.png", words=False, scale_bar=False, colour_bar=False)
    with Image.open(file) as picture:
        drawn = np.asarray(picture.convert("RGB"))
    step = drawn.shape[0] // N
    colours = colormaps.table("false")[shades(pane.image, (-1.0, 3.0))]
    np.testing.assert_array_equal(drawn[step // 2 :: step, step // 2 :: step], colours)


def test_a_pane_as_data_is_what_it_shows(opened: Any, export: Export) -> None:
    with mrcfile.open(export("residual", "r.mrc")) as file:
        np.testing.assert_array_equal(np.squeeze(file.data), opened.screen.residual.image)
        assert file.voxel_size.x == pytest.approx(10.0)
    data = np.squeeze(tifffile.imread(export("xz", "slice.tif")))
    np.testing.assert_array_equal(data, opened.screen.ortho.panes["xz"].image)


def test_series_and_volumes_are_those_of_the_scene(opened: Any, export: Export) -> None:
    model, spec = opened.engine.model, opened.store.session.scene.spec
    with mrcfile.open(export("forward_series", "f.mrc")) as file:
        np.testing.assert_allclose(file.data, model.live.images(spec), atol=1e-5)
    with mrcfile.open(export("residual_series", "r.mrc")) as file:
        np.testing.assert_allclose(file.data, model.scene.y - model.live.images(spec), atol=1e-5)
    with mrcfile.open(export("object", "x.mrc")) as file:
        np.testing.assert_array_equal(file.data, model.x)
        assert file.is_volume()
    with mrcfile.open(export("quick", "q.mrc")) as file:
        np.testing.assert_array_equal(file.data, model.quick)


def test_images_side_by_side_and_the_whole_window(opened: Any, export: Export) -> None:
    tree = ElementTree.parse(export("images", "three.svg"))
    assert len([node for node in tree.iter() if node.tag.endswith("}image")]) == 6  # with the colour bars
    with Image.open(export("window", "w.png")) as picture:
        scale = opened.exports.dialog.look.scale
        size = opened.screen.window.size() * scale
        assert picture.size == (size.width(), size.height())
        assert len(np.unique(np.asarray(picture.convert("L")))) > 50


def test_choices_and_folder_are_remembered(opened: Any, export: Export, tmp_path: Path) -> None:
    export("measured", "y.svg", marks=True)
    opened.exports.show("forward")
    dialog = opened.exports.dialog
    assert dialog.ending == ".svg" and dialog.look.marks
    assert dialog.file.path.parent == tmp_path and "forward" in dialog.file.path.name


def test_a_file_that_is_open_is_never_replaced(opened: Any, tier_path: Path, tmp_path: Path) -> None:
    before = tier_path.read_bytes()
    link = tmp_path / "y.png"
    link.symlink_to(tier_path)
    opened.exports.show("measured")
    opened.exports.dialog.exportRequested.emit(link)
    settle(opened)
    assert "would be lost" in opened.exports.dialog.outcome.text.text()
    assert tier_path.read_bytes() == before


def test_refusals_are_one_sentence_in_the_dialog(opened: Any, tmp_path: Path) -> None:
    opened.exports.show("measured")
    dialog = opened.exports.dialog
    for path, words in ((tmp_path / "absent" / "y.png", "the folder does not exist"),
                        (tmp_path / "y.jpg", "use .mrc, .png, .svg or .tif")):  # fmt: skip
        dialog.exportRequested.emit(path)
        settle(opened)
        assert words in dialog.outcome.text.text()
        assert dialog.export_button.isEnabled()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_said(opened: Any, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    opened.exports.show("measured")
    opened.exports.dialog.exportRequested.emit(tmp_path / "y.png")
    settle(opened)
    assert "writing is not permitted there" in opened.exports.dialog.outcome.text.text()


def test_a_refusal_is_said_in_the_window_when_the_dialog_is_gone(opened: Any, tmp_path: Path) -> None:
    opened.exports.show("measured")
    opened.exports.dialog.exportRequested.emit(tmp_path / "absent" / "y.png")
    opened.exports.dialog.close()
    settle(opened)
    assert "the folder does not exist" in opened.screen.messages.sentence.text()


def test_escape_cancels_an_export_and_nothing_is_left(
    opened: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cryogui.app.export.source import Computed

    monkeypatch.setattr(Computed, "__init__", _huge)
    opened.exports.show("measured_series")
    dialog = opened.exports.dialog
    dialog.exportRequested.emit(tmp_path / "y.mrc")
    until(lambda: any(tmp_path.iterdir()))
    assert dialog.close_button.text() == "Cancel"
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    settle(opened)
    assert dialog.isVisible() and dialog.outcome.text.text() == "Cancelled; nothing was written."
    assert list(tmp_path.iterdir()) == []
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def _huge(images: Any, shape: tuple[int, int, int], image: Any) -> None:
    images.shape, images._image = (10**8, *shape[1:]), lambda index: image(0)


def test_a_volume_by_itself_offers_what_it_has(program: Any, tmp_path: Path) -> None:
    from tests.gui.test_window_scenes import volume_file

    program.open([volume_file(tmp_path / "x.mrc", N)])
    settle(program)
    program.screen.actions.export_data.trigger()
    names = [offer.name for offer in program.exports.dialog.offers]
    assert [name for name in names if name != "3d"] == [
        "xy", "xz", "yz", "tab_volume", "window", "truth", "object",
    ]  # fmt: skip
    assert program.exports.dialog.offer.name == "truth"


def test_a_pane_of_voxels_that_are_no_cubes_is_drawn_as_on_the_screen(program: Any, tmp_path: Path) -> None:
    with mrcfile.new(tmp_path / "flat.mrc") as file:
        file.set_data(np.random.default_rng(1).random((N // 2, N, N), np.float32))
        file.voxel_size = (5.0, 5.0, 20.0)  # x, y, z
    program.open([tmp_path / "flat.mrc"])
    settle(program)
    for name, extent in (("xy", (N, N)), ("xz", (N, 2 * N)), ("yz", (2 * N, N))):
        drawn = Plate.of(program.screen.ortho.panes[name])
        assert drawn is not None
        assert (drawn.extent(BARE).width(), drawn.extent(BARE).height()) == extent


def test_words() -> None:
    assert [size_words(n) for n in (12, 1234, 56_700_000, 3_200_000_000)] == [
        "12 bytes", "1.23 kB", "56.7 MB", "3.2 GB",
    ]  # fmt: skip
    assert progress_words(None, 5.0) == "Working …"
    assert progress_words(0.25, 10.0) == "25 %, about 30 s left"
    assert progress_words(0.1, 30.0) == "10 %, about 4 min left"
    assert progress_words(0.5, 0.4) == "50 %"


def test_starting_the_window_imports_nothing_that_only_exports_need() -> None:
    unwanted = ("tifffile", "imageio_ffmpeg", "mrcfile", "PIL", "cryogui.app.export.subjects")
    program = f"import sys, cryogui.app.program; print([m for m in {unwanted} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_residuals_as_a_table(opened: Any, export: Export) -> None:
    import csv

    opened.store.update(opened.store.session.with_scene(excluded=frozenset({2})), None)
    settle(opened)
    with open(export("residuals", "r.csv"), newline="", encoding="utf-8") as file:
        head, *rows = csv.reader(file)
    assert head == ["image", "tilt angle [°]", "residual ‖r‖/‖y‖", "noise floor", "counts"]
    table = np.array(rows, float)
    model, spec = opened.engine.model, opened.store.session.scene.spec
    np.testing.assert_array_equal(table[:, 0], np.arange(TILTS) + 1)
    np.testing.assert_array_equal(table[:, 1], model.scene.tilt_angles_deg)
    np.testing.assert_allclose(table[:, 2], model.live.misfit(spec).per_image)
    np.testing.assert_allclose(table[:, 3], model.noise_floor_per_image)
    assert np.flatnonzero(table[:, 4] == 0).tolist() == [2]


def test_a_plot_as_a_table_a_picture_and_a_drawing(opened: Any, export: Export) -> None:
    import csv

    from cryogui.app.views.plot import CurvePlot

    opened.view.show_tab("spectrum")
    settle(opened)
    (plot,) = [each for each in opened.screen.window.findChildren(CurvePlot) if each.isVisible()]
    plot.exportRequested.emit()
    name = opened.exports.dialog.offer.name
    curves = plot.curves()
    with open(export(name, "p.csv"), newline="", encoding="utf-8") as file:
        head, *rows = csv.reader(file)
    assert head[0] == f"{curves[0].x_name} [{curves[0].x_unit}]" and head[1].startswith(curves[0].name)
    first = [row[1] for row in rows][: len(curves[0].y)]
    np.testing.assert_array_equal([float(v or "nan") for v in first], curves[0].y)
    tree = ElementTree.parse(export(name, "p.svg"))
    kinds = [node.tag.rpartition("}")[2] for node in tree.iter()]
    assert kinds.count("text") > 5 and kinds.count("path") + kinds.count("polyline") >= len(curves)
    with Image.open(export(name, "p.png")) as picture:
        scale = opened.exports.dialog.look.scale
        assert picture.size == (plot.width() * scale, plot.height() * scale)


def test_the_tab_and_the_3d_view_without_its_controls(has_opengl: None, opened: Any, export: Export) -> None:
    with Image.open(export("tab_volume", "t.png")) as tab:
        assert tab.width > 3 * opened.screen.ortho.panes["xy"].width()
    drawing = opened.screen.volume.drawing
    with Image.open(export("3d", "3d.png")) as picture:
        scale = opened.exports.dialog.look.scale
        assert picture.size == (drawing.width() * scale, drawing.height() * scale)
        assert len(np.unique(np.asarray(picture.convert("L")))) > 20


# ---- report


def _page(path: Path) -> tuple[int, np.ndarray, str]:
    """Pages of a PDF, the first as grey pixels, and its words."""
    from PyQt6.QtCore import QSize
    from PyQt6.QtGui import QImage
    from PyQt6.QtPdf import QPdfDocument

    document = QPdfDocument(None)
    assert document.load(str(path)) == QPdfDocument.Error.None_
    drawn = document.render(0, QSize(595, 842)).convertToFormat(QImage.Format.Format_RGBA8888)
    data = np.frombuffer(drawn.constBits().asstring(4 * 595 * 842), np.uint8).reshape(842, 595, 4)
    words = document.getAllText(0).text()
    pages = document.pageCount()
    document.close()
    on_white = 255 - data[..., 3:] + data[..., :3] * (data[..., 3:] / 255)
    return pages, on_white.mean(axis=2), words


def test_the_report_is_one_page_with_what_the_window_shows(
    opened: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from PyQt6.QtWidgets import QFileDialog

    opened.spec.set_values({"tilt_axis_offset": 0.25})
    settle(opened)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *words: (str(tmp_path / "r"), ""))
    opened.screen.actions.report.trigger()
    settle(opened)
    assert os.listdir(tmp_path) == ["r.pdf"]
    assert opened.screen.status.currentMessage().startswith("Saved")
    pages, page, words = _page(tmp_path / "r.pdf")
    assert pages == 1
    board = opened.screen.scores
    for shown in (board.residual, board.consistency, board.blind, board.ssim):
        assert shown.number.text() in words
    for said in ("two bodies", "small.h5", "tilt-axis offset", "0.25", "0.50", "measured y", "object x"):
        assert said in words
    for margin in (page[:30], page[:, :35], page[:, -35:], page[-25:]):
        assert margin.min() > 250, "nothing reaches into the margins"
    assert page[300:600].min() < 60


def test_a_report_of_a_volume_by_itself_leaves_out_what_is_not_there(program: Any, tmp_path: Path) -> None:
    from tests.gui.test_window_scenes import volume_file

    program.open([volume_file(tmp_path / "x.mrc", N)])
    settle(program)
    program.reports.write(tmp_path / "r.pdf")
    settle(program)
    pages, _, words = _page(tmp_path / "r.pdf")
    assert pages == 1 and "xy" in words and "residual" not in words


def test_a_report_that_cannot_be_written_is_said(opened: Any, tmp_path: Path, tier_path: Path) -> None:
    opened.reports.write(tmp_path / "absent" / "r.pdf")
    settle(opened)
    assert "the folder does not exist" in opened.screen.messages.sentence.text()
    (tmp_path / "link.pdf").symlink_to(tier_path)
    opened.reports.write(tmp_path / "link.pdf")
    assert "would be lost" in opened.screen.messages.sentence.text()


# ---- movies


@pytest.fixture
def movie(opened: Any, tmp_path: Path) -> Callable[..., Path]:
    """Exports a movie through its dialog; returns the file."""

    def run(kind: int, file: str, fewest: int = 4, **panes: bool) -> Path:
        opened.movies.show()
        dialog = opened.movies.dialog
        dialog.kind.setCurrentIndex(kind)
        dialog.kind.activated.emit(kind)
        dialog.frames.setValue(fewest)
        for name, on in panes.items():
            dialog.panes[name].setChecked(on)
        settle(opened)
        dialog.exportRequested.emit(tmp_path / file)
        settle(opened)
        assert dialog.outcome.text.text().startswith("Saved"), dialog.outcome.text.text()
        return tmp_path / file

    return run


def test_the_movie_dialog_offers_what_the_scene_has(opened: Any) -> None:
    opened.screen.actions.export_movie.trigger()
    settle(opened)
    dialog = opened.movies.dialog
    assert dialog.isVisible() and not dialog.isModal()
    assert dialog.kind.count() == 3
    assert dialog.parameter.count() == len(opened.engine.model.parameters)
    assert dialog.preview.image is not None
    assert dialog.preview.words.startswith("118 frames, 7.9 s, ")
    for box in dialog.panes.values():
        box.setChecked(False)
    settle(opened)
    assert not dialog.export_button.isEnabled() and dialog.preview.image is None


@pytest.mark.parametrize(("kind", "count"), [(0, 4), (1, TILTS), (2, N)])
def test_each_kind_of_movie_has_its_frames(opened: Any, movie: Any, kind: int, count: int) -> None:
    opened.movies.show()
    opened.movies.dialog.back.setChecked(False)
    with Image.open(movie(kind, "m.gif")) as file:
        assert file.n_frames == count


def test_a_sweep_shows_the_model_with_the_contrast_of_its_pane(opened: Any, movie: Any) -> None:
    pane, spec = opened.screen.forward, opened.store.session.scene.spec
    pane.choose_levels((0.0, float(pane.image.max())))
    opened.movies.show("tilt_axis_offset")
    dialog = opened.movies.dialog
    for switch in dialog.look_form.switches.values():
        switch.setChecked(False)
    dialog.back.setChecked(False)
    file = movie(0, "m.gif", 3, measured=False, residual=False)
    index, live = opened.store.session.scene.image_index, opened.engine.model.live
    with Image.open(file) as frames:
        for number, value in enumerate((-0.6, 0.3, 1.2)):
            frames.seek(number)
            shown = np.asarray(frames.convert("L"), int)
            expected = shades(live.image(index, spec.replace(tilt_axis_offset=value)), pane.levels)
            step = 480 // N
            apart = np.abs(
                shown[-480 - 12 : -12, 12 : 12 + 480][step // 2 :: step, step // 2 :: step] - expected
            )
            assert apart.max() <= 3, number


def test_a_movie_that_is_cancelled_leaves_nothing(opened: Any, tmp_path: Path) -> None:
    opened.movies.show()
    dialog = opened.movies.dialog
    dialog.frames.setValue(600)
    settle(opened)
    dialog.exportRequested.emit(tmp_path / "m.mp4")
    until(lambda: any(tmp_path.iterdir()))
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    settle(opened)
    assert dialog.outcome.text.text() == "Cancelled; nothing was written."
    assert list(tmp_path.iterdir()) == [] and dialog.isVisible()


def test_the_window_stays_in_use_while_a_movie_is_rendered(opened: Any, tmp_path: Path) -> None:
    opened.movies.show()
    dialog = opened.movies.dialog
    dialog.frames.setValue(300)
    settle(opened)
    dialog.exportRequested.emit(tmp_path / "m.gif")
    until(lambda: any(tmp_path.iterdir()))
    opened.screen.parameters.specEdited.emit("tilt_axis_offset", 0.7)
    expected = opened.store.session.scene.spec
    until(lambda: opened.pictures.picture is not None and np.allclose(
        opened.screen.forward.image,
        opened.engine.model.live.image(opened.store.session.scene.image_index, expected)))  # fmt: skip
    assert dialog.close_button.text() == "Cancel"
    dialog.cancelRequested.emit()
    settle(opened)


def test_a_volume_by_itself_has_slices_only(program: Any, tmp_path: Path) -> None:
    from tests.gui.test_window_scenes import volume_file

    program.open([volume_file(tmp_path / "x.mrc", N)])
    settle(program)
    program.movies.show()
    settle(program)
    dialog = program.movies.dialog
    assert dialog.kind.count() == 1 and dialog.choice.kind == "slices"
    assert dialog.preview.image is not None


# ---- where to, and what of


def test_the_folder_proposed_is_there_also_where_nobody_keeps_documents(
    opened: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = opened.exports._site
    beside = Path(opened.store.session.current.path).parent
    monkeypatch.setattr(
        "cryogui.app.control.export_site.QStandardPaths.writableLocation",
        lambda place: str(beside.parent if "Cache" in place.name else tmp_path / "Documents"),
    )
    monkeypatch.setenv("HOME", str(tmp_path))
    assert site.folder == tmp_path
    (tmp_path / "Documents").mkdir()
    assert site.folder == tmp_path / "Documents"


def test_the_plot_under_the_pointer_is_what_is_exported(opened: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from cryogui.app.views.plot import Axis, CurvePlot

    monkeypatch.setattr(CurvePlot, "isVisible", lambda plot: plot.name == "under")
    monkeypatch.setattr(CurvePlot, "underMouse", lambda plot: plot.name == "under")
    plot = CurvePlot("", "under", Axis("k"), Axis("power"), opened.screen.window)
    assert opened.exports._subject_in_question() == "under_curves"
    plot.setParent(None)
    assert opened.exports._subject_in_question() == "measured"


def test_an_outcome_of_two_lines_has_its_room_from_the_start(opened: Any) -> None:
    opened.movies.show()
    outcome = opened.movies.dialog.outcome
    assert outcome.minimumSizeHint().height() >= 2 * outcome.fontMetrics().lineSpacing()


@pytest.mark.parametrize("dialog", ["exports", "movies"])
def test_a_long_outcome_makes_the_dialog_grow_and_crushes_nothing(
    opened: Any, qtbot: Any, dialog: str
) -> None:
    if dialog == "exports":
        opened.exports.show("measured")
    else:
        opened.movies.show()
    frame = getattr(opened, dialog).dialog
    qtbot.waitUntil(frame.isVisible)
    frame.outcome.show_text("Saved something under a name that goes on and on. " * 8, "good")
    qtbot.wait(50)
    for switch in frame.look_form.switches.values():
        if switch.isVisible():
            assert switch.height() >= switch.sizeHint().height()
    label = frame.outcome.text
    assert label.height() >= label.heightForWidth(label.width())
