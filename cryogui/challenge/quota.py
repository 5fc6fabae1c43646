"""How many hidden runs are left today: scores of many runs would together tell what the tier hides."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock

from cryogui.errors import UserError
from cryogui.files import write_bytes

RUNS_PER_DAY = 10


class Quota:
    """The runs of each variant that were begun today (UTC), counted in a file in `folder`."""

    def __init__(self, folder: Path, runs_per_day: int = RUNS_PER_DAY) -> None:
        self._path = folder / "hidden-runs.json"
        self._most = runs_per_day

    def take(self, variant: str) -> int:
        """Count a run that is about to begin, however it will end; returns how many are left.

        Raises UserError when there are none, or they cannot be counted.
        """
        with FileLock(self._path.with_suffix(".lock")):
            today = datetime.now(UTC).date().isoformat()
            begun = self._begun(today)
            if begun.get(variant, 0) >= self._most:
                raise UserError(
                    f"The {self._most} hidden runs of {variant} of today are used up; "
                    "more are possible after midnight (UTC), and the dev tier always."
                )
            begun[variant] = begun.get(variant, 0) + 1
            write_bytes(self._path, json.dumps({"day": today, "begun": begun}).encode())
            return self._most - begun[variant]

    def _begun(self, today: str) -> dict[str, int]:
        """Variant → runs begun today. A file that cannot be understood is not taken for an empty one."""
        if not self._path.exists():
            return {}
        try:
            kept = json.loads(self._path.read_bytes())
            return (
                {str(name): int(count) for name, count in kept["begun"].items()}
                if kept["day"] == today
                else {}
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise UserError(
                f"The count of hidden runs in {self._path} cannot be read; remove the file.", repr(error)
            ) from error
