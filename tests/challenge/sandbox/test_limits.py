"""Programs that use more than they may, stay longer than they may, or return what is no file."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest

from cryogui.challenge.sandbox.algorithm import Algorithm
from cryogui.challenge.sandbox.run import Trial, run_once
from tests.challenge.sandbox.sandboxes import ENOUGH, Runs, running

DONE = "\nopen(OUTPUT, 'w').write('done')"
HOLD = """
import time
def hold(size):
    kept = bytearray(os.urandom(1 << 20) * (size >> 20))
    time.sleep({seconds})
"""

GREEDY = {
    # what it does: (program, the limits it is run under, what becomes of it)
    "loops for ever": ("while True: pass", {"seconds": 0.6}, "time limit"),
    "sleeps": ("import time\ntime.sleep(60)", {"seconds": 0.4}, "time limit"),
    "stops itself": ("import signal\nos.kill(os.getpid(), signal.SIGSTOP)", {"seconds": 0.4}, "time limit"),
    "listens to no signal": (
        "import signal, time\nfor n in (1, 2, 15): signal.signal(n, signal.SIG_IGN)\ntime.sleep(60)",
        {"seconds": 0.4}, "time limit",
    ),
    "prints without end": ("while True: os.write(1, bytes(65536))", {"seconds": 0.5}, "time limit"),
    "holds much memory": (
        HOLD.format(seconds=60) + "hold(150 << 20)", {"memory_bytes": 96 << 20}, "memory limit",
    ),
    "asks for all memory": ("bytearray(1 << 45)", {}, "memory limit"),
    "holds much memory in many processes": (
        HOLD.format(seconds=60) + "for n in range(3):\n    if os.fork() == 0: hold(48 << 20)\nhold(48 << 20)",
        {"memory_bytes": 160 << 20}, "memory limit",
    ),
    "is a fork bomb": ("while True: os.fork()", {"processes": 40, "memory_bytes": 4 << 30}, "process limit"),
    "starts many threads": (
        "import threading, time\nfor n in range(60): threading.Thread(target=time.sleep, args=(60,)).start()",
        {"processes": 40}, "process limit",
    ),
    "writes a large output": ("open(OUTPUT, 'wb').write(bytes(1 << 20) + b'x')", {}, "output too large"),
    "crashes": ("os.abort()", {}, "exit status"),
    "fails": ("sys.exit(3)", {}, "exit status"),
}  # fmt: skip
WITHIN = {
    "works a while": "import time\nend = time.monotonic() + 0.2\nwhile time.monotonic() < end: pass",
    "holds some memory": HOLD.format(seconds=0.2) + "hold(40 << 20)",
    "holds some memory in many processes": HOLD.format(seconds=0.2)
    + "for n in range(3):\n    if os.fork() == 0:\n        hold(8 << 20)\n        os._exit(0)\nos.wait()",
    "starts some processes": "for n in range(5):\n    if os.fork() == 0: os._exit(0)",
    "shares its work among processes": """
from concurrent.futures import ProcessPoolExecutor
with ProcessPoolExecutor(2) as pool: assert list(pool.map(abs, (-1, -2))) == [1, 2]
""",
    "prints a good deal": "for n in range(100): os.write(1, bytes(65536))",
}


NOT_ISOLATED = (
    "sleeps",
    "holds much memory in many processes",
    "is a fork bomb",
    "writes a large output",
    "fails",
)


@pytest.mark.parametrize(
    ("doing", "isolation"), [*((d, "bubblewrap") for d in GREEDY), *((d, "none") for d in NOT_ISOLATED)]
)
def test_greedy_programs_are_ended(doing: str, isolation: str, runs: Runs, request) -> None:
    if isolation == "bubblewrap":
        request.getfixturevalue("bubblewrap")
    program, limits, failed = GREEDY[doing]
    outcome = runs.outcome(program, isolation, **limits)
    # where the kernel counts the processes inside, it refuses another before the supervisor ends them all
    refused_another = failed == "process limit" and outcome.failed == "exit status"
    assert outcome.failed == failed or refused_another


@pytest.mark.parametrize("doing", WITHIN)
def test_programs_within_their_limits_are_not(doing: str, runs: Runs, bubblewrap: str) -> None:
    outcome = runs.outcome(
        WITHIN[doing] + DONE, bubblewrap, memory_bytes=160 << 20, processes=40, seconds=20.0
    )
    assert outcome.failed is None, outcome
    assert runs.result.read_text() == "done"


OUTPUTS = {
    "nothing": ("", "no output"),
    "a link to a file": ("os.symlink('/proc/cpuinfo', OUTPUT)", "output refused"),
    "a link to nowhere": ("os.symlink('/nowhere', OUTPUT)", "output refused"),
    "a link to itself": ("os.symlink(OUTPUT, OUTPUT)", "output refused"),
    "a pipe": ("os.mkfifo(OUTPUT)", "output refused"),
    "a folder": ("os.mkdir(OUTPUT)", "output refused"),
    "a socket": ("import socket\nsocket.socket(socket.AF_UNIX).bind(OUTPUT)", "exit status"),
    "a file with two names": ("open(OUTPUT + 'x', 'w')\nos.link(OUTPUT + 'x', OUTPUT)", "output refused"),
    "a file of 1 TiB without content": ("open(OUTPUT, 'w').truncate(1 << 40)", "exit status"),
    "a file that may not be read": (f"{DONE}\nos.chmod(OUTPUT, 0)", "output refused"),
}


@pytest.mark.parametrize("output", OUTPUTS)
def test_only_a_plain_file_is_taken(output: str, runs: Runs, bubblewrap: str) -> None:
    program, failed = OUTPUTS[output]
    assert runs.outcome(program, bubblewrap).failed == failed


def test_no_link_is_followed_outside_the_sandbox_either(runs: Runs) -> None:
    secret = runs.given.with_name("secret")
    secret.write_text("secret")
    links = f"os.symlink({str(secret)!r}, OUTPUT)", f"os.link({str(secret)!r}, OUTPUT)"
    for link in links:
        assert runs.outcome(link, "none").failed == "output refused"
        assert runs.result.read_bytes() == b""
        assert runs.got(
            f"def steal():\n    {link}\n    return open(OUTPUT).read(), os.unlink(OUTPUT)", "none"
        )


def test_memory_of_the_private_folders_ends(runs: Runs, bubblewrap: str) -> None:
    program = """
