"""Theme and size of the interface, and the Help menu."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication, QDialog, QGridLayout, QLabel, QVBoxLayout, QWidget

from cryogui import __version__
from cryogui.app import theme
from cryogui.app.entries import keys_table
from cryogui.app.preferences import SCALES
from cryogui.app.screen import Screen


class AppearanceController:
    """Settings of the program rather than of a session: they are not undone with it.

    changed: told theme and scale when the user has chosen others.
    """

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._mode: theme.Mode = "dark"
        self._scale = 1.0
        self.changed: Callable[[theme.Mode, float], None] = lambda mode, scale: None
        actions = screen.actions
        actions.themeChosen.connect(self._on_actions_theme_chosen)
        actions.larger.triggered.connect(lambda: self._step_scale(1))
        actions.smaller.triggered.connect(lambda: self._step_scale(-1))
        actions.show_keys.triggered.connect(self._on_actions_show_keys)
        actions.about.triggered.connect(self._on_actions_about)

    def restore(self, mode: theme.Mode, scale: float) -> None:
        """Dress the window without telling anybody."""
        self._mode, self._scale = mode, scale
        self._screen.actions.set_theme(mode)
        self._apply()

    def _on_actions_theme_chosen(self, mode: theme.Mode) -> None:
        self._mode = mode
        self._apply()
        self.changed(self._mode, self._scale)

    def _step_scale(self, step: int) -> None:
        place, before = SCALES.index(self._scale) + step, self._scale
        workspace = self._screen.window.workspace
        workspace.keep_extents(before)
        self._scale = SCALES[min(max(place, 0), len(SCALES) - 1)]
        self._apply()
        workspace.take_extents(self._scale, before)
        self.changed(self._mode, self._scale)

    def _apply(self) -> None:
        application = cast(QApplication, QApplication.instance())
        theme.apply_theme(application, self._mode, self._scale)

    def _on_actions_show_keys(self) -> None:
        page = QWidget()
        column = QVBoxLayout(page)
        title = QLabel("Keys and pointer")
        theme.set_role(title, role="title")
        column.addWidget(title)
        grid = QGridLayout()
        column.addLayout(grid)
        grid.setHorizontalSpacing(theme.px(24))
        rows = keys_table()
        half = (len(rows) + 1) // 2
        for number, (keys, text) in enumerate(rows):
            name = QLabel(keys)
            theme.set_role(name, role="title")
            grid.addWidget(name, number % half, 2 * (number // half))
            grid.addWidget(QLabel(text), number % half, 2 * (number // half) + 1)
        self._show_dialog("Keys  –  cryogui", page)

    def _on_actions_about(self) -> None:
        self._show_dialog("About cryogui", QLabel(
            f"cryogui {__version__}\n\n"
            "See what a miscalibrated electron microscope does to a cryo-EM data set, and put it right.\n"
            "Free software under the GNU General Public License, version 3 or later."
        ))  # fmt: skip

    def _show_dialog(self, title: str, content: QWidget) -> None:
        """Not modal: the window stays in use."""
        dialog = QDialog(self._screen.window)
        dialog.setWindowTitle(title)
        column = QVBoxLayout(dialog)
        column.setContentsMargins(*(theme.px(20),) * 4)
        column.addWidget(content)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()
