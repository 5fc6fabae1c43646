"""The actions of the window, made from the table of entries, and the menus they stand in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtGui import QAction, QActionGroup, QKeySequence
from PyQt6.QtWidgets import QMenu, QMenuBar

from cryogui.app.entries import ENTRIES, LEVEL_STEPS, THEMES, WHY_NOT, Entry


class Actions(QObject):
    """The actions as attributes by the names in `ENTRIES`, and the menus made of them."""

    undo: QAction
    redo: QAction
    take_snapshot: QAction
    copy_script: QAction
    reset: QAction
    run: QAction
    pause_run: QAction
    follow_run: QAction
    unfold_runs: QAction
    calibrate: QAction
    valley: QAction
    cancel: QAction
    open: QAction
    reopen: QAction
    save_session: QAction
    save_session_as: QAction
    demo_et: QAction
    demo_spa: QAction
    export_pane: QAction
    export_data: QAction
    export_movie: QAction
    report: QAction
    submit: QAction
    check_submission: QAction
    close_file: QAction
    quit: QAction
    next_plane: QAction
    previous_plane: QAction
    first_plane: QAction
    middle_plane: QAction
    last_plane: QAction
    next_image: QAction
    previous_image: QAction
    play: QAction
    exclude: QAction
    include_all: QAction
    zoom_in: QAction
    zoom_out: QAction
    view_all: QAction
    auto_contrast: QAction
    contrast: QAction
    invert: QAction
    false_colour: QAction
    colour_bars: QAction
    spectrum_of_pane: QAction
    enlarge_volume: QAction
    residual_in_noise: QAction
    flip_y: QAction
    padded: QAction
    reset_layout: QAction
    larger: QAction
    smaller: QAction
    console: QAction
    find_action: QAction
    tour: QAction
    show_keys: QAction
    show_log: QAction
    about: QAction

    sweepRequested = pyqtSignal(str)
    recentChosen = pyqtSignal(str)  # path
    themeChosen = pyqtSignal(str)  # 'dark', 'light' or 'system'
    tabRequested = pyqtSignal(str)
    exportOfPlotRequested = pyqtSignal(str)  # the plot's name

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._menus: dict[str, QMenu] = {}
        self.sweep_menu, self.theme_menu = QMenu("Sweep a parameter"), QMenu("Theme")
        self.recent_menu = QMenu("Open recent")
        self.tab_menu = QMenu("Tab")
        self.sweep_menu.setEnabled(False)
        for entry in ENTRIES:
            setattr(self, entry.name, self._new_action(entry))
        self.show_history(None, None)
        self.set_recent([])
        self.reopen.setEnabled(False)
        self.allow(**dict.fromkeys(WHY_NOT, False))

    def _new_action(self, entry: Entry) -> QAction:
        action = QAction(entry.text, self)
        action.setShortcuts([QKeySequence(key) for key in entry.keys])
        action.setCheckable(entry.checkable)
        action.setStatusTip(entry.help)
        action.setToolTip(entry.help)
        action.setObjectName(entry.name)
        action.setProperty("needs", entry.needs)
        return action

    def fill(self, bar: QMenuBar | None) -> None:
        """Put all actions into menus."""
        assert bar is not None
        menus = self._menus
        for entry in ENTRIES:
            if entry.menu not in menus:
                above, _, title = entry.menu.rpartition("/")
                menus[entry.menu] = QMenu(title if above else f"&{title}", bar)
                (menus[above] if above else bar).addMenu(menus[entry.menu])
            menu = menus[entry.menu]
            if entry.after_separator:
                menu.addSeparator()
            menu.addAction(getattr(self, entry.name))
            if entry.name == "open":
                menu.addMenu(self.recent_menu)
        menus["Edit"].addMenu(self.sweep_menu)
        menus["View"].addMenu(self._fill_theme_menu())
        menus["View"].addMenu(self.tab_menu)

    @property
    def panel_menu(self) -> QMenu:
        """For the panels to come; made by `fill`."""
        return self._menus["View/Panels"]

    def _fill_theme_menu(self) -> QMenu:
        menu = self.theme_menu
        group = QActionGroup(menu)
        for mode, text, help_text in THEMES:
            action = menu.addAction(text)
            action.setCheckable(True)
            action.setChecked(mode == "dark")
            action.setData(mode)
            action.setStatusTip(help_text)
            action.setActionGroup(group)
            action.triggered.connect(lambda checked=False, mode=mode: self.themeChosen.emit(mode))
        return menu

    def set_theme(self, mode: str) -> None:
        """Mark the theme in use, without a signal."""
        for action in self.theme_menu.actions():
            action.setChecked(action.data() == mode)

    def set_tabs(self, tabs: Sequence[tuple[str, str, str]]) -> None:
        """Offer these tabs, (name, title, help) each, on the keys Alt+1 to Alt+9 and Alt+0."""
        for number, (name, title, help_text) in enumerate(tabs, start=1):
            action = self.tab_menu.addAction(title)
            if number <= 10:
                action.setShortcut(QKeySequence(f"Alt+{number % 10}"))
            action.setStatusTip(help_text)
            action.setToolTip(help_text)
            action.triggered.connect(lambda checked=False, name=name: self.tabRequested.emit(name))

    def show_history(self, undo_name: str | None, redo_name: str | None) -> None:
        """Name what undo and redo would do."""
        for action, word, name in ((self.undo, "Undo", undo_name), (self.redo, "Redo", redo_name)):
            action.setEnabled(name is not None)
            action.setText(word if name is None else f"{word}: {name[0].lower()}{name[1:]}")

    def allow(self, **needs: bool) -> None:
        """Enable or disable everything that has these needs, named as in `WHY_NOT`."""
        for entry in ENTRIES:
            if entry.needs in needs:
                getattr(self, entry.name).setEnabled(needs[entry.needs])

    def level_steps(self) -> list[tuple[QAction, tuple[float, float]]]:
        """The actions of the keys F1 to F8, each with what it does to (black, white)."""
        return [(getattr(self, name), step) for name, _, step, _ in LEVEL_STEPS]

    def set_recent(self, paths: Sequence[str]) -> None:
        """Offer to open these files again."""
        self.recent_menu.clear()
        self.recent_menu.setEnabled(bool(paths))
        for path in paths:
            action = self.recent_menu.addAction(Path(path).name)
            action.setToolTip(path)
            action.triggered.connect(lambda checked=False, path=path: self.recentChosen.emit(path))

    def set_sweepable(self, parameters: Sequence[tuple[str, str]]) -> None:
        """Offer a sweep of these parameters: (name, label)."""
        self.sweep_menu.clear()
        self.sweep_menu.setEnabled(bool(parameters))
        for name, label in parameters:
            action = self.sweep_menu.addAction(label)
            action.setStatusTip(f"Play {label} from end to end of its range, and back to where it is.")
            action.triggered.connect(lambda checked=False, name=name: self.sweepRequested.emit(name))
