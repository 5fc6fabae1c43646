"""A real tilt series and its angles become a tier file with one scene and no truth."""

from __future__ import annotations

import math
from pathlib import Path

from cryogui.errors import UserError
from cryogui.resources import spec_dag
from cryogui.tiers.inspection import inspect_file
from cryogui.tiers.issues import refuse_errors
from cryogui.tiers.mrc import checked_header
from cryogui.tiers.native_write import write_tier
from cryogui.tiers.series import series_data


def convert(
    series: str | Path,
    tilts: str | Path,
    out: str | Path,
    pixel_size_A: float | None = None,
    axis_angle_deg: float | None = None,
) -> Path:
    """Write `out` from an MRC stack and a .rawtlt, .tlt or .mdoc file; returns its path.

    The scene is the same as when the series is opened directly. pixel_size_A replaces what the files say;
    axis_angle_deg how far the images are turned for the tilt axis to lie along y, which else is found.
    Raises UserError when something does not fit together or cannot be read or written.
    """
    if pixel_size_A is not None and not 0 < pixel_size_A < math.inf:
        raise UserError(f"A pixel size of {pixel_size_A:g} Å is not possible; give a positive number.")
    if axis_angle_deg is not None and not abs(axis_angle_deg) <= 180.0:
        raise UserError(f"A tilt axis at {axis_angle_deg:g}° is not possible; give −180 to 180.")
    inspected = inspect_file(series)
    if inspected.kind != "mrc":
        raise UserError(f"{inspected.path.name} is not an MRC file; name the stack of tilt images.")
    refuse_errors(inspected.issues, inspected.path.name)
    header = checked_header(inspected.path)
    data, close = series_data(inspected.path, header, Path(tilts), pixel_size_A, axis_angle_deg)
    try:
        write_tier(out, [data], variant="cryo_et", tier="real", spec_dag=spec_dag("cryo_et"))
    finally:
        close()
    return Path(out)
