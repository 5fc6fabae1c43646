"""A card at the window's side that can float, be closed and come back: one title line, quiet buttons."""

from __future__ import annotations

from typing import Literal

from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtGui import QEnterEvent
from PyQt6.QtWidgets import QBoxLayout, QDockWidget, QSizePolicy, QWidget

from cryogui.app import theme
from cryogui.app.icons import IconButton
from cryogui.app.views.card import Card

Side = Literal["top", "left"]


class PanelTitle(QWidget):
    """The title line of a docked card, or a slim grip at its left. Drag it to move the panel, double-click it
    to float or return it; the buttons show while the pointer is over it."""

    def __init__(self, panel: QDockWidget, side: Side) -> None:
        super().__init__(panel)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._side = side
        theme.set_role(self, role=f"{side} title")
        title = panel.windowTitle()
        self.float_button = IconButton("float", f"{title}: in a window of its own, or back", size=11)
        self.close_button = IconButton("close", f"Close {title}; the View menu brings it back", size=11)
        self.float_button.clicked.connect(lambda: panel.setFloating(not panel.isFloating()))
        self.close_button.clicked.connect(panel.close)
        self.row = QBoxLayout(
            QBoxLayout.Direction.LeftToRight if side == "top" else QBoxLayout.Direction.TopToBottom, self
        )
        for button in (self.float_button, self.close_button):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keyboard's way is the View menu
            policy = button.sizePolicy()
            policy.setRetainSizeWhenHidden(True)  # words must not move when the pointer comes
            button.setSizePolicy(policy)
            button.hide()
            self.row.addWidget(button)
        if side == "left":
            self.row.addStretch(1)
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
        if self._side == "top":
            self.row.setContentsMargins(theme.px(9), theme.px(5), theme.px(4), 0)
        else:
            self.row.setContentsMargins(theme.px(2), theme.px(2), 0, 0)
        self.row.setSpacing(0)


class Panel(QDockWidget):
    """One panel by a name that layouts remember. `widget` is a card, whose title line becomes the panel's, or
    is put into one."""

    def __init__(self, name: str, title: str, widget: QWidget, side: Side = "top") -> None:
        super().__init__(title)
        self.setObjectName(name)
        self.card = widget if isinstance(widget, Card) else _carded(widget)
        self.title_bar = PanelTitle(self, side)
        theme.set_role(self.card, docked=side)
        if side == "top":
            self.card.set_title(title)
            self.card.give_head(self.title_bar.row)
        else:
            self.setFeatures(self.features() | QDockWidget.DockWidgetFeature.DockWidgetVerticalTitleBar)
            self.card.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setTitleBarWidget(self.title_bar)
        self.setWidget(self.card)


def _carded(widget: QWidget) -> Card:
    card = Card()
    card.body.addWidget(widget, 1)
    return card
