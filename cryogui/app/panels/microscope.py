"""The right side: scores, parameters, and the buttons that act on all of them, in one card."""

from __future__ import annotations

from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QAbstractButton, QHBoxLayout, QPushButton, QWidget

from cryogui.app.actions import Actions
from cryogui.app.icons import IconButton
from cryogui.app.panels.calibration_bar import CalibrationBar
from cryogui.app.panels.parameter_panel import ParameterPanel
from cryogui.app.panels.scoreboard import ScoreBoard
from cryogui.app.views.card import Card, rule


class MicroscopePanel(Card):
    """How well the microscope as set explains the data, and how it is set."""

    def __init__(
        self, actions: Actions, scores: ScoreBoard, calibration: CalibrationBar, parameters: ParameterPanel
    ) -> None:
        super().__init__("Microscope")
        self._actions = actions
        for part in (scores, parameters):
            part.become_part()
        self.body.addWidget(scores)
        self.body.addWidget(rule())
        self.body.addWidget(calibration)
        self.body.addWidget(parameters, 1)
        self.body.addWidget(self._buttons(parameters.reset_all_button))

    def _buttons(self, reset_all: QAbstractButton) -> QWidget:
        actions = self._actions
        buttons = QWidget()
        row = QHBoxLayout(buttons)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(3)  # at the largest scale the row must not be wider than the scores above it
        row.addWidget(_following(actions.undo, IconButton("undo", "")))
        row.addWidget(_following(actions.redo, IconButton("redo", "")))
        row.addWidget(_following(actions.take_snapshot, QPushButton(actions.take_snapshot.text())))
        row.addWidget(reset_all)
        row.addWidget(self._valley_button())
        row.addStretch(1)
        self.sweep_button = QPushButton()
        self.sweep_button.clicked.connect(actions.cancel.trigger)
        actions.sweep_menu.menuAction().changed.connect(self._follow_sweep_menu)
        self.show_sweep(False)
        row.addWidget(self.sweep_button)
        return buttons

    def _valley_button(self) -> QWidget:
        action, button = self._actions.valley, IconButton("valley", "")
        button.setCheckable(True)
        _following(action, button)

        def follow() -> None:
            button.setChecked(action.isChecked())
            button.set_icon_name("valley", "accent" if action.isChecked() else "muted")
            button.setToolTip(f"{button.toolTip()}\n{action.toolTip()}")

        action.changed.connect(follow)
        follow()
        return button

    def show_sweep(self, is_running: bool) -> None:
        """The button offers the parameters to sweep, or to stop."""
        button = self.sweep_button
        button.setMenu(None if is_running else self._actions.sweep_menu)
        button.setText("Stop" if is_running else "Sweep")
        button.setToolTip(
            "Stop the sweep and put the parameter back (Esc)"
            if is_running
            else "Play one parameter from end to end of its range, and back to where it is"
        )
        self._follow_sweep_menu()

    def _follow_sweep_menu(self) -> None:
        self.sweep_button.setEnabled(self._actions.sweep_menu.isEnabled())


def _following(action: QAction, button: QAbstractButton) -> QAbstractButton:
    """A button that does what the action does, enabled as it is and with its words as the tooltip."""
    button.clicked.connect(action.trigger)

    def follow() -> None:
        button.setEnabled(action.isEnabled())
        button.setToolTip(f"{action.text()} ({action.shortcut().toString()})")
        button.setAccessibleName(action.text())

    action.changed.connect(follow)
    follow()
    return button
