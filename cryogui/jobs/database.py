"""The file behind the history: SQLite in WAL mode, so that several programs can read and write it at once.

A file of that name that is damaged, or is somebody else's, is left as it is and another is used beside it.
"""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from pathlib import Path

from cryogui.errors import UserError

BUSY_SECONDS = 5.0
"""How long a program waits for another one's writing."""

_APPLICATION, _SCHEMA_VERSION = 0x43525955, 1  # 'CRYU'
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


class Unusable(Exception):
    """The file holds no history of this program's, or a damaged one."""


def open_database(folder: Path) -> tuple[sqlite3.Connection, Path, str]:
    """The history in `folder`, its file, and a sentence about one that cannot be used ('' for none).

    Raises UserError when none can be made there.
    """
    trouble = ""
    for number in range(_MOST_FILES):
        path = folder / (f"runs-{number}.sqlite3" if number else "runs.sqlite3")
        try:
            connection = _opened(path)
        except Unusable as error:
            trouble = f"The history {path.name} {error}; it was left as it is"
        except (sqlite3.Error, OSError) as error:
            raise _cannot_keep(folder, error) from error
        else:
            return connection, path, trouble and f"{trouble}, and runs are kept in {path.name} beside it."
    raise _cannot_keep(folder, RuntimeError(f"{_MOST_FILES} files in it are not usable"))


def _opened(path: Path) -> sqlite3.Connection:
    """Raises Unusable for a file that is no sound history, OSError or sqlite3.Error where none can be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and not path.is_file():
        raise Unusable("is not a file")
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA cell_size_check = ON")
        _prepare(connection)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        return connection
    except sqlite3.OperationalError:
        connection.close()
        raise
    except (sqlite3.DatabaseError, Unusable) as error:
        connection.close()
        raise error if isinstance(error, Unusable) else Unusable("is damaged") from error


def _prepare(connection: sqlite3.Connection) -> None:
    """Make the table in an empty file; raises Unusable when there is anything else than it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        found = _schema(connection)
        if not found and _pragma(connection, "application_id") == 0:
            connection.execute(_TABLE)
            connection.execute(f"PRAGMA application_id = {_APPLICATION}")
            connection.execute(f"PRAGMA user_version = {_SCHEMA_VERSION}")
        elif _pragma(connection, "application_id") != _APPLICATION:
            raise Unusable("belongs to another program")
        elif _pragma(connection, "user_version") != _SCHEMA_VERSION or found != {_TABLE}:
            raise Unusable("was made by another version of cryogui")
        connection.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise
    if _pragma(connection, "quick_check") != "ok":
        raise Unusable("is damaged")


def _schema(connection: sqlite3.Connection) -> set[str]:
    """The statements that made what is in the file, SQLite's own tables left out."""
    rows = connection.execute("SELECT sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!'")
    return {str(sql) for (sql,) in rows}


def _pragma(connection: sqlite3.Connection, name: str) -> object:
    return connection.execute(f"PRAGMA {name}").fetchone()[0]


def _cannot_keep(folder: Path, error: Exception) -> UserError:
    return UserError(
        f"The history in {folder} cannot be used, so runs are not kept; check its permissions and the disk.",
        repr(error),
    )
