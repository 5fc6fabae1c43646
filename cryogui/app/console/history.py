"""What was typed at the prompt, in this run and in those before."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path

from platformdirs import user_state_path

log = logging.getLogger(__name__)

KEPT = 1000


def history_path() -> Path:
    """Where the history is kept between runs."""
    return user_state_path("cryogui", appauthor=False) / "console_history.jsonl"


class History:
    """Commands, oldest first, and a place among them that `older` and `newer` move.

    The file has one JSON string a line; one that cannot be read or written costs the history and no more.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.commands = _read(path)[-KEPT:]
        self._place = len(self.commands)
        self._draft = ""

    def add(self, command: str) -> None:
        """Remember a command that was entered; not twice when it was just repeated."""
        if self.commands[-1:] != [command]:
            self.commands.append(command)
            self._append(command)
        self._place, self._draft = len(self.commands), ""

    def older(self, typed: str) -> str | None:
        """The command before, among those that begin as what was typed does; None when there is none."""
        if self._place == len(self.commands):
            self._draft = typed
        for place in range(self._place - 1, -1, -1):
            if self._fits(place, typed):
                self._place = place
                return self.commands[place]
        return None

    def newer(self, typed: str) -> str | None:
        """The next one, and at the end what was typed; None when that is on show already."""
        if self._place == len(self.commands):
            return None
        for place in range(self._place + 1, len(self.commands)):
            if self._fits(place, typed):
                self._place = place
                return self.commands[place]
        self._place = len(self.commands)
        return self._draft

    def _fits(self, place: int, typed: str) -> bool:
        return self.commands[place].startswith(self._draft) and self.commands[place] != typed

    def _append(self, command: str) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            if len(self.commands) > 2 * KEPT:
                self.commands = self.commands[-KEPT:]
                self._path.unlink(missing_ok=True)
            many = self.commands if not self._path.exists() else [command]
            with open(os.open(self._path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600), "w") as file:
                file.writelines(json.dumps(each) + "\n" for each in many)
        except OSError as error:
            log.info("the console's history was not kept: %s", error)


def _read(path: Path) -> list[str]:
    try:
        commands = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError):
        return []
    return [command for command in commands if isinstance(command, str)]