def steal():
    written = {}
    for folder in ('/tmp', '/dev/shm', '/out', '/', '/dev', '/data', '/opt', '/var/tmp'):
        written[folder] = 0
        try:
            for n in range(20):
                written[folder] += open(f'{folder}/{n}', 'wb', buffering=0).write(bytes(1 << 20))
        except OSError: pass
        for n in range(20):
            if os.path.exists(f'{folder}/{n}'): os.unlink(f'{folder}/{n}')
    return written
"""
    written = runs.got(program, bubblewrap)
    assert {folder for folder, size in written.items() if size} == {"/tmp", "/dev/shm", "/out"}
    assert max(written.values()) <= 2 << 20


def test_a_folder_outside_is_not_filled(runs: Runs) -> None:
    program = (
        "for n in range(1000): open(f'{OUTPUT}{n}', 'wb').write(bytes(1 << 16))\nimport time\ntime.sleep(60)"
    )
    assert runs.outcome(program, "none", scratch_bytes=1 << 17).failed == "output too large"


DAEMON = """
import os, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execv(sys.executable, [sys.executable, '-S', '-c', 'import time; time.sleep(60)', '{token}'])
    os._exit(0)
os.wait()
"""


@pytest.mark.parametrize("isolation", ["bubblewrap", "none"])
def test_nothing_it_starts_survives(isolation: str, runs: Runs, request) -> None:
    if isolation == "bubblewrap":
        request.getfixturevalue("bubblewrap")
    token = f"daemon-{uuid.uuid4().hex}"
    assert runs.outcome(DAEMON.format(token=token) + DONE, isolation).failed is None
    assert not running(token)
    runs.outcome(DAEMON.format(token=token) + "while True: pass", isolation, seconds=0.6)
    assert not running(token)


def test_a_daemon_survives_where_nobody_ends_it() -> None:
    token = f"daemon-{uuid.uuid4().hex}"
    subprocess.run([sys.executable, "-S", "-c", DAEMON.format(token=token)], check=True)
    found: list[int] = []
    deadline = time.monotonic() + 10
    while not found and time.monotonic() < deadline:
        found = running(token)
    for pid in found:
        os.kill(pid, signal.SIGKILL)
    assert found


@pytest.mark.parametrize("isolation", ["bubblewrap", "none"])
def test_a_run_ends_with_the_program_that_wanted_it(isolation: str, tmp_path: Path, request) -> None:
    if isolation == "bubblewrap":
        request.getfixturevalue("bubblewrap")
    token = f"orphan-{uuid.uuid4().hex}"
    wanting = f"""
from pathlib import Path
from tests.challenge.sandbox.sandboxes import Runs
Runs(Path({str(tmp_path)!r})).outcome({(DAEMON.format(token=token) + "while True: pass")!r}, {isolation!r})
"""
    with subprocess.Popen([sys.executable, "-c", wanting]) as program:
        deadline = time.monotonic() + 20
        while not running(token) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert running(token)
        program.kill()
    while running(token) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not running(token)


def test_what_it_prints_last_is_kept(runs: Runs) -> None:
    outcome = runs.outcome("print('x' * 100000)\nsys.exit('this is why')", "none")
    assert outcome.tail.endswith("this is why\n") and len(outcome.tail) < 5000


def test_a_run_can_be_called_off(tmp_path: Path) -> None:
    script, given = tmp_path / "sleep.py", tmp_path / "given"
    script.write_text("import time\ntime.sleep(60)")
    given.write_bytes(b"")

    def cancel() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_once(Trial(Algorithm("sleep", script), given, ENOUGH), "none", tmp_path / "result", cancel)
    assert not running(str(script))
