"""Spec ranges and true specs as the several layouts store them, and what stands in where there are none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import h5py
import numpy as np

from cryogui.resources import VARIANTS, challenge_ranges
from cryogui.spec import Parameter, Spec, SpecRanges
from cryogui.tiers.read_hdf5 import broken, json_attribute

NO_RANGES = "No spec ranges in this file: the sliders use the challenge's public ranges."
NO_NOMINAL = "No nominal value in this file for {}: the challenge's, 0 or the middle of the range is used."
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
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise broken(group, f"has spec_ranges that cannot be used ({error}); write them again") from error
    if len({name for name, _ in entries}) < len(entries):
        raise broken(group, "has a name twice in its spec_ranges; keep one")
    missing = [name for name, entry in entries if "nominal" not in entry]
    return SpecRanges(parameters), (NO_NOMINAL.format(", ".join(missing)),) if missing else ()


def _entries(stored: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(stored, Mapping):
        yield from ((str(name), entry) for name, entry in stored.items())
    else:
        yield from ((str(entry["name"]), entry) for entry in stored)


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
    except (TypeError, ValueError, AttributeError) as error:
        raise broken(group, f"has a true_spec that cannot be used ({error}); write it again") from error
    if not np.isfinite(list(spec.values())).all():
        raise broken(group, "has a true_spec with values that are not finite; write it again")
    return spec


def stand_in_tilt_ranges(angles_deg: np.ndarray) -> tuple[SpecRanges, tuple[str, ...]]:
    """The challenge's public tilt-series ranges for a series that states none and has no CTF.

    Nothing is known to be shadowed, so the wedge starts just beyond the last tilt; where that is outside the
    challenge's range the series is wider than any holder it has in mind, and there is no wedge parameter.
    """
    notes = []
    clear = 90.0 - float(np.abs(angles_deg).max()) - SHADOW_MARGIN_DEG
    chosen = []
    for parameter in challenge_ranges("cryo_et", "public"):
        if parameter.name == "ctf_per_tilt_variation":
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
