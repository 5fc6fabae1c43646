"""Above the parameters: how they are found from the images, how far that is, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PyQt6.QtCore import QSignalBlocker, Qt, pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from cryogui.app import theme
from cryogui.app.icons import IconButton
from cryogui.app.panels.choice_box import chooser
from cryogui.app.views.card import ElidedLabel
from cryogui.app.views.progress import ProgressLine

if TYPE_CHECKING:
    from cryogui.app.panels.strategy_details import StrategyDetails

_CALIBRATE, _CANCEL = "Calibrate", "Cancel"
_STOPS = "Cancel the calibration: every parameter goes back to where it was (Esc)"


@dataclass(frozen=True)
class StrategyOption:
    """One strategy that the scene can be given to."""

    key: str
    title: str
    about: str


@dataclass(frozen=True)
class CalibrationLine:
    """How far a calibration is. fraction: 0 to 1, None while that is not known."""

    text: str
    fraction: float | None = None


class CalibrationBar(QWidget):
    """Chooses a strategy and starts or cancels it. Setters are silent; without a strategy it is hidden."""

    strategyChosen = pyqtSignal(str)
    calibrateRequested = pyqtSignal()
    cancelRequested = pyqtSignal()
    unfoldRequested = pyqtSignal(bool)
    detailsMade = pyqtSignal(object)  # StrategyDetails, once

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._options: list[StrategyOption] = []
        self._chosen = ""
        self._line: CalibrationLine | None = None
        self.details: StrategyDetails | None = None
        self.strategies = chooser("calibration strategy", "How the parameters are found from the images")
        self.strategies.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.strategies.activated.connect(self._on_strategies_activated)
        self.unfold_button = IconButton("fold", "Options of the strategy")
        self.unfold_button.setCheckable(True)
        self.unfold_button.clicked.connect(self.unfoldRequested)
        self.button = QPushButton(_CALIBRATE)
        self.button.setProperty("primary", "true")
        self.button.clicked.connect(self._on_button_clicked)
        self.progress = ProgressLine(is_thin=True)
        self.progress.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.note = ElidedLabel()
        self.note.setAccessibleName("calibration under way")
        self.outcome = QLabel()
        self.outcome.setWordWrap(True)
        self.outcome.setTextFormat(Qt.TextFormat.PlainText)
        self.outcome.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.outcome.setAccessibleName("outcome of the calibration")
        theme.set_role(self.note, role="muted")
        self._assemble()
        self.set_strategies([], "")
        self.set_line(None)
        self.set_outcome("")

    def _assemble(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(theme.px(6))
        row.addWidget(self.strategies, 1)
        row.addWidget(self.unfold_button)
        row.addWidget(self.button)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(3))
        column.addLayout(row)
        for widget in (self.progress, self.note, self.outcome):
            column.addWidget(widget)

    # ---- setters, silent

    def set_strategies(self, options: Sequence[StrategyOption], chosen: str) -> None:
        """The strategies that fit the scene, and which one Calibrate takes."""
        if list(options) != self._options:
            self._options = list(options)
            with QSignalBlocker(self.strategies):
                self.strategies.clear()
                for number, option in enumerate(self._options):
                    self.strategies.addItem(option.title)
                    self.strategies.setItemData(number, option.about, Qt.ItemDataRole.ToolTipRole)
        self.setVisible(bool(self._options))
        self.set_chosen(chosen)

    def set_chosen(self, chosen: str) -> None:
        """Show which strategy is chosen."""
        self._chosen = chosen
        keys = [option.key for option in self._options]
        number = keys.index(chosen) if chosen in keys else -1
        with QSignalBlocker(self.strategies):
            self.strategies.setCurrentIndex(number)
        if number >= 0:
            option = self._options[number]
            self.strategies.setToolTip(f"{option.title}\n{option.about}")
        self._draw_button()

    def set_unfolded(self, unfolded: bool) -> None:
        """Show or hide the strategy's options; their form is made when it is first shown."""
        self.unfold_button.set_icon_name("unfold" if unfolded else "fold")
        self.unfold_button.setChecked(unfolded)
        if unfolded and self.details is None:
            from cryogui.app.panels.strategy_details import StrategyDetails

            self.details = StrategyDetails()
            self._column.insertWidget(1, self.details)
            self.detailsMade.emit(self.details)
        if self.details is not None:
            self.details.setVisible(unfolded)

    def set_line(self, line: CalibrationLine | None) -> None:
        """How far the calibration is; None while there is none."""
        self._line = line
        for widget in (self.progress, self.note):
            widget.setVisible(line is not None)
        self.outcome.setVisible(line is None and bool(self.outcome.text()))
        self.strategies.setEnabled(line is None)
        if self.details is not None:
            self.details.setEnabled(line is None)
        if line is not None:
            self.progress.set_fraction(line.fraction)
            self.note.setText(line.text)
        self._draw_button()

    def set_outcome(self, sentence: str, is_current: bool = True, is_failure: bool = False) -> None:
        """What came of the last one, dimmed where it is not about the present spec and data."""
        self.outcome.setText(sentence)
        tone = "bad" if is_failure else None if is_current else "stale"
        theme.set_role(self.outcome, role="muted", tone=tone)
        self.outcome.setToolTip("" if is_current else f"{sentence}\nSpec or data have changed since.")
        self.outcome.setVisible(self._line is None and bool(sentence))

    def _draw_button(self) -> None:
        is_running = self._line is not None
        chosen = [option.title for option in self._options if option.key == self._chosen]
        words = f"Find the unlocked parameters from the images by '{chosen[0]}'" if chosen else _CALIBRATE
        self.button.setText(_CANCEL if is_running else _CALIBRATE)
        self.button.setToolTip(_STOPS if is_running else f"{words} (Ctrl+K)")
        self.button.setAccessibleName("Cancel the calibration" if is_running else _CALIBRATE)
        self.button.setEnabled(is_running or bool(chosen))

    # ---- from the user

    def _on_strategies_activated(self, index: int) -> None:
        key = self._options[index].key
        self.set_chosen(self._chosen)  # until the session says otherwise
        self.strategyChosen.emit(key)

    def _on_button_clicked(self) -> None:
        (self.calibrateRequested if self._line is None else self.cancelRequested).emit()
