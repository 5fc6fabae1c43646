"""The sampling tab: pictures that can be pointed at, and a page that follows sliders and exclusions."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, Qt

from cryogui.analysis.sampling import bare_geometry, tilt_lines
from cryogui.app.measure import settle
from cryogui.app.pages.sampling import NOTHING_LEFT, ONE_IMAGE, SamplingPage
from cryogui.app.pages.sampling_words import length
from cryogui.app.views.disc_view import DiscView
from cryogui.app.views.figure_list import Figure, FigureList
from cryogui.app.views.lines_view import LinesView
from tests.gui.conftest import TILTS

ANGLES = np.array([0.0, 30.0, -30.0, 60.0, -60.0])  # as recorded, dose-symmetric


@pytest.fixture
def view(qtbot: Any) -> LinesView:
    made = LinesView()
    qtbot.addWidget(made)
    made.resize(300, 300)
    made.labels = tuple(f"{angle:+g}°" for angle in ANGLES)
    made.set_lines(tilt_lines(bare_geometry(ANGLES), {}), (60.0, 120.0))
    return made


def on_line(view: LinesView, angle_deg: float, radius: float = 0.8) -> QPoint:
    """A pixel of the line of a tilt; +θ goes up at the right, as z points down."""
    turn = np.deg2rad(angle_deg)
    return view.place(radius * float(np.cos(turn)), -radius * float(np.sin(turn))).toPoint()


def test_a_click_on_a_line_goes_to_its_image_at_either_end(qtbot: Any, view: LinesView) -> None:
    heard: list[int] = []
    view.imageChosen.connect(heard.append)
    for angle, radius in ((60.0, 0.8), (-30.0, 0.5), (-30.0, -0.7)):
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=on_line(view, angle, radius))
    assert heard == [3, 2, 2]


def test_positive_tilts_lie_above_on_the_right_and_below_when_flipped(view: LinesView) -> None:
    assert on_line(view, 60.0).y() < view.rect().center().y()
    assert view.mark_at(view.place(0.4, -0.7)) == 3
    view.set_flip_y(True)
    assert view.place(0.4, -0.7).y() > view.rect().center().y()
    assert view.mark_at(view.place(0.4, -0.7)) == 3


def test_nothing_is_meant_in_the_middle_between_lines_or_outside(qtbot: Any, view: LinesView) -> None:
    with qtbot.assertNotEmitted(view.imageChosen):
        for pos in (on_line(view, 0, 0.0), on_line(view, 45, 0.9), QPoint(1, 1)):
            qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=pos)


def test_ctrl_click_and_space_ask_to_leave_out(qtbot: Any, view: LinesView) -> None:
    heard: list[int] = []
    view.excludeToggled.connect(heard.append)
    control = Qt.KeyboardModifier.ControlModifier
    with qtbot.assertNotEmitted(view.imageChosen):
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, control, on_line(view, 30.0))
    view.set_index(4)
    qtbot.keyClick(view, Qt.Key.Key_Space)
    assert heard == [1, 4]


def test_arrows_step_in_order_of_angle_and_stop_at_the_ends(qtbot: Any, view: LinesView) -> None:
    heard: list[int] = []
    view.imageChosen.connect(heard.append)
    view.set_index(1)  # 30°
    qtbot.keyClick(view, Qt.Key.Key_Right)
    qtbot.keyClick(view, Qt.Key.Key_Left)
    view.set_index(4)  # −60°, the lowest
    qtbot.keyClick(view, Qt.Key.Key_Left)
    assert heard == [3, 0]


def test_the_menu_offers_to_take_back_what_is_left_out(view: LinesView) -> None:
    view.set_lines(tilt_lines(bare_geometry(ANGLES), {}, frozenset({2})), None)
    assert [action.text() for action in view._menu(2).actions()] == ["Go to image 3", "Include image 3"]
    assert "Exclude image 4" in [action.text() for action in view._menu(3).actions()]
    assert view.text_of(2).splitlines()[0] == "image 3 of 5  -30°"
    assert "left out" in view.text_of(2)


def ink(view: Any) -> np.ndarray:
    """The picture as grey values [y, x]."""
    image = view.grab().toImage().convertToFormat(view.grab().toImage().Format.Format_Grayscale8)
    rows = np.frombuffer(image.constBits().asarray(image.sizeInBytes()), np.uint8)
    return rows.reshape(image.height(), image.bytesPerLine())[:, : image.width()]


def test_the_wedge_is_shaded_and_a_left_out_line_is_fainter(view: LinesView) -> None:
    before = ink(view).astype(int)
    view.set_lines(tilt_lines(bare_geometry(ANGLES), {}), None)
    without_wedge = ink(view).astype(int)
    top, side = view.place(0.05, -0.7).toPoint(), view.place(0.7, 0.2).toPoint()
    changed = np.abs(before - without_wedge)
    assert changed[top.y() - 12 : top.y() + 12, top.x() - 12 : top.x() + 12].max() > 10
    assert changed[side.y() - 5 : side.y() + 5, side.x() - 5 : side.x() + 5].max() == 0
    view.set_lines(tilt_lines(bare_geometry(ANGLES), {}, frozenset({3})), None)
    turn = [on_line(view, 60.0, r) for r in np.linspace(0.4, 0.9, 60)]
    strong = np.mean([without_wedge[p.y(), p.x()] for p in turn])
    assert np.mean([ink(view)[p.y(), p.x()] for p in turn]) < strong


def test_dots_are_hit_where_they_are_drawn(qtbot: Any) -> None:
    disc = DiscView()
    qtbot.addWidget(disc)
    disc.resize(300, 300)
    disc.set_directions(
        np.array([[0.0, 0.0], [0.5, -0.5], [-0.9, 0.1]]), ("measured", "excluded", "measured")
    )
    disc.set_density(np.ones((16, 16), np.float32))
    heard: list[int] = []
    disc.imageChosen.connect(heard.append)
    for x, y in ((0.5, -0.5), (-0.9, 0.1)):
        qtbot.mouseClick(disc, Qt.MouseButton.LeftButton, pos=disc.place(x, y).toPoint())
    assert heard == [1, 2]
    assert disc.mark_at(disc.place(0.25, -0.25)) is None
    assert disc.place(0.5, -0.5).y() < disc.rect().center().y()  # y points down, as in images
    disc.grab()
    disc.set_flip_y(True)
    disc.grab()
    assert disc.place(0.5, -0.5).y() > disc.rect().center().y()


def test_figures_keep_their_rows(qtbot: Any) -> None:
    figures = FigureList()
    qtbot.addWidget(figures)
    figures.set_figures([Figure("a", "1"), Figure("b", "2", "what b means")])
    figures.set_figures([Figure("a", "3")])
    assert figures.figures == {"a": "3"}


@pytest.mark.parametrize(
    ("pixels", "pixel_size", "words"),
    [(2.0, 10.0, "20 Å"), (1.234, 1.0, "1.23 Å"), (7.0, 179.9, "126 nm"), (3.14159, None, "3.14 px")],
)
def test_lengths_have_units(pixels: float, pixel_size: float | None, words: str) -> None:
    assert length(pixels, pixel_size) == words


# ---- the page in the window


@pytest.fixture
def page(opened: Any) -> SamplingPage:
    return show(opened)


def show(program: Any) -> SamplingPage:
    program.store.update(replace(program.store.session, tab="sampling"), "Show tab")
    settle(program)
    return next(page for page in program.pages if isinstance(page, SamplingPage))


@pytest.mark.usefixtures("qapp")
class TestPage:
    def test_the_tier_shows_its_lines_wedge_and_point_spread(self, opened: Any, page: SamplingPage) -> None:
        figures = page.figures.figures
        assert figures["tilts used"] == f"{TILTS - 2} of {TILTS}"  # ±60° lie on the limit of 60°
        assert figures["missing wedge"] == "90° = 50%"
        assert figures["elongation"] == "2.12"
        assert figures["Nyquist limit"] == "20 Å"
        image = page.psf.image
        assert image is not None and image[len(image) // 2, len(image) // 2] == pytest.approx(1.0)
        assert "×" in figures["width in z"] and "×" not in figures["width in x"]
        assert page.psf.levels == (-0.5, 0.5)
        assert opened.store.undo_name == "Show tab"  # what is found is no step of the user's

    def test_it_follows_the_sliders(self, opened: Any, page: SamplingPage) -> None:
        before = page.psf.image
        opened.screen.parameters.specEdited.emit("missing_wedge", 29.0)
        assert page.figures.figures["tilts used"] == f"{TILTS} of {TILTS}"
        settle(opened)
        assert not np.array_equal(page.psf.image, before)
        again = page.psf.image
        opened.screen.parameters.specEdited.emit("tilt_axis_offset", 0.3)
        settle(opened)
        assert page.psf.image is again, "an offset changes no line, so nothing is computed"

    def test_a_click_shows_the_image_and_ctrl_click_leaves_it_out(
        self, qtbot: Any, opened: Any, page: SamplingPage
    ) -> None:
        at = on_line(page.lines, -30.0, -0.8)
        qtbot.mouseClick(page.lines, Qt.MouseButton.LeftButton, pos=at)
        assert opened.store.session.scene.image_index == 2
        assert page.lines.index == 2
        qtbot.mouseClick(page.lines, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, at)
        settle(opened)
        assert opened.store.session.scene.excluded == {2}
        assert opened.store.undo_name == "Exclude image 3"
        assert page.lines.states[2] == "excluded"
        assert page.figures.figures["tilts used"] == f"{TILTS - 3} of {TILTS}"
        opened.store.undo()
        settle(opened)
        assert page.lines.states[2] == "measured"

    def test_without_the_detector_no_line_is_shadowed(self, opened: Any, page: SamplingPage) -> None:
        assert "shadowed" in page.lines.states
        opened.store.update(opened.store.session.with_scene(switched_off=frozenset("D")), "Switch")
        settle(opened)
        assert set(page.lines.states) == {"measured"}

    def test_when_all_are_shadowed_it_says_so(self, opened: Any, page: SamplingPage) -> None:
        model = opened.engine.model
        spec = model.scene.ranges.nominal.replace(missing_wedge=38.0)
        excluded = frozenset(i for i in range(TILTS) if abs(model.scene.tilt_angles_deg[i]) < 52)
        opened.store.update(opened.store.session.with_scene(spec=spec, excluded=excluded), "Both")
        settle(opened)
        assert page.psf.image is None
        assert page.psf._message.text() == NOTHING_LEFT
        assert page.figures.figures["tilts used"] == f"0 of {TILTS}"

    def test_the_diameter_sets_the_limit_and_is_a_step(self, opened: Any, page: SamplingPage) -> None:
        before = page.figures.figures["Crowther limit"]
        page.diameter.setValue(page.diameter.value() / 2)
        assert float(page.figures.figures["Crowther limit"].split()[0]) == pytest.approx(
            float(before.split()[0]) / 2, rel=0.01
        )
        assert opened.store.undo_name == "Object's diameter"
        opened.store.undo()
        assert page.figures.figures["Crowther limit"] == before
        assert page.diameter.value() == 240.0

    def test_hovering_tells_distance_and_height(self, opened: Any, page: SamplingPage) -> None:
        middle = len(page.psf.image) // 2
        page.psf.hovered.emit(float(middle), float(middle - 4), 0.5)
        assert opened.screen.status.cursor_text == "x +0.0 Å  z −10.0 Å  ·  0.500 of the peak"
        page.psf.hovered.emit(np.nan, np.nan, np.nan)
        assert opened.screen.status.cursor_text == ""

    def test_contrast_and_flip_of_the_point_spread_are_kept(self, opened: Any, page: SamplingPage) -> None:
        page.psf.levelsChanged.emit(-0.1, 0.1)
        assert page.psf.levels == (-0.1, 0.1)
        opened.store.undo()
        assert page.psf.levels == (-0.5, 0.5)
        opened.screen.actions.flip_y.setChecked(True)
        assert page.lines.flip_y
        assert page.psf._state.flip_y


@pytest.mark.usefixtures("qapp")
def test_particles_show_their_directions_in_three_planes(program: Any, tmp_path: Path) -> None:
    program.open([particle_file(tmp_path)])
    settle(program)
    page = show(program)
    assert page.figures.figures["views used"] == "20 of 20"
    assert page.disc.isVisible() and not page.lines.isVisible()
    assert page._plane.isVisible()
    xz = page.psf.image
    page._plane.setCurrentText("yz")
    assert program.store.session.sampling.plane == "yz"
    assert not np.array_equal(page.psf.image, xz)
    program.store.undo()
    np.testing.assert_array_equal(page.psf.image, xz)
    assert page._plane.currentText() == "xz"
    program.screen.strip.toggle_excluded(3)
    settle(program)
    assert page.disc.states[3] == "excluded"
    assert page.figures.figures["views used"] == "19 of 20"


def particle_file(folder: Path) -> Path:
    """A tier of twenty particles of noise."""
    from cryogui.physics.rotations import uniform_rotations
    from cryogui.resources import challenge_ranges
    from cryogui.tiers import Microscope, SceneData, write_tier
    from cryogui.tiers.scene_data import ParticlePoses

    rng = np.random.default_rng(0)
    poses = ParticlePoses(uniform_rotations(20, rng), np.zeros((20, 2)), np.full(20, 1e4), np.zeros(20))
    data = SceneData(
        rng.normal(size=(20, 16, 16)).astype(np.float32),
        challenge_ranges("cryo_em", "public"),
        Microscope(2.0, 300.0, 2.7, 0.1, 0.0, 1e4, 0.01, 1.0),
        poses,
        {"scene": "noise"},
    )
    path = folder / "particles.h5"
    write_tier(path, [data], variant="cryo_em", tier="public", spec_dag=["C", "D"])
    return path


@pytest.mark.usefixtures("qapp")
def test_what_has_no_sampling_says_why(program: Any, shared_data: Path) -> None:
    page = show(program)
    assert page._message.text().startswith("Open a tilt series")
    program.open([shared_data / "pwm_layouts" / "A_cryo_em_challenge_public.h5"])
    settle(program)
    assert page._message.text() == ONE_IMAGE
    assert page._pages.currentIndex() == 0
    program.open([shared_data / "real" / "maps" / "EMD-3197.map"])
    settle(program)
    assert "volume" in page._message.text()


@pytest.mark.usefixtures("qapp")
def test_a_series_too_large_for_a_model_has_its_lines_too(
    program: Any, tier_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cryogui.session import scene_model

    monkeypatch.setattr(scene_model, "MODEL_BUDGET_BYTES", 1)
    program.open([tier_path])
    settle(program)
    assert program.engine.model.operator is None
    page = show(program)
    assert page.figures.figures["tilts used"] == f"{TILTS - 2} of {TILTS}"
    assert page.psf.image is not None
