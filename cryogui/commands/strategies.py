"""Lists the calibration strategies and their options: what `cryogui calibrate` is told by name."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any

from cryogui.commands.output import add_json_option
from cryogui.commands.procedures import about, described


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_json_option(parser)


def run(args: argparse.Namespace) -> dict[str, Any]:
    from cryogui.calibrate import strategies

    return {"strategies": [{**about(each), "determines": list(each.determines)} for each in strategies()]}


def describe(result: Mapping[str, Any]) -> str:
    """Key, title, what it calibrates, its first sentence, what it finds and its options, for a person."""
    lines = []
    for strategy in result["strategies"]:
        first, *rest = described(strategy)
        finds = ", ".join(strategy["determines"]) or "whatever the scene has"
        lines += [first, rest[0], f"    finds: {finds}", *rest[1:]]
    return "\n".join(lines)
