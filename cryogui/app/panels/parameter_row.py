"""One mismatch parameter: symbol, label, number, slider, lock, reset, and room for a sparkline."""

from __future__ import annotations

from html import escape
from math import ceil, log10

import numpy as np
from numpy.typing import ArrayLike
from PyQt6.QtCore import QEvent, QPointF, QRectF, QSignalBlocker, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF, QResizeEvent
from PyQt6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from cryogui.app import theme
from cryogui.app.icons import IconButton
from cryogui.app.panels.finding_line import FindingLine
from cryogui.app.views.card import ElidedLabel
from cryogui.app.views.number_box import NumberBox
from cryogui.app.views.slider import Slider
from cryogui.session.findings import Found
from cryogui.spec import Parameter

_NARROW = 255  # width at interface scale 1, below which the unit leaves the number

_SLIDER_KEYS = (
    "Drag, Shift+drag finely, double-click the handle to reset.<br>"
    "Arrow keys move it finely, PgUp and PgDown by 1/20 of the range, Home and End to its ends."
)
_SPIN_KEYS = (
    "Up and Down change it finely, PgUp and PgDown by 1/20 of the range; letters are the window's keys."
)


def decimals_for(parameter: Parameter) -> int:
    """Digits after the point so that the range has at least 500 steps: what is shown is what is used."""
    return max(0, ceil(-log10(parameter.width / 500)))


def number_text(value: float) -> str:
    """A short number with a true minus sign."""
    return f"{value:g}".replace("-", "−")


