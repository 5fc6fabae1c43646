"""A card with curves over a common x axis: zoomed along x, read off by the pointer, with one handle to drag.

pyqtgraph draws them; it is imported when the first curve is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QPointF, Qt, pyqtSignal
from PyQt6.QtWidgets import QLabel, QMenu, QStackedWidget, QWidget

from cryogui.app import theme
from cryogui.app.views.card import Card
from cryogui.export.curves import Curve

if TYPE_CHECKING:
    from cryogui.app.views.plot_canvas import PlotCanvas

Range = tuple[float, float]


@dataclass(frozen=True)
class Axis:
    """An axis: name and unit as told and exported. is_log: drawn in decades.

    reciprocal: unit of 1/x, drawn along the upper edge; '' for none.
    """

    name: str
    unit: str = ""
    is_log: bool = False
    reciprocal: str = ""


@dataclass(frozen=True, eq=False)
class PlotCurve:
    """One line: x and y [point], NaN for a gap. colour: a name of the palette.

    is_ranging: whether the y axis must show all of it. is_told: whether the pointer reads it off, and the
    legend names it. has_points: whether its points are marked; has_line: whether they are joined.
    """

    name: str
    x: NDArray[np.floating]
    y: NDArray[np.floating]
    colour: str = "text"
    is_dashed: bool = False
    width: float = 1.5
    is_ranging: bool = True
    is_told: bool = True
    has_points: bool = False
    has_line: bool = True


@dataclass(frozen=True)
class Mark:
    """A thin vertical line at x; `text` stands at its top."""

    x: float
    colour: str = "faint"
    text: str = ""


@dataclass(frozen=True)
class Handle:
    """A vertical line to drag, with `text` at its foot. obstacle: why it cannot be moved; '' if it can."""

    x: float
    text: str = ""
    tooltip: str = ""
    obstacle: str = ""


@dataclass
class PlotState:
    """What a plot shows; the canvas draws from it. log y is taken of the values as they are here."""

    x_axis: Axis
    y_axis: Axis
    curves: tuple[PlotCurve, ...] = ()
    marks: tuple[Mark, ...] = ()
    handle: Handle | None = None
    shown: Range | None = None  # of x, as chosen; None for all of it
    told_at: float | None = field(default=None)  # x under the pointer


class CurvePlot(Card):
    """Curves, marks and a handle. Setters emit nothing."""

    handleMoved = pyqtSignal(float)  # where the user wants it; it stays until `set_handle`
    handleReleased = pyqtSignal()
    viewChanged = pyqtSignal(object)  # (left, right) of x as zoomed and panned to, or None for all
    readout = pyqtSignal(str)  # values under the pointer; '' when it leaves
    exportRequested = pyqtSignal()
    clicked = pyqtSignal(float)  # x of the place

    least_width = 160

    def __init__(self, title: str, name: str, x: Axis, y: Axis, parent: QWidget | None = None) -> None:
        super().__init__(title, parent=parent)
        self.name = name  # by which exports know it
        self._state = PlotState(x, y)
        self._canvas: PlotCanvas | None = None
        self._message = QLabel()
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._message.setWordWrap(True)
        theme.set_role(self._message, role="muted")
        self._pages = QStackedWidget()
        self._pages.addWidget(self._message)
        self.body.addWidget(self._pages, 1)
        self.setAccessibleName(title or name)
        self.setMinimumHeight(110)

    # ---- what is shown

    def set_axes(self, x: Axis, y: Axis) -> None:
        """Other names, units or scales."""
        if (x, y) != (self._state.x_axis, self._state.y_axis):
            self._state.x_axis, self._state.y_axis = x, y
            if self._canvas is not None:
                self._canvas.show_axes()
                self._canvas.show_curves()

    def set_curves(self, curves: Sequence[PlotCurve]) -> None:
        """Draw these instead of those before; none shows the message."""
        self._state.curves = tuple(curves)
        if not curves:
            self._pages.setCurrentWidget(self._message)
            return
        self._shown_canvas().show_curves()

    def set_message(self, text: str) -> None:
        """The words shown while there are no curves."""
        self._message.setText(text)

    def set_marks(self, marks: Sequence[Mark]) -> None:
        """Vertical lines behind the curves."""
        self._state.marks = tuple(marks)
        self._refresh()

    def set_handle(self, handle: Handle | None) -> None:
        """Place the handle; None removes it."""
        self._state.handle = handle
        if self._canvas is not None:
            self._canvas.describe_handle()
        self._refresh()

    def point_at(self, x: float | None) -> None:
        """Draw the line of the pointer at x, as when it were there; None removes it."""
        self._state.told_at = x
        self._refresh()

    @property
    def handle(self) -> Handle | None:
        """The handle on show."""
        return self._state.handle

    @property
    def is_held(self) -> bool:
        """Whether the user holds the handle now."""
        return self._canvas is not None and self._canvas.is_held

    def set_view(self, shown: Range | None) -> None:
        """Show this range of x; None shows all of it."""
        if shown != self._state.shown:
            self._state.shown = shown
            if self._canvas is not None:
                self._canvas.show_range()

    @property
    def view(self) -> Range | None:
        """The range of x chosen; None while all of it is shown."""
        return self._state.shown

    def curves(self) -> tuple[Curve, ...]:
        """The curves on show, as they are written to files."""
        x, y = self._state.x_axis, self._state.y_axis
        return tuple(
            Curve(curve.name, np.asarray(curve.x), np.asarray(curve.y), x.name, x.unit, y.unit)
            for curve in self._state.curves
        )

    @property
    def drawn(self) -> tuple[PlotCurve, ...]:
        """The curves on show, as they are drawn."""
        return self._state.curves

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The marks on show."""
        return self._state.marks

    def view_all(self) -> None:
        """Show all of x, as the user does."""
        self.set_view(None)
        self.viewChanged.emit(None)

    # ---- within

    def _refresh(self) -> None:
        if self._canvas is not None:
            self._canvas.refresh()

    def _shown_canvas(self) -> PlotCanvas:
        if self._canvas is None:
            from cryogui.app.views.plot_canvas import PlotCanvas

            self._canvas = PlotCanvas(self._state)
            self._canvas.setAccessibleName(self.accessibleName())
            self._canvas.handleMoved.connect(self.handleMoved)
            self._canvas.handleReleased.connect(self.handleReleased)
            self._canvas.viewMoved.connect(self.viewChanged)
            self._canvas.viewAllAsked.connect(self.view_all)
            self._canvas.hovered.connect(self._on_hovered)
            self._canvas.clicked.connect(self.clicked)
            self._canvas.menuRequested.connect(self._show_menu)
            self._pages.addWidget(self._canvas)
        self._pages.setCurrentWidget(self._canvas)
        return self._canvas

    def _on_hovered(self, x: float) -> None:
        self.readout.emit("" if np.isnan(x) else readout_text(self._state, x))

    def _show_menu(self, where: QPointF) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("View all", self.view_all)
        menu.addAction("Export …", self.exportRequested.emit)
        menu.popup(where.toPoint())


def readout_text(state: PlotState, x: float) -> str:
    """x in both its units, and every curve's value at the sample nearest to it."""
    axis = state.x_axis
    where = f"{axis.name} {x:.4g} {axis.unit}".rstrip()
    if axis.reciprocal and x > 0:
        where += f"  ({1 / x:.4g} {axis.reciprocal})"
    values = [
        f"{curve.name} {value:.3g}" for curve in told(state) if (value := value_at(curve, x)) is not None
    ]
    return "  ·  ".join([where, *values]).replace("-", "−")


def told(state: PlotState) -> list[PlotCurve]:
    """The curves that legend and pointer name."""
    return [curve for curve in state.curves if curve.is_told]


def value_at(curve: PlotCurve, x: float) -> float | None:
    """y of the finite sample nearest to x; None outside the curve."""
    finite = np.isfinite(curve.y)
    if not finite.any():
        return None
    xs, ys = curve.x[finite], curve.y[finite]
    spacing = float(np.ptp(xs)) / max(len(xs) - 1, 1)
    nearest = int(np.argmin(np.abs(xs - x)))
    return float(ys[nearest]) if abs(xs[nearest] - x) <= spacing else None
