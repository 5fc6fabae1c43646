"""The files opened last, newest first; shared by all running programs. No Qt."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from filelock import FileLock

from cryogui.files import write_bytes

MOST = 12


class RecentFiles:
    """A list on the disk, at `path`. A list that cannot be read counts as empty."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def paths(self) -> list[str]:
        """Newest first; those that do not exist any more are left out."""
        return [path for path in self._read() if Path(path).exists()]

    def add(self, path: str) -> None:
        """Put `path` first. Raises OSError or UserError when the list cannot be written."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{self._path}.lock", timeout=2):
            paths = [path, *(each for each in self._read() if each != path)][:MOST]
            write_bytes(self._path, json.dumps(paths, indent=1).encode())

    def _read(self) -> list[str]:
        with suppress(OSError, ValueError):
            read = json.loads(self._path.read_text())
            if isinstance(read, list):
                return [path for path in read if isinstance(path, str)]
        return []
