"""Specs kept in a file: what `cryogui calibrate --out` writes and `--spec FILE` reads."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from cryogui.errors import UserError

WORDS = "nominal", "true"
"""What `--spec` can be beside the name of a file."""

_MOST_BYTES = 16 << 20


@dataclass(frozen=True)
class _Scene:
    name: str
    spec: dict[str, float]


@dataclass(frozen=True)
class _File:
    scenes: tuple[_Scene, ...]


def spec_files(wanted: str) -> list[Path]:
    """The file that `--spec` names, if it names one."""
    return [] if wanted in WORDS else [Path(wanted)]


def read_spec(path: Path, scene: str) -> dict[str, float]:
    """The values by name that `path` has for that scene. Raises UserError when there are none."""
    specs = {each.name: each.spec for each in _read(path).scenes}
    if scene not in specs:
        there = ", ".join(specs) or "no scene at all"
        raise UserError(f"{path.name} has no spec for {scene}; it has: {there}.")
    for name, value in specs[scene].items():
        if not math.isfinite(value):
            raise UserError(f"{path.name} gives {name} a value that is not finite; write a number.")
    return specs[scene]


def _read(path: Path) -> _File:
    import msgspec

    if not path.is_file():
        raise UserError(f"'{path}' is neither {' nor '.join(WORDS)} nor a file with specs; name one of them.")
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise ValueError("too large")
        return msgspec.json.decode(path.read_bytes(), type=_File)
    except (ValueError, RecursionError, OSError) as error:  # msgspec's own are ValueErrors
        raise UserError(
            f"{path.name} holds no specs; name a file that 'cryogui calibrate --out' has written.",
            repr(error),
        ) from error
