"""The window is there before anything is loaded that it does not show yet."""

from __future__ import annotations

from typing import Any

import pytest

from cryogui.app import main
from cryogui.app.measure import pause, until


def test_what_is_needed_next_is_loaded_once_after_the_first_paint(
    qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[bool] = []
    monkeypatch.setattr(main, "_load", lambda: loaded.append(True))
    window = main.new_program().screen.window
    main.load_after_first_paint(window)
    pause(50)
    assert not loaded
    window.show()
    until(lambda: bool(loaded))
    window.menuBar().update()
    pause(50)
    window.close()
    assert loaded == [True]
