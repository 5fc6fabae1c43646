"""What Python and this program's packages need of the machine, and where a sandbox shows it."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import cryogui
from cryogui.resources import resource_root

_SYSTEM = Path("/usr")
_PYTHON, _PROGRAM, _PACKAGES = "/opt/python", "/opt/cryogui", "/opt/packages"

# What a stranger's program may import besides cryogui; the folders that hold these are shown whole.
_IMPORTABLE = ("numpy", "scipy", "h5py", "numba", "llvmlite", "skimage", "platformdirs", "filelock", "torch")


@dataclass(frozen=True)
class PythonFolders:
    """Where a program in the sandbox finds Python and this program.

    shown: (folder of this machine, path inside), read-only. hidden: paths inside whose content would name
    folders of this machine. Inside are python, the interpreter, search, its PYTHONPATH, and libraries, its
    LD_LIBRARY_PATH.
    """

    shown: tuple[tuple[Path, str], ...]
    hidden: tuple[str, ...]
    python: str
    search: tuple[str, ...]
    libraries: str


@cache
def python_folders() -> PythonFolders:
    """The folders for the Python that runs this."""
    python = Path(sys.executable).resolve()
    base = Path(sys.base_prefix).resolve()
    shown, inside, libraries = [], str(python), ""
    if not base.is_relative_to(_SYSTEM):
        shown += [(base / part, f"{_PYTHON}/{part}") for part in ("bin", "lib")]
        inside, libraries = f"{_PYTHON}/{python.relative_to(base)}", f"{_PYTHON}/lib"
    shown += [
        (Path(cryogui.__file__).resolve().parent, f"{_PROGRAM}/cryogui"),
        (resource_root(), f"{_PROGRAM}/resources"),
    ]
    packages = {folder: f"{_PACKAGES}/{number}" for number, folder in enumerate(package_folders())}
    shown += packages.items()
    hidden = [f"{place}/{name}" for folder, place in packages.items() for name in _telling(folder)]
    return PythonFolders(tuple(shown), tuple(hidden), inside, (_PROGRAM, *packages.values()), libraries)


def package_folders() -> list[Path]:
    """The folders that hold the importable packages, each once."""
    found = [find_spec(name) for name in _IMPORTABLE]
    folders = [Path(spec.origin).parents[1] for spec in found if spec is not None and spec.origin]
    return list(dict.fromkeys(folders))


def _telling(folder: Path) -> list[str]:
    """Files and folders in a package folder that say where a checkout lies or what else is installed."""
    return [
        *(path.name for path in folder.glob("*.pth")),
        *(path.parent.name for path in folder.glob("*.dist-info/direct_url.json")),
    ]
