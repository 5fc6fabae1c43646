"""The keys that a focused widget keeps to itself, whatever shortcuts the window has."""

from __future__ import annotations

from collections.abc import Container

from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtGui import QKeyEvent


def is_plain(event: QKeyEvent) -> bool:
    """Whether a key is held by itself, on the number pad or elsewhere."""
    return not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier


def claims(event: QEvent | None, keys: Container[int]) -> bool:
    """Keep one of `keys`, held by itself, from the window's shortcuts.

    To be asked by a widget's `event`, which ends there when it is true.
    """
    if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.ShortcutOverride:
        return False
    if event.key() not in keys or not is_plain(event):
        return False
    event.accept()
    return True
