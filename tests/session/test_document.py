"""A session file brings everything back, finds files that moved, and refuses what it cannot be sure of."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from cryogui.errors import UserError
from cryogui.session import Session
from cryogui.session.document import is_session_file, load, save
from tests.session.conftest import full_session


def test_everything_comes_back(tmp_path: Path) -> None:
    session, path = full_session(tmp_path), tmp_path / "work.cryogui"
    save(path, session, b"\x00layout\xff")
    document = load(path)
    assert document.session == session
    assert document.layout == b"\x00layout\xff"
    assert is_session_file(path) and not is_session_file("work.h5")
    assert json.loads(path.read_text())["version"] == 2


def test_a_session_of_an_earlier_version_comes_back(tmp_path: Path) -> None:
    session, path = full_session(tmp_path), tmp_path / "work.cryogui"
    save(path, session, b"layout")
    earlier = json.loads(path.read_text())
    earlier["version"] = 1
    earlier["session"]["runs"]["view"] = "published"
    path.write_text(json.dumps(earlier))
    document = load(path)
    assert document.session == replace(session, runs=replace(session.runs, view="slices"))
    assert document.layout == b"layout"


def test_files_that_moved_with_the_session_are_found(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir()
    save(old / "work.cryogui", full_session(old))
    for name in ("a.h5", "x.mrc"):
        (old / name).touch()
    old.rename(new)
    session = load(new / "work.cryogui").session
    assert session == full_session(new)


def test_files_that_are_gone_keep_their_names(tmp_path: Path) -> None:
    session = full_session(tmp_path / "nowhere")
    save(tmp_path / "work.cryogui", session)
    assert load(tmp_path / "work.cryogui").session == session


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "damaged"),
        (b"\x89HDF\r\n\x1a\n", "no session"),
        (b"[1, 2]", "no session"),
        (b'{"format": "something else"}', "no session"),
        (b'{"format": "cryogui session", "version": 99, "session": {"new": 1}}', "later cryogui"),
        (b'{"format": "cryogui session", "version": 1}', "damaged"),
        (b'{"format": "cryogui session", "version": 1, "session": {"files": 5}}', "damaged"),
        (b'{"format": "cryogui session", "version": 1, "session": {"tab": "nowhere"}}', "damaged"),
        (b'{"format": "cryogui session", "version": 1, "session": []}', "damaged"),
        (
            b'{"format": "cryogui session", "version": 2, "session": {"runs": {"view": "published"}}}',
            "damaged",
        ),
        (b'{"a":' * 100_000, "damaged"),
    ],
)
def test_other_files_are_refused_in_one_sentence(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "work.cryogui"
    path.write_bytes(content)
    with pytest.raises(UserError, match=words) as refusal:
        load(path)
    assert "work.cryogui" in str(refusal.value)
    assert str(refusal.value).count(".") <= 2


def test_a_missing_file_and_an_unwritable_place_are_said(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be read"):
        load(tmp_path / "none.cryogui")
    with pytest.raises(UserError):
        save(tmp_path / "no" / "such" / "work.cryogui", Session())


def test_settings_a_later_program_adds_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "work.cryogui"
    save(path, full_session(tmp_path))
    content = json.loads(path.read_text())
    content["session"]["volume"]["fog"] = 3
    path.write_text(json.dumps(content))
    assert load(path).session == full_session(tmp_path)
