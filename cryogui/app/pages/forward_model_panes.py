"""The large picture of one step: grey for images, diverging for differences, with a choice between them."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import QSignalBlocker, Qt, pyqtSignal
from PyQt6.QtWidgets import QStackedWidget, QWidget

from cryogui.app.pages.forward_model_faces import MEANINGS, TITLES
from cryogui.app.panels.choice_box import ChoiceBox
from cryogui.app.views.image_pane import ImagePane
from cryogui.app.views.levels import ARBITRARY
from cryogui.session.state import Levels

IMAGE, DIFFERENCE = "node", "node_difference"


class NodePanes(QStackedWidget):
    """Two panes of which one is shown. Setters are silent; what the user does are signals."""

    showChosen = pyqtSignal(str)  # 'image', 'change' or 'effect'
    levelsChanged = pyqtSignal(float, float)
    cursorMoved = pyqtSignal(float, float)
    stepped = pyqtSignal(int)
    hovered = pyqtSignal(float, float, float)  # x, y, value; all nan when the pointer leaves

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choices: list[ChoiceBox] = []
        self.image = self._new_pane("image", IMAGE)
        self.difference = self._new_pane("difference", DIFFERENCE, is_difference=True)

    def _new_pane(self, title: str, name: str, is_difference: bool = False) -> ImagePane:
        pane = ImagePane(title, cmap="diverging" if is_difference else "grey", name=name)
        pane.set_help("One step of ŷ = H(θ)x: what it makes of what comes in, and what it changes.")
        choice = ChoiceBox()
        for key, words in TITLES.items():
            choice.addItem(words, key)
            choice.setItemData(choice.count() - 1, MEANINGS[key], Qt.ItemDataRole.ToolTipRole)
        choice.setAccessibleName("what is shown of the step")
        choice.activated.connect(lambda row: self.showChosen.emit(choice.itemData(row)))
        self.choices.append(choice)
        pane.head.addWidget(choice)
        pane.set_unit(ARBITRARY)
        pane.levelsChanged.connect(self.levelsChanged)
        pane.cursorMoved.connect(self.cursorMoved)
        pane.stepped.connect(self.stepped)
        pane.hovered.connect(self.hovered)
        self.addWidget(pane)
        return pane

    @property
    def panes(self) -> tuple[ImagePane, ImagePane]:
        """Both."""
        return self.image, self.difference

    @property
    def shown(self) -> ImagePane:
        """The one in sight."""
        return self.image if self.currentWidget() is self.image else self.difference

    def set_show(self, show: str) -> None:
        """Turn to the pane that this needs: an image, or a difference."""
        for choice in self.choices:
            with QSignalBlocker(choice):
                choice.setCurrentIndex(choice.findData(show))
            choice.setToolTip(MEANINGS[show])
        self.setCurrentWidget(self.image if show == "image" else self.difference)

    def clear(self, message: str, pixel_size_A: float | None) -> None:
        """No pictures of the scene yet."""
        for pane in self.panes:
            pane.set_image(None)
            pane.set_message(message)
            pane.set_caption("")
            pane.set_scale_bar(pixel_size_A)

    def set_picture(self, title: str, picture: np.ndarray | None, levels: Levels | None, why: str) -> None:
        """A picture with its contrast in the pane in sight, or the reason why there is none."""
        pane = self.shown
        pane.set_title(title)
        pane.set_message(why)
        if levels is not None:
            pane.set_levels(*levels)
        pane.set_image(picture)
