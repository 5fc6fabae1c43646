"""What was reconstructed: lists runs, shows one, renames, deletes, resumes, or exports a table of them.

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

from cryogui.commands.output import add_json_option, say
from cryogui.errors import UserError

if TYPE_CHECKING:
    from cryogui.jobs import Filter, History, Kept

_MOST_DIGITS = 18
"""More, no number of a run has."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("what", nargs="?", default="list", choices=tuple(_ACTIONS), help="default: list")
    parser.add_argument("items", nargs="*", metavar="…", help="numbers of runs, a title, a file")
    parser.add_argument("--text", default="", help="only runs with this in title, scene, method or file")
    parser.add_argument("--method", default="", metavar="M", help="only runs of this method")
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
        return "\n".join(map(_line, result["runs"])) or "The history is empty, or nothing in it fits."
    return "\n".join(f"{name}: {value}" for name, value in result.items() if value not in (None, "", []))


def _list(history: History, items: list[str], which: Filter) -> dict[str, Any]:
    _expect(items, 0, "list")
    return {"runs": [_row(history, kept) for kept in history.list(which)]}


def _show(history: History, items: list[str], which: Filter) -> dict[str, Any]:
    from dataclasses import asdict

    _expect(items, 1, "show N")
    kept = history.get(_number(items[0]))
    return {**_row(history, kept), "points": [asdict(point) for point in kept.points]}


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
    return _row(history, history.get(number))


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


def _row(history: History, kept: Kept) -> dict[str, Any]:
    order, last = kept.order, kept.last
    return {
        "number": kept.number,
        "created": kept.created.isoformat(" ", "seconds"),
        "title": order.title,
        "state": kept.state,
        "reason": kept.reason,
        "file": order.path,
        "scene": order.scene_name,
        "method": order.method,
        "options": order.options,
        "spec": {**order.spec, **kept.found},
        "iterations": last.iteration if last else 0,
        "seconds": kept.seconds,
        "residual": last.residual if last else None,
        "psnr_db": last.psnr_db if last else None,
        "ssim": last.ssim if last else None,
        "consistency": last.consistency if last else None,
        "standard_score": last.standard if last else None,
        "blind_score": last.blind if last else None,
        "can_go_on": kept.has_checkpoint,
        "result": str(history.result_path(kept.number)) if kept.has_result else None,
    }


def _line(run: Mapping[str, Any]) -> str:
    psnr = "" if run["psnr_db"] is None else f"  {run['psnr_db']:.2f} dB"
    where = f"{Path(run['file']).name} {run['scene']}"
    return f"{run['number']:>5}  {run['created']}  {run['state']:<11}  {run['title']}  {where}{psnr}"
