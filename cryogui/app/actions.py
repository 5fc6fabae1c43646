"""Every menu entry and key: one table, from which the menus and the list of keys are made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtGui import QAction, QActionGroup, QKeySequence
from PyQt6.QtWidgets import QMenu, QMenuBar


@dataclass(frozen=True)
class Entry:
    """One action: attribute name, menu (or menu/submenu), words, keys (the first is shown), and what it needs
    to be enabled."""

    name: str
    menu: str
    text: str
    keys: tuple[str, ...] = ()
    needs: str = ""  # 'scene', 'series' (several images), 'parameters', 'padded', 'sweep' or nothing
    checkable: bool = False
    after_separator: bool = False


# Black and white level move by these shares of their distance; keys F1 to F8 in this order, as in 3dmod.
LEVEL_STEPS = (
    ("black_down", "Black level lower", (-0.05, 0.0)),
    ("black_up", "Black level higher", (0.05, 0.0)),
    ("white_down", "White level lower", (0.0, -0.05)),
    ("white_up", "White level higher", (0.0, 0.05)),
    ("contrast_down", "Less contrast", (-0.05, 0.05)),
    ("contrast_up", "More contrast", (0.05, -0.05)),
    ("brightness_down", "Darker", (0.05, 0.05)),
    ("brightness_up", "Brighter", (-0.05, -0.05)),
)

ENTRIES = (
    Entry("open", "File", "Open …", ("Ctrl+O",)),
    Entry("reopen", "File", "Reopen last session"),
    Entry("save_session", "File", "Save session", ("Ctrl+S",), "scene", after_separator=True),
    Entry("save_session_as", "File", "Save session as …", ("Ctrl+Shift+S",), "scene"),
    Entry("demo_et", "File", "Demo: tilt series", after_separator=True),
    Entry("demo_spa", "File", "Demo: particles"),
    Entry("close_file", "File", "Close file", ("Ctrl+W",), "scene", after_separator=True),
    Entry("quit", "File", "Quit", ("Ctrl+Q",), after_separator=True),
    Entry("undo", "Edit", "Undo", ("Ctrl+Z",)),
    Entry("redo", "Edit", "Redo", ("Ctrl+Shift+Z", "Ctrl+Y")),
    Entry("take_snapshot", "Edit", "Snapshot", ("Ctrl+T",), "scene"),
    Entry("reset", "Edit", "Reset parameters", ("Ctrl+Backspace",), "parameters", after_separator=True),
    Entry("stop_sweep", "Edit", "Stop sweep", ("Esc",), "sweep"),
    Entry("next_image", "View", "Next image", ("PgUp", "2"), "series"),
    Entry("previous_image", "View", "Previous image", ("PgDown", "1"), "series"),
    Entry("first_image", "View", "First image", ("End",), "series"),
    Entry("middle_image", "View", "Middle image", ("Ins",), "series"),
    Entry("last_image", "View", "Last image", ("Home",), "series"),
    Entry("play", "View", "Play images", ("P",), "series"),
    Entry("exclude", "Edit", "Exclude or include this image", ("X",), "series", after_separator=True),
    Entry("include_all", "Edit", "Include all images", ("Shift+X",), "series"),
    Entry("zoom_in", "View", "Zoom in", ("=",), "scene", after_separator=True),
    Entry("zoom_out", "View", "Zoom out", ("-",), "scene"),
    Entry("view_all", "View", "View all", ("0",), "scene"),
    Entry("auto_contrast", "View", "Auto contrast", ("Shift+A",), "scene", after_separator=True),
    *(
        Entry(
            name,
            "View/Levels",
            text,
            (f"F{number}",),
            "scene",
            after_separator=number > 1 and number % 2 == 1,
        )
        for number, (name, text, _) in enumerate(LEVEL_STEPS, start=1)
    ),
    Entry("invert", "View", "Invert grey levels", ("F11",), "scene"),
    Entry("false_colour", "View", "False colour", ("F12",), "scene"),
    Entry("colour_bars", "View", "Colour bars", ("B",), checkable=True),
    Entry("residual_in_noise", "View", "Residual in noise units", ("N",), "scene", checkable=True),
    Entry("flip_y", "View", "Flip Y to match IMOD", ("Y",), checkable=True),
    Entry("padded", "View", "Detector wider than its frame (nothing wraps round)", (), "padded", True),
    Entry("reset_layout", "View/Panels", "Reset layout", after_separator=True),
    Entry("larger", "View", "Larger interface", ("Ctrl++", "Ctrl+="), after_separator=True),
    Entry("smaller", "View", "Smaller interface", ("Ctrl+-",)),
    Entry("show_keys", "Help", "Keys", ("?",)),
    Entry("show_log", "Help", "Show log"),
    Entry("about", "Help", "About cryogui"),
)

POINTER_KEYS = (
    ("Wheel", "Zoom the pane"),
    ("Left drag", "Pan the pane"),
    ("Click", "Move the cursor in every pane"),
    ("Ctrl+wheel", "Next or previous image or slice"),
    ("Right click", "View all, contrast and colours of the pane"),
    ("Drag the colour bar", "Set black and white; click it for the histogram"),
)


class Actions(QObject):
    """The actions as attributes by the names in `ENTRIES`, and the menus made of them."""

    undo: QAction
    redo: QAction
    take_snapshot: QAction
    reset: QAction
    stop_sweep: QAction
    open: QAction
    reopen: QAction
    save_session: QAction
    save_session_as: QAction
    demo_et: QAction
    demo_spa: QAction
    close_file: QAction
    quit: QAction
    next_image: QAction
    previous_image: QAction
    first_image: QAction
    middle_image: QAction
    last_image: QAction
    play: QAction
    exclude: QAction
    include_all: QAction
    zoom_in: QAction
    zoom_out: QAction
    view_all: QAction
    auto_contrast: QAction
    invert: QAction
    false_colour: QAction
    colour_bars: QAction
    residual_in_noise: QAction
    flip_y: QAction
    padded: QAction
    reset_layout: QAction
    larger: QAction
    smaller: QAction
    show_keys: QAction
    show_log: QAction
    about: QAction

    sweepRequested = pyqtSignal(str)
    recentChosen = pyqtSignal(str)  # path
    themeChosen = pyqtSignal(str)  # 'dark', 'light' or 'system'

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._menus: dict[str, QMenu] = {}
        self.sweep_menu, self.theme_menu = QMenu("Sweep a parameter"), QMenu("Theme")
        self.recent_menu = QMenu("Open recent")
        self.sweep_menu.setEnabled(False)
        for entry in ENTRIES:
            setattr(self, entry.name, self._new_action(entry))
        self.show_history(None, None)
        self.set_recent([])
        self.reopen.setEnabled(False)
        self._allow(scene=False, series=False, parameters=False, padded=False, sweep=False)

    def _new_action(self, entry: Entry) -> QAction:
        action = QAction(entry.text, self)
        action.setShortcuts([QKeySequence(key) for key in entry.keys])
        action.setCheckable(entry.checkable)
        return action

    def fill(self, bar: QMenuBar | None) -> None:
        """Put all actions into menus."""
        assert bar is not None
        menus = self._menus
        for entry in ENTRIES:
            if entry.menu not in menus:
                above, _, title = entry.menu.rpartition("/")
                menus[entry.menu] = QMenu(title, bar)
                (menus[above] if above else bar).addMenu(menus[entry.menu])
            menu = menus[entry.menu]
            if entry.after_separator:
                menu.addSeparator()
            menu.addAction(getattr(self, entry.name))
            if entry.name == "open":
                menu.addMenu(self.recent_menu)
        menus["Edit"].addMenu(self.sweep_menu)
        menus["View"].addMenu(self._fill_theme_menu())

    @property
    def panel_menu(self) -> QMenu:
        """For the panels to come; made by `fill`."""
        return self._menus["View/Panels"]

    def _fill_theme_menu(self) -> QMenu:
        menu = self.theme_menu
        group = QActionGroup(menu)
        for mode, text in (("dark", "Dark"), ("light", "Light"), ("system", "Like the system")):
            action = menu.addAction(text)
            action.setCheckable(True)
            action.setChecked(mode == "dark")
            action.setActionGroup(group)
            action.triggered.connect(lambda checked=False, mode=mode: self.themeChosen.emit(mode))
        return menu

    def show_history(self, undo_name: str | None, redo_name: str | None) -> None:
        """Name what undo and redo would do."""
        for action, word, name in ((self.undo, "Undo", undo_name), (self.redo, "Redo", redo_name)):
            action.setEnabled(name is not None)
            action.setText(word if name is None else f"{word}: {name[0].lower()}{name[1:]}")

    def show_model(self, has_scene: bool, is_series: bool, has_parameters: bool, can_be_padded: bool) -> None:
        """Enable what the scene shown allows."""
        self._allow(scene=has_scene, series=is_series, parameters=has_parameters, padded=can_be_padded)

    def show_sweep(self, is_running: bool) -> None:
        """Enable what stops a sweep while there is one; Escape has other uses otherwise."""
        self._allow(sweep=is_running)

    def _allow(self, **needs: bool) -> None:
        for entry in ENTRIES:
            if entry.needs in needs:
                getattr(self, entry.name).setEnabled(needs[entry.needs])

    def level_steps(self) -> list[tuple[QAction, tuple[float, float]]]:
        """The actions of the keys F1 to F8, each with what it does to (black, white)."""
        return [(getattr(self, name), step) for name, _, step in LEVEL_STEPS]

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
            action.triggered.connect(lambda checked=False, name=name: self.sweepRequested.emit(name))


def keys_table() -> list[tuple[str, str]]:
    """(keys, what they do) for the list of keys."""
    rows = [(" or ".join(entry.keys), entry.text) for entry in ENTRIES if entry.keys]
    return rows + list(POINTER_KEYS)
