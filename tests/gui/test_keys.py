"""Every key of the table does what it says: the real key, sent to the real window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtGui import QKeySequence
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QDialog, QFileDialog

from cryogui.app import theme
from cryogui.app.control.calibration import UNDER_WAY
from cryogui.app.entries import ENTRIES, LEVEL_STEPS
from cryogui.app.main import new_program
from cryogui.app.measure import settle, until
from cryogui.app.runs import Runs
from cryogui.app.views.contrast_panel import ContrastPanel
from tests.gui.conftest import TILTS, N

Press = Callable[[], None]
KEYS = [(entry.name, key) for entry in ENTRIES for key in entry.keys]
START = 3  # the image every test starts from


@pytest.fixture(scope="module")
def shared(qapp: Any, tier_path: Path) -> Iterator[Any]:
    """One window for all keys; each test leaves it as it found it."""
    program = new_program()
    window = program.screen.window
    window.show()
    window.activateWindow()
    program.open([tier_path])
    settle(program)
    until(window.isActiveWindow)
    yield program
    window.close()


@pytest.fixture
def desk(shared: Any, monkeypatch: pytest.MonkeyPatch, qapp: QApplication) -> Iterator[Any]:
    session = shared.store.session
    shared.store.update(session.with_scene(image_index=START), None)
    shared.screen.window.setFocus()
    # Wherever the pointer of this machine rests.
    monkeypatch.setattr(shared.screen.window, "pane_in_question", lambda: shared.screen.measured)
    settle(shared)
    yield shared
    shared.store.update(session, None)
    settle(shared)


def session_of(program: Any) -> Any:
    return program.store.session


# ---- what each entry does: given the program and the press of its key, an assertion

Effect = Callable[[Any, Press, pytest.MonkeyPatch], None]
EFFECTS: dict[str, Effect] = {}


def effect_of(*names: str) -> Callable[[Effect], Effect]:
    def note(effect: Effect) -> Effect:
        EFFECTS.update(dict.fromkeys(names, effect))
        return effect

    return note


def image_after(expected: int) -> Effect:
    def effect(program: Any, press: Press, patch: pytest.MonkeyPatch) -> None:
        press()
        assert session_of(program).scene.image_index == expected

    return effect


def slice_after(expected: int) -> Callable[[Any, Press], None]:
    def effect(program: Any, press: Press) -> None:
        plane = program.screen.ortho.panes["xz"]
        program.store.update(session_of(program).with_scene(position=(2.0, 5.0, 4.0)), None)
        program.screen.window.pane_in_question = lambda: plane
        press()
        assert session_of(program).scene.position == (2.0, expected, 4.0)
        assert program.screen.ortho.position == (2, expected, 4)

    return effect


EFFECTS["next_image"] = EFFECTS["next_plane"] = image_after(START + 1)
EFFECTS["previous_image"] = EFFECTS["previous_plane"] = image_after(START - 1)
EFFECTS["first_plane"] = image_after(0)
EFFECTS["middle_plane"] = image_after(TILTS // 2)
EFFECTS["last_plane"] = image_after(TILTS - 1)

OF_SLICES = {
    "next_plane": slice_after(6),
    "previous_plane": slice_after(4),
    "first_plane": slice_after(0),
    "middle_plane": slice_after(N // 2),
    "last_plane": slice_after(N - 1),
}


@effect_of("open")
def _(program: Any, press: Press, patch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    patch.setattr(QFileDialog, "getOpenFileNames", lambda *words: (asked.append(words), ([], ""))[1])
    press()
    assert asked[0][1] == "Open"


@effect_of("save_session", "save_session_as")
def _(program: Any, press: Press, patch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    patch.setattr(QFileDialog, "getSaveFileName", lambda *words: (asked.append(words), ("", ""))[1])
    press()
    assert asked[0][1] == "Save session"


@effect_of("exclude")
def _(program: Any, press: Press, patch: pytest.MonkeyPatch) -> None:
    press()
    assert session_of(program).scene.excluded == {START}
    press()
    assert session_of(program).scene.excluded == frozenset()


@effect_of("include_all")
def _(program: Any, press: Press, patch: pytest.MonkeyPatch) -> None:
    program.store.update(session_of(program).with_scene(excluded=frozenset({1, 2})), None)
    press()
    assert session_of(program).scene.excluded == frozenset()


@effect_of("close_file")
def _(program: Any, press: Press, patch: pytest.MonkeyPatch) -> None:
    path = session_of(program).files[0]
    press()
    assert session_of(program).files == () and program.engine.model is None
    program.open([path])
    settle(program)


@effect_of("undo")
def _(program: Any, press: Press, patch: pytest.MonkeyPatch) -> None:
    program.view.show_image(5)
    press()
    assert session_of(program).scene.image_index == START


@effect_of("export_pane")
def _(program: Any, press: Press, patch: pytest.MonkeyPatch) -> None:
    press()
    dialog = program.exports.dialog
    assert dialog.isVisible() and dialog.offer.name == "measured"
    dialog.close()
    program.screen.window.activateWindow()
    until(program.screen.window.isActiveWindow)


@effect_of("redo")
def _(program: Any, press: Press, patch: pytest.MonkeyPatch) -> None:
    program.view.show_image(5)
    program.screen.actions.undo.trigger()
    press()
    assert session_of(program).scene.image_index == 5


@effect_of("take_snapshot")
def _(program: Any, press: Press, patch: pytest.MonkeyPatch) -> None:
    before = len(session_of(program).snapshots)
    press()
    settle(program)
    assert len(session_of(program).snapshots) == before + 1


@effect_of("reset")
def _(program: Any, press: Press, patch: pytest.MonkeyPatch) -> None:
    program.spec.set_values({"tilt_axis_offset": 1.0})
    press()
    assert session_of(program).scene.spec["tilt_axis_offset"] == 0.0


@effect_of("run")
def _(program: Any, press: Press, patch: pytest.MonkeyPatch) -> None:
    assert session_of(program).scene.object.source == "truth"
    press()
    settle(program)
    assert session_of(program).scene.object.source == "quick"
    assert program.engine.model.x is program.engine.model.quick


@effect_of("calibrate")
def _(program: Any, press: Press, patch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    patch.setattr(program.calibrating, "_is_preparing", True)
    patch.setattr(program.screen.status, "showMessage", lambda words, ms: asked.append(words))
    program.screen.actions.allow(calibration=True)
    press()
    assert asked == [UNDER_WAY]


@effect_of("pause_run")
def _(program: Any, press: Press, patch: pytest.MonkeyPatch) -> None:
    paused: list[str] = []
    patch.setattr(Runs, "current", "the run")
    patch.setattr(program.runs, "pause_or_continue", paused.append)
    program.screen.actions.allow(run=True)
    press()
    assert paused == ["the run"]


@effect_of("follow_run")
def _(program: Any, press: Press, patch: pytest.MonkeyPatch) -> None:
    for expected in (True, False):
        press()
        assert session_of(program).reconstruction.follows is expected


@effect_of("valley")
def _(program: Any, press: Press, patch: pytest.MonkeyPatch) -> None:
    for expected in (True, False):
        press()
        assert session_of(program).calibration.valley is expected


@effect_of("unfold_runs")
def _(program: Any, press: Press, patch: pytest.MonkeyPatch) -> None:
    bar = program.screen.reconstruction
    for expected in (True, False):
        press()
        settle(program)
        assert session_of(program).reconstruction.unfolded is expected
        assert bar.details.isVisible() is expected


@effect_of("cancel")
def _(program: Any, press: Press, patch: pytest.MonkeyPatch) -> None:
    program.screen.actions.sweepRequested.emit("tilt_axis_offset")
    assert program.sweep.running
    press()
    assert not program.sweep.running


@effect_of("play")
def _(program: Any, press: Press, patch: pytest.MonkeyPatch) -> None:
    press()
    assert program.screen.strip.is_playing
    press()
    assert not program.screen.strip.is_playing


def zoom_effect(before: float, after: float) -> Effect:
    """The shown width, in widths of the whole, after zooming by `before` and pressing the key."""

    def effect(program: Any, press: Press, patch: pytest.MonkeyPatch) -> None:
        pane = program.screen.measured
        pane.view_all()
        whole = pane.view_rect().width()
        pane.zoom(before)
        press()
        assert pane.view_rect().width() == pytest.approx(after * whole, rel=0.01)
        pane.view_all()

    return effect


EFFECTS["zoom_in"] = zoom_effect(1.0, 1 / 1.25)
EFFECTS["zoom_out"] = zoom_effect(1.0, 1.25)
EFFECTS["view_all"] = zoom_effect(3.0, 1.0)


@effect_of("auto_contrast")
def _(program: Any, press: Press, patch: pytest.MonkeyPatch) -> None:
    pane = program.screen.measured
    pane.choose_levels((-100.0, 200.0))
    press()
    low, high = pane.levels
    assert pane.image.min() <= low < high <= pane.image.max()


@effect_of("contrast")
def _(program: Any, press: Press, patch: pytest.MonkeyPatch) -> None:
    press()
    (panel,) = program.screen.measured.findChildren(ContrastPanel)
    assert panel.isVisible()
    panel.close()


def level_effect(black: float, white: float) -> Effect:
    def effect(program: Any, press: Press, patch: pytest.MonkeyPatch) -> None:
        pane = program.screen.measured
        pane.choose_levels((0.0, 10.0))
        press()
        assert pane.levels == pytest.approx((10 * black, 10 + 10 * white))

    return effect


EFFECTS.update({name: level_effect(*step) for name, _, step, _ in LEVEL_STEPS})


@effect_of("invert")
def _(program: Any, press: Press, patch: pytest.MonkeyPatch) -> None:
    pane = program.screen.measured
    press()
    assert pane.is_inverted
    press()
    assert not pane.is_inverted


@effect_of("false_colour")
def _(program: Any, press: Press, patch: pytest.MonkeyPatch) -> None:
    grey = program.screen.measured.colours
    press()
    assert program.screen.measured.colours == "false" != grey
    press()
    assert program.screen.measured.colours == grey


@effect_of("spectrum_of_pane")
def _(program: Any, press: Press, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(program.screen.window, "pane_in_question", lambda: program.screen.residual)
    press()
    assert session_of(program).tab == "spectrum"
    assert session_of(program).spectrum.source == "residual"


@effect_of("residual_in_noise")
def _(program: Any, press: Press, patch: pytest.MonkeyPatch) -> None:
    before = session_of(program).residual_in_noise
    press()
    assert session_of(program).residual_in_noise is not before


@effect_of("colour_bars")
def _(program: Any, press: Press, patch: pytest.MonkeyPatch) -> None:
    before = session_of(program).colour_bars
    press()
    assert session_of(program).colour_bars is not before


@effect_of("flip_y")
def _(program: Any, press: Press, patch: pytest.MonkeyPatch) -> None:
    press()
    assert session_of(program).flip_y


@effect_of("larger")
def _(program: Any, press: Press, patch: pytest.MonkeyPatch) -> None:
    press()
    assert theme.px(100) > 100
    program.screen.actions.smaller.trigger()


@effect_of("smaller")
def _(program: Any, press: Press, patch: pytest.MonkeyPatch) -> None:
    press()
    assert theme.px(100) < 100
    program.screen.actions.larger.trigger()


@effect_of("show_keys")
def _(program: Any, press: Press, patch: pytest.MonkeyPatch) -> None:
    press()
    (dialog,) = (each for each in program.screen.window.findChildren(QDialog) if each.isVisible())
    assert dialog.isVisible() and dialog.windowTitle().startswith("Keys")
    dialog.close()
    QApplication.sendPostedEvents(dialog, 0)
    program.screen.window.activateWindow()
    until(program.screen.window.isActiveWindow)


@effect_of("find_action")
def _(program: Any, press: Press, patch: pytest.MonkeyPatch) -> None:
    press()
    assert program.palette.palette.search.hasFocus()
    press()
    assert program.palette.palette.isHidden()


@effect_of("console")
def _(program: Any, press: Press, patch: pytest.MonkeyPatch) -> None:
    panel = program.screen.window.workspace.panels["console"]
    press()
    assert panel.isVisible()
    press()
    assert panel.isHidden()


@effect_of("copy_script")
def _(program: Any, press: Press, patch: pytest.MonkeyPatch) -> None:
    press()
    assert "\ncryogui forward " in QApplication.clipboard().text()


@effect_of("enlarge_volume")
def _(program: Any, press: Press, patch: pytest.MonkeyPatch) -> None:
    press()
    settle(program)
    assert session_of(program).volume.enlarged and not program.screen.measured.isVisible()
    press()
    assert not session_of(program).volume.enlarged


# ---- the tests


def press_of(program: Any, key: str) -> Press:
    return lambda: QTest.keySequence(program.screen.window, QKeySequence(key))


@pytest.mark.parametrize(("name", "key"), [pair for pair in KEYS if pair[0] != "quit"])
def test_the_key_does_what_the_table_says(
    desk: Any, monkeypatch: pytest.MonkeyPatch, name: str, key: str
) -> None:
    assert name in EFFECTS, f"write into EFFECTS what {key} does"
    EFFECTS[name](desk, press_of(desk, key), monkeypatch)


@pytest.mark.parametrize("name", OF_SLICES)
def test_the_same_keys_step_through_slices_where_the_pointer_is_in_one(desk: Any, name: str) -> None:
    (key,) = (entry.keys[0] for entry in ENTRIES if entry.name == name)
    OF_SLICES[name](desk, press_of(desk, key))


def test_alt_and_a_number_choose_a_tab(desk: Any) -> None:
    names = desk.screen.tabs.names
    for number in reversed(range(len(names))):
        press_of(desk, f"Alt+{(number + 1) % 10}")()
        assert desk.store.session.tab == names[number]


def test_ctrl_q_closes_the_window(qapp: Any) -> None:
    program = new_program()
    program.screen.window.show()
    program.screen.window.activateWindow()
    until(program.screen.window.isActiveWindow)
    press_of(program, "Ctrl+Q")()
    assert not program.screen.window.isVisible()


def test_no_key_means_two_things() -> None:
    keys = [QKeySequence(key).toString() for _, key in KEYS]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_every_entry_says_what_it_is_for(desk: Any, entry: Any) -> None:
    action = getattr(desk.screen.actions, entry.name)
    assert entry.help.endswith(".") and entry.help != entry.text
    assert action.statusTip() == action.toolTip() == entry.help


def test_the_keys_of_the_design_are_all_there() -> None:
    wanted = "PgUp PgDown Home End Ins 1 2 - = F1 F2 F3 F4 F5 F6 F7 F8 F11 F12 Shift+A Ctrl+Z Ctrl+Shift+Z"
    wanted += " Ctrl+O Ctrl+R Esc P ? Ctrl+Shift+P"
    assert set(wanted.split()) <= {key for _, key in KEYS}


def test_keys_still_work_while_a_panel_floats(desk: Any) -> None:
    panel = desk.screen.window.workspace.panels["microscope"]
    panel.setFloating(True)
    panel.activateWindow()
    until(panel.isActiveWindow)
    QTest.keySequence(panel, QKeySequence("2"))
    panel.setFloating(False)
    desk.screen.window.activateWindow()
    until(desk.screen.window.isActiveWindow)
    assert desk.store.session.scene.image_index == START + 1
