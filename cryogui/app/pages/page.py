"""What the tabs of the lower area have in common: made when first shown, and idle while hidden."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Hashable
from typing import Any, ClassVar

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLabel, QLayout, QVBoxLayout, QWidget

from cryogui.app import theme
from cryogui.app.engine import Engine
from cryogui.app.explain import explain
from cryogui.app.faults.account import defect_sentence
from cryogui.app.panels.message_bar import Topic
from cryogui.app.scheduler import Cancelled, Scheduler, Token
from cryogui.app.screen import Screen
from cryogui.session import Need, Session, Store
from cryogui.session.guard import report
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
        self._content: QWidget | None = None
        self._failure: QLabel | None = None
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

    def show_busy(self, is_busy: bool) -> None:  # noqa: B027 - most pages are quick
        """Say on the view concerned that the page's lane is late, or that it has ended."""

    @property
    def is_waiting(self) -> bool:
        """Whether the page will start work when the sliders have come to rest."""
        return False

    @property
    def is_made(self) -> bool:
        """Whether the page has been shown before."""
        return self._content is not None

    @property
    def is_shown(self) -> bool:
        """Whether the page is the one the user looks at."""
        return self.store.session.tab == self.name and self.engine.is_revealed

    def draw(self, needs: Collection[Need], session: Session) -> None:
        """Take note of what has changed, and draw it now or when the page is next shown.

        Another scene is drawn when the engine turns to it: until then its model is that of the scene before.
        """
        self._needs |= set(needs)
        if Need.SCENE not in needs:
            self._draw_due(session)

    def _draw_due(self, session: Session) -> None:
        """A defect in the page is told in its place, and it is drawn anew at the next change."""
        if not (self._needs and self.is_shown):
            return
        due, self._needs = frozenset(self._needs), set()
        try:
            if self._content is None:
                self._fill(self.make())
            self.update(due, session)
        except Exception as error:
            self._needs = set(Need)
            self._show_failure(defect_sentence(error))
            report(error)
        else:
            self._show_failure(None)

    def refresh(self, *needs: Need) -> None:
        """Draw again what depends on `needs`: for results that the engine tells."""
        self._needs |= set(needs)
        self._draw_due(self.store.session)

    def request(
        self, subject: Hashable, work: Callable[[Token], Any], done: Callable[[Any, bool], None]
    ) -> None:
        """Compute beside the window, in this page's lane; `done(result, newest)` as in `Scheduler`."""
        self.scheduler.request(self.name, subject, work, done, self._take_error, f"Computing: {self.title}")

    def _fill(self, content: QWidget) -> None:
        self._content = content
        self._column().addWidget(content)
        self._adopt(content)

    def _column(self) -> QLayout:
        """The holder's layout, made when there is something to hold."""
        layout = self.widget.layout()
        if layout is None:
            layout = QVBoxLayout(self.widget)
            layout.setContentsMargins(0, 0, 0, 0)
        return layout

    def _show_failure(self, sentence: str | None) -> None:
        """Stand in for the content with a sentence; None brings the content back."""
        if self._failure is None and sentence is None:
            return
        if self._failure is None:
            self._failure = QLabel()
            self._failure.setWordWrap(True)
            self._failure.setAlignment(Qt.AlignmentFlag.AlignCenter)
            theme.set_role(self._failure, role="muted")
            self._column().addWidget(self._failure)
        self._failure.setText(f"{sentence}\nThis page is drawn again at the next change." if sentence else "")
        self._failure.setVisible(sentence is not None)
        if self._content is not None:
            self._content.setVisible(sentence is None)

    def _take_error(self, error: BaseException) -> None:
        if isinstance(error, Cancelled):
            return  # the user knows
        self.screen.messages.show_error(*explain(error), Topic.SCENE)
