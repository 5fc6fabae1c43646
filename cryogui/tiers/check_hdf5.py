"""Is this HDF5 file safe to open? Runs in the inspection child: h5py and numpy only.

The structure is walked over hard links alone, so that nothing outside the file is ever opened; values are
read only when the structure is sound.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import h5py
import numpy as np
from h5py import h5a, h5d, h5g, h5l, h5o, h5t

from cryogui.tiers.check_hdf5_data import (
    KINDS,
    MAX_CHUNK_BYTES,
    REMAKE,
    Found,
    library_reason,
    storage_issues,
    total_issues,
    value_issues,
)
from cryogui.tiers.issues import ERROR, Issue

MAX_OBJECTS, MAX_DEPTH, MAX_ATTRIBUTES = 10_000, 12, 1_000
MAX_ATTRIBUTE_BYTES = 1 << 20
INSIDE = "store the data inside the file"


def check_hdf5(path: str) -> list[Issue]:
    """All findings about the HDF5 file at `path`; any error among them means it must not be opened."""
    try:
        file = h5py.File(path, "r", locking=False, rdcc_nbytes=MAX_CHUNK_BYTES)
    except Exception as error:
        return [_damaged("", error)]
    walk = _Walk(os.path.getsize(path))
    walk.group(file.id, "/", ())
    issues = [*walk.issues, *walk.link_issues(), *total_issues(walk.datasets, walk.file_bytes)]
    refused = any(issue.severity == ERROR for issue in issues)
    if not refused and not any(path.startswith("/sample_") for path in walk.paths):
        what = "is an HDF5 file without scenes (groups sample_00, sample_01 …), so not a tier file"
        return [Issue(ERROR, "", what, "choose a tier file, an MRC series or an MRC volume")]
    return issues if refused else [*issues, *value_issues(walk.datasets)]


def _damaged(where: str, error: Exception) -> Issue:
    return Issue(ERROR, where, f"cannot be read ({library_reason(error)})", REMAKE)


@dataclass
class _Walk:
    """One pass over all objects; any exception of the library becomes an issue at that place."""

    file_bytes: int
    issues: list[Issue] = field(default_factory=list)
    datasets: list[Found] = field(default_factory=list)
    paths: set[str] = field(default_factory=set)
    soft_links: dict[str, str] = field(default_factory=dict)
    _seen: set[int] = field(default_factory=set)
    _full: bool = False

    def refuse(self, where: str, what: str, mend: str) -> None:
        self.issues.append(Issue(ERROR, where, what, mend))

    def group(self, node: Any, path: str, ancestors: tuple[int, ...]) -> None:
        """Check a group and all below it; `ancestors` are the file addresses of the groups above."""
        try:
            address = h5o.get_info(node).addr
            if address in ancestors:
                return self.refuse(path, "is a group that contains itself", "remove that link")
            if len(ancestors) >= MAX_DEPTH:
                return self.refuse(path, f"lies deeper than {MAX_DEPTH} groups", "flatten the file")
            if not self._first_visit(address, path):
                return None
            self.issues += attribute_issues(node, path)
            names = list(node)
        except Exception as error:
            self.issues.append(_damaged(path, error))
            return None
        for name in names:
            if not self._full:
                self._guarded_link(node, name, path, (*ancestors, address))
        return None

    def _guarded_link(self, parent: Any, name: bytes, above: str, ancestors: tuple[int, ...]) -> None:
        path = posixpath.join(above, name.decode("utf-8", "replace"))
        try:
            name.decode("utf-8")
            self._link(parent, name, path, ancestors)
        except UnicodeDecodeError:
            self.refuse(path, "has a name that is not text", "rename it")
        except Exception as error:
            self.issues.append(_damaged(path, error))

    def _link(self, parent: Any, name: bytes, path: str, ancestors: tuple[int, ...]) -> None:
        if len(self.paths) + len(self.soft_links) >= MAX_OBJECTS:
            self._full = True
            return self.refuse("", f"holds more than {MAX_OBJECTS} objects", "split it into smaller files")
        kind = parent.links.get_info(name).type
        if kind == h5l.TYPE_EXTERNAL:
            return self.refuse(path, "is a link into another file", INSIDE)
        if kind == h5l.TYPE_SOFT:
            target = parent.links.get_val(name).decode("utf-8", "replace")
            self.soft_links[path] = _resolved(posixpath.join(posixpath.dirname(path), target))
            return None
        if kind != h5l.TYPE_HARD:
            return self.refuse(path, "is a link of an unknown kind", INSIDE)
        node = h5o.open(parent, name)
        if isinstance(node, h5g.GroupID):
            return self.group(node, path, ancestors)
        if not isinstance(node, h5d.DatasetID):
            return self.refuse(path, "is neither a group nor a data set", "remove it")
        return self._dataset(node, path)

    def _dataset(self, node: Any, path: str) -> None:
        if not self._first_visit(h5o.get_info(node).addr, path):
            return
        issues = [*attribute_issues(node, path), *storage_issues(node, path, self.file_bytes)]
        if issues:
            self.issues += issues
        else:
            self.datasets.append(Found(path, node))

    def _first_visit(self, address: int, path: str) -> bool:
        self.paths.add(path)
        if address in self._seen:
            return False
        self._seen.add(address)
        return True

    def link_issues(self) -> Iterator[Issue]:
        """Soft links must lead to an object that the walk has met and checked."""
        for path in self.soft_links:
            target, steps = path, 0
            while target in self.soft_links and steps <= len(self.soft_links):
                target, steps = self.soft_links[target], steps + 1
            if target not in self.paths:
                yield Issue(ERROR, path, "is a link that leads nowhere", "store the data in its place")


def _resolved(path: str) -> str:
    """The path as HDF5 follows it: '.' is the same group, '..' a name like any other."""
    return "/" + "/".join(step for step in path.split("/") if step not in ("", "."))


def attribute_issues(node: Any, path: str) -> Iterator[Issue]:
    """Attributes must be numbers or text, of at most 1 MiB each."""
    count = h5a.get_num_attrs(node)
    if count > MAX_ATTRIBUTES:
        yield Issue(ERROR, path, f"has {count} attributes", f"keep at most {MAX_ATTRIBUTES}")
        return
    for index in range(count):
        attribute = h5a.open(node, index=index)
        where = f"{path}@{attribute.name.decode('utf-8', 'replace')}"
        kind = attribute.get_type()
        if kind.get_class() not in (h5t.INTEGER, h5t.FLOAT, h5t.STRING) and not _is_bool(kind):
            name = KINDS.get(kind.get_class(), "values of an unknown kind")
            yield Issue(ERROR, where, f"is an attribute that holds {name}", "store plain numbers or text")
        elif _attribute_bytes(attribute) > MAX_ATTRIBUTE_BYTES:
            yield Issue(ERROR, where, "is an attribute larger than 1 MiB", "store it as a data set")


def _attribute_bytes(attribute: Any) -> int:
    """Bytes of an attribute; with text of variable length, and with numbers that numpy has no kind for, only
    reading it tells."""
    stored = int(attribute.get_storage_size())
    if stored > MAX_ATTRIBUTE_BYTES:
        return stored
    values = np.empty(attribute.shape, dtype=attribute.dtype)
    attribute.read(values)
    kind = attribute.get_type()
    if kind.get_class() != h5t.STRING or not kind.is_variable_str():
        return stored
    return max(stored, sum(len(value) for value in values.ravel() if value is not None))


def _is_bool(kind: Any) -> bool:
    return bool(kind.get_class() == h5t.ENUM and kind.dtype == np.dtype(bool))
