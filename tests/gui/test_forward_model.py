"""The forward-model tab: what its nodes show is what the model computes, and switches come and go."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PyQt6.QtCore import Qt

from cryogui.app.measure import settle
from cryogui.app.pages.forward_model import ForwardModelPage
from cryogui.app.pages.forward_model_panes import DIFFERENCE, IMAGE
from cryogui.app.pages.forward_model_pictures import NO_CHANGE, NO_STEP, node_pictures, reduced
from cryogui.app.views.dag_faces import ChipFace, NodeFace
from cryogui.app.views.dag_view import DagView
from cryogui.physics.ctf import Optics
from cryogui.physics.image import ImageCtf
from cryogui.physics.live import LiveModel
from cryogui.physics.tilt import SingleAxisTilt
from cryogui.session import ObjectChoice, SceneKey, SceneState
from cryogui.session.scene_model import SceneModel
from cryogui.spec import Spec
from cryogui.tiers import Scene
from tests.gui.conftest import ball

STAYS = "Without it there is nothing."
FACES = (
    NodeFace("x", "object", "what goes in", is_end=True),
    NodeFace("Π", "Projection", "projects", stays=STAYS, chips=(ChipFace("offset", "tₐ", "axis offset"),)),
    NodeFace(
        "C", "Contrast transfer", "convolves",
        chips=(ChipFace("defocus", "dₑ", "defocus error"), ChipFace("tilt", "bₜ", "beam tilt")),
    ),
    NodeFace("ŷ", "forward image", "what comes out", is_end=True, has_picture=False),
)  # fmt: skip


@pytest.fixture
def dag(qtbot: Any) -> DagView:
    view = DagView()
    qtbot.addWidget(view)
    view.resize(420, 140)
    view.set_nodes(FACES)
    with qtbot.waitActive(view):
        view.show()
        view.activateWindow()
    return view


# ---- the view


def test_nodes_stand_in_order_apart_and_within(dag: DagView) -> None:
    places = [node.geometry() for node in dag.nodes.values()]
    assert list(dag.nodes) == ["x", "Π", "C", "ŷ"]
    assert all(left.right() < right.left() for left, right in pairwise(places))
    assert all(dag.rect().contains(place) for place in places)
    assert dag.nodes["x"].width() == dag.nodes["Π"].width() == dag.nodes["C"].width()


@pytest.mark.parametrize("size", [(240, 112), (700, 160), (1300, 400)])
def test_pictures_figures_and_chips_never_overlap(dag: DagView, size: tuple[int, int]) -> None:
    dag.resize(*size)
    node = dag.nodes["C"]
    frame = node._picture_frame()
    assert frame.height() > 30
    assert frame.top() >= node.switch.geometry().bottom()
    for chip in node.chips:
        assert node.rect().contains(chip.geometry())
        assert chip.y() >= frame.bottom()
    dag.grab()


def test_a_click_and_enter_open(qtbot: Any, dag: DagView) -> None:
    heard: list[str] = []
    dag.nodeOpened.connect(heard.append)
    qtbot.mouseClick(dag.nodes["C"], Qt.MouseButton.LeftButton)
    qtbot.keyClick(dag.nodes["Π"], Qt.Key.Key_Return)
    assert heard == ["C", "Π"]


def test_the_switch_and_space_ask_to_switch_and_setting_is_silent(qtbot: Any, dag: DagView) -> None:
    heard: list[tuple[str, bool]] = []
    dag.nodeSwitched.connect(lambda *change: heard.append(change))
    node = dag.nodes["C"]
    qtbot.mouseClick(node.switch, Qt.MouseButton.LeftButton)
    node.set_on(False)
    qtbot.keyClick(node, Qt.Key.Key_Space)
    assert heard == [("C", False), ("C", True)]
    assert node.accessibleName() == "C Contrast transfer, off"


def test_what_must_stay_cannot_be_switched_and_says_why(qtbot: Any, dag: DagView) -> None:
    node = dag.nodes["Π"]
    with qtbot.assertNotEmitted(dag.nodeSwitched):
        qtbot.mouseClick(node.switch, Qt.MouseButton.LeftButton)
        qtbot.keyClick(node, Qt.Key.Key_Space)
        qtbot.keyClick(dag.nodes["x"], Qt.Key.Key_Space)
    assert node.switch.toolTip() == STAYS
    assert dag.nodes["x"].switch.isHidden()


def test_tab_and_arrows_go_from_node_to_node(qtbot: Any, dag: DagView) -> None:
    dag.nodes["Π"].setFocus()
    qtbot.keyClick(dag.nodes["Π"], Qt.Key.Key_Tab)
    assert dag.nodes["C"].hasFocus()
    qtbot.keyClick(dag.nodes["C"], Qt.Key.Key_Left)
    assert dag.nodes["Π"].hasFocus()


def test_chips_are_reached_by_arrows_and_choose_their_parameter(qtbot: Any, dag: DagView) -> None:
    chosen: list[str] = []
    dag.parameterChosen.connect(chosen.append)
    node = dag.nodes["C"]
    node.setFocus()
    qtbot.keyClick(node, Qt.Key.Key_Down)
    assert node.chips[0].hasFocus()
    qtbot.keyClick(node.chips[0], Qt.Key.Key_Right)
    assert node.chips[1].hasFocus()
    qtbot.keyClick(node.chips[1], Qt.Key.Key_Return)
    qtbot.keyClick(node.chips[1], Qt.Key.Key_Up)
    assert node.hasFocus()
    qtbot.mouseClick(dag.nodes["Π"].chips[0], Qt.MouseButton.LeftButton)
    assert chosen == ["tilt", "offset"]


def test_a_node_that_is_off_fades_and_chips_without_effect_are_dead(qtbot: Any, dag: DagView) -> None:
    node = dag.nodes["C"]
    bright = node.grab().toImage()
    node.set_on(False)
    faded = node.grab().toImage()
    assert bright != faded
    node.set_acting(frozenset({"tilt"}))
    with qtbot.assertNotEmitted(dag.parameterChosen):
        qtbot.mouseClick(node.chips[0], Qt.MouseButton.LeftButton)


# ---- the pictures, without a window


def tilt_model() -> tuple[SceneModel, LiveModel, SceneState]:
    angles, x = np.linspace(-60, 60, 5), ball(16)
    operator = SingleAxisTilt(
        (16, 16, 16), (16, 16), angles, optics=Optics(10.0, phase_shift_rad=np.pi / 2), defocus_A=6e3
    )
    spec = Spec.of({"tilt_axis_offset": 0.3, "missing_wedge": 29.8})
    return _ready(operator, x, spec, 0)


def image_model() -> tuple[SceneModel, LiveModel, SceneState]:
    operator = ImageCtf((16, 16), Optics(2.0), 1e4, ("ice_thickness_error_nm",))
    return _ready(operator, ball(16)[8:9], Spec.of({"ice_thickness_error_nm": 40.0}), 0)


def _ready(operator: Any, x: np.ndarray, spec: Spec, index: int) -> tuple[SceneModel, LiveModel, SceneState]:
    y = operator.apply(x, spec)
    model = SceneModel(SceneKey("a", 0), Scene("a", "a", "cryo_et", read_y=lambda: y, build=lambda: operator))
    live = model.make_live()
    live.set_object(x)
    model.install(live, x, frozenset(), ObjectChoice("file"))
    return model, live, SceneState(spec=spec, image_index=index, position=(9.0, 8.0, 8.0))


def pictures_of(made: tuple[SceneModel, LiveModel, SceneState], node: str, show: Any, *off: str) -> Any:
    model, live, state = made
    return node_pictures(model, live, model.x, replace(state, switched_off=frozenset(off)), node, show)


def test_images_between_the_steps_are_those_of_the_model() -> None:
    model, live, state = made = tilt_model()
    found = pictures_of(made, "C", "image")
    np.testing.assert_array_equal(found.small["x"], model.x[9])
    for symbol in "ΠCD":
        np.testing.assert_array_equal(found.small[symbol], live.image(0, state.spec, after=symbol))
    np.testing.assert_array_equal(found.small["ŷ"], live.image(0, state.spec))
    np.testing.assert_array_equal(found.opened, found.small["C"])


def test_a_step_that_is_off_passes_on_what_it_is_given() -> None:
    found = pictures_of(tilt_model(), "ŷ", "image", "C")
    np.testing.assert_array_equal(found.small["C"], found.small["Π"])
    assert not np.array_equal(found.small["C"], pictures_of(tilt_model(), "ŷ", "image").small["C"])
    bare = pictures_of(image_model(), "ŷ", "image", "C", "D")
    np.testing.assert_allclose(bare.small["ŷ"], bare.small["x"], atol=1e-5)


def test_a_change_is_after_less_before() -> None:
    found = pictures_of(tilt_model(), "D", "change")
    np.testing.assert_array_equal(found.opened, found.small["D"] - found.small["C"])
    first = pictures_of(image_model(), "C", "change")
    np.testing.assert_array_equal(first.opened, first.small["C"] - first.small["x"])
    assert pictures_of(tilt_model(), "Π", "change").why == NO_CHANGE
    assert pictures_of(tilt_model(), "ŷ", "change").why == NO_STEP


def test_small_pictures_of_large_images_are_small_and_keep_their_mean() -> None:
    image = np.random.default_rng(0).normal(size=(900, 670)).astype(np.float32)
    small = reduced(image)
    assert small.shape == (225, 167)
    assert small.mean() == pytest.approx(image[:900, :668].mean(), abs=1e-5)
    assert reduced(image[:1]) is not None and reduced(image[:200, :200]).shape == (200, 200)


@pytest.mark.parametrize("off", [(), ("C",), ("D",)])
def test_an_effect_is_the_result_with_less_the_result_without(off: tuple[str, ...]) -> None:
    _, live, state = made = tilt_model()
    found = pictures_of(made, "C", "effect", *off)
    others = frozenset(off) - {"C"}
    expected = live.without(others).image(0, state.spec) - live.without(others | {"C"}).image(0, state.spec)
    np.testing.assert_array_equal(found.opened, expected)
    stays = pictures_of(made, "Π", "effect")
    assert stays.opened is None and "no images" in stays.why


# ---- the page in the window


def show(program: Any) -> ForwardModelPage:
    program.store.update(replace(program.store.session, tab="forward_model"), "Show tab")
    settle(program)
    return next(page for page in program.pages if isinstance(page, ForwardModelPage))


@pytest.mark.usefixtures("qapp")
class TestPage:
    def test_it_opens_on_the_result_with_every_formula(self, opened: Any) -> None:
        page = show(opened)
        assert list(page.dag.nodes) == ["x", "Π", "C", "D", "ŷ"]
        np.testing.assert_array_equal(page.panes.image.image, opened.screen.forward.image)
        assert page._heading.text() == "ŷ = D C Π x"
        assert "Δf = 0.600" in page._formula.text()
        assert all(node.image is not None for node in page.dag.nodes.values() if node.face.has_picture)
        chips = [chip.face.symbol for chip in page.dag.nodes["Π"].chips]
        assert chips == ["tₐ", "a", "dₛ"]
        assert {pane.name for pane in page.panes.panes} == {IMAGE, DIFFERENCE}

    def test_numbers_and_pictures_follow_a_slider(self, opened: Any) -> None:
        page = show(opened)
        page.dag.nodeOpened.emit("C")
        settle(opened)
        before = page.panes.image.image
        opened.view.show_image(0)
        opened.screen.parameters.specEdited.emit("ctf_per_tilt_variation", 0.12)
        assert "0.600 + 0.120·(−60.0°/60.0°) = 0.480 µm" in page._formula.text()  # before any lane has ended
        assert page.dag.nodes["C"].headline == "Δf 0.48 µm"
        settle(opened)
        live, state = opened.engine.model.live, opened.store.session.scene
        np.testing.assert_array_equal(page.panes.image.image, live.image(0, state.spec, after="C"))
        assert not np.array_equal(page.panes.image.image, before)

    def test_a_switch_is_a_step_that_can_be_undone(self, opened: Any) -> None:
        page = show(opened)
        before = page.panes.image.image
        node = page.dag.nodes["C"]
        node.switched.emit(False)
        assert not node.is_on
        settle(opened)
        assert opened.store.session.scene.switched_off == {"C"}
        assert opened.store.undo_name == "Switch off C"
        assert page._heading.text() == "ŷ = D Π x"
        assert not np.array_equal(page.panes.image.image, before)
        np.testing.assert_array_equal(page.panes.image.image, opened.screen.forward.image)
        assert not node.chips[0].isEnabled()
        opened.store.undo()
        settle(opened)
        assert node.is_on and node.chips[0].isEnabled()
        np.testing.assert_array_equal(page.panes.image.image, before)

    def test_the_difference_has_a_pane_and_contrast_of_its_own(self, opened: Any) -> None:
        page = show(opened)
        page.dag.nodeOpened.emit("C")
        page.panes.choices[0].activated.emit(2)
        settle(opened)
        assert opened.store.session.forward_model.show == "effect"
        assert page.panes.shown is page.panes.difference
        live, state = opened.engine.model.live, opened.store.session.scene
        without = live.without(frozenset("C")).image(state.image_index, state.spec)
        np.testing.assert_allclose(
            page.panes.difference.image, live.image(state.image_index, state.spec) - without, atol=1e-6
        )
        low, high = page.panes.difference.levels
        assert low == -high
        share = np.linalg.norm(page.panes.difference.image) / np.linalg.norm(opened.screen.forward.image)
        assert page.panes.difference.caption_label.text() == f"{share:.1%} of ‖ŷ‖"
        page.panes.difference.levelsChanged.emit(-2.0, 2.0)
        page.dag.nodeOpened.emit("D")
        settle(opened)
        assert page.panes.difference.levels != (-2.0, 2.0)
        page.dag.nodeOpened.emit("C")
        settle(opened)
        assert page.panes.difference.levels == (-2.0, 2.0)
        page.dag.nodeOpened.emit("Π")
        settle(opened)
        assert page.panes.difference.image is None
        assert "no images" in page.panes.difference._message.text()

    def test_the_cursor_is_linked(self, opened: Any) -> None:
        page = show(opened)
        page.panes.image.cursorMoved.emit(15.0, 9.0)
        state = opened.store.session.scene
        assert opened.engine.model.frame(state.image_index).to_image(state.position) == (15.0, 9.0)
        assert page.panes.image._state.cursor == (15.0, 9.0)
        assert page.panes.image._state.tilt_axis == 12.0
        page.dag.nodeOpened.emit("x")
        page.panes.image.cursorMoved.emit(7.0, 8.0)
        assert opened.store.session.scene.position == (state.position[0], 8.0, 7.0)
        assert page.panes.image._state.cursor == (7.0, 8.0)
        settle(opened)
        assert page.panes.image._state.tilt_axis is None
        page.panes.image.hovered.emit(3.0, 4.0, -0.25)
        assert opened.screen.status.cursor_text == "x 3  y 4 px  ·  x −0.25"
        page.panes.image.stepped.emit(1)
        assert opened.store.session.scene.image_index == state.image_index + 1

    def test_a_chip_points_at_its_slider_and_goes_there(self, qtbot: Any, opened: Any) -> None:
        page = show(opened)
        chip = page.dag.nodes["D"].chips[0]
        row = opened.screen.parameters.rows["missing_wedge"]
        chip.pointed.emit(True)
        assert row.name_label.property("tone") == "accent"
        chip.pointed.emit(False)
        assert row.name_label.property("tone") is None
        opened.screen.window.activateWindow()
        qtbot.waitUntil(opened.screen.window.isActiveWindow)
        qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
        assert row.slider.hasFocus()


@pytest.mark.usefixtures("qapp")
def test_scenes_of_every_kind(program: Any, shared_data: Path) -> None:
    page = show(program)
    assert page._pages.currentIndex() == 0
    layouts = shared_data / "pwm_layouts"
    program.open([layouts / "D_cryo_et_challenge_public.h5"])
    settle(program)
    model = program.engine.model
    assert model.is_sinogram
    assert page.panes.image.image.shape == (model.image_count, model.scene.y.shape[2])
    program.open([layouts / "A_cryo_em_challenge_public.h5"])
    settle(program)
    assert list(page.dag.nodes) == ["x", "D", "ŷ"]
    assert "ŷ = x" in page._formula.text()
    program.open([shared_data / "real" / "maps" / "EMD-3197.map"])
    settle(program)
    assert page._pages.currentIndex() == 0
    assert "no images" in page._message.text()
