"""Fixtures for the tests of the sandbox."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.challenge.sandbox.sandboxes import Runs


@pytest.fixture
def runs(tmp_path: Path) -> Runs:
    """Runs programs given as text."""
    return Runs(tmp_path)
