"""What the nodes of the forward model and their chips show, as plain values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ChipFace:
    """A mismatch parameter as a node shows it."""

    name: str
    symbol: str
    tooltip: str


@dataclass(frozen=True)
class NodeFace:
    """What a node shows.

    stays: why it cannot be switched off; empty where it can. is_end: what goes in or comes out, and no step.
    has_picture: whether there is room for a small picture.
    """

    symbol: str
    title: str
    tooltip: str
    is_on: bool = True
    stays: str = ""
    is_end: bool = False
    has_picture: bool = True
    chips: tuple[ChipFace, ...] = ()
