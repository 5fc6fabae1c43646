"""The file behind the history: SQLite in WAL mode, so that several programs can read and write it at once.

A file of that name that is damaged, or is somebody else's, is left as it is and another is used beside it.
One that may only be read is copied into memory.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock

from cryogui.errors import UserError

BUSY_SECONDS = 5.0
"""How long a program waits for another one's writing."""

_APPLICATION = 0x43525955  # 'CRYU'
_MOST_FILES = 10

_TABLE = """CREATE TABLE runs (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    created REAL NOT NULL,
    title TEXT NOT NULL,
    path TEXT NOT NULL,
    scene INTEGER NOT NULL,
    scene_name TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    method TEXT NOT NULL,
    "order" BLOB NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    seconds REAL NOT NULL DEFAULT 0,
    points BLOB NOT NULL DEFAULT '[]',
    found BLOB NOT NULL DEFAULT '{}',
    owner TEXT NOT NULL
)"""

_ENTRIES = """CREATE TABLE entries (
    content_hash TEXT NOT NULL,
    algorithm TEXT NOT NULL,
    calibration TEXT NOT NULL,
    created REAL NOT NULL,
    entry BLOB NOT NULL,
    PRIMARY KEY (content_hash, algorithm, calibration)
)"""

_CELLS = """CREATE TABLE cells (
    key TEXT PRIMARY KEY,
    created REAL NOT NULL,
    cell BLOB NOT NULL
)"""

_STEPS = (
    (_TABLE,),
    (
        "ALTER TABLE runs ADD COLUMN kind TEXT NOT NULL DEFAULT 'reconstruction'",
        "ALTER TABLE runs ADD COLUMN estimate BLOB NOT NULL DEFAULT 'null'",
    ),
    (_ENTRIES, _CELLS),
)
"""What makes a file of each version of one of the version before; versions count from 1."""

_READ_ONLY = (
    "The history in {folder} is read-only: its runs can be looked at and exported, but not renamed, deleted "
    "or resumed, and new runs are not kept after the program ends."
)


class Unusable(Exception):
    """The file holds no history of this program's, or a damaged one."""


@dataclass(frozen=True)
class Opened:
    """A history's database and the file it is in.

    trouble: a sentence about what cannot be used, or be done with it ('' for nothing). is_copy: it is in
    memory only, as the file was, which cannot be written.
    """

    connection: sqlite3.Connection
    path: Path
    trouble: str
    is_copy: bool


def open_database(folder: Path) -> Opened:
    """The history in `folder`. Raises UserError when there is none and none can be made there."""
    try:
        if not _may_be_written(folder):
            return _first_usable(folder)
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / ".opening.lock", timeout=BUSY_SECONDS):
            return _first_usable(folder)
    except (sqlite3.Error, OSError) as error:  # a lock's timeout is one, too
        raise UserError(
            f"The history in {folder} cannot be used, so runs are not kept; "
            "check its permissions and the disk.",
            repr(error),
        ) from error


def _may_be_written(path: Path) -> bool:
    """Whether what is there can be changed; what is not there is still to be made."""
    as_now = os.access in os.supports_effective_ids
    return os.access(path, os.W_OK, effective_ids=as_now) or not path.exists()


def _first_usable(folder: Path) -> Opened:
    trouble = ""
    for number in range(_MOST_FILES):
        path = folder / (f"runs-{number}.sqlite3" if number else "runs.sqlite3")
        is_copy = not (_may_be_written(folder) and _may_be_written(path))
        try:
            if path.exists() and not path.is_file():
                raise Unusable("is not a file")
            connection = _copied(path) if is_copy else _opened(path)
        except Unusable as error:
            trouble = f"The history {path.name} {error}; it was left as it is"
        else:
            if is_copy:
                trouble = _READ_ONLY.format(folder=folder)
            elif trouble:
                trouble += f", and runs are kept in {path.name} beside it."
            return Opened(connection, path, trouble, is_copy)
    raise OSError(f"{_MOST_FILES} files in it are not usable")


def _opened(path: Path) -> sqlite3.Connection:
    """Raises Unusable for a file that is no sound history, OSError or sqlite3.Error where none can be."""
    with _connected(path.absolute().as_uri()) as connection:
        _prepare(connection)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        return connection


def _copied(path: Path) -> sqlite3.Connection:
    """The same for a file that is only read, in memory: SQLite would write even to read one in WAL mode.

    Without a log beside it nobody has the file open, and none needs to be made.
    """
    has_log = path.with_name(f"{path.name}-wal").exists()
    uri = f"{path.absolute().as_uri()}?mode=ro{'' if has_log else '&immutable=1'}"
    with _connected(uri) as file, closing(file), _connected(":memory:") as memory:
        _require_history(file)
        file.backup(memory)
        _bring_up(memory)
        return memory


@contextmanager
def _connected(target: str) -> Iterator[sqlite3.Connection]:
    """A connection, closed when what is done with it fails; raises Unusable for what is no sound database."""
    connection = sqlite3.connect(
        target, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False, uri=True
    )
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA cell_size_check = ON")
        yield connection
    except sqlite3.OperationalError:
        connection.close()
        raise
    except (sqlite3.DatabaseError, Unusable) as error:
        connection.close()
        raise error if isinstance(error, Unusable) else Unusable("is damaged") from error


def _prepare(connection: sqlite3.Connection) -> None:
    """Make the table in an empty file, and an older one as it is now; raises Unusable when there is anything
    else."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        if _schema(connection) or _pragma(connection, "application_id") != 0:
            _require_history(connection)
        _bring_up(connection)
        connection.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise


def _require_history(connection: sqlite3.Connection) -> None:
    if _pragma(connection, "application_id") != _APPLICATION:
        raise Unusable("belongs to another program")
    version = _pragma(connection, "user_version")
    if not 1 <= version <= len(_STEPS) or _schema(connection) != _schema_of(version):
        raise Unusable("was made by another version of cryogui")
    if _pragma(connection, "quick_check") != "ok":
        raise Unusable("is damaged")


def _bring_up(connection: sqlite3.Connection, version: int = len(_STEPS)) -> None:
    """Bring an empty file, or an older history, to that version."""
    for step in _STEPS[_pragma(connection, "user_version") : version]:
        for statement in step:
            connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {_APPLICATION}")
    connection.execute(f"PRAGMA user_version = {version}")


def _schema_of(version: int) -> set[str]:
    """The statements that a history of that version has."""
    with closing(sqlite3.connect(":memory:")) as connection:
        _bring_up(connection, version)
        return _schema(connection)


def _schema(connection: sqlite3.Connection) -> set[str]:
    """The statements that made what is in the file, SQLite's own tables left out."""
    rows = connection.execute("SELECT sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!'")
    return {str(sql) for (sql,) in rows}


def _pragma(connection: sqlite3.Connection, name: str) -> Any:
    return connection.execute(f"PRAGMA {name}").fetchone()[0]
