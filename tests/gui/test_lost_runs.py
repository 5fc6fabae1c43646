"""What becomes x when the run that was x has no volume: the controller with mocked views."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from cryogui.app.control.lost_runs import LostRunController
from cryogui.app.library import OpenFile
from cryogui.app.panels.message_bar import Topic
from cryogui.session import ObjectChoice, Store
from tests.gui.desk import new_desk, scene

RUN = ObjectChoice("run", run=4)


@pytest.fixture
def desk(qapp: Any, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Only the runs of `there` have volumes."""
    desk = new_desk(qapp)
    source: Any = SimpleNamespace(scenes=(scene(),), close=lambda: None, tier="public")
    desk.library.files["a.h5"] = OpenFile("a.h5", source)
    desk.there = {4}
    monkeypatch.setattr(desk.runs, "has_volume", lambda number: number in desk.there)
    LostRunController(desk.store, desk.library, desk.screen, desk.runs)
    return desk


def choose(desk: Any, choice: ObjectChoice) -> None:
    desk.store.update(desk.store.session.with_scene(object=choice), "Choose object")


def test_x_is_again_what_it_was_before_the_run(desk: Any) -> None:
    choose(desk, ObjectChoice("quick"))
    choose(desk, RUN)
    desk.runs.kept.emit()
    assert desk.store.session.scene.object == RUN, "it is there"
    desk.there.clear()
    desk.runs.kept.emit()
    assert desk.store.session.scene.object == ObjectChoice("quick")
    sentence = desk.screen.status.showMessage.call_args.args[0]
    assert sentence == "Run 4 has no volume: x is the quick reconstruction again."
    desk.screen.messages.show_error.assert_not_called()


def test_a_step_that_names_a_run_that_is_gone_is_told_once(desk: Any) -> None:
    choose(desk, RUN)
    choose(desk, ObjectChoice("quick"))
    desk.there.clear()
    desk.store.undo()
    assert desk.store.session.scene.object == ObjectChoice("quick"), "the newest that was not a run"
    sentence, _, topic = desk.screen.messages.show_error.call_args.args
    assert sentence.startswith("Run 4 has no volume") and topic is Topic.SCENE
    assert desk.screen.messages.show_error.call_count == 1
    desk.store.undo()
    assert desk.store.session.scene.object == ObjectChoice("truth")


def test_a_session_that_names_a_run_that_is_gone_has_the_first_choice(desk: Any) -> None:
    desk.there.clear()
    store = Store()
    LostRunController(store, desk.library, desk.screen, desk.runs)
    store.update(desk.store.session.with_scene(object=RUN), None)
    assert store.session.scene.object == ObjectChoice("truth")
    assert desk.screen.messages.show_error.call_count == 1
