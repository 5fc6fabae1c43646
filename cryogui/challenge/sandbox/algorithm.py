"""The stranger's program: one script, a folder with main.py, or a container image."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from cryogui.challenge.sandbox.packages import fetch_packages
from cryogui.errors import UserError

MAIN, REQUIREMENTS = "main.py", "requirements.txt"
_IMAGE = re.compile(r"[a-zA-Z0-9][\w.-]*(?:[/:@][\w.-]+)*")


@dataclass(frozen=True)
class Algorithm:
    """What is to be run. path: the script or the folder, None for an image. packages: the folder of what its
    requirements list names, if it has one."""

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
        return Algorithm(path.resolve().name, path.resolve(), packages)
    if path.is_file():
        return Algorithm(path.stem, path.resolve())
    if path.suffix == ".py" or not _IMAGE.fullmatch(text):
        raise UserError(f"There is no script, folder or container image {text}; check the name.")
    return Algorithm(text)
