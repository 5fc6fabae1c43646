"""What the tabs of the lower area have in common: made when first shown, and idle while hidden."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Hashable
from typing import Any, ClassVar

from PyQt6.QtWidgets import QVBoxLayout, QWidget

from cryogui.app.engine import Engine
from cryogui.app.explain import explain
from cryogui.app.panels.message_bar import Topic
from cryogui.app.scheduler import Scheduler, Token
from cryogui.app.screen import Screen
from cryogui.session import Need, Session, Store
from cryogui.session.state import Tab


class Page(ABC):
    """One tab. It hears of every change, and draws only while it is the one shown.

    adopt: takes a widget whose image panes are new to the program. widget: an empty holder until the page is
    first shown, so that starting the program waits for no page.
    """

    name: ClassVar[Tab]
    title: ClassVar[str]
    tooltip: ClassVar[str]

    def __init__(
        self,
        store: Store,
        engine: Engine,
        scheduler: Scheduler,
        screen: Screen,
        adopt: Callable[[QWidget], None],
    ) -> None:
        self.store, self.engine, self.scheduler, self.screen = store, engine, scheduler, screen
        self.widget = QWidget()
        self._adopt = adopt
        self._is_made = False
        self._needs: set[Need] = set(Need)
        engine.scene_shown.connect(lambda model: self.refresh(*Need))

    @abstractmethod
    def make(self) -> QWidget:
        """The page's content, with its signals connected; called once, when the page is first shown."""

    @abstractmethod
    def update(self, needs: frozenset[Need], session: Session) -> None:
        """Draw what has changed: everything at first and for another scene.

        `engine.model` is None when no scene is shown, and its `live` until the forward model is ready.
        """

    @property
    def is_shown(self) -> bool:
        """Whether the page is the one the user looks at."""
        return self.store.session.tab == self.name and self.engine.is_revealed

    def draw(self, needs: Collection[Need], session: Session) -> None:
        """Take note of what has changed, and draw it now or when the page is next shown."""
        self._needs |= set(needs)
        if self._needs and self.is_shown:
            if not self._is_made:
                self._fill(self.make())
            due, self._needs = frozenset(self._needs), set()
            self.update(due, session)

    def refresh(self, *needs: Need) -> None:
        """Draw again what depends on `needs`: for results that the engine tells."""
        self.draw(needs, self.store.session)

    def request(
        self, subject: Hashable, work: Callable[[Token], Any], done: Callable[[Any, bool], None]
    ) -> None:
        """Compute beside the window, in this page's lane; `done(result, newest)` as in `Scheduler`."""
        self.scheduler.request(self.name, subject, work, done, self._take_error)

    def _fill(self, content: QWidget) -> None:
        self._is_made = True
        column = QVBoxLayout(self.widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(content)
        self._adopt(content)

    def _take_error(self, error: BaseException) -> None:
        self.screen.messages.show_error(*explain(error), Topic.SCENE)
