"""How commands print: JSON on standard output, everything said along the way on standard error."""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Mapping
from typing import Any

from cryogui.errors import printable

_RENEWED = "\r\033[K"  # what a terminal empties its line by


def add_json_option(parser: argparse.ArgumentParser) -> None:
    """Adds `--json`: exactly one JSON object on standard output and nothing else there."""
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")


def say(message: str) -> None:
    """Progress, a warning or a note for the person watching; takes the place of a line that `count` left."""
    begin = _RENEWED if sys.stderr.isatty() else ""
    print(begin + printable(message), file=sys.stderr, flush=True)


def count(line: str, is_last: bool = False) -> None:
    """Progress as one line that renews itself, where somebody watches."""
    if sys.stderr.isatty():
        print(f"{_RENEWED}{line}", end="\n" if is_last else "", file=sys.stderr, flush=True)


def to_json(result: Mapping[str, Any]) -> str:
    """`result` as strict JSON: arrays as lists, NaN and infinity (which JSON has not) as null."""
    return json.dumps(_plain(result), ensure_ascii=False, allow_nan=False)


def to_lines(result: Mapping[str, Any]) -> str:
    """`result` as `name: value` lines; what is not known is left out."""
    return "\n".join(f"{name}: {_short(value)}" for name, value in result.items() if value is not None)


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _plain(value: Any) -> Any:
    if hasattr(value, "tolist"):  # numpy arrays and scalars, without importing numpy
        value = value.tolist()
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, (str, int)):
        return value
    return str(value)
