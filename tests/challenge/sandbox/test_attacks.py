"""Programs that try to see or do more than they may; each comes away with nothing where it is isolated.

The same program is run without isolation as well, where it gets what it wants: so the test would notice.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.challenge.sandbox.sandboxes import Runs

SECRET = "the-truth-of-the-hidden-tier"


@dataclass
class Targets:
    """What there is to be had outside."""

    sealed: Path
    folder: Path
    tcp: int
    udp: int
    unix: str
    abstract: str
    victim: int


@pytest.fixture
def targets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Targets]:
    sealed = tmp_path / "cryo_em_hidden.sealed"
    sealed.write_text(SECRET)
    monkeypatch.setenv("CRYOGUI_TEST_SECRET", SECRET)
    with ExitStack() as stack:
        tcp = stack.enter_context(closing(socket.create_server(("127.0.0.1", 0))))
        udp = stack.enter_context(closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)))
        udp.bind(("127.0.0.1", 0))
        unix = str(tmp_path / "socket")
        abstract = f"cryogui-test-{os.getpid()}"
        for address in (unix, f"\0{abstract}"):
            server = stack.enter_context(closing(socket.socket(socket.AF_UNIX)))
            server.bind(address)
            server.listen()
        victim = stack.enter_context(subprocess.Popen([sys.executable, "-S", "-c", "input()"], stdin=-1))
        stack.callback(victim.kill)
        ports = tcp.getsockname()[1], udp.getsockname()[1]
        yield Targets(sealed, tmp_path, *ports, unix, abstract, victim.pid)


SPIES = {
    "the truth at its known path": "def steal(): return open('{sealed}').read()",
    "the truth, by guessing names": """
import glob
def steal():
    near = {{os.path.dirname(path) for path in (GIVEN, OUTPUT, __file__)}} | {{os.getcwd(), '/data', '/'}}
    return [open(f).read() for d in near for f in glob.glob(d + '/*.sealed')] or None""",
    "the truth, through a link": """
def steal():
    os.symlink('{sealed}', '/tmp/link-{victim}')
    try:
        return open('/tmp/link-{victim}').read()
    finally:
        os.unlink('/tmp/link-{victim}')""",
    "/etc/passwd": "def steal(): return open('/etc/passwd').read()",
    "the user's name": "import pwd\ndef steal(): return pwd.getpwuid(os.getuid()).pw_name",
    "the user's folders": """
def steal():
    homes = [home for home in ('{folder}', '/root', '/home') if os.access(home, os.R_OK)]
    return [name for home in homes for name in os.listdir(home)] or None""",
    "the environment of those who started it": """
def steal():
    seen, pid = str(dict(os.environ)), os.getppid()
    while pid > 0 and 'CRYOGUI_TEST_SECRET' not in seen:
        seen = open(f'/proc/{{pid}}/environ').read()
        pid = int(open(f'/proc/{{pid}}/stat').read().rpartition(')')[2].split()[1])
    return seen if 'CRYOGUI_TEST_SECRET' in seen else None""",
    "the names of other processes": """
def steal(): return [pid for pid in os.listdir('/proc') if pid == '{victim}'] or None""",
    "the command lines of others": "def steal(): return open('/proc/{victim}/cmdline').read()",
    "where folders are mounted from": "def steal(): return open('/proc/self/mountinfo').read()",
    "a connection by TCP": """
import socket
def steal(): socket.create_connection(('127.0.0.1', {tcp}), 1).close(); return True""",
    "a message by UDP": """
import socket
def steal(): return socket.socket(2, 2).sendto(b'secret', ('127.0.0.1', {udp}))""",
    "a connection to a socket file": """
import socket
def steal(): socket.socket(socket.AF_UNIX).connect('{unix}'); return True""",
    "a connection to an abstract socket": """
import socket
def steal(): socket.socket(socket.AF_UNIX).connect(chr(0) + '{abstract}'); return True""",
    "socket buffers, which no process holds": """
