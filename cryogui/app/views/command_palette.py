"""A searchable list of everything that can be done: type a few letters, Enter does it, Esc goes back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QEvent, QModelIndex, QObject, QRect, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QFont, QKeyEvent, QPainter
from PyQt6.QtWidgets import (
    QApplication,
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from cryogui.app import theme
from cryogui.app.fuzzy import Match, match

_WIDTH, _ROWS, _ROW_HEIGHT = 620, 9, 44
_COMMAND = Qt.ItemDataRole.UserRole
_LETTERS = Qt.ItemDataRole.UserRole + 1
_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: _ROWS - 1, Qt.Key.Key_PageUp: 1 - _ROWS}


@dataclass(frozen=True)
class Command:
    """One thing that can be done: its name, where it stands in the menus, its key, one sentence about it, why
    it cannot be done now ('' when it can), what does it, and whether it is switched on."""

    title: str
    path: str
    keys: str
    help: str
    why_not: str
    run: Callable[[], object]
    is_on: bool = False

    @property
    def name(self) -> str:
        """What it is remembered by."""
        return f"{self.path}/{self.title}"


def found(commands: Sequence[Command], query: str, recent: Sequence[str]) -> list[tuple[Command, Match]]:
    """The commands that fit `query`, best first; without one all of them, the recent first.

    A command is found by its title, less well by its menu, and by whole words of its sentence.
    """
    if not query.strip():
        ranks = {name: rank for rank, name in enumerate(recent)}
        ordered = sorted(commands, key=lambda command: ranks.get(command.name, len(ranks)))
        return [(command, Match(0, ())) for command in ordered]
    fits = [(command, _fit(command, query)) for command in commands]
    sound = [(command, fit) for command, fit in fits if fit is not None]
    return sorted(sound, key=lambda pair: (-pair[1].score, bool(pair[0].why_not)))


def _fit(command: Command, query: str) -> Match | None:
    in_title = match(query, command.title)
    if in_title is not None:
        return Match(in_title.score + 20, in_title.at)
    in_path = match(query, f"{command.title} {command.path}")
    if in_path is not None:
        return Match(in_path.score, tuple(at for at in in_path.at if at < len(command.title)))
    if all(word in command.help.lower() for word in query.lower().split()):
        return Match(-50, ())
    return None


class CommandPalette(QFrame):
    """Lies over the window's upper middle while it is open. The keyboard stays in the search line."""

    chosen = pyqtSignal(object)  # Command, after the palette has closed

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        theme.set_role(self, role="overlay")
        self.setAccessibleName("find an action")
        self._commands: list[Command] = []
        self._recent: tuple[str, ...] = ()
        self._came_from: QWidget | None = None
        self.search = QLineEdit()
        self.search.setPlaceholderText("Find an action")
        self.search.setAccessibleName("find an action: type, then up, down and Enter")
        self.search.setToolTip("A few letters are enough; several words may come in any order")
        self.search.installEventFilter(self)
        self.search.textChanged.connect(self._fill)
        self.list = QListWidget()
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setAccessibleName("actions found")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setItemDelegate(_Rows(self.list))
        self.list.currentItemChanged.connect(lambda item, _: self._tell(item))
        self.list.itemClicked.connect(self._choose)
        column = QVBoxLayout(self)
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        window.installEventFilter(self)
        self.hide()

    # ---- open and close

    def open(self, commands: Sequence[Command], recent: Sequence[str]) -> None:
        """Show these commands, those of the names in `recent` first."""
        self._commands, self._recent = list(commands), tuple(recent)
        if self.isHidden():
            self._came_from = QApplication.focusWidget()
        self.search.clear()
        self._fill()
        self._place()
        self.show()
        self.raise_()
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def close_again(self) -> None:
        """Hide, and give the keyboard back to whoever had it."""
        if self.isHidden():
            return
        self.hide()
        if self._came_from is not None:
            self._came_from.setFocus(Qt.FocusReason.OtherFocusReason)
        self._came_from = None

    # ---- the list

    def _fill(self) -> None:
        self.list.clear()
        for command, letters in found(self._commands, self.search.text(), self._recent):
            item = QListWidgetItem(command.title)
            item.setData(_COMMAND, command)
            item.setData(_LETTERS, letters.at)
            is_on = "on" if command.is_on else ""
            spoken = [command.title, is_on, command.path, command.keys, command.why_not]
            item.setData(Qt.ItemDataRole.AccessibleTextRole, ", ".join(filter(None, spoken)))
            item.setToolTip(command.help)
            self.list.addItem(item)
        self.list.setCurrentRow(0)

    def _tell(self, item: QListWidgetItem | None) -> None:
        """A screen reader hears of the row from the search line, which has the keyboard."""
        text = "nothing found" if item is None else item.data(Qt.ItemDataRole.AccessibleTextRole)
        self.search.setAccessibleDescription(text)

    @property
    def titles(self) -> list[str]:
        """What is listed, from the top."""
        return [self.list.item(row).text() for row in range(self.list.count())]

    # ---- from the user

    def _choose(self, item: QListWidgetItem | None) -> None:
        command = None if item is None else item.data(_COMMAND)
        if command is not None and not command.why_not:
            self.close_again()
            self.chosen.emit(command)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """The list's keys in the search line; the window's size; the end when the keyboard goes elsewhere."""
        if watched is self.parent():
            if event is not None and event.type() == QEvent.Type.Resize and self.isVisible():
                self._place()
            return False
        if isinstance(event, QKeyEvent):
            own = event.key() in (*_STEPS, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)
            if own and event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if own and event.type() == QEvent.Type.KeyPress:
                self._follow_key(Qt.Key(event.key()))
                return True
        elif event is not None and event.type() == QEvent.Type.FocusOut and self._has_lost_keyboard():
            self._came_from = None  # the keyboard is where the user put it
            self.close_again()
        return False

    def _has_lost_keyboard(self) -> bool:
        elsewhere = QApplication.focusWidget() is not self.search
        return self.isVisible() and elsewhere and self.window().isActiveWindow()

    def _follow_key(self, key: Qt.Key) -> None:
        if key in _STEPS:
            last = self.list.count() - 1
            self.list.setCurrentRow(min(max(self.list.currentRow() + _STEPS[key], 0), last))
        elif key == Qt.Key.Key_Escape:
            self.close_again()
        else:
            self._choose(self.list.currentItem())

    # ---- size and place

    def _place(self) -> None:
        window = self.parentWidget()
        assert window is not None
        margin, top = theme.px(8), theme.px(40)
        self.layout().setContentsMargins(margin, margin, margin, margin)
        self.layout().setSpacing(theme.px(6))
        width = min(theme.px(_WIDTH), window.width() - 2 * margin)
        height = self.search.sizeHint().height() + theme.px(_ROWS * _ROW_HEIGHT) + 4 * margin
        height = min(height, window.height() - 2 * top)
        self.setGeometry((window.width() - width) // 2, top, width, height)


class _Rows(QStyledItemDelegate):
    """Two lines a row: title, letters met in bold, with the key at the right; then sentence and menu."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        return QSize(theme.px(200), theme.px(_ROW_HEIGHT))

    def paint(self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        assert painter is not None
        command: Command = index.data(_COMMAND)
        area = option.rect.adjusted(theme.px(8), theme.px(4), -theme.px(8), -theme.px(4))
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("raised"))
            painter.drawRoundedRect(option.rect, theme.px(4), theme.px(4))
        upper = QRect(area.left(), area.top(), area.width(), area.height() // 2)
        lower = QRect(area.left(), upper.bottom() + 1, area.width(), area.height() - area.height() // 2)
        painter.setFont(option.font)
        painter.setPen(theme.colour("muted"))
        keys = _at_right(painter, upper, f"{'✓  ' if command.is_on else ''}{command.keys}".rstrip())
        painter.setPen(theme.colour("faint" if command.why_not else "text"))
        _draw_letters(painter, upper.adjusted(0, 0, -keys, 0), command.title, set(index.data(_LETTERS)))
        painter.setFont(theme.small_font())
        painter.setPen(theme.colour("muted"))
        path = _at_right(painter, lower, command.path)
        words = f"Not now: {command.why_not}." if command.why_not else command.help
        painter.setPen(theme.colour("faint" if command.why_not else "muted"))
        _draw_elided(painter, lower.adjusted(0, 0, -path, 0), words)
        painter.restore()


def _at_right(painter: QPainter, area: QRect, text: str) -> int:
    """Draw `text` at the right of `area`; returns the room it takes."""
    painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
    return painter.fontMetrics().horizontalAdvance(text) + theme.px(12) if text else 0


def _draw_elided(painter: QPainter, area: QRect, text: str) -> None:
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, area.width())
    painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)


def _draw_letters(painter: QPainter, area: QRect, text: str, bold: set[int]) -> None:
    """Draw `text` in runs of plain letters and of those that were met, which are bold."""
    font, at, start = painter.font(), area.left(), 0
    while start < len(text):
        end = start + 1
        while end < len(text) and (end in bold) == (start in bold):
            end += 1
        run = QFont(font)
        run.setBold(start in bold)
        painter.setFont(run)
        room = QRect(at, area.top(), area.right() - at, area.height())
        _draw_elided(painter, room, text[start:end])
        at += painter.fontMetrics().horizontalAdvance(text[start:end])
        start = end
    painter.setFont(font)
