"""The card every panel sits in: rounded border, a title line with a caption at its right, content below."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QSize, Qt
from PyQt6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PyQt6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from cryogui.app import theme

_LEAST_LETTERS = 4
GRIP = 10
"""Width of what a docked card of one line is grasped by; it stands in the place of the card's left margin."""


class ElidedLabel(QLabel):
    """A one-line label that shortens its text with … and then tells the whole of it in a tooltip, above its
    `help`."""

    help = ""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def setText(self, text: str | None) -> None:
        """Show `text`, shortened as far as the width demands."""
        super().setText(text)
        self._note_elision()

    def minimumSizeHint(self) -> QSize:
        """Wide enough for a few letters; the layout may take the rest."""
        return QSize(self.fontMetrics().horizontalAdvance("…") * 2, super().minimumSizeHint().height())

    def _shown_text(self) -> str:
        width = self.contentsRect().width()
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, width)
        # A letter or two with … would say nothing.
        return "" if shown != self.text() and len(shown) < _LEAST_LETTERS else shown

    def _note_elision(self) -> None:
        whole = self.text() if self._shown_text() != self.text() else ""
        self.setToolTip("\n".join(filter(None, (whole, self.help))))

    def set_help(self, text: str) -> None:
        """A sentence for the tooltip."""
        if text != self.help:
            self.help = text
            self._note_elision()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """The tooltip appears only while the text is shortened."""
        super().resizeEvent(event)
        self._note_elision()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Draw the shortened text in the style sheet's colour."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.contentsRect(), self.alignment(), self._shown_text())


class Card(QFrame):
    """A bordered panel. `body` is the layout for content, `accent` the plane whose colour it wears."""

    least_width = 0  # at interface scale 1; what keeps its content readable

    def __init__(self, title: str = "", accent: str | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", "true")
        self.setProperty("accent", accent)
        self.title_label, self.caption_label = ElidedLabel(title), ElidedLabel()
        theme.set_role(self.title_label, role="title")
        theme.set_role(self.caption_label, role="caption")
        self.caption_label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.head = QHBoxLayout()
        # The caption takes what the title leaves, and yields first when there is too little.
        self.caption_label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.head.addWidget(self.title_label)
        self.head.addWidget(self.caption_label, 1)
        self.body = QVBoxLayout(self)
        self.body.addLayout(self.head)
        self._set_margins()
        self._show_head()

    def set_title(self, text: str) -> None:
        """Change the bold words at the left of the title line."""
        self.title_label.setText(text)
        self._show_head()

    def set_caption(self, text: str) -> None:
        """Change the quiet words at the right of the title line."""
        self.caption_label.setText(text)
        self._show_head()

    def set_help(self, text: str) -> None:
        """One sentence on what is shown, as the title's tooltip and for a screen reader."""
        self.title_label.set_help(text)
        self.setAccessibleDescription(text)

    def give_head(self, row: QBoxLayout) -> None:
        """Move title, caption and whatever stands beside them to the front of another widget's `row`."""
        self.body.removeItem(self.head)
        row.insertLayout(0, self.head, 1)
        self._set_margins()

    def take_side(self, side: str) -> None:
        """What the panel is grasped by stands at the 'top' or at the 'left' of this card."""
        theme.set_role(self, docked=side)
        self._set_margins()

    def become_part(self) -> None:
        """Without border, margins and title: this card is a part of another."""
        theme.set_role(self, card="part")
        self.set_title("")
        self._set_margins()

    def _show_head(self) -> None:
        """No empty line where there is nothing to say."""
        self.title_label.setVisible(bool(self.title_label.text()))
        self.caption_label.setVisible(bool(self.title_label.text() or self.caption_label.text()))

    def changeEvent(self, event: QEvent | None) -> None:
        """Margins and least width follow the interface scale."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.StyleChange:
            self._set_margins()

    def _set_margins(self) -> None:
        # A plane's border is thicker than others: content must lie alike in both.
        thicker = 0 if self.property("accent") else theme.px(2) - 1
        side, top = theme.px(8) + thicker, theme.px(6) + thicker
        if self.head.parent() is not self.body:  # it stands above the card
            top = theme.px(4)
        if self.property("card") == "part":
            side = top = 0
        left = 0 if self.property("docked") == "left" else side
        self.body.setContentsMargins(left, top, side, side)
        self.body.setSpacing(theme.px(5))
        self.head.setSpacing(theme.px(8))
        if self.least_width:
            self.setMinimumWidth(theme.px(self.least_width))


def rule() -> QFrame:
    """A thin horizontal line between groups."""
    line = QFrame()
    theme.set_role(line, role="rule")
    return line
