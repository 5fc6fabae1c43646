"""The area below the images: one page at a time, chosen by tabs with stable names."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QSignalBlocker, Qt, pyqtSignal
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QFrame, QScrollArea, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from cryogui.app import theme


class Tabs(QWidget):
    """Pages by name. A page is told nothing; it is simply not visible while another is shown."""

    tabChosen = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bar, self._pages = QTabBar(), QStackedWidget()
        self.bar.setExpanding(False)
        self.bar.setElideMode(Qt.TextElideMode.ElideNone)
        self.bar.setAccessibleName("what the lower area shows")
        self.bar.setToolTip("What the lower area shows: Alt+1, Alt+2 and so on")
        self._names: list[str] = []
        self._width = 0  # of all tabs, where there is room
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self._pages, 1)
        self.bar.currentChanged.connect(self._on_bar_current_changed)

    def add_page(self, name: str, title: str, tooltip: str, page: QWidget) -> None:
        """A page called `name` in signals and `set_tab`, and `title` on the tab."""
        with QSignalBlocker(self.bar):
            index = self.bar.addTab(title)
        self.bar.setTabToolTip(index, tooltip)
        self._pages.addWidget(_scrollable(page))
        self._names.append(name)
        self._measure()

    def set_tab(self, name: str) -> None:
        """Show a page without a signal."""
        with QSignalBlocker(self.bar):
            self.bar.setCurrentIndex(self._names.index(name))
        self._turn_to(self._names.index(name))

    @property
    def names(self) -> tuple[str, ...]:
        """All pages."""
        return tuple(self._names)

    @property
    def offers(self) -> list[tuple[str, str, str]]:
        """Name, title and tooltip of every page."""
        return [
            (name, self.bar.tabText(number), self.bar.tabToolTip(number))
            for number, name in enumerate(self._names)
        ]

    def page(self, number: int) -> QWidget:
        """What the tab of that number shows."""
        page = self._pages.widget(number)
        assert page is not None
        return page

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Tabs move together before any is hidden."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent | None) -> None:
        """Words have another size."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.StyleChange:
            self._measure()

    def _measure(self) -> None:
        """How wide the tabs are where there is room."""
        theme.set_role(self.bar, tight=None)
        self._width = self.bar.sizeHint().width()
        self._fit()

    def _fit(self) -> None:
        theme.set_role(self.bar, tight="true" if self._width > self.width() else None)

    def _on_bar_current_changed(self, index: int) -> None:
        self._turn_to(index)
        self.tabChosen.emit(self._names[index])

    def _turn_to(self, index: int) -> None:
        """A page that never had the keyboard leaves it to the tabs.

        Qt would hand it from the page before to whichever control of this one was made first, and Space
        would open a list that nobody went to.
        """
        before, focus = self._pages.currentWidget(), self.window().focusWidget()
        has_keyboard = before is not None and focus is not None and before.isAncestorOf(focus)
        if has_keyboard and self.page(index).focusWidget() is None:
            self.bar.setFocus()
        self._pages.setCurrentIndex(index)


def _scrollable(page: QWidget) -> QScrollArea:
    """A page in a window too small for it is scrolled, not cut off."""
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what is in it takes the keyboard
    theme.set_role(area, role="plain")
    theme.set_role(page, role="page")
    area.setWidget(page)
    return area
