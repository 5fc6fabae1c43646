"""The stranger's program: one script, a folder with main.py, or a container image."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from cryogui.challenge.sandbox.packages import fetch_packages
from cryogui.errors import UserError, on_one_line

MAIN, REQUIREMENTS = "main.py", "requirements.txt"
_MOST_BYTES, _LONGEST_NAME = 16 << 20, 60
_IMAGE = re.compile(r"[a-zA-Z0-9][\w.-]*(?:[/:@][\w.-]+)*")


@dataclass(frozen=True)
class Algorithm:
    """What is to be run. name: 'mine.py', 'mine/' or 'mine:latest', that none is taken for a method of this
    program. path: the script or the folder, None for an image. packages: the folder of what its requirements
    list names, if it has one."""

    name: str
    path: Path | None = None
    packages: Path | None = None

    @property
    def is_image(self) -> bool:
        """Whether it is a container image, called `name`."""
        return self.path is None


def find_algorithm(text: str) -> Algorithm:
    """The script, folder or image that `text` names, with the packages it asks for fetched.

    Raises UserError when there is none of that name, or its requirements cannot be had.
    """
    path = Path(text)
    if path.is_dir():
        if not (path / MAIN).is_file():
            raise UserError(f"{path} has no {MAIN}; put the program that is to be run there.")
        listed = path / REQUIREMENTS
        packages = fetch_packages(listed) if listed.is_file() else None
        return Algorithm(f"{_name(path.resolve().name)}/", path.resolve(), packages)
    if path.is_file():
        if path.stat().st_size > _MOST_BYTES:  # it is copied to memory
            raise UserError(
                f"{path} is larger than {_MOST_BYTES >> 20} MiB; put its data in a folder with {MAIN}."
            )
        return Algorithm(f"{_name(path.stem)}.py", path.resolve())
    if path.suffix == ".py" or not _IMAGE.fullmatch(text):
        raise UserError(f"There is no script, folder or container image {text}; check the name.")
    return Algorithm(text if re.search("[/:@]", text) else f"{text}:latest")


def _name(text: str) -> str:
    """What the leaderboards call it: one line, as a file's name may hold others."""
    return on_one_line(text)[:_LONGEST_NAME] or "unnamed"
