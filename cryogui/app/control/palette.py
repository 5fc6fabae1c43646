"""What the palette lists: every entry of every menu as it is now, and what is done to single parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QMenu

from cryogui.app.entries import WHY_NOT
from cryogui.app.screen import Screen
from cryogui.app.views.command_palette import Command, CommandPalette

RECENT_LIMIT = 12
NOT_NOW = "there is nothing to do it with"

_HISTORY = {"undo": "nothing to undo", "redo": "nothing to redo"}


class PaletteController:
    """Opens the palette and does what is chosen. `remember` is told the names of the last choices."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self.recent: tuple[str, ...] = ()
        self.remember: Callable[[tuple[str, ...]], None] = lambda names: None
        self.palette = CommandPalette(screen.window)
        self.palette.chosen.connect(self._on_palette_chosen)
        screen.actions.find_action.triggered.connect(self._on_actions_find_action)

    def commands(self) -> list[Command]:
        """Everything that can be done now, or could if more were open."""
        found: list[Command] = []
        for action in self._screen.window.menuBar().actions():
            found += _of_action(action, "")
        own = self._screen.actions.find_action.text()
        return [command for command in found if command.title != _plain(own)] + [*self._of_parameters()]

    def _of_parameters(self) -> Iterator[Command]:
        for name, row in self._screen.parameters.rows.items():
            label, why = row.parameter.description.label, "" if row.isEnabled() else WHY_NOT["parameters"]
            about = row.parameter.description.physics
            yield Command(f"Go to {label}", "Microscope", "", about, why, row.slider.setFocus)
            locked = "it is locked" if row.is_locked else ""
            reset = lambda name=name: self._screen.parameters.resetRequested.emit(name)  # noqa: E731
            back = f"{label} back to its nominal value."
            yield Command(f"Reset {label}", "Microscope", "", back, why or locked, reset)
            word = "Unlock" if row.is_locked else "Lock"
            keep = "Let it be changed again." if row.is_locked else "Keep it where it is."
            yield Command(f"{word} {label}", "Microscope", "", keep, why, row.lock_button.toggle)

    def _on_actions_find_action(self) -> None:
        if self.palette.isVisible():
            self.palette.close_again()
        else:
            self.palette.open(self.commands(), self.recent)

    def _on_palette_chosen(self, command: Command) -> None:
        others = tuple(name for name in self.recent if name != command.name)
        self.recent = (command.name, *others)[:RECENT_LIMIT]
        self.remember(self.recent)
        command.run()


def _of_action(action: QAction, path: str) -> Iterator[Command]:
    """The commands of a menu entry: itself, or with a submenu all that is in it, enabled or not."""
    menu: QMenu | None = action.menu()
    if menu is not None:
        menu.aboutToShow.emit()  # where it is filled only then
        for inner in menu.actions():
            yield from _of_action(inner, f"{path}/{_plain(menu.title())}".lstrip("/"))
    elif action.isVisible() and not action.isSeparator() and action.text():
        keys = " or ".join(key.toString() for key in action.shortcuts())
        help_text = action.statusTip() or (action.toolTip() if action.toolTip() != action.text() else "")
        main, _, submenu = path.partition("/")  # words of a submenu say little without its title
        title = ": ".join(filter(None, (submenu.replace("/", ": "), _plain(action.text()))))
        yield Command(title, main, keys, help_text, _why_not(action), action.trigger, action.isChecked())


def _why_not(action: QAction) -> str:
    if action.isEnabled():
        return ""
    return _HISTORY.get(action.objectName()) or WHY_NOT.get(action.property("needs") or "", NOT_NOW)


def _plain(text: str) -> str:
    """A menu's words without the mark of its mnemonic."""
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&").removesuffix(" …")
