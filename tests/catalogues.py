"""Procedures that only a test knows."""

from __future__ import annotations

from typing import Any

import pytest

from cryogui.reconstruct.procedure import Catalogue


def keep_catalogue(monkeypatch: pytest.MonkeyPatch, catalogue: Catalogue[Any]) -> None:
    """What a test adds to the catalogue is forgotten after it."""
    catalogue.all()  # what is imported first now would be forgotten with the copy
    monkeypatch.setattr(catalogue, "_known", dict(catalogue._known))
