"""Calibrations in the runs tab: listed with the reconstructions, and what they have found applied again."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cryogui.app.main import new_program
from cryogui.app.measure import settle, until
from cryogui.app.pages.runs_findings import HOW_FAR
from tests.gui.slow_strategy import ACCURACY, GOAL, OFFSET, TRADE


@pytest.fixture(scope="module")
def shared(qapp: Any, tier_path: Path, tmp_path_factory: Any) -> Iterator[Any]:
    """A window whose history has a quick calibration, one that has failed, and a reconstruction."""
    program = new_program()
    program.runs.folder = tmp_path_factory.mktemp("history")
    program.runs.modules = ("tests.gui.slow_strategy", "tests.gui.slow_method")
    program.screen.window.show()
    program.open([tier_path])
    settle(program)
    until(lambda: "patient" in [option.key for option in program.screen.calibration._options])
    calibrated(program, "refusing")
    calibrated(program, "patient")
    program.screen.reconstruction.methodChosen.emit("wbp")
    program.reconstructing.run()
    until(lambda: bool(program.runs.all) and program.runs.all[0].has_ended, 30)
    program.screen.messages.dismiss()
    program.view.show_tab("runs")
    settle(program)
    program.page = next(page for page in program.pages if page.name == "runs")
    yield program
    program.closing._is_decided = True
    program.screen.window.close()


def calibrated(program: Any, strategy: str) -> None:
    program.screen.calibration.strategyChosen.emit(strategy)
    program.calibrating.calibrate()
    until(lambda: program.runs.calibration is not None, 10)
    ended(program)


def ended(program: Any) -> None:
    until(lambda: program.runs.calibration is None and not program.calibrating._is_preparing, 30)
    settle(program)


@pytest.fixture
def desk(shared: Any) -> Iterator[Any]:
    """At nominal, with nothing to undo."""
    shared.screen.actions.reset.trigger()
    settle(shared)
    session = shared.store.session
    shared.store.forget()
    yield shared
    shared.store.update(session, None)
    settle(shared)


def listed(desk: Any) -> list[str]:
    return [row.words[0] for row in desk.page.view.table.shown]


def select(desk: Any, title: str) -> Any:
    table = desk.page.view.table
    table.selectRow(listed(desk).index(title))
    settle(desk)
    return table.current


def scene(desk: Any) -> Any:
    return desk.store.session.scene


def test_both_kinds_are_listed_told_apart_and_filtered(desk: Any) -> None:
    view = desk.page.view
    assert len(listed(desk)) == 3 and {"Patient", "Refusing"} < {*listed(desk)}
    made = {row.words[0]: row.words[2] for row in view.table.shown}
    assert (made["Patient"], made["Refusing"]) == ("spec", "spec") and [*made.values()].count("volume") == 1
    view.kindChosen.emit("calibration")
    assert listed(desk) == ["Patient", "Refusing"]
    view.wordsChanged.emit("done")
    assert listed(desk) == ["Patient"]
    view.wordsChanged.emit("")
    view.kindChosen.emit("reconstruction")
    assert len(listed(desk)) == 1 and "Patient" not in listed(desk)


def test_the_details_tell_values_errors_verdicts_and_the_held_out_error(desk: Any) -> None:
    view = desk.page.view
    select(desk, "Patient")
    assert view.findings.isVisible() and not view.views.isVisible()
    assert "Held-out error 0.5000 → 0.2500" in view.findings.sentence.text()
    rows = {row[0]: row[1:] for row in view.findings.table.cells}
    assert rows["tilt-axis offset"] == ["0", "0.500 ± 0.020 px", "resolved"]
    assert rows["tilt-angle accuracy"][-1] == "flat" and rows["missing wedge"][-1] == "not determined"
    assert TRADE in view.findings.table.item(1, 0).toolTip()
    select(desk, "Refusing")
    words = view.findings.sentence.text()
    assert words.startswith("Failed") and "do something else. " in words and HOW_FAR in words
    assert not view.use.isEnabled() and not view.resume.isEnabled()
    select(desk, next(each for each in listed(desk) if each not in ("Patient", "Refusing")))
    assert not view.findings.isVisible() and view.views.isVisible() and view.use.text() == "As x"


def test_what_was_found_is_applied_as_one_step_with_its_findings(desk: Any) -> None:
    select(desk, "Patient")
    assert desk.page.view.use.text() == "Apply"
    desk.page.view.use.click()
    assert scene(desk).spec[OFFSET] == GOAL and scene(desk).is_calibrated
    assert desk.screen.parameters.rows[ACCURACY].finding.verdict.text() == "Flat"
    assert [name for name, _, _ in desk.store.steps] == ["Apply Patient"]
    desk.store.undo()
    assert scene(desk).spec[OFFSET] == 0.0


def test_what_is_locked_keeps_its_value_and_the_findings_are_not_about_it(desk: Any) -> None:
    desk.screen.parameters.lockToggled.emit(OFFSET, True)
    select(desk, "Patient")
    desk.page.view.use.click()
    assert scene(desk).spec[OFFSET] == 0.0 and not scene(desk).is_calibrated


def test_findings_from_other_images_are_dimmed(desk: Any) -> None:
    desk.screen.strip.excludedChanged.emit(frozenset({0}), "Exclude")
    settle(desk)
    select(desk, "Patient")
    desk.page.view.use.click()
    assert scene(desk).spec[OFFSET] == GOAL and not scene(desk).is_calibrated


def test_of_another_scene_nothing_is_applied(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    row = select(desk, "Patient")
    monkeypatch.setattr(desk.engine.model, "content_hash", "other")
    desk.page.view.table.useRequested.emit(row.number)
    desk.page.view.table.againRequested.emit(row.number)
    assert "show that first" in desk.screen.messages.sentence.text()
    assert scene(desk).spec[OFFSET] == 0.0 and desk.runs.calibration is None
    desk.screen.messages.dismiss()


def test_it_is_done_again_from_where_it_began_renamed_and_deleted(desk: Any) -> None:
    desk.screen.parameters.edit(OFFSET, -0.4)
    desk.screen.parameters.finish_edit(OFFSET)
    row = select(desk, "Patient")
    desk.page.view.again.click()
    until(lambda: desk.runs.calibration is not None, 10)
    assert "Start of Patient" in [name for name, _, _ in desk.store.steps]
    ended(desk)
    assert scene(desk).spec[OFFSET] == GOAL and listed(desk).count("Patient") == 2
    table = desk.page.view.table
    newest = next(each for each in table.shown if each.words[0] == "Patient" and each.number != row.number)
    table.renameRequested.emit(newest.number, "once more")
    settle(desk)
    assert "once more" in listed(desk)
    table.deleteRequested.emit(newest.number)
    assert "what it has found" in desk.screen.offers.sentence.text()
    desk.screen.offers.buttons[0].click()
    settle(desk)
    assert "once more" not in listed(desk) and desk.runs.history.find(row.number)


def test_the_table_of_runs_has_both_and_heeds_the_kind(desk: Any, tmp_path: Path) -> None:
    for kind, count in (("", 3), ("calibration", 2)):
        desk.page.view.kindChosen.emit(kind)
        desk.page.export(str(tmp_path / f"{kind}.csv"))
        settle(desk)
        with open(tmp_path / f"{kind}.csv", newline="") as file:
            rows = list(csv.DictReader(file))
        assert len(rows) == count
    patient = next(row for row in rows if row["title"] == "Patient")
    assert patient["heldout_after"] == "0.25" and '"sigma": null' in patient["findings"]
    assert patient["kind"] == "calibration" and f'"{OFFSET}": {GOAL}' in patient["found"]