import socket
def steal(): return len(socket.socketpair())""",
    "a signal to another program": "def steal(): os.kill({victim}, 0); return True",
    "a change of its input": "def steal(): return open(GIVEN, 'r+b').write(b'M')",
    "a file outside": "def steal(): return open('{folder}/planted', 'w').write('x')",
    "the program's own code": """
def steal():
    import cryogui
    return os.access(os.path.dirname(cryogui.__file__), os.W_OK) or None""",
    "the system's folders": "def steal(): return os.access('/usr/lib', os.W_OK) or None",
    "memory that no process holds": "def steal(): return os.memfd_create('hoard')",
}
NEED_ROOT = {"the program's own code", "the system's folders"}  # others may not write there anyway


@pytest.mark.parametrize("wanted", SPIES)
def test_isolated_programs_get_nothing_and_others_do(
    wanted: str, runs: Runs, targets: Targets, bubblewrap: str
) -> None:
    program = SPIES[wanted].format(**vars(targets))
    assert runs.got(program, bubblewrap) is None
    assert runs.given.read_bytes() == b"measured"
    assert not (targets.folder / "planted").exists()
    if wanted not in NEED_ROOT or os.getuid() == 0:
        assert runs.got(program, "none") is not None


CALLS = {
    # name: (number on x86-64, arguments), each of which a program without isolation may make
    "trace its parent": (101, "0x4206, os.getppid(), 0, 0"),
    "make a user namespace": (272, "0x10000000"),
    "make System V memory": (29, "0, 4096, 0o1600"),
    "read another's memory": (310, "os.getppid(), 0, 0, 0, 0, 0"),
}


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="the numbers of the calls are x86-64's")
@pytest.mark.parametrize("call", CALLS)
def test_isolated_programs_may_not_make_calls_that_others_may(call: str, runs: Runs, bubblewrap: str) -> None:
    number, arguments = CALLS[call]
    program = f"""
import ctypes
def steal():
    done = ctypes.CDLL(None, use_errno=True).syscall({number}, {arguments})
    return None if done < 0 else True"""
    assert runs.got(program, bubblewrap) is None
    assert runs.got(program, "none") is True


def test_nothing_inside_names_this_machine(runs: Runs, bubblewrap: str) -> None:
    program = """
import getpass, platform, sysconfig
def steal():
    import cryogui, numpy
    named = [sys.path, sys.prefix, sys.executable, platform.node(), os.getcwd(), GIVEN, OUTPUT, __file__]
    loaded = [cryogui.__file__, numpy.__file__]
    listed = [os.listdir(place) for place in ('/', '/etc', '/opt', '/tmp')]
    telling = [os.path.join(place, name) for place in sys.path if os.path.isdir(place)
               for name in os.listdir(place) if name.endswith('.pth')]
    return named, loaded, listed, dict(os.environ), [open(path).read() for path in telling]
"""
    told = str(runs.got(program, bubblewrap))
    assert "/data/input.h5" in told
    environment = [sys.prefix] if sys.prefix != "/usr" else []  # the system's is shown where it lies
    for private in (str(Path.home()), *environment, str(runs.given.parent), platform_name()):
        assert private not in told
    assert str(runs.given.parent) in str(runs.got(program, "none"))


def platform_name() -> str:
    """What this machine is called."""
    return f"'{os.uname().nodename}'"


@pytest.mark.parametrize("name", ["SIGKILL", "SIGINT", "SIGTERM"])
def test_killing_its_parent_ends_only_a_program_that_is_not_isolated(
    name: str, runs: Runs, bubblewrap: str
) -> None:
    program = (
        f"import signal, time\nos.kill(os.getppid(), signal.{name})\n"
        "time.sleep(0.2)\nopen(OUTPUT, 'w').write('done')"
    )
    assert runs.outcome(program, bubblewrap).failed is None
    assert runs.outcome(program, "none").failed == "not started"
