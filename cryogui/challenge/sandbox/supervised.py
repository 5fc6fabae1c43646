"""Has a command carried out under the supervisor."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field

from cryogui.challenge.sandbox.limits import Limits
from cryogui.challenge.sandbox.supervisor import STOPPED
from cryogui.tiers.child import child_environment

_CHECK_SECONDS = 0.1


@dataclass(frozen=True)
class Watched:
    """A command and what it is given; the fields are those that `Supervisor` knows."""

    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: str = "/"
    inherited: Sequence[int] = ()
    watched: str | None = None
    ending: Sequence[str] | None = None


@dataclass(frozen=True)
class Verdict:
    """What came of it. failed: the limit that was passed, or None; status: the command's exit status; tail:
    the end of what it printed."""

    failed: str | None
    status: int | None
    tail: str


def supervised(watched: Watched, limits: Limits, check: Callable[[], None] = lambda: None) -> Verdict:
    """Carry the command out and end everything it has started.

    check: called again and again meanwhile; what it raises ends the command and comes out here.
    """
    order = json.dumps({**asdict(watched), "limits": asdict(limits)})
    with subprocess.Popen(
        [sys.executable, "-P", "-m", f"{__package__}.supervisor"],
        env=child_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        pass_fds=tuple(watched.inherited),
        start_new_session=True,  # a Ctrl-C in the terminal is for the program, which then closes the leash
        text=True,
    ) as supervisor:
        assert supervisor.stdin is not None
        try:
            said = _said(supervisor, order, check)
        finally:
            supervisor.stdin.close()
            supervisor.wait()  # until nothing that it has started is left
    try:
        return Verdict(**json.loads(said))
    except ValueError:  # something has ended it, as a program that is not isolated can
        return Verdict(STOPPED, None, "")


def _said(supervisor: subprocess.Popen[str], order: str, check: Callable[[], None]) -> str:
    """What the supervisor prints until it ends; its standard input stays open until then."""
    assert supervisor.stdin is not None and supervisor.stdout is not None
    supervisor.stdin.write(f"{order}\n")
    supervisor.stdin.flush()
    while supervisor.poll() is None:
        check()
        try:
            supervisor.wait(_CHECK_SECONDS)
        except subprocess.TimeoutExpired:
            continue
    return supervisor.stdout.read()
