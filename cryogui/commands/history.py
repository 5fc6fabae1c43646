"""What was made of scenes: lists runs, shows one, renames, deletes, resumes, or exports a table.

Reconstructions and calibrations are listed; the table has the reconstructions.

cryogui history [list] [--text T] [--method M] [--state S]

cryogui history show N

cryogui history rename N TITLE

cryogui history delete N …

cryogui history resume N [FILE]

cryogui history export OUT.csv
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from cryogui.commands.history_rows import in_full, line, row
from cryogui.commands.output import add_json_option, say
from cryogui.errors import UserError

if TYPE_CHECKING:
    from cryogui.jobs import Filter, History

_MOST_DIGITS = 18
"""More, no number of a run has."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("what", nargs="?", default="list", choices=tuple(_ACTIONS), help="default: list")
    parser.add_argument("items", nargs="*", metavar="…", help="numbers of runs, a title, a file")
    parser.add_argument("--text", default="", help="only runs with this in title, scene, method or file")
    parser.add_argument("--method", default="", metavar="M", help="only runs of this method or strategy")
    parser.add_argument("--state", metavar="S", help="only runs in this state: done, failed, interrupted …")
    add_json_option(parser)


def run(args: argparse.Namespace) -> dict[str, Any]:
    from cryogui.jobs import Filter, History, State

    states = get_args(State)
    if args.state not in (None, *states):
        raise UserError(f"No run is ever '{args.state}'; --state takes {', '.join(states)}.")
    which = Filter(text=args.text, method=args.method, state=args.state)
    if args.what not in _OF_MANY and which != Filter():
        raise UserError(
            f"--text, --method and --state choose what {' and '.join(_OF_MANY)} tell; "
            f"leave them out with {args.what}."
        )
    with closing(History()) as history:
        if history.trouble:
            say(history.trouble)
        return _ACTIONS[args.what](history, args.items, which)


def describe(result: Mapping[str, Any]) -> str:
    """One line for each run; one alone in full."""
    if "runs" in result:
        return "\n".join(map(line, result["runs"])) or "The history is empty, or nothing in it fits."
    return in_full(result)


def _list(history: History, items: list[str], which: Filter) -> dict[str, Any]:
    _expect(items, 0, "list")
    return {"runs": [row(history, kept) for kept in history.everything(which)]}


def _show(history: History, items: list[str], which: Filter) -> dict[str, Any]:
    from dataclasses import asdict

    from cryogui.jobs import Kept

    _expect(items, 1, "show N")
    kept = history.find(_number(items[0]))
    points = {"points": [asdict(point) for point in kept.points]} if isinstance(kept, Kept) else {}
    return {**row(history, kept), **points}


def _rename(history: History, items: list[str], which: Filter) -> dict[str, Any]:
    _expect(items, 2, "rename N TITLE")
    number = _number(items[0])
    return {"number": number, "title": history.rename(number, items[1])}


def _delete(history: History, items: list[str], which: Filter) -> dict[str, Any]:
    if not items:
        raise UserError("Write it as 'cryogui history delete N …'.")
    numbers = list(dict.fromkeys(map(_number, items)))
    history.delete(*numbers)
    return {"deleted": numbers}


def _resume(history: History, items: list[str], which: Filter) -> dict[str, Any]:
    from cryogui.commands.resume import resume

    if len(items) not in (1, 2):
        raise UserError("Write it as 'cryogui history resume N [FILE]'.")
    number = _number(items[0])
    resume(history, number, Path(items[1]) if items[1:] else None)
    return row(history, history.find(number))


def _export(history: History, items: list[str], which: Filter) -> dict[str, Any]:
    _expect(items, 1, "export OUT.csv")
    history.export_csv(Path(items[0]), which)
    return {"file": items[0]}


_ACTIONS: dict[str, Callable[[History, list[str], Filter], dict[str, Any]]] = {
    "list": _list, "show": _show, "rename": _rename, "delete": _delete, "resume": _resume,
    "export": _export,
}  # fmt: skip
_OF_MANY = "list", "export"


def _expect(items: list[str], many: int, usage: str) -> None:
    if len(items) != many:
        raise UserError(f"Write it as 'cryogui history {usage}'.")


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise UserError(f"'{text}' is no number of a run; 'cryogui history' lists them.")
    return int(text)
