"""Where things stand in the window: panels at the sides, images, strip and tabs in the middle."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Literal

from PyQt6.QtCore import QEvent, QSize, Qt
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import (
    QApplication,
    QFrame,
    QMainWindow,
    QMenu,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from cryogui.app import theme
from cryogui.app.panels.dock import Panel, Side
from cryogui.app.views.card import Card
from cryogui.app.views.row import GAP, Row
from cryogui.app.views.strip import ImageStrip
from cryogui.app.views.tabs import Tabs

Area = Literal["left", "right", "bottom"]

LAYOUT_VERSION = 1
_AREAS = {
    "left": Qt.DockWidgetArea.LeftDockWidgetArea,
    "right": Qt.DockWidgetArea.RightDockWidgetArea,
    "bottom": Qt.DockWidgetArea.BottomDockWidgetArea,
}
_LOW, _LEAST_PAGE = 600, 150
"""Below which height of the middle thumbnails go; what the tabs keep."""

_LEAST = QSize(640, 360)
"""Of what is seen of the workspace, in pixels."""

_MIDDLE = 345
"""What a larger interface leaves to the middle, with the gaps beside it, as far as panels can yield it."""

_WIDTHS = {"left": 240, "right": 356}
_SHARES = {"data": 8, "snapshots": 5}
"""Of the height of a side, where panels stand above each other."""


@dataclass(frozen=True)
class _Place:
    """Where a panel stands at first, and whether it is open."""

    area: Area
    is_shown: bool


@dataclass(frozen=True)
class _Extents:
    """Widths of the panels at the sides, by name, and the shares of the middle's height."""

    widths: dict[str, int]
    heights: list[int]

    def times(self, factor: float) -> _Extents:
        """All of it larger."""
        widths = {name: round(width * factor) for name, width in self.widths.items()}
        return _Extents(widths, [round(height * factor) for height in self.heights])


