"""The compare tab in the window: choices, modes, live sliders, figures, and that all of it is a step."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest

from cryogui.app.measure import settle, until
from cryogui.app.pages.compare import FAILED, ComparePage
from cryogui.errors import UserError
from cryogui.scoring import psnr_db
from cryogui.session.looks import Compared
from tests.gui.conftest import RANGES, ball

pytestmark = pytest.mark.usefixtures("qapp")

NOMINAL, TRUE = Compared("forward", "nominal"), Compared("forward", "true")


@pytest.fixture
def comparing(lent: Any) -> Any:
    """The program with the compare tab in front, and its page as `page`."""
    return to_compare(lent)


def to_compare(program: Any) -> Any:
    program.view.show_tab("compare")
    settle(program)
    program.page = next(page for page in program.pages if isinstance(page, ComparePage))
    return program


def choose(program: Any, a: Compared, b: Compared, mode: str | None = None) -> None:
    controls = program.page.controls
    for chooser, side in ((controls.first, a), (controls.second, b)):
        index = [chooser.itemData(i) for i in range(chooser.count())].index(side)
        chooser.setCurrentIndex(index)
        chooser.activated.emit(index)
    if mode is not None:
        controls.modes[mode].click()
    settle(program)


def images(program: Any) -> tuple[np.ndarray, np.ndarray]:
    view = program.page.view
    return view.first.image, view.second.image


def live(program: Any, spec: Any) -> np.ndarray:
    image: np.ndarray = program.engine.model.live.image(program.store.session.scene.image_index, spec)
    return image


def test_at_first_measured_stands_beside_forward_with_figures(comparing: Any) -> None:
    spec = comparing.store.session.scene.spec
    a, b = images(comparing)
    np.testing.assert_array_equal(a, comparing.screen.measured.image)
    np.testing.assert_allclose(b, live(comparing, spec), rtol=1e-5, atol=1e-6)
    figures = comparing.page.controls.figures.figures
    expected = np.linalg.norm(a - b) / np.linalg.norm(a)
    assert float(figures["‖A−B‖/‖A‖"]) == pytest.approx(expected, abs=6e-4)
    assert float(figures["correlation"]) == pytest.approx(np.corrcoef(a.ravel(), b.ravel())[0, 1], abs=6e-4)
    assert "PSNR" not in figures


def test_the_present_side_follows_sliders_and_the_fixed_one_stays(comparing: Any) -> None:
    choose(comparing, Compared("forward"), TRUE)
    a, b = images(comparing)
    row = comparing.screen.parameters.rows["tilt_axis_offset"]
    for value in (0.2, 0.9, 1.1):
        row.valueChanged.emit(value)
    settle(comparing)
    moved, still = images(comparing)
    np.testing.assert_allclose(
        moved, live(comparing, comparing.store.session.scene.spec), rtol=1e-5, atol=1e-6
    )
    assert still is b
    assert not np.allclose(moved, a)
    row.released.emit()
    comparing.view.show_image(1)
    settle(comparing)
    np.testing.assert_allclose(images(comparing)[1], live(comparing, comparing.engine.model.scene.true_spec))


def test_the_difference_is_that_of_the_arrays_in_both_units(comparing: Any) -> None:
    choose(comparing, Compared("measured"), NOMINAL, "difference")
    pane, sigma = comparing.page.view.difference, comparing.engine.model.scene.noise_sigma
    expected = comparing.screen.measured.image - live(comparing, RANGES.nominal)
    np.testing.assert_allclose(pane.image, expected, atol=1e-5)
    comparing.page.controls.in_noise.click()
    settle(comparing)
    np.testing.assert_allclose(pane.image, expected / sigma, rtol=1e-4, atol=1e-4)
    assert (pane.levels, pane.unit) == ((-4.0, 4.0), "σ")
    np.testing.assert_allclose(pane.image, comparing.screen.residual.image, rtol=1e-4, atol=1e-4)


def test_volumes_are_cut_through_the_cursor_and_scored_against_the_truth(comparing: Any) -> None:
    choose(comparing, Compared("quick"), Compared("truth"), "side_by_side")
    controls, quick = comparing.page.controls, comparing.engine.model.quick
    comparing.screen.ortho.positionChanged.emit(10, 11, 13)
    controls.planes["xz"].click()
    settle(comparing)
    a, b = images(comparing)
    np.testing.assert_array_equal(a, quick[:, 11])
    np.testing.assert_array_equal(b, ball()[:, 11])
    assert controls.figures.figures["PSNR"] == f"{psnr_db(quick, ball()):.1f} dB"
    comparing.page.view.second.cursorMoved.emit(4.0, 6.0)
    assert comparing.store.session.scene.position == (6.0, 11.0, 4.0)
    comparing.page.view.first.stepped.emit(-1)
    settle(comparing)
    np.testing.assert_array_equal(images(comparing)[0], quick[:, 10])
    comparing.spec.set_values({"tilt_axis_offset": 0.4})  # leads to another reconstruction
    settle(comparing)
    assert comparing.engine.model.quick is not quick
    np.testing.assert_array_equal(images(comparing)[0], comparing.engine.model.quick[:, 10])


def test_the_second_chooser_offers_only_what_fits(comparing: Any) -> None:
    controls = comparing.page.controls

    def offered() -> list[Any]:
        return [
            controls.second.itemData(i) for i in range(controls.second.count()) if controls.second.itemText(i)
        ]

    assert Compared("truth") not in offered() and NOMINAL in offered()
    assert not controls._plane_row.isVisible()
    choose(comparing, Compared("truth"), Compared("object"))
    assert offered() == [Compared("object"), Compared("quick")]
    assert controls._plane_row.isVisible()
    assert not controls.in_noise.isEnabled()


def test_choosing_b_as_a_exchanges_both_and_so_does_the_button(comparing: Any) -> None:
    choose(comparing, NOMINAL, TRUE)
    controls, look = comparing.page.controls, lambda: comparing.store.session.compare
    controls.firstChosen.emit(TRUE)
    assert (look().a, look().b) == (TRUE, NOMINAL)
    controls.swap.click()
    assert (look().a, look().b) == (NOMINAL, TRUE)
    comparing.store.undo()
    assert (look().a, look().b) == (TRUE, NOMINAL)


def test_space_flips_by_hand_from_any_mode(comparing: Any) -> None:
    page, window = comparing.page, comparing.screen.window
    window.activateWindow()
    until(window.isActiveWindow)
    comparing.screen.strip.bars.setFocus()
    before = comparing.store.session
    view = page.view
    for expected in (True, False, True):
        QTest.keyClick(window, Qt.Key.Key_Space)
        assert view.shows_b is expected
    look = comparing.store.session.compare
    assert (look.mode, look.running) == ("blink", False)
    assert not view._timer.isActive()
    np.testing.assert_array_equal(view.first.image, comparing.screen.forward.image)
    comparing.store.undo()
    assert comparing.store.session == before
    comparing.view.show_tab("volume")
    QTest.keyClick(window, Qt.Key.Key_Space)
    assert comparing.store.session.compare == before.compare


@pytest.mark.parametrize("way", ["tab", "key"])
def test_space_flips_after_a_picture_of_the_page_before_had_the_keyboard(opened: Any, way: str) -> None:
    screen = opened.screen
    opened.view.show_tab("compare")
    opened.view.show_tab("volume")
    settle(opened)
    screen.window.activateWindow()
    until(screen.window.isActiveWindow)
    screen.ortho.panes["xy"].take_keyboard()
    if way == "tab":
        screen.tabs.bar.setCurrentIndex(screen.tabs.names.index("compare"))
    else:
        opened.view.show_tab("compare")
    settle(opened)
    QTest.keyClick(screen.window.focusWidget(), Qt.Key.Key_Space)
    page = next(page for page in opened.pages if isinstance(page, ComparePage))
    assert page.view.shows_b and not page.controls.first.view().isVisible()


def test_every_setting_is_a_step_and_is_shown_again_after_undo(comparing: Any) -> None:
    controls, view = comparing.page.controls, comparing.page.view
    before = comparing.store.session.compare
    controls.modes["swipe"].click()
    controls.divider.valueChanged.emit(0.3)
    controls.divider.valueChanged.emit(0.25)
    controls.divider.released.emit()
    view.dividerMoved.emit(0.75)
    controls.own_contrast.click()
    controls.pace.valueChanged.emit(1.5)
    controls.modes["blink"].click()
    controls.running.click()
    look = comparing.store.session.compare
    assert (look.mode, look.divider, look.own_contrast, look.seconds, look.running) == (
        "blink", 0.75, True, 1.5, False,
    )  # fmt: skip
    assert controls.seconds.text() == "1.5 s"
    steps = []
    while comparing.store.session.compare != before:
        steps.append(comparing.store.undo_name)
        comparing.store.undo()
    assert steps == ["Hold", "Comparison", "Blinking pace", "Own contrast", "Move divider", "Move divider",
                     "Comparison"]  # fmt: skip
    assert controls.modes["side_by_side"].isChecked()
    assert controls.seconds.text() == "0.6 s" and controls.divider.value == 0.5


def test_contrast_is_shared_until_own_is_asked_for_and_stays_with_the_scene(comparing: Any) -> None:
    view, controls = comparing.page.view, comparing.page.controls
    view.second.choose_levels((-1.0, 3.0))
    assert view.first.levels == view.second.levels == (-1.0, 3.0)
    controls.own_contrast.click()
    assert view.first.levels != (-1.0, 3.0)
    view.second.choose_levels((-2.0, 5.0))
    assert view.second.levels == (-2.0, 5.0) != view.first.levels
    controls.own_contrast.click()
    assert view.first.levels == view.second.levels == (-1.0, 3.0)
    comparing.screen.data.sceneChosen.emit(0, 1)
    settle(comparing)
    assert view.first.levels != (-1.0, 3.0)
    comparing.screen.data.sceneChosen.emit(0, 0)
    settle(comparing)
    assert view.first.levels == (-1.0, 3.0)


def test_a_snapshots_picture_follows_its_name_and_goes_with_it(comparing: Any) -> None:
    comparing.spec.set_values({"tilt_axis_offset": 0.7})
    settle(comparing)
    comparing.snapshots.take()
    (shot,) = comparing.store.session.snapshots
    comparing.spec.set_values({"tilt_axis_offset": 0.0})
    before = comparing.store.session
    comparing.screen.snapshots.menu_for(0).actions()[1].trigger()
    assert comparing.store.undo_name == "Compare with snapshot"
    settle(comparing)
    np.testing.assert_allclose(images(comparing)[1], live(comparing, shot.state.spec), rtol=1e-5, atol=1e-6)
    comparing.screen.snapshots.renameRequested.emit(shot.name, "best")
    assert comparing.page.controls.second.currentText() == "forward ŷ, ‘best’"
    second = comparing.page.view.second
    assert second.title_label.text() == "forward ŷ, ‘best’"
    assert second.caption_label.text() == "its θ, the present x"
    assert "θ of ‘best’ and the object x there is now" in second.title_label.toolTip()
    comparing.screen.snapshots.deleteRequested.emit("best")
    settle(comparing)
    np.testing.assert_array_equal(images(comparing)[1], comparing.screen.measured.image)
    for _ in range(3):
        comparing.store.undo()
    assert comparing.store.session == before


def test_a_scene_without_the_chosen_side_shows_the_nearest_and_comes_back(comparing: Any) -> None:
    choose(comparing, Compared("truth"), Compared("quick"))
    comparing.screen.data.sceneChosen.emit(0, 1)
    settle(comparing)
    assert comparing.page.controls.first.currentText() == "measured y"
    assert comparing.store.session.compare.a == Compared("truth")
    comparing.screen.data.sceneChosen.emit(0, 0)
    settle(comparing)
    assert comparing.page.controls.first.currentText() == "truth"


def test_without_a_file_there_is_nothing_to_compare(opened: Any) -> None:
    comparing = to_compare(opened)
    comparing.screen.data.closeRequested.emit(0)
    settle(comparing)
    assert comparing.page.view.first._message.text() == "Open a file to compare what is in it."


def test_values_of_both_sides_stand_in_the_status_line(comparing: Any) -> None:
    a, b = images(comparing)
    comparing.page.view.first.hovered.emit(5.2, 7.0, 0.0)
    text = comparing.screen.status.cursor_text
    assert (
        text
        == f"x 5  y 7 px  ·  A {a[7, 5]:.3g}  B {b[7, 5]:.3g}  A − B {a[7, 5] - b[7, 5]:+.3g}".replace(
            "-", "−"
        )
    )
    comparing.view.show_image(0)
    settle(comparing)
    assert comparing.screen.status.cursor_text != text
    comparing.page.view.first.hovered.emit(np.nan, np.nan, np.nan)
    assert comparing.screen.status.cursor_text == ""


def test_a_slider_draws_the_pair_once_for_each_picture(
    comparing: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[Any] = []
    monkeypatch.setattr(comparing.page.view, "set_pair", lambda *parts: drawn.append(parts))
    row = comparing.screen.parameters.rows["tilt_axis_offset"]
    row.valueChanged.emit(0.8)
    settle(comparing)
    assert len(drawn) == 1
    row.released.emit()


def test_a_comparison_that_fails_says_so_and_the_next_one_works(
    opened: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    comparing = to_compare(opened)  # where no volume has been read yet

    def fail(*_: Any) -> Any:
        raise UserError("The volume is gone: open it again.")

    monkeypatch.setattr(comparing.page._pictures, "_read", fail)
    choose(comparing, Compared("quick"), Compared("truth"))
    assert comparing.page.view.first._message.text() == FAILED
    assert "The volume is gone" in comparing.screen.messages.sentence.text()
    choose(comparing, Compared("measured"), Compared("forward"))
    assert comparing.page.view.second.image is not None


def test_volumes_of_two_files_are_compared(program: Any, shared_data: Any) -> None:
    maps = shared_data / "real" / "maps"
    program.open([maps / "EMD-3197.map", maps / "emd_3197.map.gz"])
    until(lambda: len(program.store.session.files) == 2)
    program.view.show_tab("compare")
    settle(program)
    page = next(page for page in program.pages if isinstance(page, ComparePage))
    assert page.controls.second.currentText() == "emd_3197.map.gz"
    assert page.controls.figures.figures == {"PSNR": "∞ dB", "‖A−B‖/‖A‖": "0.000", "correlation": "1.000"}
