"""Two images side by side, in turn, as their difference, or in one pane with a line between them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QEvent, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QHideEvent, QKeySequence, QShortcut, QShowEvent
from PyQt6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from cryogui.app import theme
from cryogui.app.views.image_pane import ImagePane
from cryogui.app.views.levels import Levels
from cryogui.app.views.linked import link_views
from cryogui.app.views.marks import Marks
from cryogui.session.looks import CompareMode

Image = NDArray[np.float32]

_USES_SPACE = (QAbstractButton, QComboBox, QLineEdit, QAbstractSpinBox, QPlainTextEdit)


HELP = {
    "compare_a": "A: the first of the two pictures compared.",
    "compare_b": "B: the second of the two pictures compared.",
    "compare_difference": "A − B: what the first has and the second has not.",
}


@dataclass(frozen=True, eq=False)
class Shown:
    """One image [y, x] and how it is drawn. help: one more sentence on what it is; '' for none."""

    image: Image
    levels: Levels
    title: str
    caption: str = ""
    help: str = ""
    is_diverging: bool = False
    unit: str = ""


class CompareView(QWidget):
    """Shows a pair in one of four modes. While it is in sight, Space asks to flip between A and B wherever
    the keyboard is, but for buttons and fields that have a use for it themselves."""

    flipRequested = pyqtSignal()
    dividerMoved = pyqtSignal(float)  # the share of the width that shows A
    levelsChanged = pyqtSignal(str, float, float)  # of 'a', 'b' or 'difference', by the user

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.first = ImagePane("A", name="compare_a")
        self.second = ImagePane("B", name="compare_b")
        self.difference = ImagePane("A − B", cmap="diverging", name="compare_difference")
        for pane in self.panes:
            pane.set_help(HELP[pane.name])
        self._pair: tuple[Shown, Shown] | None = None
        self._difference: Shown | None = None
        self._mode: CompareMode = "side_by_side"
        self._divider, self._runs, self._shows_b = 0.5, True, False
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.flip)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        for pane in self.panes:
            self._row.addWidget(pane, 1)
        link_views(self.panes)
        self._connect()
        self._space()
        self._arrange()

    def _connect(self) -> None:
        self.first.levelsChanged.connect(self._on_first_levels_changed)
        self.second.levelsChanged.connect(partial(self.levelsChanged.emit, "b"))
        self.difference.levelsChanged.connect(partial(self.levelsChanged.emit, "difference"))
        self.first.dividerMoved.connect(self._on_first_divider_moved)
        self._shortcut = QShortcut(QKeySequence(Qt.Key.Key_Space), self)
        self._shortcut.activated.connect(self.flipRequested)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._on_focus_changed)

    @property
    def panes(self) -> tuple[ImagePane, ImagePane, ImagePane]:
        """A (or both), B, and the difference."""
        return self.first, self.second, self.difference

    # ---- setters, silent

    def set_pair(self, a: Shown, b: Shown, difference: Shown | None) -> None:
        """Show two images of one shape; the difference may be left out while it is not looked at."""
        self._pair, self._difference = (a, b), difference
        self._draw()

    def set_message(self, text: str) -> None:
        """One sentence in place of the pair."""
        self._pair = self._difference = None
        for pane in self.panes:
            pane.set_message(text)
            pane.set_image(None)
            pane.set_title("")
            pane.set_caption("")
            pane.set_marks(None)
        self._arrange()

    def set_mode(self, mode: CompareMode) -> None:
        """How the pair is shown. Blinking begins with A."""
        if mode != self._mode:
            self._mode, self._shows_b = mode, False
            self._draw()

    def set_pace(self, seconds: float) -> None:
        """How long A and B are shown in turn."""
        interval = round(1000 * seconds)
        if interval != self._timer.interval():
            self._timer.setInterval(interval)

    def set_running(self, on: bool) -> None:
        """Whether A and B take turns by themselves."""
        self._runs = on
        self._follow_clock()

    def set_divider(self, share: float) -> None:
        """How much of the width shows A."""
        if share != self._divider:
            self._divider = share
            if self._mode == "swipe":
                self._draw()

    def set_badge(self, text: str | None) -> None:
        """A quiet word in the corner of every pane."""
        for pane in self.panes:
            pane.set_badge(text)

    # ---- blinking

    @property
    def shows_b(self) -> bool:
        """Which of the two a blinking pane shows."""
        return self._shows_b

    def flip(self) -> None:
        """Show the other one of the two, where they take turns."""
        if self._mode == "blink":
            self._shows_b = not self._shows_b
            self._draw()

    def _follow_clock(self) -> None:
        runs = self._runs and self._mode == "blink" and self._pair is not None and self.isVisible()
        if runs != self._timer.isActive():
            if runs:
                self._timer.start()
            else:
                self._timer.stop()

    # ---- drawing

    def _arrange(self) -> None:
        """The panes that this mode has a use for. The keyboard does not leave with one that goes."""
        wanted = {
            self.first: self._mode != "difference" or self._pair is None,
            self.second: self._mode == "side_by_side" and self._pair is not None,
            self.difference: self._mode == "difference" and self._pair is not None,
        }
        leaves = any(pane.has_keyboard and not wanted[pane] for pane in self.panes)
        for pane in sorted(self.panes, key=wanted.__getitem__, reverse=True):  # those that stay come first
            pane.setVisible(wanted[pane])
            if leaves and wanted[pane]:
                pane.take_keyboard()
        self._follow_clock()

    def _draw(self) -> None:
        if self._pair is not None:
            a, b = self._pair
            if self._mode == "side_by_side":
                _put(self.first, a, Marks(("A",)))
                _put(self.second, b, Marks(("B",)))
            elif self._mode == "blink":
                _put(self.first, b if self._shows_b else a, Marks(("B",) if self._shows_b else ("A",)))
            elif self._mode == "swipe":
                self._draw_swipe(a, b)
            elif self._difference is not None:
                _put(self.difference, _about_both(self._difference, a, b), None)
        self._arrange()

    def _draw_swipe(self, a: Shown, b: Shown) -> None:
        """One image, of which B's part has B's own colours. The colour bar is A's."""
        columns = round(self._divider * a.image.shape[1])
        both = composed(a.image, matched(b.image, b.levels, a.levels), columns)
        unit = a.unit if a.levels == b.levels else f"{a.unit}  (A)"
        title = f"{a.title}   │   {b.title}"
        shown = _about_both(replace(a, image=both, title=title, unit=unit), a, b)
        beyond = None if a.is_diverging == b.is_diverging else (columns, b.is_diverging)
        _put(self.first, shown, Marks(("A", "B"), columns - 0.5), beyond)

    # ---- from the user

    def _on_first_levels_changed(self, low: float, high: float) -> None:
        """In a blinking pane the one on show is meant."""
        is_b = self._mode == "blink" and self._shows_b
        self.levelsChanged.emit("b" if is_b else "a", low, high)

    def _on_first_divider_moved(self, x: float) -> None:
        if self._pair is not None:
            share = (x + 0.5) / self._pair[0].image.shape[1]
            self.dividerMoved.emit(min(max(share, 0.0), 1.0))

    def _on_focus_changed(self, old: QWidget | None, new: QWidget | None) -> None:
        self._shortcut.setEnabled(not isinstance(new, _USES_SPACE))

    # ---- events

    def showEvent(self, event: QShowEvent | None) -> None:
        """Go on blinking."""
        super().showEvent(event)
        self._follow_clock()

    def hideEvent(self, event: QHideEvent | None) -> None:
        """Nothing blinks unseen."""
        super().hideEvent(event)
        self._follow_clock()

    def changeEvent(self, event: QEvent | None) -> None:
        """Gaps follow the interface scale."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.StyleChange:
            self._space()

    def _space(self) -> None:
        self._row.setSpacing(theme.px(7))


def _put(pane: ImagePane, shown: Shown, marks: Marks | None, beyond: tuple[int, bool] | None = None) -> None:
    pane.set_title(shown.title)
    pane.set_caption(shown.caption)
    pane.set_help(" ".join(filter(None, (HELP[pane.name], shown.help))))
    pane.set_diverging(shown.is_diverging)
    pane.set_beyond(beyond)
    pane.set_levels(*shown.levels)
    pane.set_unit(shown.unit)
    pane.set_marks(marks)
    pane.set_image(shown.image)


def _about_both(shown: Shown, a: Shown, b: Shown) -> Shown:
    """With what is said of A and of B."""
    return replace(shown, caption=_joined(a.caption, b.caption), help=_joined(a.help, b.help))


def _joined(a: str, b: str) -> str:
    said = [f"{letter}: {words}" for letter, words in (("A", a), ("B", b)) if words]
    return a if a == b else "   ".join(said)


def composed(a: Image, b: Image, columns: int) -> Image:
    """The first `columns` columns of `a`, and the others of `b`."""
    both = b.copy()
    both[:, :columns] = a[:, :columns]
    return both


def matched(image: Image, own: Levels, wanted: Levels) -> Image:
    """`image` with its black and white moved to those wanted; itself where they are the same."""
    if own == wanted:
        return image
    gain = np.float32((wanted[1] - wanted[0]) / (own[1] - own[0]))
    return (image - np.float32(own[0])) * gain + np.float32(wanted[0])
