"""Calibrating by machine in the window: one step at the end, everything as before when cancelled."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtGui import QKeySequence
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QLabel

from cryogui.app.main import new_program
from cryogui.app.measure import pause, settle, until
from cryogui.app.panels.strategy_details import NO_OPTIONS
from cryogui.session import document
from tests.gui.slow_strategy import ACCURACY, GOAL, OFFSET, STEPS, TRADE


@pytest.fixture(scope="module")
def shared(qapp: Any, tier_path: Path, tmp_path_factory: Any) -> Iterator[Any]:
    """One window for all tests here, whose workers know the strategies of the tests."""
    program = new_program()
    program.runs.folder = tmp_path_factory.mktemp("history")
    program.runs.modules = ("tests.gui.slow_strategy",)
    program.screen.window.show()
    program.open([tier_path])
    settle(program)
    yield program
    if program.runs.calibration is not None:
        program.calibrating.cancel()
    program.closing._is_decided = True
    program.screen.window.close()


@pytest.fixture
def desk(shared: Any) -> Iterator[Any]:
    """With nothing to undo, at nominal, and the slow strategy chosen."""
    session = shared.store.session
    until(lambda: "patient" in [option.key for option in shared.screen.calibration._options])
    shared.screen.calibration.strategyChosen.emit("patient")
    shared.store.forget()
    yield shared
    shared.calibrating.cancel()
    until(lambda: shared.runs.calibration is None, 10)
    shared.store.update(session, None)
    settle(shared)


def offset(desk: Any) -> float:
    return float(desk.store.session.scene.spec[OFFSET])


def steps(desk: Any) -> list[str]:
    return [name for name, _, _ in desk.store.steps]


def start(desk: Any) -> None:
    desk.screen.calibration.button.click()
    until(lambda: 0.0 < offset(desk) < GOAL, 30)


def ended(desk: Any) -> None:
    until(lambda: desk.runs.calibration is None, 30)


def test_only_what_fits_the_scene_is_offered(desk: Any) -> None:
    keys = [option.key for option in desk.screen.calibration._options]
    assert {"patient", "refusing"} <= {*keys} and "of_particles" not in keys
    assert desk.screen.calibration.button.isEnabled() and desk.screen.actions.calibrate.isEnabled()


def test_sliders_follow_and_the_result_is_one_step(desk: Any) -> None:
    bar, row = desk.screen.calibration, desk.screen.parameters.rows[OFFSET]
    start(desk)
    assert steps(desk) == [], "what is tried out is no step"
    assert row.value == offset(desk) and "lap" in bar.note.text() and bar.button.text() == "Cancel"
    desk.screen.strip.indexChanged.emit(2)
    ended(desk)
    assert offset(desk) == GOAL and not bar.note.isVisible()
    assert steps(desk)[-1] == "Calibrate by patient" and len(steps(desk)) == 2
    assert "held-out error 0.5000 → 0.2500" in bar.outcome.text()
    desk.store.undo()
    assert offset(desk) == 0.0 and desk.store.session.scene.image_index == 2
    desk.store.undo()
    assert offset(desk) == 0.0, "a step about something else brings back nothing that was tried out"
    desk.store.redo()
    desk.store.redo()
    assert offset(desk) == GOAL


def test_findings_stand_in_the_rows_until_the_spec_changes(desk: Any, tmp_path: Path) -> None:
    start(desk)
    ended(desk)
    rows = desk.screen.parameters.rows
    resolved, flat = rows[OFFSET].finding, rows[ACCURACY].finding
    assert (resolved.verdict.text(), resolved.number.text()) == ("Resolved", "0.500 ± 0.020 px")
    assert resolved.verdict.property("tone") == "good"
    assert flat.verdict.text() == "Flat" and TRADE in flat.toolTip()
    assert rows["missing_wedge"].finding.isHidden()
    assert rows[OFFSET].slider._error == pytest.approx((0.48, 0.52)) and rows[ACCURACY].slider._error is None
    kept = tmp_path / "kept.cryogui"
    document.save(kept, desk.store.session)
    assert document.load(kept).session == desk.store.session
    desk.screen.parameters.edit("missing_wedge", 32.0)
    desk.screen.parameters.finish_edit("missing_wedge")
    assert resolved.verdict.property("tone") == "stale" and not rows[OFFSET].slider._is_error_current
    desk.store.undo()
    assert resolved.verdict.property("tone") == "good"


def test_escape_ends_it_and_everything_is_as_before(desk: Any) -> None:
    desk.screen.window.activateWindow()
    until(desk.screen.window.isActiveWindow)
    desk.screen.window.setFocus()
    QTest.keySequence(desk.screen.window, QKeySequence("Ctrl+K"))
    until(lambda: 0.0 < offset(desk) < GOAL, 30)
    desk.screen.actions.cancel.trigger()
    assert offset(desk) == 0.0 and steps(desk) == []
    until(lambda: desk.runs.calibration is None, 2)
    pause(100)
    assert offset(desk) == 0.0 and desk.screen.calibration.button.text() == "Calibrate"


def test_who_moves_a_parameter_takes_over(desk: Any) -> None:
    start(desk)
    desk.screen.parameters.edit("missing_wedge", 32.0)
    desk.screen.parameters.finish_edit("missing_wedge")
    reached = offset(desk)
    ended(desk)
    assert 0.0 < reached == offset(desk) and len(steps(desk)) == 1
    desk.store.undo()
    assert offset(desk) == 0.0


def test_locked_parameters_and_images_left_out_are_ordered_so(desk: Any) -> None:
    desk.screen.parameters.lockToggled.emit(OFFSET, True)
    desk.screen.strip.excludedChanged.emit(frozenset({1}), "Exclude image 2")
    desk.screen.calibration.button.click()
    until(lambda: desk.runs.calibration is not None)
    order = desk.runs.calibration.order
    assert order.locked == {OFFSET} and order.excluded == {1}
    ended(desk)
    assert offset(desk) == 0.0 and "kept every value" in desk.screen.calibration.outcome.text()


def test_a_failure_is_one_sentence(desk: Any) -> None:
    desk.screen.calibration.strategyChosen.emit("refusing")
    desk.screen.calibration.button.click()
    until(lambda: desk.runs.calibration is not None)
    ended(desk)
    assert offset(desk) == 0.0
    shown = [label.text() for label in desk.screen.messages.findChildren(QLabel)]
    assert "'Refusing' failed: This cannot be done; do something else." in shown


def test_closing_asks_first(desk: Any) -> None:
    start(desk)
    assert not desk.closing.may_close()
    words = [button.text() for button in desk.screen.offers.buttons]
    assert words == ["Cancel and close", "Stay"] and "calibration" in desk.screen.offers.sentence.text()
    desk.screen.offers.buttons[1].click()


def test_options_of_the_strategy_are_set_in_a_form_and_heeded(desk: Any, tmp_path: Path) -> None:
    bar, look = desk.screen.calibration, lambda: desk.store.session.calibration
    bar.unfold_button.click()
    form = bar.details.form
    assert bar.details.isVisible() and form.fields["steps"].value() == STEPS
    assert (
        not bar.details.defaults_button.isEnabled() and "After nobody" in bar.details.about_button.toolTip()
    )
    form.fields["steps"].setValue(2)
    form.editFinished.emit()
    assert look().options_of("patient") == {"steps": 2} and steps(desk)[-1] == "Change steps"
    kept = tmp_path / "kept.cryogui"
    document.save(kept, desk.store.session)
    assert document.load(kept).session == desk.store.session
    start(desk)
    assert not bar.details.isEnabled() and desk.runs.calibration.order.options == {"steps": 2}
    ended(desk)
    assert desk.runs.history.calibrations()[0].order.options == {"steps": 2}
    bar.details.defaults_button.click()
    assert look().options_of("patient") == {} and form.fields["steps"].value() == STEPS
    bar.strategyChosen.emit("refusing")
    assert form.fields == {} and form._words.text() == NO_OPTIONS
    bar.unfold_button.click()
    assert not bar.details.isVisible()
