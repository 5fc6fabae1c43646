"""The console in the window: the arrays are those on show, sliders follow, and nothing stops the window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mrcfile
import numpy as np
import pytest
import tifffile
from PyQt6.QtCore import Qt

from cryogui.app.measure import pause, settle, until
from cryogui.app.panels.array_view import ArrayView
from cryogui.app.theme import apply_theme
from tests.gui.conftest import N


@pytest.fixture
def opened(lent: Any) -> Iterator[Any]:
    """With the console as it is at first, but for its names."""
    yield lent
    panel = lent.console.panel
    if panel is not None:
        lent.console.dock.close()
        panel.transcript.forget()
        panel.prompt.clear()


def run(program: Any, source: str) -> str:
    """What the console says to a command."""
    transcript = program.console._shown_panel().transcript
    before = len(transcript.toPlainText())
    program.console.run(source)
    until(lambda: not program.console.is_busy, 20)
    until(lambda: not program.console.panel.prompt.is_busy, 5)
    return str(transcript.toPlainText()[before:])


def value(program: Any, expression: str) -> Any:
    """The value of an expression at the prompt."""
    program.console._namespace.pop("result", None)
    said = run(program, f"result = {expression}")
    assert "result" in program.console._namespace, said
    return program.console._namespace["result"]


def test_nothing_is_made_until_the_console_is_opened(program: Any) -> None:
    assert program.console.panel is None
    assert program.console.dock.isHidden()
    program.screen.actions.console.trigger()
    assert program.console.dock.isVisible()
    assert program.screen.window.focusWidget() is program.console.panel.prompt
    assert "help_me()" in program.console.panel.transcript.toPlainText()
    program.console.dock.close()
    assert not program.screen.actions.console.isChecked()


def test_the_names_are_what_the_window_shows(opened: Any) -> None:
    opened.view.show_image(3)
    settle(opened)
    model, spec = opened.engine.model, opened.store.session.scene.spec
    np.testing.assert_array_equal(value(opened, "y"), model.scene.y)
    np.testing.assert_array_equal(value(opened, "y[image]"), opened.screen.measured.image)
    np.testing.assert_allclose(value(opened, "forward"), opened.screen.forward.image, rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(value(opened, "yhat"), value(opened, "forward"))
    np.testing.assert_allclose(value(opened, "residual"), value(opened, "y[image] - forward"))
    np.testing.assert_array_equal(value(opened, "r"), value(opened, "residual"))
    np.testing.assert_array_equal(value(opened, "x"), opened.screen.ortho.volume)
    np.testing.assert_array_equal(value(opened, "truth"), model.scene.x_true)
    assert value(opened, "quick").shape == (N, N, N)
    assert value(opened, "dict(spec)") == dict(spec)
    assert value(opened, "nominal") == model.scene.ranges.nominal
    assert value(opened, "model.misfit(spec).residual") == pytest.approx(opened.pictures.residual)
    assert value(opened, "operator.apply(x, spec)").shape == model.scene.y.shape
    opened.view.show_image(4)
    np.testing.assert_array_equal(value(opened, "forward"), model.live.image(4, spec))


def test_without_a_file_the_names_are_none_and_say_so(program: Any) -> None:
    assert value(program, "(y, x, forward, model, scene)") == (None,) * 5
    said = run(program, "help_me()")
    assert "None" in said and "set(name=value" in said
    assert "no parameter 'defocus'" in run(program, "set(defocus=1)")


def test_arrays_are_not_to_be_written_to(opened: Any) -> None:
    for name in ("y", "forward", "residual", "x", "truth", "quick", "scene.y", "scene.x_true"):
        assert "read-only" in run(opened, f"{name}[0] = 0"), name


def test_another_object_for_the_model_is_not_the_windows(opened: Any) -> None:
    before = opened.engine.model.live.images(opened.store.session.scene.spec)
    assert value(opened, "model.set_object(0 * x) or 1") == 1
    after = opened.engine.model.live.images(opened.store.session.scene.spec)
    np.testing.assert_array_equal(before, after)


def test_set_moves_sliders_as_one_step(opened: Any) -> None:
    assert "Error" not in run(opened, "set(tilt_axis_offset=0.5, missing_wedge=33)")
    settle(opened)
    rows = opened.screen.parameters.rows
    assert (rows["tilt_axis_offset"].value, rows["missing_wedge"].value) == (0.5, 33.0)
    np.testing.assert_allclose(value(opened, "forward"), opened.screen.forward.image, rtol=1e-5, atol=1e-6)
    opened.screen.actions.undo.trigger()
    assert (rows["tilt_axis_offset"].value, rows["missing_wedge"].value) == (0.0, 30.0)
    assert value(opened, "set([1, 1])") == {1}  # Python's own


REFUSED = (
    ("set(defocus=1)", "no parameter 'defocus'"),
    ("set(missing_wedge=90)", "26 to 38"),
    ("set(missing_wedge='wide')", "no value"),
    ("set(missing_wedge=float('nan'))", "no value"),
    ("show(y + 1j)", "Only real"),
    ("show(np.zeros(3))", "Only real"),
    ("save(np.zeros(3), 'a.mrc')", "two or three axes"),
    ("save(y, 'a.png')", ".mrc"),
)


def test_what_cannot_be_done_is_one_sentence_and_changes_nothing(
    opened: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = opened.store.session
    for command, sentence in REFUSED:
        said = run(opened, command).splitlines()[-1]
        assert sentence in said and "Error" not in said, command
    assert opened.store.session is before
    assert list(tmp_path.iterdir()) == []
    assert not opened.screen.messages.isVisible()  # it stays in the console


def test_a_locked_parameter_stays(opened: Any) -> None:
    opened.screen.parameters.lockToggled.emit("missing_wedge", True)
    assert "unlock it" in run(opened, "set(missing_wedge=33)")


def test_the_window_goes_on_while_a_command_loops_for_ever(opened: Any) -> None:
    opened.console.run("while True: pass")
    pause(100)
    assert opened.console.panel.stop_button.isEnabled()
    opened.view.show_image(2)
    settle(opened)
    np.testing.assert_array_equal(opened.screen.measured.image, opened.engine.model.scene.y[2])
    assert opened.console.is_busy
    opened.console.panel.stop_button.click()
    until(lambda: not opened.console.is_busy, 10)
    until(lambda: not opened.console.panel.prompt.is_busy, 5)
    assert "Interrupted" in opened.console.panel.transcript.toPlainText()
    assert run(opened, "1 + 1").endswith("2\n")


def test_a_flood_of_output_does_not_stop_the_window(opened: Any) -> None:
    opened.console.run("while True: print('x' * 1000)")
    pause(300)
    opened.view.show_image(2)
    settle(opened)
    opened.console.interrupt()
    until(lambda: not opened.console.is_busy, 10)
    assert "characters more" in opened.console.panel.transcript.toPlainText()


def test_a_deaf_command_is_told_and_left_to_itself(opened: Any) -> None:
    import threading

    gate = threading.Event()
    opened.console._namespace["gate"] = gate
    opened.console.run("gate.wait()")
    opened.console.interrupt()
    said = opened.console.panel.transcript.toPlainText
    until(lambda: "does not answer" in said(), 5)
    opened.console.interrupt()
    assert "Left to itself" in said()
    assert run(opened, "1 + 1").endswith("2\n")
    gate.set()


def test_closing_the_window_does_not_wait_for_the_console(program: Any) -> None:
    program.console.run("while True: pass")
    program.screen.window.close()
    until(lambda: not program.console.is_busy, 5)


def test_show_opens_the_array_plane_by_plane(opened: Any) -> None:
    run(opened, "show(truth, 'the truth')")
    (view,) = opened.screen.window.findChildren(ArrayView)
    assert "the truth" in view.windowTitle()
    np.testing.assert_array_equal(view.pane.image, opened.engine.model.scene.x_true[N // 2])
    view.slider.setValue(3)
    np.testing.assert_array_equal(view.pane.image, opened.engine.model.scene.x_true[3])
    view.close()


def test_save_writes_what_other_programs_read(opened: Any, tmp_path: Path) -> None:
    for name in ("a.npy", "a.mrc", "a.tif"):
        assert "Error" not in run(opened, f"save(y, {str(tmp_path / name)!r})")
    y = opened.engine.model.scene.y
    np.testing.assert_array_equal(np.load(tmp_path / "a.npy"), y)
    with mrcfile.open(tmp_path / "a.mrc") as file:
        np.testing.assert_array_equal(file.data, y)
        assert float(file.voxel_size.x) == pytest.approx(10.0)
    np.testing.assert_array_equal(tifffile.imread(tmp_path / "a.tif"), y)


def test_typing_runs_completes_and_remembers(opened: Any, qtbot: Any) -> None:
    opened.screen.actions.console.trigger()
    prompt, said = opened.console.panel.prompt, opened.console.panel.transcript.toPlainText
    qtbot.keyClicks(prompt, "set(missing_w")
    qtbot.keyClick(prompt, Qt.Key.Key_Tab)
    until(lambda: prompt.toPlainText() == "set(missing_wedge=", 5)
    qtbot.keyClicks(prompt, "34)")
    qtbot.keyClick(prompt, Qt.Key.Key_Return)
    assert prompt.toPlainText() == ""
    until(lambda: opened.store.session.scene.spec["missing_wedge"] == 34.0, 5)
    until(lambda: not prompt.is_busy, 5)
    assert ">>> set(missing_wedge=34)" in said()
    qtbot.keyClicks(prompt, "for i in range(2):")
    qtbot.keyClick(prompt, Qt.Key.Key_Return)
    qtbot.keyClicks(prompt, "print('row', i)")
    qtbot.keyClick(prompt, Qt.Key.Key_Return)
    assert prompt.blockCount() == 3  # as deep as the line above
    for _ in range(4):
        qtbot.keyClick(prompt, Qt.Key.Key_Backspace)
    qtbot.keyClick(prompt, Qt.Key.Key_Return)
    until(lambda: "row 1" in said(), 5)
    until(lambda: not prompt.is_busy, 5)
    qtbot.keyClick(prompt, Qt.Key.Key_Up)
    assert prompt.toPlainText().startswith("for i in")
    qtbot.keyClick(prompt, Qt.Key.Key_Escape)
    assert prompt.toPlainText() == ""


def test_several_completions_are_offered(opened: Any, qtbot: Any) -> None:
    opened.screen.actions.console.trigger()
    prompt = opened.console.panel.prompt
    qtbot.keyClicks(prompt, "y.a")
    qtbot.keyClick(prompt, Qt.Key.Key_Tab)
    until(lambda: prompt._completer.popup().isVisible(), 5)
    assert prompt._completer.completionCount() > 1
    prompt._completer.popup().hide()


def test_the_colours_follow_the_theme(opened: Any, qapp: Any) -> None:
    run(opened, "1 / 0")
    before = opened.console.panel.transcript.toPlainText()
    apply_theme(qapp, "light")
    assert opened.console.panel.transcript.toPlainText() == before
    apply_theme(qapp, "dark")


def test_the_prompt_is_as_high_as_what_is_typed(opened: Any) -> None:
    opened.screen.actions.console.trigger()
    pause(50)
    prompt = opened.console.panel.prompt
    one = prompt.height()
    prompt.setPlainText("a = 1\nb = 2\nc = 3")
    line = prompt.fontMetrics().lineSpacing()
    assert abs(prompt.height() - one - 2 * line) <= 2
    prompt.setPlainText("x" * 3000)  # wrapped, and no higher than a few lines
    assert one + line < prompt.height() <= one + 7 * line + 2
    prompt.clear()
    assert prompt.height() == one


def test_the_console_opens_high_enough_and_then_as_it_was_left(program: Any) -> None:
    dock, workspace = program.console.dock, program.screen.window.workspace
    program.screen.actions.console.trigger()
    pause(50)
    assert dock.height() > 0.2 * program.screen.window.height()
    workspace.resizeDocks([dock], [330], Qt.Orientation.Vertical)
    pause(50)
    left = dock.height()
    program.screen.actions.console.trigger()
    program.screen.actions.console.trigger()
    pause(50)
    assert dock.height() == pytest.approx(left, abs=2)
