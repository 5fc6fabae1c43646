"""Tilt angles of a series, from IMOD's .rawtlt and .tlt or SerialEM's .mdoc."""

from __future__ import annotations

import math
import re
from pathlib import Path

import numpy as np

from cryogui.errors import UserError
from cryogui.tiers.scene_data import TiltGeometry

SUFFIXES = (".rawtlt", ".tlt", ".mdoc")
LARGEST_TEXT_BYTES = 16 << 20
LONGEST_WORD = 20  # of what is no number, shown in a refusal
SECTION = re.compile(r"^\[ZValue\s*=\s*(\d+)\s*\]", re.MULTILINE)
ENTRY = re.compile(r"^(\w+)[ \t]*=[ \t]*(\S.*?)\s*$", re.MULTILINE)
DATE = re.compile(r"(\d+)-([A-Za-z]{3})-(\d+)\s+(\d+):(\d+):(\d+)")
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


def read_tilts(path: Path) -> TiltGeometry:
    """Angles in the order of the images, with the dose before each where a .mdoc records doses.

    Raises UserError when the file cannot be read or a number in it is not an angle.
    """
    text = _read_text(path)
    if path.suffix.lower() == ".mdoc":
        return _from_mdoc(text, path)
    return TiltGeometry(_angles(text.split(), path))


def find_tilts(series: Path, count: int) -> Path | None:
    """The angle file beside a series of `count` images: of the same name, else one whose name the series'
    name begins with (needle.rawtlt for needle_91x64x64.mrc) and that has an angle for every image."""
    for name in (series.stem, series.name):
        for suffix in SUFFIXES:
            if (exact := series.with_name(name + suffix)).is_file():
                return exact
    for candidate in sorted(series.parent.glob("*.*"), key=lambda path: -len(path.stem)):
        if candidate.suffix.lower() in SUFFIXES and _begins(series.stem, candidate.stem):
            try:
                if len(read_tilts(candidate).tilt_angles_deg) == count:
                    return candidate
            except UserError:
                continue
    return None


def mdoc_pixel_size_A(path: Path) -> float | None:
    """The pixel size in a .mdoc, Å; None where it states none."""
    found = re.search(r"^PixelSpacing\s*=\s*(\S+)", _read_text(path), re.MULTILINE)
    try:
        size = float(found.group(1)) if found else 0.0
    except ValueError:
        return None
    return size if 0 < size < math.inf else None


def mdoc_order(path: Path) -> np.ndarray | None:
    """How many exposures came before each image, from the times in a .mdoc; None where one is not stated."""
    if path.suffix.lower() != ".mdoc":
        return None
    times = [_time(entries.get("DateTime", "")) for _, entries in _sections(_read_text(path))]
    known = [time for time in times if time is not None]
    if not known or len(known) < len(times):
        return None
    before = np.empty(len(known))
    before[sorted(range(len(known)), key=known.__getitem__)] = np.arange(len(known))
    return before


def _time(text: str) -> tuple[int, ...] | None:
    """'30-Nov-15  15:21:38', or with the year in full and first, as a tuple that sorts by time.

    Month names are English whatever the user's language, so the standard library's parser will not do.
    """
    if not (found := DATE.fullmatch(text)) or found[2].lower() not in MONTHS:
        return None
    first, last, *clock = (int(found[group]) for group in (1, 3, 4, 5, 6))
    year, day = (first, last) if first > 31 else (last, first)
    return (year, MONTHS.index(found[2].lower()), day, *clock)


def _begins(name: str, start: str) -> bool:
    return name.startswith(start) and name[len(start) : len(start) + 1] in ("_", "-", ".", " ")


def _read_text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST_TEXT_BYTES:
            raise UserError(f"{path.name} is too large to be a list of tilt angles; choose another file.")
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise UserError(f"The tilt angles {path.name} cannot be read ({error.strerror}).") from error


def _angles(words: list[str], path: Path) -> np.ndarray:
    try:
        angles = np.array([float(word) for word in words], np.float64)
    except ValueError as error:
        wrong = ascii(next(word for word in words if not _is_number(word))[:LONGEST_WORD])
        raise UserError(f"{path.name} holds a word that is no number ({wrong}); mend it.") from error
    if not angles.size:
        raise UserError(f"{path.name} holds no tilt angles; choose a .rawtlt, .tlt or .mdoc file.")
    if not (np.isfinite(angles).all() and np.abs(angles).max() <= 180.0):
        raise UserError(f"{path.name} holds angles beyond ±180°; they must be in degrees.")
    return angles


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True


def _from_mdoc(text: str, path: Path) -> TiltGeometry:
    sections = _sections(text)
    if lacking := [number for number, entries in sections if "TiltAngle" not in entries]:
        raise UserError(f"{path.name} gives no TiltAngle for image {lacking[0]}; use a .rawtlt file.")
    angles = _angles([entries["TiltAngle"] for _, entries in sections], path)
    doses = [_dose(entries) for _, entries in sections]
    if not all(before is not None and dose for before, dose in doses):
        return TiltGeometry(angles)
    before = np.array([before for before, _ in doses], np.float64)
    total = max((before or 0.0) + dose for before, dose in doses)
    return TiltGeometry(angles, before, total_dose_e_per_A2=total)


def _sections(text: str) -> list[tuple[int, dict[str, str]]]:
    """Number and entries of each section, ordered by ZValue, the image's place in the stack."""
    pieces = SECTION.split(text)
    numbered = zip(map(int, pieces[1::2]), map(ENTRY.findall, pieces[2::2]), strict=True)
    return [(number, dict(entries)) for number, entries in sorted(numbered)]


def _dose(entries: dict[str, str]) -> tuple[float | None, float]:
    """(dose before the exposure, dose of the exposure) in e⁻/Å²; None and 0 where not recorded."""
    try:
        before = float(entries["PriorRecordDose"]) if "PriorRecordDose" in entries else None
        return before, float(entries.get("ExposureDose", "0"))
    except ValueError:
        return None, 0.0
