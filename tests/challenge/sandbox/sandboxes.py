"""What the tests of the sandbox share: small limits, and a program run once."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from cryogui.challenge.sandbox.algorithm import Algorithm
from cryogui.challenge.sandbox.limits import Limits
from cryogui.challenge.sandbox.run import Outcome, Trial, run_once

ENOUGH = Limits(
    seconds=30.0, memory_bytes=1 << 30, processes=200, output_bytes=1 << 20, scratch_bytes=2 << 20
)


class Runs:
    """Runs programs that are given as text, in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.given = folder / "given.h5"
        self.given.write_bytes(b"measured")
        self.result = folder / "result"

    def outcome(self, program: str, isolation: str, **limits: float) -> Outcome:
        """What comes of the program; its arguments are `GIVEN` and `OUTPUT`."""
        script = self._folder / "program.py"
        script.write_text(f"import os, sys\nGIVEN, OUTPUT = sys.argv[1:]\n{program}", encoding="utf-8")
        trial = Trial(Algorithm("program", script), self.given, replace(ENOUGH, **limits))
        return run_once(trial, isolation, self.result)

    def got(self, program: str, isolation: str) -> Any:
        """What the program's function `steal` comes back with; None when the system lets it have nothing."""
        told = (
            f"{program}\nimport json\n"
            "try:\n    got = steal()\nexcept (OSError, KeyError):\n    got = None\n"
            "open(OUTPUT, 'w').write(json.dumps(got))\n"
        )
        outcome = self.outcome(told, isolation)
        assert outcome.failed is None, outcome
        return json.loads(self.result.read_text())


def running(token: str) -> list[int]:
    """The processes of this machine that have `token` on their command line."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if token.encode() in path.read_bytes():
                found.append(int(path.parent.name))
        except OSError:  # it has just ended
            continue
    return found
