"""A card at the window's side that can float, be closed and come back: one title line, quiet buttons."""

from __future__ import annotations

from typing import Literal

from PyQt6.QtCore import QEvent, QPointF, QSize, Qt
from PyQt6.QtGui import QContextMenuEvent, QEnterEvent, QPainter, QPaintEvent
from PyQt6.QtWidgets import QDockWidget, QHBoxLayout, QMenu, QSizePolicy, QWidget

from cryogui.app import theme
from cryogui.app.icons import IconButton
from cryogui.app.views.card import GRIP, Card

Side = Literal["top", "left"]


class PanelTitle(QWidget):
    """The title line of a docked card. Drag it to move the panel, double-click it to float or return it; the
    buttons show while the pointer is over it."""

    def __init__(self, panel: QDockWidget) -> None:
        super().__init__(panel)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        theme.set_role(self, role="top title")
        title = panel.windowTitle()
        self.float_button = IconButton("float", f"{title}: in a window of its own, or back", size=11)
        self.close_button = IconButton("close", f"Close {title}; the View menu brings it back", size=11)
        self.float_button.clicked.connect(lambda: panel.setFloating(not panel.isFloating()))
        self.close_button.clicked.connect(panel.close)
        self.row = QHBoxLayout(self)
        for button in (self.float_button, self.close_button):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keyboard's way is the View menu
            policy = button.sizePolicy()
            policy.setRetainSizeWhenHidden(True)  # words must not move when the pointer comes
            button.setSizePolicy(policy)
            button.hide()
            self.row.addWidget(button)
        self._fit()

    def _show_buttons(self, shown: bool) -> None:
        self.float_button.setVisible(shown)
        self.close_button.setVisible(shown)

    def enterEvent(self, event: QEnterEvent | None) -> None:
        """The buttons come with the pointer."""
        super().enterEvent(event)
        self._show_buttons(True)

    def leaveEvent(self, event: QEvent | None) -> None:
        """And go with it."""
        super().leaveEvent(event)
        self._show_buttons(False)

    def changeEvent(self, event: QEvent | None) -> None:
        """Margins follow the interface scale."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.StyleChange:
            self._fit()

    def _fit(self) -> None:
        self.row.setContentsMargins(theme.px(9), theme.px(5), theme.px(4), 0)
        self.row.setSpacing(0)


class PanelGrip(QWidget):
    """What a card of one line has in place of a title: a strip as wide as the margin that it stands for, so
    that contents begin where those of the cards above do. It is dragged and double-clicked like a title; what
    a title has buttons for, the right button offers."""

    def __init__(self, panel: QDockWidget) -> None:
        super().__init__(panel)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        theme.set_role(self, role="left title")
        self._panel = panel
        title = panel.windowTitle()
        self.setToolTip(
            f"Drag to move {title}; a double click puts it in a window of its own, or back. "
            "The right button offers both and closes it; so does the View menu."
        )
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self._fit()

    def contextMenuEvent(self, event: QContextMenuEvent | None) -> None:
        """Float or return, and close."""
        if event is not None:
            self.menu().popup(event.globalPos())

    def menu(self) -> QMenu:
        """What can be done with the panel."""
        panel, menu = self._panel, QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        words = "Back into the window" if panel.isFloating() else "In a window of its own"
        menu.addAction(words, lambda: panel.setFloating(not panel.isFloating()))
        menu.addAction("Close", panel.close)
        return menu

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Dots in the middle of the first line say that it can be grasped."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("faint"))
        middle, first = 0.5 * self.width(), theme.px(20)
        for number in (-1, 0, 1):
            painter.drawEllipse(
                QPointF(middle, first + number * theme.px(5)), 0.08 * theme.px(16), 0.08 * theme.px(16)
            )

    def changeEvent(self, event: QEvent | None) -> None:
        """The width follows the interface scale."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.StyleChange:
            self._fit()

    def _fit(self) -> None:
        self.setFixedWidth(theme.px(GRIP))

    def sizeHint(self) -> QSize:
        """As wide as a margin."""
        return QSize(theme.px(GRIP), theme.px(3 * GRIP))

    minimumSizeHint = sizeHint


class Panel(QDockWidget):
    """One panel by a name that layouts remember. `widget` is a card, whose title line becomes the panel's, or
    is put into one."""

    def __init__(self, name: str, title: str, widget: QWidget, side: Side = "top") -> None:
        super().__init__(title)
        self.setObjectName(name)
        self.card = widget if isinstance(widget, Card) else _carded(widget)
        self.card.take_side(side)
        self.title_bar: PanelTitle | PanelGrip
        if side == "top":
            self.title_bar = PanelTitle(self)
            self.card.set_title(title)
            self.card.give_head(self.title_bar.row)
        else:
            self.title_bar = PanelGrip(self)
            self.setFeatures(self.features() | QDockWidget.DockWidgetFeature.DockWidgetVerticalTitleBar)
            self.card.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setTitleBarWidget(self.title_bar)
        self.setWidget(self.card)


def _carded(widget: QWidget) -> Card:
    card = Card()
    card.body.addWidget(widget, 1)
    return card