class Sparkline(QWidget):
    """A small curve of the objective along one parameter, on the slider's own axis."""

    def __init__(self, slider: Slider, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._slider = slider
        self._points: list[tuple[float, float]] = []
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setRetainSizeWhenHidden(True)  # rows must not move when the curve comes
        self.setSizePolicy(policy)
        self.setToolTip("The residual along this parameter with the others as they are: lower fits better.")
        self.hide()

    def set_curve(self, xs: ArrayLike | None, ys: ArrayLike | None) -> None:
        """Show ys over xs (parameter values); None hides the curve."""
        points = [] if xs is None or ys is None else zip(np.asarray(xs), np.asarray(ys), strict=True)
        self._points = [(float(x), float(y)) for x, y in points if np.isfinite(y)]
        self.setVisible(len(self._points) > 1)
        self.update()

    def sizeHint(self) -> QSize:
        """A low band."""
        return QSize(theme.px(240), theme.px(34))

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """The curve, and a thin line at the present value."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        at = self._slider.x_of(self._slider.value)
        painter.setPen(QPen(theme.colour("faint", 0.6), 1))
        painter.drawLine(QPointF(at, 0), QPointF(at, self.height()))
        area = QRectF(self.rect()).adjusted(0, theme.px(4), 0, -theme.px(4))
        low, high = min(y for _, y in self._points), max(y for _, y in self._points)
        span = max(high - low, 1e-12 * max(abs(high), 1.0))
        bottom, scale = area.bottom(), area.height() / span
        along = self._slider.xs_of(x for x, _ in self._points)
        curve = [
            QPointF(x, bottom - (y - low) * scale) for x, (_, y) in zip(along, self._points, strict=True)
        ]
        painter.setPen(QPen(theme.colour("spark"), 1.4))
        painter.drawPolyline(QPolygonF(curve))


class ParameterRow(QWidget):
    """Edits one parameter. Setters are silent; what the user does comes out as signals."""

    valueChanged = pyqtSignal(float)  # live, while dragging
    released = pyqtSignal()  # the edit is finished: one step for undo
    lockToggled = pyqtSignal(bool)
    resetRequested = pyqtSignal()

    def __init__(self, parameter: Parameter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.parameter = parameter
        decimals = decimals_for(parameter)
        self.slider = Slider(parameter, decimals)
        self.spin = self._new_spin(decimals)
        self.sparkline = Sparkline(self.slider)
        label = parameter.description.label
        self.lock_button = IconButton("unlock", f"Lock {label}: keep it where it is")
        self.lock_button.setCheckable(True)
        self.reset_button = IconButton("reset", f"Reset {label} to nominal, {number_text(parameter.nominal)}")
        self.truth_label = QLabel()
        self.finding = FindingLine(parameter)
        self.following = ElidedLabel()
        self.following.set_help("Valley mode: what makes up for this parameter and follows it when it moves.")
        self._assemble()
        self._describe()
        self._connect()
        self.set_value(parameter.nominal)

    # ---- setters, silent

    def set_value(self, value: float) -> None:
        """Show `value`, clipped to the range."""
        self.slider.set_value(value)
        with QSignalBlocker(self.spin):
            self.spin.setValue(self.slider.value)
        self.reset_button.setEnabled(not self.is_locked and self.slider.value != self.parameter.nominal)
        self.sparkline.update()

    @property
    def value(self) -> float:
        """The value shown."""
        return self.slider.value

    def set_true(self, value: float | None) -> None:
        """Mark the true value; None where the file does not tell."""
        self.slider.set_true(value)
        self.truth_label.setVisible(value is not None)
        self.truth_label.setText("" if value is None else f"true {self._rounded(value)}")

    def set_locked(self, locked: bool) -> None:
        """A locked parameter can be seen and not moved."""
        with QSignalBlocker(self.lock_button):
            self.lock_button.setChecked(locked)
        label = self.parameter.description.label
        words = f"Unlock {label}" if locked else f"Lock {label}: keep it where it is"
        self.lock_button.set_icon_name("lock" if locked else "unlock", "accent" if locked else "muted")
        self.lock_button.setToolTip(words)
        self.lock_button.setAccessibleName(words)
        self.slider.setEnabled(not locked)
        self.spin.setEnabled(not locked)
        self.set_value(self.value)

    @property
    def is_locked(self) -> bool:
        """Whether the row is locked."""
        return self.lock_button.isChecked()

    def set_sparkline(self, xs: ArrayLike | None, ys: ArrayLike | None = None) -> None:
        """Show the objective `ys` at parameter values `xs`; None hides the curve."""
        self.sparkline.set_curve(xs, ys)

    def set_finding(self, found: Found | None, is_current: bool = True) -> None:
        """Show what a calibration has found, and its error on the slider; None for nothing."""
        self.finding.set_finding(found, is_current)
        sigma = None if found is None else found.sigma
        error = None if found is None or sigma is None else (found.value - sigma, found.value + sigma)
        self.slider.set_error(error, is_current)

    def set_following(self, words: str | None) -> None:
        """Who follows when this is moved; '' keeps the line free for it, None hides it."""
        self.following.setVisible(words is not None)
        self.following.setText(words or "")

    @property
    def tab_stops(self) -> tuple[QWidget, ...]:
        """What takes the keyboard, in order."""
        return self.slider, self.spin, self.lock_button, self.reset_button

    # ---- building

    def _new_spin(self, decimals: int) -> NumberBox:
        spin = NumberBox()
        spin.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        spin.setDecimals(decimals)
        spin.setRange(self.parameter.minimum, self.parameter.maximum)
        spin.setSingleStep(max(self.parameter.width / 200, 10.0**-decimals))
        spin.setKeyboardTracking(False)
        spin.setButtonSymbols(QDoubleSpinBox.ButtonSymbols.NoButtons)
        spin.setAlignment(Qt.AlignmentFlag.AlignRight)
        return spin

    def _assemble(self) -> None:
        about = self.parameter.description
        self.unit_label = QLabel(self.parameter.display_unit)
        self.symbol_label, self.name_label = QLabel(about.symbol), ElidedLabel(about.label)
        self.range_label = QLabel()
        theme.set_role(self.symbol_label, role="symbol")
        theme.set_role(self.name_label, role="title")
        for label in (self.unit_label, self.range_label):
            theme.set_role(label, role="muted")
        theme.set_role(self.truth_label, tone="good")
        theme.set_role(self.following, role="muted")
        self.truth_label.hide()
        self.following.hide()
        head = QHBoxLayout()
        head.addWidget(self.symbol_label)
        head.addWidget(self.name_label, 1)
        for widget in (self.spin, self.unit_label, self.lock_button, self.reset_button):
            head.addWidget(widget)
        foot = QHBoxLayout()
        foot.addWidget(self.truth_label)
        foot.addStretch(1)
        foot.addWidget(self.range_label)
        self._column, self._head = QVBoxLayout(self), head
        self._column.addLayout(head)
        self._column.addWidget(self.slider)
        self._column.addWidget(self.sparkline)
        self._column.addWidget(self.following)
        self._column.addWidget(self.finding)
        self._column.addLayout(foot)
        self._fit()

    def _fit(self) -> None:
        """Sizes of the present interface scale; numbers and units of all rows stand in columns."""
        self._column.setContentsMargins(theme.px(2), theme.px(5), theme.px(2), theme.px(5))
        self._column.setSpacing(theme.px(1))
        self._head.setSpacing(theme.px(4))
        metrics = self.fontMetrics()
        self.symbol_label.setMinimumWidth(metrics.horizontalAdvance("ΔCₛ"))
        self.unit_label.setMinimumWidth(max(metrics.horizontalAdvance(unit) for unit in ("°/tilt", "mrad")))
        self.spin.setFixedWidth(theme.px(74))
        self._place_unit()

    def _place_unit(self) -> None:
        """Behind the number, or in a narrow row behind the range: the name needs the room."""
        is_narrow = self.width() < theme.px(_NARROW)
        ends = f"{number_text(self.parameter.minimum)} … {number_text(self.parameter.maximum)}"
        self.unit_label.setHidden(is_narrow)
        self.range_label.setText(f"{ends} {self.parameter.display_unit}".rstrip() if is_narrow else ends)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Another width may have room for the unit."""
        super().resizeEvent(event)
        self._place_unit()

    def changeEvent(self, event: QEvent | None) -> None:
        """Sizes follow the interface scale."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.StyleChange:
            self._fit()

    def _rounded(self, value: float) -> str:
        return f"{value:.{self.spin.decimals()}f} {self.parameter.display_unit}".replace("-", "−").rstrip()

    def _describe(self) -> None:
        p, about = self.parameter, self.parameter.description
        lines = [f"<b>{escape(about.symbol)} &nbsp;{escape(about.label)}</b>"]
        lines += [escape(text) for text in (about.physics,) if text]
        lines += [f"<i>{escape(text)}</i>" for text in (about.formula,) if text]
        lines.append(
            f"Range {number_text(p.minimum)} … {number_text(p.maximum)} {escape(p.display_unit)}, "
            f"nominal {number_text(p.nominal)}."
        )
        tooltip = "<br>".join(lines)
        for widget in (self.symbol_label, self):
            widget.setToolTip(tooltip)
        self.spin.setToolTip(f"{tooltip}<br>{_SPIN_KEYS}")
        self.slider.setToolTip(f"{tooltip}<br>{_SLIDER_KEYS}")
        name = f"{about.label}, {p.display_unit}".rstrip(", ")
        self.setAccessibleName(name)
        self.spin.setAccessibleName(name)
        self.slider.setAccessibleName(f"{name}, slider")
        self.slider.setAccessibleDescription(about.physics)

    def _connect(self) -> None:
        self.slider.valueChanged.connect(self._on_slider_moved)
        self.slider.released.connect(self.released)
        self.slider.resetRequested.connect(self.resetRequested)
        self.spin.valueChanged.connect(self._on_spin_changed)
        # Once a number is entered, keys mean what they mean everywhere and not more digits.
        self.spin.lineEdit().returnPressed.connect(self.slider.setFocus)
        self.lock_button.toggled.connect(self._on_lock_toggled)
        self.reset_button.clicked.connect(self.resetRequested)

    # ---- from the user

    def _on_slider_moved(self, value: float) -> None:
        self.set_value(value)
        self.valueChanged.emit(value)

    def _on_spin_changed(self, value: float) -> None:
        self.set_value(value)
        self.valueChanged.emit(value)
        self.released.emit()

    def _on_lock_toggled(self, locked: bool) -> None:
        self.set_locked(locked)
        self.lockToggled.emit(locked)
