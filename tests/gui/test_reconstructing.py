"""Choosing a method, running it and repeating what was kept: the controller with mocked views."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock, patch

import pytest

from cryogui.app.control.closing import ClosingController
from cryogui.app.library import OpenFile
from cryogui.app.panels.convergence import ConvergencePlot
from cryogui.app.panels.message_bar import Topic
from cryogui.app.panels.run_details import RunDetails
from cryogui.app.panels.run_queue import RunQueueList
from cryogui.app.panels.run_queue_buttons import QueueEntry
from cryogui.jobs import Order
from cryogui.session import ObjectChoice
from tests.gui import slow_method  # noqa: F401  # registers its methods
from tests.gui.conftest import RANGES, mock_view
from tests.gui.desk import KEY, StillRuns, new_desk, scene


@pytest.fixture
def desk(qapp: Any) -> SimpleNamespace:
    return new_desk(qapp)


def in_hand(desk: Any) -> None:
    """The file of the scene shown is in the library."""
    desk.files.show(OpenFile("a.h5", SimpleNamespace(scenes=(scene(),), close=Mock(), tier="public")))  # type: ignore[arg-type]
    desk.engine.model = desk.library.model(KEY)
    desk.lanes.requests.clear()


def test_a_method_and_its_options_are_steps_of_the_session(desk: Any) -> None:
    desk.screen.reconstruction.methodChosen.emit("slow")
    look = desk.store.session.reconstruction
    assert (look.method, look.unfolded) == ("slow", True)
    details = mock_view(RunDetails)
    details.plot, details.queue = mock_view(ConvergencePlot), mock_view(RunQueueList)
    desk.screen.reconstruction.detailsMade.emit(details)
    for value in (5, 6, 7):
        details.optionChanged.emit("iterations", value)
    details.optionSettled.emit()
    details.optionChanged.emit("iterations", 100_000)
    details.halvesToggled.emit(True)
    assert desk.store.session.reconstruction.options_of("slow") == {"iterations": 7}
    assert "from 1 to 10000" in desk.screen.messages.show_error.call_args.args[0]
    desk.store.undo()
    desk.store.undo()
    assert desk.store.session.reconstruction == look, "typing was one step"


def test_run_orders_what_the_session_says(desk: Any) -> None:
    in_hand(desk)
    desk.spec.set_values({"tilt_axis_offset": 0.25})
    desk.screen.strip.excludedChanged.emit(frozenset({1}), "Exclude image 2")
    desk.screen.reconstruction.methodChosen.emit("slow")
    desk.screen.reconstruction.runRequested.emit()
    desk.lanes.end()
    ((order, inputs, continuing),) = desk.runs.submitted
    assert (order.method, order.scene, order.title, order.tier) == ("slow", 0, "Slow approach 4", "public")
    assert order.spec == desk.store.session.scene.spec and order.excluded == {1}
    assert order.options["iterations"] == 4 and not order.halves and continuing is None
    assert not inputs.problem.used[1] and inputs.problem.used.sum() == 8
    assert order.content_hash == desk.engine.model.content_hash != ""


def test_a_method_that_does_not_fit_is_refused_in_a_sentence(desk: Any) -> None:
    in_hand(desk)
    for method, words in (("particles_only", "choose another method"), ("unheard_of", "no method")):
        desk.screen.reconstruction.methodChosen.emit(method)
        desk.screen.reconstruction.runRequested.emit()
        if desk.lanes.requests:
            desk.lanes.end()
            desk.lanes.requests.clear()
        assert words in desk.screen.messages.show_error.call_args.args[0]
    assert desk.runs.submitted == []


def test_a_run_shown_while_it_goes_on_becomes_the_object_once(desk: Any) -> None:
    desk.screen.actions.follow_run.toggle()
    run: Any = SimpleNamespace(
        number=4, order=SimpleNamespace(path="a.h5", scene=0), previews=0, state="running"
    )
    desk.runs.stepped.emit(run)
    assert desk.store.session.scene.object == ObjectChoice("truth"), "there is nothing to show yet"
    run.previews = 1
    desk.runs.stepped.emit(run)
    assert desk.store.session.scene.object == ObjectChoice("run", run=4)
    run.previews = 2
    desk.runs.stepped.emit(run)
    desk.runs.stepped.emit(run)
    assert desk.engine.meet.call_count == 1, "once for each estimate"
    desk.screen.reconstruction.objectChosen.emit(ObjectChoice("truth"))
    run.previews = 3
    desk.runs.stepped.emit(run)
    assert desk.store.session.scene.object == ObjectChoice("truth"), "the user's choice stands"


def test_what_failed_is_told_once_and_what_was_done_quietly(desk: Any) -> None:
    order = SimpleNamespace(path="a.h5", scene=0, title="SIRT 100")
    failed = SimpleNamespace(
        number=4, order=order, state="failed", reason="It ran out.", detail="for the log"
    )
    desk.runs.ended.emit(failed)
    desk.screen.messages.show_error.assert_called_once_with(
        "The reconstruction 'SIRT 100' failed: It ran out.", "for the log", Topic.RUNS
    )
    desk.runs.ended.emit(SimpleNamespace(number=5, order=order, state="done", reason=""))
    assert "done" in desk.screen.status.showMessage.call_args.args[0]
    unkept = SimpleNamespace(number=6, order=order, state="done", reason="The disk is full.", detail="")
    desk.runs.ended.emit(unkept)
    sentence = "'SIRT 100' is done, but lasts only as long as this window: The disk is full."
    desk.screen.messages.show_error.assert_called_with(sentence, "", Topic.RUNS)


def test_a_kept_run_is_repeated_only_with_its_images_at_hand(desk: Any) -> None:
    order = Order("elsewhere.h5", 2, "vesicles", "cryo_et", "abc", "slow", "Mine", RANGES.nominal)
    kept: Any = SimpleNamespace(order=order)
    desk.reconstructing.repeat(kept)
    assert "scene 3 of elsewhere.h5" in desk.screen.messages.show_error.call_args.args[0]
    in_hand(desk)
    desk.engine.model.content_hash = "abc"
    desk.reconstructing.resume(kept)
    desk.lanes.end()
    assert desk.runs.submitted[0][2] is kept


def test_closing_while_something_runs_asks_and_a_second_time_keeps(desk: Any) -> None:
    closing = ClosingController(desk.screen, desk.runs)
    assert closing.may_close()
    one = (SimpleNamespace(),)
    with patch.multiple(StillRuns, open=one, unfinished=one):
        assert not closing.may_close()
        sentence, choices = desk.screen.offers.offer.call_args.args
        assert "has not ended" in sentence
        choices["Stay"]()
        assert not closing.may_close()
        assert closing.may_close() and closing.keeps
        choices["Cancel and close"]()
        assert not closing.keeps
        desk.screen.window.close.assert_called_once_with()


def test_the_buttons_of_the_queue_are_about_the_run_chosen(qtbot: Any) -> None:
    queue = RunQueueList()
    for widget in (queue, queue.buttons):
        qtbot.addWidget(widget)
    buttons = queue.buttons
    every = (buttons.earlier, buttons.later, buttons.pause, buttons.stop)
    assert not any(button.isEnabled() for button in every)
    states = ("running", "queued", "done")
    queue.set_entries([QueueEntry(7 + n, state, "", state) for n, state in enumerate(states)], 7)
    usable = {}
    for row, state in enumerate(states):
        queue.setCurrentRow(row)
        usable[state] = [button.isEnabled() for button in every]
    assert usable == {
        "running": [False, False, True, True],
        "queued": [True, True, False, True],
        "done": [False, False, False, True],
    }
    with qtbot.waitSignal(queue.dropRequested, check_params_cb=lambda key: key == 9):
        buttons.stop.click()
    queue.setCurrentRow(1)
    with qtbot.waitSignal(queue.moveRequested, check_params_cb=lambda key, by: (key, by) == (8, -1)):
        buttons.earlier.click()
    with qtbot.waitSignal(queue.cancelRequested, check_params_cb=lambda key: key == 8):
        buttons.stop.click()