class Centre(QSplitter):
    """The middle, which stays where it is: the images over strip and tabs."""

    def __init__(self, images: tuple[Card, ...], strip: ImageStrip, tabs: Tabs) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self.images = Row(*images)
        self._strip, self._tabs = strip, tabs
        lower = QWidget()
        self._column = QVBoxLayout(lower)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(strip)
        self._column.addWidget(tabs, 1)
        self.addWidget(self.images)
        self.addWidget(lower)
        self.setChildrenCollapsible(False)
        self.reset()
        self._fit()

    def reset(self) -> None:
        """The shares of the height at first."""
        self.setSizes([theme.px(315), theme.px(555)])

    def changeEvent(self, event: QEvent | None) -> None:
        """Gaps follow the interface scale."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.StyleChange:
            self._fit()

    def _fit(self) -> None:
        self._column.setSpacing(theme.px(GAP))
        self.setHandleWidth(theme.px(GAP))
        self._tabs.setMinimumHeight(theme.px(_LEAST_PAGE))
        self._strip.set_compact(self.height() < theme.px(_LOW))

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """A low window shows pictures rather than thumbnails."""
        super().resizeEvent(event)
        self._strip.set_compact(self.height() < theme.px(_LOW))


class Workspace(QMainWindow):
    """Panels around the centre. A main window within the main window, so that messages stand above it all."""

    def __init__(self, centre: Centre, menu: QMenu) -> None:
        super().__init__(None, Qt.WindowType.Widget)
        self._centre, self._menu = centre, menu
        self._state_at_end = b""
        self._float_menu = QMenu("In a window of its own", menu)
        self._panels: dict[str, tuple[Panel, _Place]] = {}
        self._extents: dict[float, _Extents] = {}  # by interface scale
        self.setCentralWidget(centre)
        self.setAutoFillBackground(True)  # so that nothing need be drawn beneath it, frame by frame
        self.setDockOptions(QMainWindow.DockOption.AllowNestedDocks | QMainWindow.DockOption.AllowTabbedDocks)
        for corner in (Qt.Corner.TopLeftCorner, Qt.Corner.BottomLeftCorner):
            self.setCorner(corner, _AREAS["left"])
        for corner in (Qt.Corner.TopRightCorner, Qt.Corner.BottomRightCorner):
            self.setCorner(corner, _AREAS["right"])
        self._last_toggle = menu.insertSeparator(menu.actions()[0] if menu.actions() else None)
        menu.insertMenu(self._last_toggle, self._float_menu)

    # ---- panels

    def add_panel(
        self, name: str, title: str, widget: QWidget, area: Area, side: Side = "top", shown: bool = True
    ) -> Panel:
        """A panel below those already in `area`.

        name: what layouts remember it by. side: where its title stands; 'left' is a slim grip for a card of
        one line. shown: whether it is open until the user says otherwise.
        """
        panel, place = Panel(name, title, widget, side), _Place(area, shown)
        self._panels[name] = panel, place
        self._put(panel, place)
        toggle = panel.toggleViewAction()
        toggle.setToolTip(f"Show or hide the panel {title}")
        self._menu.insertAction(self._float_menu.menuAction(), toggle)
        self._offer_to_float(panel)
        self._share_width(area)
        return panel

    @property
    def panels(self) -> dict[str, Panel]:
        """All panels by name."""
        return {name: panel for name, (panel, _) in self._panels.items()}

    def panels_at(self, area: str) -> list[Panel]:
        """The panels that stand in `area` now, from the top and the left."""
        here = [p for p in self.panels.values() if self.dockWidgetArea(p) == _AREAS[area]]
        return sorted((p for p in here if not p.isFloating()), key=lambda panel: (panel.y(), panel.x()))

    def reset(self) -> None:
        """Every panel back to where it stood at first."""
        self._extents.clear()
        for panel, _ in self._panels.values():
            self.removeDockWidget(panel)
        for panel, place in self._panels.values():
            self._put(panel, place)
            panel.setFloating(False)
        for area in _WIDTHS:
            self._share_width(area)
        self.share_heights()
        self._centre.reset()

    # ---- interface scale

    def keep_extents(self, scale: float) -> None:
        """Remember how wide panels are at this interface scale, which is about to change."""
        sides = (*self.panels_at("left"), *self.panels_at("right"))
        widths = {panel.objectName(): panel.width() for panel in sides if panel.isVisible()}
        self._extents[scale] = _Extents(widths, self._centre.sizes())

    def take_extents(self, scale: float, before: float) -> None:
        """Panels as wide as they were when the interface last had this scale, else as the scale demands."""
        QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)  # else old sizes bound the new
        extents = self._extents.get(scale) or self._extents[before].times(scale / before)
        shown = {
            name: width for name, width in extents.widths.items()
            if self.panels[name].isVisible() and not self.panels[name].isFloating()
        }  # fmt: skip
        panels = [self.panels[name] for name in shown]
        share = 1.0 if scale in self._extents else self._share_of_sides(shown)
        widths = [round(share * width) for width in shown.values()]
        self.resizeDocks(panels, widths, Qt.Orientation.Horizontal)
        self._centre.setSizes(extents.heights)

    def _share_of_sides(self, widths: dict[str, int]) -> float:
        """How much of these widths the panels may have without taking the middle's pictures away."""
        seen = self.parentWidget() or self  # the workspace may be wider, and scrolled
        sides = [[widths.get(panel.objectName(), 0) for panel in self.panels_at(s)] for s in _WIDTHS]
        wanted = sum(max(side, default=0) for side in sides)
        return min(1.0, max(seen.width() - theme.px(_MIDDLE), 0) / max(wanted, 1))

    def _put(self, panel: Panel, place: _Place) -> None:
        self.addDockWidget(_AREAS[place.area], panel, Qt.Orientation.Vertical)
        panel.setVisible(place.is_shown)

    def _share_width(self, area: str) -> None:
        inside = [panel for panel, place in self._panels.values() if place.area == area]
        if area in _WIDTHS and inside:
            self.resizeDocks([inside[0]], [theme.px(_WIDTHS[area])], Qt.Orientation.Horizontal)

    def share_heights(self) -> None:
        """Panels above each other get their shares of their side's height."""
        for area in _WIDTHS:
            panels = [panel for panel in self.panels_at(area) if not panel.isHidden()]
            shares = [_SHARES.get(panel.objectName(), 1) for panel in panels]
            self.resizeDocks(panels, [100 * share for share in shares], Qt.Orientation.Vertical)

    def _offer_to_float(self, panel: Panel) -> None:
        action = self._float_menu.addAction(panel.windowTitle())
        action.setCheckable(True)
        action.setToolTip(f"Take {panel.windowTitle()} out of the window, or put it back")
        panel.topLevelChanged.connect(action.setChecked)

        def take_out(out: bool) -> None:
            panel.setFloating(out)
            panel.show()

        action.triggered.connect(take_out)

    # ---- remembering

    def state(self) -> bytes:
        """Places and sizes of everything, to be given to `restore`; once closed, as they were then."""
        if self._state_at_end:
            return self._state_at_end
        parts = {"panels": self.saveState(LAYOUT_VERSION), "centre": self._centre.saveState()}
        text = {name: b64encode(part.data()).decode() for name, part in parts.items()}
        return json.dumps({"version": LAYOUT_VERSION, **text}).encode()

    def restore(self, state: bytes) -> bool:
        """Bring back what `state` told; False, with nothing changed, when it is none of this version."""
        try:
            parts = json.loads(state)
            panels, centre = b64decode(parts["panels"]), b64decode(parts["centre"])
        except (ValueError, TypeError, KeyError):
            return False
        if not self.restoreState(panels, LAYOUT_VERSION):
            return False
        self._centre.restoreState(centre)
        return True

    def close_floating(self) -> None:
        """Panels with a window of their own disappear with the main window, and are open again next time."""
        self._state_at_end = self.state()
        for panel in self.panels.values():
            if panel.isFloating():
                panel.hide()


class Scrolled(QScrollArea):
    """A workspace too large for its window is scrolled: a larger interface must not push the window over the
    screen's edge."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        theme.set_role(self, role="plain")
        self.resize(QApplication.primaryScreen().availableSize())  # a small area would squeeze the panels now
        self.setWidget(workspace)

    def minimumSizeHint(self) -> QSize:
        """The same at every interface scale."""
        return _LEAST

    def sizeHint(self) -> QSize:
        """As large as the window allows."""
        return self.widget().sizeHint()
