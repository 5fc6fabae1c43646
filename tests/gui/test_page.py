"""A tab is made when it is first shown, and draws only what has changed since it was last seen."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from PyQt6.QtWidgets import QLabel, QWidget

from cryogui.app.pages.page import Page
from cryogui.session import Need, SceneKey, SceneState, Session, Store
from tests.gui.conftest import Wire

SESSION = Session(files=("a.h5",)).showing(SceneKey("a.h5", 0), SceneState())


class Words(Page):
    name, title, tooltip = "spectrum", "Words", "A page of words"

    def make(self) -> QWidget:
        self.drawn: list[frozenset[Need]] = []
        return QLabel("words")

    def update(self, needs: frozenset[Need], session: Session) -> None:
        self.drawn.append(needs)


@pytest.fixture
def page(qtbot: Any) -> Any:
    store = Store(SESSION)
    engine: Any = SimpleNamespace(is_revealed=True, model=None, scene_shown=Wire())
    adopted: list[QWidget] = []
    made = Words(store, engine, None, None, adopted.append)  # type: ignore[arg-type]
    qtbot.addWidget(made.widget)
    store.changed.connect(lambda old, new: made.draw({Need.TAB} if old.tab != new.tab else set(), new))
    return SimpleNamespace(page=made, store=store, engine=engine, adopted=adopted)


def show(page: Any, tab: str) -> None:
    page.store.update(replace(page.store.session, tab=tab), None)


def test_a_hidden_page_is_neither_made_nor_drawn(page: Any) -> None:
    page.page.draw({Need.PICTURE}, page.store.session)
    assert page.adopted == []
    assert page.page.widget.layout() is None


def test_a_page_is_made_once_and_drawn_whole_when_first_shown(page: Any) -> None:
    show(page, "spectrum")
    show(page, "volume")
    show(page, "spectrum")
    assert [label.text() for label in page.adopted] == ["words"]
    assert page.page.drawn[0] == frozenset(Need)


def test_what_changed_while_hidden_is_drawn_when_shown_again(page: Any) -> None:
    show(page, "spectrum")
    show(page, "volume")
    page.page.draw({Need.CURSOR}, page.store.session)
    page.page.draw({Need.PICTURE}, page.store.session)
    show(page, "spectrum")
    assert page.page.drawn[1:] == [{Need.CURSOR, Need.PICTURE, Need.TAB}]


def test_another_scene_is_drawn_when_the_screen_turns_to_it(page: Any) -> None:
    show(page, "spectrum")
    page.page.draw({Need.SCENE}, page.store.session)
    assert len(page.page.drawn) == 1, "the engine still has the model of the scene before"
    page.engine.scene_shown.emit(None)
    assert page.page.drawn[1:] == [frozenset(Need)]
