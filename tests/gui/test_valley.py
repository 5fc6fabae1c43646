"""The valley mode in the window: partners follow within the same step, and nothing else moves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtGui import QKeySequence

from cryogui.app.icons import IconButton
from cryogui.app.main import new_program
from cryogui.app.measure import settle, until
from cryogui.app.valley_words import NOBODY
from cryogui.session import document

OFFSET, SHRINKAGE, WEDGE = "tilt_axis_offset", "dose_induced_shrinkage", "missing_wedge"


@pytest.fixture(scope="module")
def shared(qapp: Any, tier_path: Path) -> Iterator[Any]:
    program = new_program()
    program.screen.window.show()
    program.open([tier_path])
    settle(program)
    yield program
    program.screen.window.close()


@pytest.fixture
def desk(shared: Any) -> Iterator[Any]:
    """At nominal, in the valley mode, with nothing to undo."""
    session = shared.store.session
    shared.screen.actions.valley.trigger()
    settle(shared)
    shared.store.forget()
    yield shared
    shared.store.update(session, None)
    settle(shared)


def spec(desk: Any) -> Any:
    return desk.store.session.scene.spec


def words(desk: Any, name: str) -> str:
    return str(desk.screen.parameters.rows[name].following.text())


def move(desk: Any, name: str, *values: float) -> None:
    for value in values:
        desk.screen.parameters.edit(name, value)
    desk.screen.parameters.finish_edit(name)
    settle(desk)


def steps(desk: Any) -> list[str]:
    return [name for name, _, _ in desk.store.steps]


def test_rows_tell_who_would_follow(desk: Any) -> None:
    rows = desk.screen.parameters.rows
    assert all(row.following.isVisibleTo(row) for row in rows.values())
    assert words(desk, OFFSET) == "dose shrinkage would follow"
    assert words(desk, WEDGE) == NOBODY
    desk.screen.actions.valley.trigger()
    assert not any(row.following.isVisibleTo(row) for row in rows.values())


def test_a_drag_and_what_follows_it_is_one_step(desk: Any) -> None:
    before, live = spec(desk), desk.engine.model.live
    move(desk, OFFSET, 0.1, 0.2, -0.3)
    after = spec(desk)
    moved = {name for name in after if after[name] != before[name]}
    assert moved == {OFFSET, SHRINKAGE} and after[OFFSET] == -0.3
    assert desk.screen.parameters.rows[SHRINKAGE].value == after[SHRINKAGE]
    assert live.misfit(after).residual < live.misfit(before.replace(**{OFFSET: -0.3})).residual
    change = f"{after[SHRINKAGE]:+.2f}".replace("-", "−")
    assert words(desk, OFFSET).startswith(f"dose shrinkage follows: {change} %")
    assert steps(desk) == ["Change tilt-axis offset"]
    desk.store.undo()
    assert spec(desk) == before
    desk.store.redo()
    assert spec(desk) == after


def test_a_second_drag_is_a_step_of_its_own(desk: Any) -> None:
    move(desk, OFFSET, 0.2)
    first = spec(desk)
    move(desk, OFFSET, 0.4)
    assert steps(desk) == 2 * ["Change tilt-axis offset"]
    desk.store.undo()
    assert spec(desk) == first


def test_what_is_locked_does_not_move(desk: Any) -> None:
    desk.screen.parameters.lockToggled.emit(SHRINKAGE, True)
    settle(desk)
    assert words(desk, OFFSET) == NOBODY and words(desk, SHRINKAGE) == ""
    move(desk, OFFSET, 0.3)
    assert spec(desk)[SHRINKAGE] == 0.0 and spec(desk)[OFFSET] == 0.3


def test_a_lock_set_during_the_drag_holds(desk: Any) -> None:
    desk.screen.parameters.edit(OFFSET, 0.3)
    desk.screen.parameters.lockToggled.emit(SHRINKAGE, True)
    held = spec(desk)[SHRINKAGE]
    desk.screen.parameters.edit(OFFSET, -0.4)
    desk.screen.parameters.finish_edit(OFFSET)
    settle(desk)
    assert spec(desk)[SHRINKAGE] == held and spec(desk)[OFFSET] == -0.4


def test_followers_stay_in_their_ranges(desk: Any) -> None:
    move(desk, OFFSET, -0.6, 1.2)
    ranges = desk.engine.model.scene.ranges
    assert all(ranges[name].clip(value) == value for name, value in spec(desk).items())


def test_what_is_set_meanwhile_stands(desk: Any) -> None:
    desk.screen.parameters.edit(OFFSET, 0.3)
    assert desk.valley._drag.is_open
    desk.screen.parameters.finish_edit(OFFSET)
    desk.store.undo()
    nominal = spec(desk)
    settle(desk)
    assert spec(desk) == nominal and nominal[OFFSET] == 0.0


def test_another_slider_taken_at_once_follows_its_own_valley(desk: Any) -> None:
    desk.screen.parameters.edit(OFFSET, 0.3)
    desk.screen.parameters.finish_edit(OFFSET)
    move(desk, WEDGE, 31.0)
    assert spec(desk)[WEDGE] == 31.0 and steps(desk) == ["Change tilt-axis offset", "Change missing wedge"]
    assert words(desk, WEDGE) == NOBODY


def test_the_mode_belongs_to_the_session_and_has_a_key(desk: Any, tmp_path: Path) -> None:
    kept = tmp_path / "kept.cryogui"
    document.save(kept, desk.store.session)
    assert document.load(kept).session.calibration.valley
    assert desk.screen.actions.valley.shortcut() == QKeySequence("V")
    button = next(each for each in desk.screen.window.findChildren(IconButton) if each._name == "valley")
    assert button.isChecked() and "Valley mode (V)" in button.toolTip()
    button.click()
    assert not button.isChecked()
    assert not desk.store.session.calibration.valley
    move(desk, OFFSET, 0.3)
    assert spec(desk)[SHRINKAGE] == 0.0


def test_the_landscape_draws_the_floor(desk: Any) -> None:
    desk.view.show_tab("landscape")
    page = next(each for each in desk.pages if each.name == "landscape")
    until(lambda: page.landscape is not None and page.landscape.is_complete, 30)
    with_floor = page.view.grab().toImage()
    desk.screen.actions.valley.trigger()
    assert page.view.grab().toImage() != with_floor
