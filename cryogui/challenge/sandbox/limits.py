"""How much a stranger's program may use."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """What one run may use.

    seconds: on the clock. memory_bytes: of all its processes together. processes: with their threads.
    output_bytes: size of the one file it returns. scratch_bytes: files in its private /tmp, and as much again
    in its shared memory.
    """

    seconds: float = 600.0
    memory_bytes: int = 4 << 30
    processes: int = 512
    output_bytes: int = 256 << 20
    scratch_bytes: int = 1 << 30
