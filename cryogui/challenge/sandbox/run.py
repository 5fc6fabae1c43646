"""One run of a stranger's program on one input: started, watched, ended, and its output brought back."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from cryogui.challenge.sandbox import bubblewrap, containers, launcher
from cryogui.challenge.sandbox.algorithm import MAIN, Algorithm
from cryogui.challenge.sandbox.limits import Limits
from cryogui.challenge.sandbox.python_folders import package_folders
from cryogui.challenge.sandbox.seccomp import filter_program
from cryogui.challenge.sandbox.supervised import Verdict, Watched, supervised
from cryogui.challenge.sandbox.supervisor import MEMORY, OUTPUT, TIME
from cryogui.tiers.child import PACKAGE_ROOT

BUBBLEWRAP, NONE = "bubblewrap", "none"

EXIT_STATUS, NO_OUTPUT, REFUSED, NOT_STARTED = "exit status", "no output", "output refused", "not started"
_FAILURES = {
    launcher.DONE: None, launcher.EXIT_STATUS: EXIT_STATUS, launcher.CPU_TIME: TIME,
    launcher.NO_OUTPUT: NO_OUTPUT, launcher.REFUSED: REFUSED, launcher.TOO_LARGE: OUTPUT,
}  # fmt: skip
_UNTOUCHED_BYTES = 2 << 30  # memory that libraries reserve without using it
_OPEN_FILES = 256
_TELLS_OF_SHORTAGE = "MemoryError"


@dataclass(frozen=True)
class Trial:
    """What is to be run, on which input file, and how much it may use."""

    algorithm: Algorithm
    given: Path
    limits: Limits


@dataclass(frozen=True)
class Outcome:
    """What came of a run. failed: why there is no output, or None; tail: the end of what it printed, which
    is the stranger's text."""

    failed: str | None
    tail: str


def run_once(trial: Trial, isolation: str, result: Path, check: Callable[[], None] = lambda: None) -> Outcome:
    """Run the program once; its output, which may be hostile, becomes the file `result`.

    isolation: 'bubblewrap', 'podman', 'docker', or 'none' for limits and supervision only. check: called
    again and again meanwhile; what it raises ends the run and comes out here.
    """
    with ExitStack() as stack:
        staging = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="run-")))
        file = os.open(result, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        stack.callback(os.close, file)
        if trial.algorithm.is_image:
            return _contained(trial, isolation, staging, file, check)
        prepared = _sandboxed if isolation == BUBBLEWRAP else _bare
        verdict = supervised(prepared(trial, staging, file, stack), trial.limits, check)
        return Outcome(_failure(verdict), verdict.tail)


def _contained(trial: Trial, engine: str, staging: Path, result: int, check: Callable[[], None]) -> Outcome:
    """The image run by a container engine; its output is looked for when the container has gone."""
    watched = containers.watched(engine, trial.algorithm.name, trial.given, staging, trial.limits)
    verdict = supervised(watched, trial.limits, check)
    failed = containers.failure(verdict)
    if failed is None:
        copied = launcher.copy_out(str(containers.output(staging)), result, trial.limits.output_bytes)
        failed = _FAILURES[copied]
    return Outcome(failed, verdict.tail)


def _failure(verdict: Verdict) -> str | None:
    """Why there is no output, from what the supervisor and the launcher say."""
    if verdict.failed is not None:
        return verdict.failed
    failed = _FAILURES.get(-1 if verdict.status is None else verdict.status, NOT_STARTED)
    return MEMORY if failed == EXIT_STATUS and _TELLS_OF_SHORTAGE in verdict.tail else failed


def _sandboxed(trial: Trial, staging: Path, result: int, stack: ExitStack) -> Watched:
    """The program in bubblewrap; neither the input nor a script is shown from where it lies."""
    path, packages = trial.algorithm.path, trial.algorithm.packages
    assert path is not None
    folders = {packages: bubblewrap.EXTRA} if packages else {}
    files = {_lent(trial.given, stack): bubblewrap.INPUT}
    script = f"{bubblewrap.ALGORITHM}/{MAIN}"
    if path.is_dir():
        folders[path] = bubblewrap.ALGORITHM
    else:
        files[_lent(path, stack)] = script
    rules = staging / "rules"
    rules.write_bytes(filter_program())
    filter_file = _lent(rules, stack)
    command = bubblewrap.python_command(script, bubblewrap.INPUT, bubblewrap.OUTPUT)
    order = _order(command, bubblewrap.OUTPUT, result, trial.limits, {"NPROC": trial.limits.processes})
    whole = bubblewrap.bubblewrap_command(order, folders, files, filter_file, trial.limits)
    return Watched(whole, inherited=(*files, filter_file, result))


def _bare(trial: Trial, staging: Path, result: int, _stack: ExitStack) -> Watched:
    """The program beside everything else of this machine, with limits and supervision only."""
    path, packages = trial.algorithm.path, trial.algorithm.packages
    assert path is not None
    script = path / MAIN if path.is_dir() else path
    output = str(staging / "output.h5")
    command = [sys.executable, "-s", "-B", str(script), str(trial.given), output]
    order = _order(command, output, result, trial.limits, {})  # one on processes counts all of the user's
    search = [*([packages] if packages else []), PACKAGE_ROOT, *package_folders()]
    environment = {
        "PATH": "/usr/bin:/bin", "HOME": str(staging), "TMPDIR": str(staging), "LANG": "C.UTF-8",
        "PYTHONPATH": os.pathsep.join(map(str, search)),
    }  # fmt: skip
    whole = [sys.executable, "-I", "-S", "-B", launcher.__file__, order]
    return Watched(whole, environment, str(staging), (result,), str(staging))


def _order(command: list[str], output: str, result: int, limits: Limits, more: dict[str, int]) -> str:
    """The launcher's order."""
    processors = os.cpu_count() or 1
    allowed = {
        "CORE": 0,
        "NOFILE": _OPEN_FILES,
        "CPU": int(limits.seconds * processors) + 1,
        "DATA": limits.memory_bytes + _UNTOUCHED_BYTES,
        "FSIZE": max(limits.output_bytes, limits.scratch_bytes),
    }
    told = {"command": command, "output": output, "result": result, "most_bytes": limits.output_bytes}
    return json.dumps({**told, "limits": {**allowed, **more}})


def _lent(path: Path, stack: ExitStack) -> int:
    """A descriptor that reads the file, closed with the stack."""
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    stack.callback(os.close, file)
    return file
