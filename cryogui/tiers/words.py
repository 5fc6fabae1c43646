"""Names and values as files hold them, in the words of the window."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from cryogui.spec import DESCRIPTIONS
from cryogui.tiers.read_hdf5 import clean_text
from cryogui.tiers.scene import Facts

# How the file was made, and what the rows 'images' and 'tilt angles' say already.
UNSAID = {
    "scene", "seed", "generator", "n_tilts", "n_det", "tilt_range_deg_min", "tilt_range_deg_max"
}  # fmt: skip
UNITS = {
    "_e_per_A2": "e⁻/Å²", "_e_per_px": "e⁻/px", "_A": "Å", "_nm": "nm", "_um": "µm", "_mm": "mm", "_px": "px",
    "_deg": "°", "_kV": "kV", "_mrad": "mrad", "_rad": "rad",
}  # fmt: skip
UNITS_BY_NAME = {"defocus": "µm", "tilt_range": "°"}
LONGEST_TEXT = 80


def label(name: str) -> str:
    """What a parameter or an attribute is called; one that nobody has described keeps its own name."""
    known = DESCRIPTIONS.get(name)
    return known.label if known is not None else _split(name)[0]


def labels(names: Iterable[str]) -> str:
    """The same for several."""
    return ", ".join(label(name) for name in names)


def facts(values: Mapping[str, object], prefix: str = "") -> Facts:
    """Rows for the plain numbers and short texts among `values`; the label of each begins with `prefix`."""
    return tuple(
        (f"{prefix}{label(name)}", _with_unit(name, value))
        for name, value in values.items()
        if name not in UNSAID and _is_plain(value)
    )


def _with_unit(name: str, value: object) -> str:
    if isinstance(value, str):
        return clean_text(value)
    number, unit = f"{value:g}".replace("-", "−"), _split(name)[1]
    return f"{number}{'' if unit in ('', '°') else ' '}{unit}"


def _split(name: str) -> tuple[str, str]:
    """The name's words, and the unit that stood at its end."""
    suffix = next((suffix for suffix in UNITS if name.endswith(suffix)), "")
    words = clean_text(name.removesuffix(suffix)).replace("_", " ").strip()
    return words, UNITS.get(suffix) or UNITS_BY_NAME.get(name, "")


def _is_plain(value: object) -> bool:
    if isinstance(value, str):
        return len(value) < LONGEST_TEXT and not value.startswith(("{", "["))
    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
