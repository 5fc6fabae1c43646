"""Does bubblewrap isolate here? Found out by running a program in it that tries to get out."""

from __future__ import annotations

import json
import os
import secrets
import socket
import tempfile
from contextlib import ExitStack, closing
from pathlib import Path

from cryogui.challenge.sandbox.algorithm import Algorithm
from cryogui.challenge.sandbox.bubblewrap import find_bubblewrap
from cryogui.challenge.sandbox.limits import Limits
from cryogui.challenge.sandbox.run import BUBBLEWRAP, Trial, run_once
from cryogui.challenge.sandbox.seccomp import is_known_processor

_LIMITS = Limits(seconds=20.0, memory_bytes=512 << 20, output_bytes=1 << 20, scratch_bytes=1 << 20)

# Tells what it could reach. `TOLD` is put in front: where the canary is, what listens, whom to look for.
_PROGRAM = """
import json, os, socket, sys

def can(attempt):
    try:
        attempt()
        return True
    except OSError:
        return False

def connects(family, address):
    with socket.socket(family, socket.SOCK_STREAM) as one:
        one.settimeout(1.0)
        one.connect(address)

got = {
    "a file outside": can(lambda: open(TOLD["canary"]).read()),
    "the data": any(map(os.path.exists, TOLD["data"])),
    "the home folder": os.path.exists(TOLD["home"]) and os.listdir(TOLD["home"]) != [],
    "the network": can(lambda: connects(socket.AF_INET, tuple(TOLD["listening"]))),
    "sockets of other programs": can(lambda: connects(socket.AF_UNIX, TOLD["abstract"])),
    "the environment": TOLD["variable"] in os.environ,
    "other processes": can(lambda: os.kill(TOLD["process"], 0))
        or os.path.exists("/proc/" + str(TOLD["process"])),
    "its input": can(lambda: open(sys.argv[1], "r+b")),
    "the system": can(lambda: open("/usr/cryogui-probe", "w")) or can(lambda: open("/cryogui-probe", "w")),
    "rights": os.getuid() == 0,
}
with open(sys.argv[2], "w") as file:
    json.dump({"got": [name for name in got if got[name]], "read": open(sys.argv[1]).read()}, file)
"""


def why_not_isolated(*data: Path) -> str | None:
    """Why nothing can be isolated by bubblewrap on this machine, as the rest of a sentence; None when it can.

    data: files and folders that must not be there for a program in it.
    """
    if find_bubblewrap() is None:
        return "bubblewrap (bwrap) is not installed"
    if not is_known_processor():
        return "there are no rules for this kind of processor"
    with ExitStack() as stack:
        return _tried(stack, data)


def _tried(stack: ExitStack, data: tuple[Path, ...]) -> str | None:
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="probe-")))
    listening = stack.enter_context(closing(socket.create_server(("127.0.0.1", 0))))
    abstract = stack.enter_context(closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)))
    abstract.bind(f"\\0cryogui-{secrets.token_hex(8)}".replace("\\0", "\0"))
    abstract.listen()
    canary, given, result, word = folder / "canary", folder / "given", folder / "result", secrets.token_hex(8)
    canary.write_text(word)
    given.write_text(word)
    variable = next(iter(set(os.environ) - {"PATH", "HOME", "LANG", "PYTHONPATH", "PWD"}), "USER")
    told = {
        "canary": str(canary), "data": [str(path.resolve()) for path in data], "home": str(Path.home()),
        "listening": listening.getsockname(), "abstract": abstract.getsockname().decode(),
        "variable": variable, "process": os.getpid(),
    }  # fmt: skip
    script = folder / "probe.py"
    script.write_text(f"TOLD = {told!r}\n{_PROGRAM}", encoding="utf-8")
    outcome = run_once(Trial(Algorithm("probe", script), given, _LIMITS), BUBBLEWRAP, result)
    if outcome.failed is not None:
        return f"bubblewrap does not run programs here ({outcome.tail.strip() or outcome.failed})"
    found = json.loads(result.read_text())
    if found["read"] != word:
        return "a program in bubblewrap does not find its input"
    return f"a program in bubblewrap still reaches {', '.join(found['got'])}" if found["got"] else None
