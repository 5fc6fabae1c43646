"""The `cryogui` command: opens the window, or runs one of the commands without it.

Exit status: 0 done; 2 refused, with one sentence on standard error; 130 cancelled; 1 a defect, with its
traceback.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

from cryogui import __version__
from cryogui.commands.output import to_json, to_lines
from cryogui.errors import UserError, printable

COMMANDS: dict[str, tuple[str, str]] = {
    "info": ("cryogui.commands.info", "what a file holds, and what is wrong with it"),
    "convert": ("cryogui.commands.convert", "a real tilt series as a tier file"),
    "make-tiers": ("cryogui.commands.make_tiers", "write simulated tier files"),
    "forward": ("cryogui.commands.forward", "what the model expects to be measured, and the misfit"),
    "methods": ("cryogui.commands.methods", "the reconstruction methods and their options"),
    "reconstruct": ("cryogui.commands.reconstruct", "scenes reconstructed by a method, and scored"),
    "strategies": ("cryogui.commands.strategies", "the calibration strategies and their options"),
    "calibrate": ("cryogui.commands.calibrate", "the spec that scenes were measured under, with its errors"),
    "scenarios": ("cryogui.commands.scenarios", "what calibration gains, beside no and perfect knowledge"),
    "submit": ("cryogui.commands.submit", "a tier calibrated and reconstructed, as a submission"),
    "score": ("cryogui.commands.score", "submissions scored against their tiers"),
    "evaluate": ("cryogui.commands.evaluate", "a stranger's algorithm, run isolated and scored"),
    "leaderboard": ("cryogui.commands.leaderboard", "published rows, and rows measured here"),
    "history": ("cryogui.commands.history", "what was made of scenes: list, show, rename, resume, …"),
    "export": ("cryogui.commands.export", "an image, slice, series or volume, as a picture or as data"),
    "movie": ("cryogui.commands.movie", "a parameter swept, a series or a volume's slices, as GIF or MP4"),
    "report": ("cryogui.commands.report", "one page (PDF) of a scene: spec, scores, pictures, residuals"),
    "snapshot": ("cryogui.commands.snapshot", "the window with a file in it, saved as a picture"),
    "tour": ("cryogui.commands.tour", "a short scripted visit to the window, ending with a picture"),
    "bench": ("cryogui.commands.bench", "speed and accuracy, beside other programs"),
}
"""Command name -> (module, one line of help). The modules are imported when used."""

DONE, DEFECT, REFUSED, CANCELLED, READER_GONE = 0, 1, 2, 130, 141


class _Parser(argparse.ArgumentParser):
    """Refuses bad arguments like any other bad input: one sentence, not a page of usage."""

    def error(self, message: str) -> NoReturn:
        raise UserError(f"{message[:1].upper()}{message[1:]}; '{self.prog} --help' lists what is possible.")


def main(argv: Sequence[str] | None = None) -> int:
    """Runs `cryogui` with `argv` (the process's own arguments by default) and returns the exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    as_json = "--json" in arguments
    try:
        return _dispatch(arguments)
    except UserError as error:
        _report(str(error), as_json)
        return REFUSED
    except KeyboardInterrupt:
        _report("Cancelled.", as_json)
        return CANCELLED
    except MemoryError:
        _report("There is not enough memory for this; choose a smaller size or fewer images.", as_json)
        return REFUSED
    except BrokenPipeError:
        # As with `cryogui info FILE | head -1`. What Python would still flush at the end goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return READER_GONE
    except Exception as error:
        traceback.print_exc()
        if as_json:
            print(to_json({"error": f"A defect in cryogui: {error!r}"}))
        return DEFECT


def _dispatch(arguments: list[str]) -> int:
    if arguments and arguments[0] in COMMANDS:
        return _run_command(arguments[0], arguments[1:])
    return _open_window(arguments)


def _run_command(name: str, arguments: list[str]) -> int:
    module_name, summary = COMMANDS[name]
    module = importlib.import_module(module_name)
    parser = _Parser(prog=f"cryogui {name}", description=module.__doc__ or summary, allow_abbrev=False)
    module.add_arguments(parser)
    args = parser.parse_args(arguments)
    as_json = getattr(args, "json", False)
    # A library that prints must not spoil the one JSON object.
    with contextlib.redirect_stdout(sys.stderr) if as_json else contextlib.nullcontext():
        result = module.run(args)
    if result is not None:
        print(to_json(result) if as_json else _describe(module, result), flush=True)
    return DONE


def _describe(module: ModuleType, result: Mapping[str, Any]) -> str:
    describe = getattr(module, "describe", to_lines)
    return "\n".join(printable(line) for line in str(describe(result)).split("\n"))


def _open_window(arguments: list[str]) -> int:
    args = _window_parser().parse_args(arguments)
    for file in args.files:
        if not file.exists():
            raise UserError(f"No file or command is named '{file}'; 'cryogui --help' lists the commands.")
    from cryogui.display import require_display

    require_display()
    from cryogui.app.main import run_window

    return int(run_window(args.files))


def _window_parser() -> argparse.ArgumentParser:
    width = max(len(name) for name in COMMANDS)
    commands = "\n".join(f"  {name:<{width}}  {summary}" for name, (_, summary) in COMMANDS.items())
    parser = _Parser(
        prog="cryogui",
        description="Opens the window; without a file, with the built-in demo.",
        epilog=f"without the window:\n{commands}\n\n'cryogui COMMAND --help' describes each.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="tier, tilt series or volume")
    parser.add_argument("--version", action="version", version=f"cryogui {__version__}")
    return parser


def _report(sentence: str, as_json: bool) -> None:
    print(sentence, file=sys.stderr)
    if as_json:
        print(to_json({"error": sentence}))
