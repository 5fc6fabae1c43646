"""Lists the reconstruction methods and their options: what `cryogui reconstruct` is told by name."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any

from cryogui.commands.output import add_json_option
from cryogui.commands.procedures import about, described


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_json_option(parser)


def run(args: argparse.Namespace) -> dict[str, Any]:
    from cryogui.reconstruct import methods

    return {
        "methods": [{**about(each), "row": each.row, "is_iterative": each.is_iterative} for each in methods()]
    }


def describe(result: Mapping[str, Any]) -> str:
    """Key, title, what it reconstructs, its first sentence and its options, for a person."""
    lines = []
    for method in result["methods"]:
        lines += described(method, f", published as {method['row']}" if method["row"] else "")
    return "\n".join(lines)
