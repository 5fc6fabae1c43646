"""What is kept on the disk by itself: backups, the last session, and what a program that died has left."""

from __future__ import annotations

import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from cryogui.app import recovery
from cryogui.app.recent import RecentFiles
from cryogui.app.recovery import Keeper, discard, last_session
from cryogui.session import Session
from cryogui.session.document import load

SESSION = Session(files=("a.h5",))
DIES = """
import os, signal, sys
from pathlib import Path
from cryogui.app.recovery import Keeper
from cryogui.session import Session
Keeper(Path(sys.argv[1])).write(Session(files=(sys.argv[2],)), b"")
os.kill(os.getpid(), signal.SIGKILL)
"""


def die_in(folder: Path, file: str) -> None:
    """Have a program that has `file` open die without a word."""
    died = subprocess.run([sys.executable, "-c", DIES, str(folder), file], check=False, timeout=60)
    assert died.returncode == -signal.SIGKILL


def test_an_ordinary_end_leaves_the_last_session_and_nothing_else(tmp_path: Path) -> None:
    keeper = Keeper(tmp_path)
    keeper.write(SESSION, b"layout")
    keeper.end()
    assert load(last_session(tmp_path)).session == SESSION
    assert [path.name for path in tmp_path.iterdir()] == ["last.cryogui"]


def test_sessions_before_the_last_are_its_backups(tmp_path: Path) -> None:
    for number in range(6):
        keeper = Keeper(tmp_path)
        keeper.write(Session(files=(str(number),)), b"")
        keeper.end()
    kept = [load(path).session.files[0] for path in sorted(tmp_path.iterdir())]
    assert kept == ["5", "4", "3", "2"]


def test_backups_are_made_now_and_then(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keeper = Keeper(tmp_path)
    keeper.write(replace(SESSION, tab="spectrum"), b"")
    keeper.write(SESSION, b"")
    assert not list(tmp_path.glob("*.cryogui.1"))
    monkeypatch.setattr(recovery, "BACKUP_AGE_SECONDS", -1.0)
    keeper.write(replace(SESSION, flip_y=True), b"")
    (backup,) = tmp_path.glob("*.cryogui.1")
    assert load(backup).session == SESSION
    keeper.forget()
    assert list(tmp_path.iterdir()) == []


def test_what_a_living_program_has_open_is_not_offered(tmp_path: Path) -> None:
    living, other = Keeper(tmp_path), None
    living.write(SESSION, b"")
    script = "import sys; from pathlib import Path; from cryogui.app.recovery import Keeper; " \
             "print(Keeper(Path(sys.argv[1])).orphans())"  # fmt: skip
    other = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=True, timeout=60
    )
    assert other.stdout.strip() == "[]"
    assert living.path.exists()
    living.forget()


def test_what_a_dead_program_had_open_is_offered_newest_first(tmp_path: Path) -> None:
    die_in(tmp_path, "first.h5")
    (first,) = tmp_path.glob("*.cryogui")
    first.rename(first.with_name(f"20200101-000000-1{first.suffix}"))
    die_in(tmp_path, "second.h5")
    keeper = Keeper(tmp_path)
    orphans = keeper.orphans()
    assert [load(path).session.files for path in orphans] == [("second.h5",), ("first.h5",)]
    for path in orphans:
        discard(path)
    assert keeper.orphans() == []
    keeper.forget()


def test_recent_files_are_few_and_newest_first(tmp_path: Path) -> None:
    recent = RecentFiles(tmp_path / "state" / "recent.json")
    files = [tmp_path / f"{number}.h5" for number in range(15)]
    for file in (*files, files[3]):
        file.touch()
        recent.add(str(file))
    assert len(recent.paths()) == 12
    assert recent.paths()[:2] == [str(files[3]), str(files[14])]
    files[14].unlink()
    assert str(files[14]) not in recent.paths()


def test_a_damaged_list_of_recent_files_counts_as_empty(tmp_path: Path) -> None:
    (tmp_path / "recent.json").write_text('{"what": ')
    recent = RecentFiles(tmp_path / "recent.json")
    assert recent.paths() == []
    recent.add(str(tmp_path))
    assert recent.paths() == [str(tmp_path)]
