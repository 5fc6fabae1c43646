"""The packages that a stranger's requirements list names, fetched as wheels: none of their code runs here."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from cryogui.errors import UserError

_PINNED = re.compile(
    r"([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)(\[[A-Za-z0-9._,-]+\])?==[A-Za-z0-9][A-Za-z0-9.!+]*"
)
_MOST_BYTES, _MOST_LINES = 64 << 10, 200


def pinned(path: Path) -> list[str]:
    """The lines `name==version` of a requirements list, sorted.

    Raises UserError for any other line: options, addresses and paths could make pip run or read anything.
    """
    if path.stat().st_size > _MOST_BYTES:
        raise UserError(f"{path.name} is larger than {_MOST_BYTES >> 10} KiB; list only packages.")
    lines = [line.partition("#")[0].strip() for line in path.read_text("utf-8", "replace").splitlines()]
    wanted = sorted({line for line in lines if line})
    for line in wanted:
        if not _PINNED.fullmatch(line):
            raise UserError(f"'{line}' in {path.name} is not of the form name==version; write it so.")
    if len(wanted) > _MOST_LINES:
        raise UserError(f"{path.name} lists more than {_MOST_LINES} packages; list fewer.")
    return wanted


def fetch_packages(path: Path) -> Path | None:
    """A folder with the packages of a requirements list, fetched when it is not in the cache yet; None for an
    empty list.

    Raises UserError for a list that is refused and for packages that cannot be had as wheels.
    """
    from platformdirs import user_cache_path

    wanted = pinned(path)
    if not wanted:
        return None
    key = hashlib.sha256("\n".join([sys.version, *wanted]).encode()).hexdigest()[:32]
    folder = user_cache_path("cryogui") / "algorithms" / key
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".fetching-") as temporary:
            target = Path(temporary, "packages")
            _fetch(wanted, target, Path(temporary, "wanted.txt"))
            try:
                os.rename(target, folder)
            except OSError:  # another program was faster
                shutil.rmtree(target)
    return folder


def _fetch(wanted: list[str], target: Path, listed: Path) -> None:
    """Unpack wheels of the packages and of what they depend on; nothing is built, so none of it is run.

    Nor is what lies in the folder that one is in, which may be the stranger's: a pip.py, or an archive called
    as a requirement is, which pip would build.
    """
    listed.write_text("\n".join(wanted), encoding="utf-8")
    done = subprocess.run(
        [
            sys.executable, "-P", "-m", "pip", "install", "--only-binary=:all:", "--no-compile", "--no-input",
            "--disable-pip-version-check", "--target", str(target), "--requirement", str(listed),
        ],
        cwd=listed.parent, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        reasons = [line for line in done.stderr.splitlines() if line.startswith("ERROR: ")]
        reason = reasons[-1].removeprefix("ERROR: ").rstrip(".") if reasons else "pip failed"
        raise UserError(
            f"The required packages cannot be had as wheels ({reason}); check names and versions.",
            done.stderr,
        )
