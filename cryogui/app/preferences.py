"""What the program keeps between runs for its user: looks, places and habits, in one small file. No Qt."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import msgspec
from filelock import FileLock

from cryogui.files import write_bytes

LARGEST_BYTES = 1 << 20
LOCK_SECONDS = 2.0
SCALES = (0.75, 0.85, 1.0, 1.15, 1.3, 1.5, 1.75, 2.0, 2.5, 3.0)
"""What the interface can be scaled by, beside the desktop's own scale."""

BROKEN = "The preferences could not be read and start afresh."


@dataclass(frozen=True)
class Preferences:
    """Settings of the program rather than of a session.

    theme: 'system' follows the desktop. scale: of the interface. geometry, layout: of the window and of what
    is in it, as Qt writes them. recent_actions: names of what was last chosen in the palette, newest first.
    """

    theme: Literal["dark", "light", "system"] = "system"
    scale: float = 1.0
    geometry: bytes = b""
    layout: bytes = b""
    tour_seen: bool = False
    recent_actions: tuple[str, ...] = ()


class PreferenceFile:
    """The file at `path`. Programs that run at the same time each change only what they have changed."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> tuple[Preferences, str]:
        """What is kept, and a sentence where it could not be read ('' otherwise): a damaged file counts as
        none."""
        try:
            with open(self.path, "rb") as file:
                found = msgspec.json.decode(file.read(LARGEST_BYTES), type=Preferences)
        except FileNotFoundError:
            return Preferences(), ""
        except (OSError, msgspec.DecodeError, RecursionError):
            return Preferences(), BROKEN
        return replace(found, scale=nearest_scale(found.scale)), ""

    def update(self, **changes: Any) -> Preferences:
        """Change some fields and leave the others as they stand in the file now; whole or not at all.

        Raises OSError or UserError when it cannot be written.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(self.path.with_name(f".{self.path.name}.lock"), timeout=LOCK_SECONDS):
            changed = replace(self.read()[0], **changes)
            write_bytes(self.path, msgspec.json.format(msgspec.json.encode(changed), indent=1))
        return changed


def nearest_scale(scale: float) -> float:
    """The step nearest to `scale`."""
    return min(SCALES, key=lambda step: abs(step - scale)) if math.isfinite(scale) else 1.0
