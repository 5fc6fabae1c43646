"""Files that cannot be written, also where the tests run as root, to whom nothing is forbidden."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CAPABILITY_VERSION_3 = 0x20080522
MAY_WRITE_ANYTHING = 1 << 1  # CAP_DAC_OVERRIDE


@contextmanager
def reading_only(path: Path) -> Iterator[None]:
    """While it lasts this thread can write nothing at or below `path`."""
    modes = {each: each.stat().st_mode for each in (path, *path.rglob("*"))}
    for each, mode in modes.items():
        each.chmod(mode & ~0o222)
    try:
        with _bound_by_permissions():
            yield
    finally:
        for each, mode in modes.items():
            if each.exists():
                each.chmod(mode)


@contextmanager
def _bound_by_permissions() -> Iterator[None]:
    """Permissions count for root too, in this thread."""
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    before = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable; and the same for the upper 32
    assert libc.capget(header, before) == 0
    within = (ctypes.c_uint32 * 6)(*before)
    within[0] &= ~MAY_WRITE_ANYTHING
    assert libc.capset(header, within) == 0
    try:
        yield
    finally:
        assert libc.capset(header, before) == 0
