"""Fixtures for the tests of the sandbox."""

from __future__ import annotations

from pathlib import Path

import pytest

from cryogui.challenge.sandbox.probe import why_not_isolated
from tests.challenge.sandbox.sandboxes import Runs


@pytest.fixture(scope="session")
def bubblewrap() -> str:
    """'bubblewrap'; skips where that does not isolate."""
    reason = why_not_isolated()
    if reason is not None:
        pytest.skip(f"nothing can be isolated here: {reason}")
    return "bubblewrap"


@pytest.fixture
def runs(tmp_path: Path) -> Runs:
    """Runs programs given as text."""
    return Runs(tmp_path)
