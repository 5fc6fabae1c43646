"""The challenge card as a page of text with a picture: scrolled, selected and copied."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, Qt, QUrl
from PyQt6.QtGui import QResizeEvent, QTextCursor, QTextDocument
from PyQt6.QtWidgets import QFrame, QTextBrowser, QWidget

from cryogui.app import theme
from cryogui.app.pages.challenge_words import PICTURE, rules_html, steps_words
from cryogui.app.views.keys import claims
from cryogui.app.views.steps_picture import Step, drawn_steps
from cryogui.challenge.card import Card

_WIDE = 1060  # from which width there are two columns, at interface scale 1
_MARGIN, _GAP = 8, 28
_OWN_KEYS = (
    Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Home, Qt.Key.Key_End,
)  # fmt: skip


class Rules(QTextBrowser):
    """Laid out anew for another width, theme or interface scale."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._card: Card | None = None
        self._laid_out: tuple[object, ...] = ()
        self.setOpenLinks(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName("rules of the challenge")
        self.setToolTip("What is asked for; select text and press Ctrl+C to copy it")

    def set_card(self, card: Card) -> None:
        """Show this one; the same one stays where it was scrolled to."""
        if card != self._card:
            self._card = card
            self._lay_out()
            self.moveCursor(QTextCursor.MoveOperation.Start)

    def copy_all(self) -> None:
        """Put what is selected on the clipboard, or everything where nothing is."""
        kept = self.textCursor()
        if not kept.hasSelection():
            self.selectAll()
        self.copy()
        self.setTextCursor(kept)

    @property
    def is_wide(self) -> bool:
        """Whether there are two columns."""
        return self._room >= theme.px(_WIDE)

    @property
    def _room(self) -> int:
        """The width of the text. A scroll bar is reckoned with, so that its coming changes nothing."""
        return self.width() - self.verticalScrollBar().sizeHint().width() - 2 * theme.px(_MARGIN)

    def _lay_out(self) -> None:
        card = self._card
        if card is None:
            return
        width = round(0.49 * (self._room - theme.px(_GAP))) if self.is_wide else self._room
        wanted = card, width, theme.palette(), theme.px(100), self.font().pointSizeF()
        if wanted == self._laid_out:
            return
        self._laid_out = wanted
        at = self.verticalScrollBar().value()
        picture = drawn_steps(
            [Step(step.symbol, step.name, step.formula) for step in card.dag], width, self.devicePixelRatioF()
        )
        document = self.document()
        assert document is not None
        document.setDocumentMargin(theme.px(_MARGIN))
        size = picture.deviceIndependentSize().toSize()
        self.setHtml(rules_html(card, (size.width(), size.height()), self.is_wide))
        document.addResource(QTextDocument.ResourceType.ImageResource, QUrl(PICTURE), picture)
        document.markContentsDirty(0, document.characterCount())
        self.setAccessibleDescription(f"Published forward model: {steps_words(card)}")
        self.verticalScrollBar().setValue(at)

    def event(self, event: QEvent | None) -> bool:
        """Keys that scroll are its own."""
        return claims(event, _OWN_KEYS) or super().event(event)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Another width may have room for two columns."""
        super().resizeEvent(event)
        self._lay_out()

    def changeEvent(self, event: QEvent | None) -> None:
        """Colours and sizes are those of the theme."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.StyleChange:
            self._lay_out()
