"""Spec ranges and true specs as the several layouts store them, and what stands in where there are none."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import h5py
import numpy as np

from cryogui.resources import VARIANTS, challenge_ranges
from cryogui.spec import Parameter, Spec, SpecRanges
from cryogui.tiers.read_hdf5 import broken, json_attribute
from cryogui.tiers.words import labels

NO_RANGES = "No spec ranges in this file: the sliders use the challenge's public ranges."
NO_NOMINAL = "No nominal value in this file for {}: the challenge's, 0 or the middle of the range is used."
UNKNOWN = "The forward model does not know {}: moving it changes nothing."
MOST_PARAMETERS, LONGEST_NAME = 64, 60
SHADOW_MARGIN_DEG = 0.5  # half the width over which shadowing sets in


def read_ranges(group: h5py.Group) -> tuple[SpecRanges, tuple[str, ...]]:
    """The ranges in attribute `spec_ranges` (a list of entries or a mapping by name) and notes about them.

    Raises UserError when an entry is not usable; no attribute gives no ranges.
    """
    stored = json_attribute(group, "spec_ranges")
    if stored is None:
        return SpecRanges(), ()
    try:
        entries = list(_entries(stored))
        for name, entry in entries:
            _check_entry(name, entry)
        parameters = tuple(
            Parameter(
                name,
                minimum=float(entry["min"]),
                maximum=float(entry["max"]),
                nominal=_nominal(name, entry),
                unit=str(entry.get("unit", "")),
            )
            for name, entry in entries
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise broken(group, f"has spec_ranges that cannot be used ({error}); write them again") from error
    if len(entries) > MOST_PARAMETERS:
        raise broken(group, f"has more than {MOST_PARAMETERS} spec_ranges; keep those of the model")
    if len({name for name, _ in entries}) < len(entries):
        raise broken(group, "has a name twice in its spec_ranges; keep one")
    missing = [name for name, entry in entries if "nominal" not in entry]
    return SpecRanges(parameters), (NO_NOMINAL.format(labels(missing)),) if missing else ()


def _entries(stored: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(stored, Mapping):
        yield from ((str(name), entry) for name, entry in stored.items())
    else:
        yield from ((entry["name"], entry) for entry in stored)


def _check_entry(name: object, entry: Mapping[str, Any]) -> None:
    """Raises ValueError for a name or unit that a row cannot show and a range a slider cannot span."""
    for text in (name, entry.get("unit", "")):
        if not isinstance(text, str) or len(text) > LONGEST_NAME or not text.isprintable():
            raise ValueError(f"names and units are plain texts of at most {LONGEST_NAME} letters")
    if not name:
        raise ValueError("a parameter has no name")
    if not math.isfinite(float(entry["max"]) - float(entry["min"])):
        raise ValueError(f"{name}: range and nominal value must be finite numbers")


def _nominal(name: str, entry: Mapping[str, Any]) -> float:
    if "nominal" in entry:
        return float(entry["nominal"])
    low, high = float(entry["min"]), float(entry["max"])
    guess = _challenge_nominal().get(name, 0.0)
    return guess if low <= guess <= high else (low + high) / 2


def _challenge_nominal() -> dict[str, float]:
    return {p.name: p.nominal for variant in VARIANTS for p in challenge_ranges(variant, "public")}


def read_true_spec(group: h5py.Group) -> Spec | None:
    """The values in attribute `true_spec`; None where it is absent."""
    stored = json_attribute(group, "true_spec")
    if stored is None:
        return None
    try:
        spec = Spec.of(stored)
    except (TypeError, ValueError, AttributeError, OverflowError) as error:
        raise broken(group, f"has a true_spec that cannot be used ({error}); write it again") from error
    if not np.isfinite(list(spec.values())).all():
        raise broken(group, "has a true_spec with values that are not finite; write it again")
    return spec


def stand_in_tilt_ranges(angles_deg: np.ndarray, has_ctf: bool = False) -> tuple[SpecRanges, tuple[str, ...]]:
    """The challenge's public tilt-series ranges for a series that states none.

    Nothing is known to be shadowed, so the wedge starts just beyond the last tilt; where that is outside the
    challenge's range the series is wider than any holder it has in mind, and there is no wedge parameter.
    """
    notes = []
    clear = 90.0 - float(np.abs(angles_deg).max()) - SHADOW_MARGIN_DEG
    chosen = []
    for parameter in challenge_ranges("cryo_et", "public"):
        if parameter.name == "ctf_per_tilt_variation" and not has_ctf:
            notes.append("The images are modelled without a CTF, so there is no per-tilt CTF parameter.")
        elif parameter.name != "missing_wedge":
            chosen.append(parameter)
        elif parameter.minimum <= clear:
            start = min(clear, parameter.maximum)
            chosen.append(replace(parameter, nominal=start))
            notes.append(f"The missing wedge starts at {start:g}°, where no recorded tilt is shadowed.")
        else:
            notes.append("The series is wider than the challenge's missing wedge allows: no wedge parameter.")
    return SpecRanges(tuple(chosen)), tuple(notes)
