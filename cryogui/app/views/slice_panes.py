"""The panes of a volume's slices as one view: contrast, colours and zoom of one are those of all."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QPointF, QRectF
from PyQt6.QtWidgets import QApplication, QVBoxLayout, QWidget

from cryogui.app import theme
from cryogui.app.views.image_pane import ImagePane
from cryogui.app.views.levels import ARBITRARY
from cryogui.app.views.ortho_zoom import followed
from cryogui.app.views.plane_controls import PlaneControls
from cryogui.app.views.planes import OBLIQUE, SHOWN_AXES
from cryogui.app.views.tiles import Tiles


class SlicePanes(QWidget):
    """Controls over tiles: a pane for each plane, the oblique one hidden at first, and companions."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.controls, self._tiles = PlaneControls(), Tiles()
        self._alone: QWidget | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.controls)
        self._column.addWidget(self._tiles, 1)
        self.panes = {name: self._new_pane(name) for name in (*SHOWN_AXES, OBLIQUE)}
        for pane in self.panes.values():
            pane.companions = tuple(other for other in self.panes.values() if other is not pane)
        self.panes[OBLIQUE].hide()
        self._space()

    def _new_pane(self, name: str) -> ImagePane:
        pane = ImagePane(name, accent=name, name=name)
        pane.set_unit(ARBITRARY)
        pane.levelsChanged.connect(lambda low, high: self._share_levels(pane, low, high))
        pane.invertedChanged.connect(lambda _: self._share_colours(pane))
        pane.coloursChanged.connect(lambda _: self._share_colours(pane))
        pane.viewChanged.connect(lambda after: self._share_zoom(pane, after))
        self._tiles.add(pane)
        return pane

    def add_companion(self, widget: QWidget) -> None:
        """Another view of the volume, a tile beside the slices."""
        self._tiles.add(widget)

    def show_alone(self, widget: QWidget | None) -> None:
        """Give one companion the place of all slices; None puts it back beside them."""
        if widget is self._alone:
            return
        focus = QApplication.focusWidget()
        if self._alone is not None:
            self._column.removeWidget(self._alone)
            self._tiles.add(self._alone)
        if widget is not None:
            self._tiles.take(widget)
            self._column.addWidget(widget, 1)
        self._alone = widget
        for part in (self.controls, self._tiles):
            part.setVisible(widget is None)
        if focus is not None:  # a widget that moves to another parent loses it
            focus.setFocus()

    def _cursor_in(self, name: str) -> QPointF:
        """Where the planes meet, in the image of the pane called `name`."""
        raise NotImplementedError

    # ---- appearance of all

    def set_message(self, text: str) -> None:
        """The words shown while there is no volume."""
        for pane in self.panes.values():
            pane.set_message(text)

    def set_badge(self, text: str | None) -> None:
        """A quiet word in the corner of every plane."""
        for pane in self.panes.values():
            pane.set_badge(text)

    def set_flip_y(self, flipped: bool) -> None:
        """Origin at the bottom left in every plane, as IMOD has it."""
        for pane in self.panes.values():
            pane.set_flip_y(flipped)

    # ---- what they share

    def _share_levels(self, source: ImagePane | None, low: float, high: float) -> None:
        for pane in self.panes.values():
            if pane is not source:
                pane.set_levels(low, high)

    def _share_colours(self, source: ImagePane) -> None:
        for pane in source.companions:
            pane.set_inverted(source.is_inverted)
            pane.set_colours(source.colours)

    def _share_zoom(self, source: ImagePane, after: QRectF) -> None:
        before, axes = source.rect_before(), SHOWN_AXES.get(source.name)
        for name, pane in self.panes.items():
            if pane is source or pane.image is None or pane.isHidden():
                continue
            if source.part is None:
                pane.set_view(None)
            else:
                cursor = self._cursor_in(name)
                pane.set_view(followed(before, after, axes, pane.view_rect(), SHOWN_AXES.get(name), cursor))

    def _space(self) -> None:
        self._column.setSpacing(theme.px(5))

    def changeEvent(self, event: QEvent | None) -> None:
        """Gaps follow the interface scale."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.StyleChange:
            self._space()
