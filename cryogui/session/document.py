"""Session files: the whole session as versioned JSON.

A session names files and never holds their data. Files that have moved together with the session file are
found beside it. A file of a later version, or one that is damaged, is refused in one sentence.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from cryogui import __version__
from cryogui.errors import UserError
from cryogui.files import write_bytes
from cryogui.session.state import SceneKey, SceneState, Session

SUFFIX = ".cryogui"
FORMAT, VERSION = "cryogui session", 2
LARGEST_BYTES = 64 << 20


@dataclass(frozen=True, kw_only=True)
class Document:
    """What a session file holds.

    layout: docks and splitters, as the window gives it. folder: where the file was written, from which moved
    files are found again.
    """

    format: str = FORMAT
    version: int = VERSION
    program: str = __version__
    folder: str = ""
    layout: bytes = b""
    session: Session


@dataclass(frozen=True)
class _Head:
    """What is looked at first: the rest is read only when the version is one we know."""

    format: str = ""
    version: int = 0


def is_session_file(path: str | Path) -> bool:
    """Whether a file's name says that it is a session."""
    return Path(path).suffix == SUFFIX


def save(path: Path, session: Session, layout: bytes = b"") -> None:
    """Write a session file, whole or not at all. Raises UserError when it cannot be written."""
    document = Document(session=session, layout=layout, folder=str(path.resolve().parent))
    write_bytes(path, msgspec.json.format(msgspec.json.encode(document), indent=1))


def load(path: Path) -> Document:
    """Read a session file. Raises UserError when it is none, is damaged, or is from a later version."""
    try:
        with open(path, "rb") as file:
            data = file.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise UserError(f"The session '{path.name}' cannot be read.", repr(error)) from error
    if len(data) > LARGEST_BYTES:
        raise UserError(f"'{path.name}' is too large to be a session of cryogui.")
    document = _decoded(path.name, data)
    return replace(document, session=_relocated(document, path.resolve().parent))


def _decoded(name: str, data: bytes) -> Document:
    try:
        head = msgspec.json.decode(data, type=_Head)
    except (msgspec.DecodeError, RecursionError) as error:
        raise UserError(f"'{name}' is no session of cryogui, or is damaged.", str(error)) from error
    if head.format != FORMAT:
        raise UserError(f"'{name}' is no session of cryogui.")
    if head.version > VERSION:
        raise UserError(
            f"The session '{name}' was written by a later cryogui, which knows more: open it there."
        )
    try:
        if head.version < VERSION:
            data = msgspec.json.encode(_brought_up(msgspec.json.decode(data)))
        return msgspec.json.decode(data, type=Document)
    except (msgspec.DecodeError, RecursionError, AttributeError) as error:
        raise UserError(f"The session '{name}' is damaged and cannot be restored.", str(error)) from error


def _brought_up(document: dict[str, Any]) -> dict[str, Any]:
    """The content of a session file of version 1 as it is now: leaderboards have a tab of their own."""
    runs = document.get("session", {}).get("runs", {})
    if runs.get("view") == "published":
        del runs["view"]
    return document


def _relocated(document: Document, folder: Path) -> Session:
    """The session with every file that is not where it was looked for at the same place beside `folder`."""
    session = document.session
    found = {path: _found(path, document.folder, folder) for path in _paths(session)}

    def key(old: SceneKey) -> SceneKey:
        return SceneKey(found.get(old.path, old.path), old.scene)

    def state(old: SceneState) -> SceneState:
        path = old.object.path
        return replace(old, object=replace(old.object, path=found.get(path, path)))

    return replace(
        session,
        files=tuple(found[path] for path in session.files),
        current=session.current and key(session.current),
        scenes=tuple((key(each), state(its)) for each, its in session.scenes),
        snapshots=tuple(
            replace(shot, key=key(shot.key), state=state(shot.state)) for shot in session.snapshots
        ),
    )


def _paths(session: Session) -> set[str]:
    states = [state for _, state in session.scenes] + [shot.state for shot in session.snapshots]
    used = {state.object.path for state in states if state.object.path}
    keys = {key.path for key, _ in session.scenes} | {shot.key.path for shot in session.snapshots}
    return {*session.files, *used, *keys} | ({session.current.path} if session.current else set())


def _found(path: str, home: str, folder: Path) -> str:
    """`path` where it exists, else the same way from the session file's folder, else `path` again."""
    if os.path.exists(path) or not home:
        return path
    beside = os.path.normpath(folder / os.path.relpath(path, home))
    return beside if os.path.exists(beside) else path
