"""A card with a few words that points at a part of the window; the window stays in use beneath it."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from cryogui.app import theme

_WIDTH = 330


class TourCard(QFrame):
    """Title, words, and Back, Next and Skip. Follows what it points at when the window changes its size."""

    nextRequested = pyqtSignal()
    backRequested = pyqtSignal()
    skipRequested = pyqtSignal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._target: QWidget | None = None
        theme.set_role(self, role="overlay")
        self.frame = _Pointer(window)
        self.title, self.words, self.place = QLabel(), QLabel(), QLabel()
        theme.set_role(self.title, role="title")
        theme.set_role(self.place, role="muted")
        self.words.setWordWrap(True)
        self.next_button = _button("Next", "The next step of the tour (Enter)")
        self.back_button = _button("Back", "The step before")
        self.skip_button = _button("Skip", "End the tour (Esc); the Help menu has it again")
        self.next_button.clicked.connect(self.nextRequested)
        self.back_button.clicked.connect(self.backRequested)
        self.skip_button.clicked.connect(self.skipRequested)
        self.next_button.setProperty("primary", "true")
        head, foot = QHBoxLayout(), QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.place)
        foot.addWidget(self.skip_button)
        foot.addStretch(1)
        foot.addWidget(self.back_button)
        foot.addWidget(self.next_button)
        column = QVBoxLayout(self)
        column.addLayout(head)
        column.addWidget(self.words)
        column.addLayout(foot)
        window.installEventFilter(self)
        self.hide()

    def show_step(self, title: str, words: str, number: int, count: int, target: QWidget | None) -> None:
        """Step `number` of `count`, counted from 1, pointing at `target` where that can be seen."""
        self.title.setText(title)
        self.words.setText(words)
        self.place.setText(f"{number} of {count}")
        self.back_button.setEnabled(number > 1)
        self.next_button.setText("Done" if number == count else "Next")
        self.setAccessibleName(f"tour, step {number} of {count}: {title}")
        self.setAccessibleDescription(words)
        # What has the keyboard is what a screen reader reads.
        self.next_button.setAccessibleName(f"{self.next_button.text()}. {title}: {words}")
        can_be_seen = target is not None and target.isVisible() and target.window() is self.window()
        self._target = target if can_be_seen else None
        self.show()
        self._place()
        self.raise_()
        self.next_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def end(self) -> None:
        """Take card and frame away."""
        self.frame.hide()
        self.hide()

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """Follow the window's size."""
        moved = event is not None and event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest)
        if moved and self.isVisible():
            self._place()
        return False

    def event(self, event: QEvent | None) -> bool:
        """Escape and Enter belong to the card while it has the keyboard."""
        if isinstance(event, QKeyEvent) and event.key() in _KEYS:
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                self._follow_key(Qt.Key(event.key()))
                return True
        return super().event(event)

    def _follow_key(self, key: Qt.Key) -> None:
        focused = self.focusWidget()
        if key == Qt.Key.Key_Escape:
            self.skip_button.click()
        elif isinstance(focused, QPushButton) and self.isAncestorOf(focused):
            focused.click()

    def _place(self) -> None:
        window = self.parentWidget()
        assert window is not None
        margin, gap = theme.px(14), theme.px(12)
        self.layout().setContentsMargins(margin, margin, margin, margin)
        self.layout().setSpacing(theme.px(10))
        self.setFixedWidth(min(theme.px(_WIDTH), window.width() - 2 * gap))
        self.adjustSize()
        if self._target is None:
            self.frame.hide()
            self.move((window.width() - self.width()) // 2, (window.height() - self.height()) // 2)
            return
        pointed = QRect(self._target.mapTo(window, QPoint(0, 0)), self._target.size())
        self.frame.point_at(pointed)
        self.move(beside(pointed, self.rect(), window.rect(), gap))


class _Pointer(QWidget):
    """A frame round what the card is about; clicks go through it."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def point_at(self, area: QRect) -> None:
        """Lie round `area` of the window."""
        edge = theme.px(4)
        self.setGeometry(area.adjusted(-edge, -edge, edge, edge))
        self.show()
        self.raise_()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """A line in the colour of what the user can move."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("accent"), theme.px(2)))
        inset = theme.px(1)
        area = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(area, theme.px(8), theme.px(8))


def beside(target: QRect, card: QRect, window: QRect, gap: int) -> QPoint:
    """Where `card` goes: below, above, left or right of `target`, wherever it fits into `window` first; else
    over the target's middle."""
    across = target.center().x() - card.width() // 2
    along = target.center().y() - card.height() // 2
    inside = window.adjusted(gap, gap, -gap, -gap)
    x = min(max(across, inside.left()), inside.right() - card.width())
    y = min(max(along, inside.top()), inside.bottom() - card.height())
    for place in (
        QPoint(x, target.bottom() + gap),
        QPoint(x, target.top() - gap - card.height()),
        QPoint(target.left() - gap - card.width(), y),
        QPoint(target.right() + gap, y),
    ):
        if inside.contains(QRect(place, card.size())):
            return place
    return QPoint(x, y)


_KEYS = (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter)


def _button(text: str, tooltip: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tooltip)
    return button
