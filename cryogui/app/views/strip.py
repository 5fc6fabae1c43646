"""The strip of images: one bar per image, the current one framed; click, drag, keys or play to go."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from PyQt6.QtCore import QEvent, QPoint, Qt, QTimer, pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QMenu, QWidget

from cryogui.app import theme
from cryogui.app.icons import IconButton
from cryogui.app.views.card import Card
from cryogui.app.views.strip_bars import StripBars
from cryogui.app.views.strip_drawing import COLOURS_HELP

_PLAY_INTERVAL_MS = 100
_KEY = "green: within the noise  ·  orange: doubtful  ·  red: not explained"


class ImageStrip(Card):
    """Chooses one image of a series or stack, and shows how well each is explained."""

    indexChanged = pyqtSignal(int)
    playingChanged = pyqtSignal(bool)
    excludedChanged = pyqtSignal(object, str)  # frozenset of images that are to be left out, what was done

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Images", parent=parent)
        self.play_button = IconButton("play", "Play through the images (P)", size=22)
        self.bars = StripBars()
        self._thumbnails: Sequence[ArrayLike] | None = None
        self._is_compact = self._is_judged = False
        row = QHBoxLayout()
        row.addWidget(self.play_button)
        row.addWidget(self.bars, 1)
        self.body.addLayout(row, 1)
        self._timer = QTimer(self)
        self._timer.setInterval(_PLAY_INTERVAL_MS)
        self._timer.timeout.connect(self._play_next)
        self.play_button.clicked.connect(self.toggle_play)
        self.bars.indexChanged.connect(self.indexChanged)
        self.bars.setAccessibleName("image of the series")
        self.setToolTip(f"How large the residual of each image is, ‖rᵢ‖/‖yᵢ‖.\n{COLOURS_HELP}")
        self.bars.menuRequested.connect(self._show_menu)
        self._fit()

    # ---- data

    def set_images(
        self, count: int, labels: Sequence[str] = (), angles: Sequence[float] | None = None
    ) -> None:
        """Start over with `count` images; with `angles` (degrees) they stand in order of angle."""
        self.set_playing(False)
        self.bars.set_images(count, labels, angles)
        self._is_judged = False
        self._draw_caption()
        self.play_button.setEnabled(count > 1)
        self.setEnabled(count > 0)

    def set_index(self, index: int) -> None:
        """Frame image `index`."""
        self.bars.set_index(index)

    @property
    def index(self) -> int:
        """The framed image."""
        return self.bars.index

    def set_bars(self, values: ArrayLike | None, verdicts: Sequence[str] | None = None) -> None:
        """Bar heights per image and their palette colours: 'good', 'warn', 'bad' or 'shadowed'."""
        heights = None if values is None else np.asarray(values, dtype=float)
        self.bars.set_bars(heights, verdicts)
        self._is_judged = not {"good", "warn", "bad"}.isdisjoint(verdicts or ())
        self._draw_caption()

    def set_thumbnails(self, thumbnails: Sequence[ArrayLike] | None) -> None:
        """Small images [y, x], one per image, in a row above the bars; None removes the row."""
        self._thumbnails = thumbnails
        self.bars.set_thumbnails(None if self._is_compact else thumbnails)
        self._fit()

    def set_excluded(self, images: frozenset[int]) -> None:
        """Draw these images as left out, and tell how many they are."""
        self.bars.set_excluded(images)
        self._draw_caption()

    def _draw_caption(self) -> None:
        left_out = len(self.bars.excluded)
        key = _KEY if self._is_judged else ""
        self.set_caption(f"{left_out} of {self.bars.count} left out" if left_out else key)

    # ---- leaving images out

    def toggle_excluded(self, index: int) -> None:
        """Leave out image `index`, or take it back."""
        excluded = self.bars.excluded ^ {index}
        self._exclude(excluded, f"{'Exclude' if index in excluded else 'Include'} image {index + 1}")

    def exclude_worse(self, index: int) -> None:
        """Leave out every image whose residual is at least that of image `index`."""
        limit = self.bars.value(index)
        worse = {each for each in range(self.bars.count) if self.bars.value(each) >= limit}
        self._exclude(self.bars.excluded | worse, f"Exclude {len(worse)} images")

    def include_all(self) -> None:
        """Take every image back."""
        self._exclude(frozenset(), "Include all images")

    def _exclude(self, images: frozenset[int], done: str) -> None:
        if images != self.bars.excluded:
            self.excludedChanged.emit(images, done)

    def _show_menu(self, index: int, where: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        verb = "Include" if index in self.bars.excluded else "Exclude"
        menu.addAction(f"{verb} image {index + 1}", lambda: self.toggle_excluded(index))
        worse = menu.addAction("Exclude this and all that fit worse", lambda: self.exclude_worse(index))
        worse.setEnabled(math.isfinite(self.bars.value(index)))
        menu.addAction("Include all images", self.include_all).setEnabled(bool(self.bars.excluded))
        menu.popup(where)

    # ---- playing

    @property
    def is_playing(self) -> bool:
        """Whether the images run."""
        return self._timer.isActive()

    def set_playing(self, on: bool) -> None:
        """Run through the images from here, around and around; or stop."""
        if on == self.is_playing or (on and self.bars.count < 2):
            return
        if on:
            self._timer.start()
        else:
            self._timer.stop()
        self.play_button.set_icon_name("pause" if on else "play")
        self.playingChanged.emit(on)

    def toggle_play(self) -> None:
        """Play or pause."""
        self.set_playing(not self.is_playing)

    def _play_next(self) -> None:
        self.bars.go(self.bars.rank + 1, around=True)

    def changeEvent(self, event: QEvent | None) -> None:
        """The height follows the interface scale."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.StyleChange:
            self._fit()

    def set_compact(self, is_compact: bool) -> None:
        """Without thumbnails, where the window is low."""
        if is_compact != self._is_compact:
            self._is_compact = is_compact
            self.bars.set_thumbnails(None if is_compact else self._thumbnails)
            self._fit()

    def _fit(self) -> None:
        self.setFixedHeight(theme.px(136 if self.bars.has_thumbnails else 96))
