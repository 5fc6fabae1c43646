"""What a right click on an image pane offers: the view, contrast with a histogram, colours."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtWidgets import QMenu, QWidgetAction

from cryogui.app.views import colormaps
from cryogui.app.views.histogram import Histogram
from cryogui.app.views.levels import PRESETS

if TYPE_CHECKING:
    from cryogui.app.views.image_pane import ImagePane


def pane_menu(pane: ImagePane) -> QMenu:
    """A menu for the image `pane` shows now."""
    menu = QMenu(pane)
    menu.addAction("View all", pane.view_all)
    menu.addSeparator()
    if pane.image is not None and pane.levels is not None:
        histogram = Histogram(pane.image, pane.levels, pane.log_counts, pane.is_diverging)
        histogram.levelsDragged.connect(lambda low, high: pane.choose_levels((low, high)))
        holder = QWidgetAction(menu)
        holder.setDefaultWidget(histogram)
        menu.addAction(holder)
    menu.addAction("Auto contrast", pane.auto_levels)
    if pane.image is not None:
        menu.addMenu(_preset_menu(menu, pane, pane.image))
        menu.addAction("Contrast and colours …", pane.show_contrast)
    menu.addSeparator()
    _add_choice(menu, "Invert", pane.is_inverted, pane.invert)
    menu.addMenu(_colour_menu(menu, pane))
    if pane.image is not None:
        menu.addSeparator()
        menu.addAction("Export …", pane.exportRequested.emit)
        menu.addAction("Copy as script", pane.scriptRequested.emit)
    return menu


def _preset_menu(parent: QMenu, pane: ImagePane, image: NDArray[np.float32]) -> QMenu:
    menu = QMenu("Contrast", parent)
    for words, find in PRESETS.items():
        menu.addAction(words, lambda find=find: pane.choose_levels(find(image)))
    return menu


def _colour_menu(parent: QMenu, pane: ImagePane) -> QMenu:
    menu = QMenu("Colours", parent)
    own = "diverging" if pane.is_diverging else "grey"
    for name, words in colormaps.CHOICES.items():
        chosen = "" if name == own else name
        _add_choice(menu, words, pane.colours == chosen, partial(pane.choose_colours, chosen))
    return menu


def _add_choice(menu: QMenu, text: str, checked: bool, chosen: Callable[[], None]) -> None:
    action = menu.addAction(text)
    assert action is not None
    action.setCheckable(True)
    action.setChecked(checked)
    action.triggered.connect(lambda: chosen())
