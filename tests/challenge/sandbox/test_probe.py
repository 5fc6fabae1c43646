"""The probe must find out that a sandbox leaks, whatever its name."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from cryogui.challenge.sandbox import bubblewrap as commands
from cryogui.challenge.sandbox import seccomp
from cryogui.challenge.sandbox.probe import why_not_isolated

# Stands for bwrap, and takes away some of its arguments or gives it more.
WRAPPER = """#!{python} -S
import os, sys
args = sys.argv[1:]
{change}
os.execv({bwrap!r}, [{bwrap!r}, *args])
"""


@pytest.fixture
def wrapped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bubblewrap: str):
    """Puts another bwrap in the place of the real one."""
    real = shutil.which("bwrap")

    def wrap(change: str) -> None:
        script = tmp_path / "bwrap"
        script.write_text(WRAPPER.format(python=sys.executable, bwrap=real, change=change))
        script.chmod(0o755)
        monkeypatch.setattr(commands, "find_bubblewrap", lambda: str(script))

    return wrap


def test_a_wrapper_that_changes_nothing_isolates(wrapped) -> None:
    wrapped("")
    assert why_not_isolated() is None


def test_a_sandbox_that_shows_files_is_found_out(wrapped, tmp_path: Path) -> None:
    temporary = os.environ.get("TMPDIR", "/tmp")
    wrapped(f"at = args.index('--chdir'); args[at:at] = ['--ro-bind', {temporary!r}, {temporary!r}]")
    reason = why_not_isolated(tmp_path)
    assert reason is not None and "a file outside" in reason and "the data" in reason


def test_a_sandbox_that_shares_the_network_is_found_out(wrapped) -> None:
    wrapped("at = args.index('--seccomp'); args[at:at + 2] = ['--share-net']")
    reason = why_not_isolated()
    assert reason is not None and "the network" in reason and "sockets of other programs" in reason


def test_a_sandbox_that_keeps_the_user_is_found_out(wrapped) -> None:
    wrapped("args[args.index('--uid') + 1] = '0'")
    reason = why_not_isolated()
    assert reason is not None and "rights" in reason


def test_a_sandbox_that_can_be_written_to_is_found_out(wrapped) -> None:
    wrapped("at = len(args) - 1 - args[::-1].index('--remount-ro'); del args[at:at + 2]")
    reason = why_not_isolated()
    assert reason is not None and "the system" in reason


def test_a_bubblewrap_that_does_not_run_is_found_out(wrapped) -> None:
    wrapped("sys.exit('no namespaces for you')")
    reason = why_not_isolated()
    assert reason is not None and "no namespaces for you" in reason


def test_without_bubblewrap_nothing_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert why_not_isolated() == "bubblewrap (bwrap) is not installed"


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_filter_is_a_whole_number_of_steps(machine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seccomp.platform, "machine", lambda: machine)
    assert seccomp.is_known_processor() and len(seccomp.filter_program()) % 8 == 0


def test_other_processors_have_no_filter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seccomp.platform, "machine", lambda: "riscv64")
    assert not seccomp.is_known_processor()
