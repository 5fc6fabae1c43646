"""Which keys a focused widget keeps from the window's shortcuts."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtGui import QKeyEvent

from cryogui.app.views.keys import claims

OWN = (Qt.Key.Key_Home, Qt.Key.Key_Delete)
HELD = Qt.KeyboardModifier


@pytest.mark.parametrize(
    ("key", "modifiers", "is_own"),
    [
        (Qt.Key.Key_Home, HELD.NoModifier, True),
        (Qt.Key.Key_Delete, HELD.KeypadModifier, True),
        (Qt.Key.Key_Home, HELD.ControlModifier, False),
        (Qt.Key.Key_Home, HELD.KeypadModifier | HELD.ShiftModifier, False),
        (Qt.Key.Key_End, HELD.NoModifier, False),
    ],
)
def test_keys_held_by_themselves_are_kept(key: Qt.Key, modifiers: HELD, is_own: bool) -> None:
    event = QKeyEvent(QEvent.Type.ShortcutOverride, key, modifiers)
    event.ignore()
    assert claims(event, OWN) == is_own == event.isAccepted()


def test_only_the_question_is_answered() -> None:
    pressed = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Home, HELD.NoModifier)
    assert not claims(pressed, OWN) and not claims(QEvent(QEvent.Type.Enter), OWN) and not claims(None, OWN)
