"""Below the line of the calibration bar: what the strategy is, and its options."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QToolTip, QVBoxLayout, QWidget

from cryogui.app import theme
from cryogui.app.icons import IconButton
from cryogui.app.panels.method_form import MethodForm
from cryogui.app.views.card import ElidedLabel
from cryogui.reconstruct.options import Option, Value

NO_OPTIONS = "This strategy has no options."


class StrategyDetails(QWidget):
    """Made when it is first unfolded; setters are silent."""

    optionChanged = pyqtSignal(str, object)  # name, value
    optionSettled = pyqtSignal()
    defaultsRequested = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.form = MethodForm()
        self.form.valueChanged.connect(self.optionChanged)
        self.form.editFinished.connect(self.optionSettled)
        self.title = ElidedLabel("Options")
        theme.set_role(self.title, role="title")
        self.about_button = IconButton("help", "What the strategy is, and what differs here")
        self.about_button.clicked.connect(self._show_about)
        self.defaults_button = IconButton("reset", "Options back to the strategy's own values")
        self.defaults_button.clicked.connect(self.defaultsRequested)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        for button in (self.about_button, self.defaults_button):
            head.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(3))
        column.addLayout(head)
        column.addWidget(self.form)

    def _show_about(self) -> None:
        button = self.about_button
        QToolTip.showText(button.mapToGlobal(button.rect().bottomLeft()), button.toolTip(), button)

    def set_strategy(self, about: str, options: Sequence[Option], values: Mapping[str, Value]) -> None:
        """The strategy chosen, and how it is set."""
        self.about_button.setToolTip(about)
        self.form.set_options(options, NO_OPTIONS)
        self.form.set_values(values)
        self.defaults_button.setEnabled(any(values[each.name] != each.default for each in options))
