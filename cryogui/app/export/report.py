"""What a report of one scene says: facts, spec, figures, pictures, and the misfit of every image."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cryogui import __version__
from cryogui.app.computations import score_volume
from cryogui.app.export.plate import Plate
from cryogui.app.export.source import Source
from cryogui.app.export.templates import picture_plates, slice_plate
from cryogui.app.panels.scoreboard import is_below_noise, residual_tone
from cryogui.app.present.pictures import image_verdicts
from cryogui.app.views.planes import PLANES
from cryogui.spec import Parameter

MOST_PIXELS = 700
"""Along an image of the page: what is finer is averaged, as no printer shows it."""

Table = NDArray[np.floating]


@dataclass(frozen=True)
class Figure:
    """One number with its name; tone as on the score board, '' for a number that is not judged."""

    name: str
    text: str
    tone: str = ""


@dataclass(frozen=True)
class SpecRow:
    """One parameter, as words: what it is, its values, its range with the unit. moved: not at its nominal."""

    symbol: str
    name: str
    value: str
    nominal: str
    true: str
    reach: str
    moved: bool


@dataclass(frozen=True, eq=False)
class Bars:
    """‖r‖/‖y‖ of every image [image], how each is judged, and its noise floor where that is known."""

    heights: Table
    tones: tuple[str, ...]
    left_out: frozenset[int]
    floors: Table | None
    angles_deg: Table | None


@dataclass(frozen=True, eq=False)
class Curves:
    """Mean power of all images over k: measured, and expected where there is a forward model."""

    k: Table
    unit: str
    measured: Table
    expected: Table | None


@dataclass(frozen=True, eq=False)
class Report:
    """All that is on the page; parts that a scene does not have are empty."""

    title: str
    file: str
    facts: tuple[tuple[str, str], ...]
    figures: tuple[Figure, ...]
    notes: tuple[str, ...]
    spec: tuple[SpecRow, ...]
    image: str
    pictures: tuple[Plate, ...]
    slices: tuple[Plate, ...]
    bars: Bars | None
    curves: Curves | None
    foot: str


def report_of(source: Source, check: Callable[[float], None] = lambda fraction: None) -> Report:
    """The report of `source`; `check` is told how much is done (0 to 1), and may end it by raising."""
    model, scene = source.model, source.model.scene
    check(0.0)
    pictures = _pictures(source)
    check(0.2)
    figures, bars = _misfit(source)
    scores = _scores(source)
    check(0.7)
    curves = _curves(source)
    check(1.0)
    path = Path(model.key.path)
    return Report(
        title=scene.title or scene.name,
        file=path.name,
        facts=scene.facts,
        figures=(*figures, *scores),
        notes=tuple(_notes(source)),
        spec=tuple(_row(source, parameter) for parameter in scene.ranges),
        image=model.image_label(source.state.image_index) if pictures else "",
        pictures=pictures,
        slices=_slices(source),
        bars=bars,
        curves=curves,
        foot=f"cryogui {__version__}   ·   {_today()}   ·   {path}",
    )


def _today() -> str:
    today = date.today()
    return f"{today.day} {today:%B %Y}"


def _row(source: Source, parameter: Parameter) -> SpecRow:
    about, true = parameter.description, source.model.scene.true_spec
    decimals = max(0, 2 - math.floor(math.log10(parameter.width)))
    value = source.state.spec.get(parameter.name, parameter.nominal)

    def text(number: float, digits: int = decimals) -> str:
        return f"{number:.{digits}f}".replace("-", "−")

    return SpecRow(
        about.symbol, about.label, text(value), text(parameter.nominal),
        text(true[parameter.name]) if true is not None and parameter.name in true else "",
        f"{_short(parameter.minimum)} … {_short(parameter.maximum)} {parameter.display_unit}".rstrip(),
        not math.isclose(value, parameter.nominal, abs_tol=0.5 * 10.0**-decimals),
    )  # fmt: skip


def _short(number: float) -> str:
    return f"{number:g}".replace("-", "−")


def _notes(source: Source) -> list[str]:
    """What a reader must know about how this was computed."""
    model, state = source.model, source.state
    x = {
        "truth": "the truth of the file", "quick": f"a quick reconstruction ({model.quick_method})",
        "file": f"the volume {Path(state.object.path).name}", "run": "a reconstruction that was kept",
        "none": "",
    }[state.object.source]  # fmt: skip
    notes = []
    if source.live is not None and x:
        notes.append(f"x is {x}.")
    if state.excluded:
        notes.append(f"Left out of residual and reconstruction: {_images(state.excluded)}.")
    if source.live is not None and source.live.left_out:
        notes.append(f"The forward model does without {' and '.join(sorted(source.live.left_out))}.")
    if state.padded:
        notes.append("The detector is wider than its frame.")
    if model.obstacle and model.scene.y is not None:
        notes.append(model.obstacle)
    return notes


def _images(numbers: frozenset[int]) -> str:
    """'images 3, 4 and 9' as people count them, or how many when they are many."""
    if len(numbers) > 8:
        return f"{len(numbers)} images"
    names = [str(number + 1) for number in sorted(numbers)]
    listed = " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
    return f"image{'s' if len(names) > 1 else ''} {listed}"


def _pictures(source: Source) -> tuple[Plate, ...]:
    if source.model.scene.y is None:
        return ()
    names = ("measured", "forward", "residual") if source.live is not None else ("measured",)
    plates = picture_plates(source, names, source.state.image_index, source.state.spec)
    return tuple(replace(_coarsened(plates[name]), caption="") for name in names)


def _slices(source: Source) -> tuple[Plate, ...]:
    volume, position = source.x, source.state.position
    if volume is None:
        return ()
    seen = [p for p in PLANES if volume.shape[p.vertical] > 1 and volume.shape[p.horizontal] > 1]
    return tuple(
        _coarsened(
            slice_plate(source, volume, plane, min(round(position[plane.cut]), volume.shape[plane.cut] - 1))
        )
        for plane in seen
    )


def _coarsened(plate: Plate) -> Plate:
    """No finer than the page shows."""
    rows, columns = plate.image.shape
    step = max(rows, columns) // MOST_PIXELS
    if step < 2 or min(rows, columns) < step:
        return plate
    ny, nx = rows // step, columns // step
    blocks = plate.image[: ny * step, : nx * step].reshape(ny, step, nx, step)
    size = plate.decorations.angstrom_per_pixel
    marks = replace(plate.decorations, angstrom_per_pixel=size * step if size else None)
    return replace(plate, image=blocks.mean(axis=(1, 3)), decorations=marks)


def _misfit(source: Source) -> tuple[list[Figure], Bars | None]:
    live, spec = source.live, source.state.spec
    if live is None:
        return [], None
    misfit = live.misfit(spec)
    floors = source.noise_floors
    floor = None
    if floors is not None:
        energy = np.where(live.used, live.measured.energy, 0.0)
        floor = float(np.sqrt(np.sum(floors**2 * energy) / np.sum(energy)))
    figures = [
        Figure("‖r‖/‖y‖", f"{misfit.residual:.3f}", residual_tone(misfit.residual, floor) if floor else ""),
        Figure("consistency", f"{misfit.consistency:.3f}"),
    ]
    if floor:
        figures.append(Figure("noise floor", f"{floor:.3f}"))
    angles = source.model.scene.tilt_angles_deg
    fitted = is_below_noise(misfit.residual, floor)
    tones = image_verdicts(misfit.per_image, floors, live.operator.expects(spec), fitted)
    bars = Bars(misfit.per_image, tuple(tones), source.state.excluded, floors, angles)
    return figures, bars if len(misfit.per_image) > 1 else None


def _scores(source: Source) -> list[Figure]:
    """Those of the quick reconstruction under the spec, where the truth is known."""
    if source.live is None or not source.model.has_truth:
        return []
    scores = score_volume(source.model, source.quick, source.state.spec, source.live)
    return [
        Figure("PSNR", _value(scores.psnr_db, ".1f", " dB")),
        Figure("SSIM", _value(scores.ssim, ".3f")),
        Figure("standard score", _value(scores.standard, ".3f")),
        Figure("blind score", _value(scores.blind, ".3f")),
    ]


def _value(value: float, digits: str, unit: str = "") -> str:
    return f"{value:{digits}}{unit}" if math.isfinite(value) else "—"


def _curves(source: Source) -> Curves | None:
    """Mean power over all directions and at most so many images; None for images of one row."""
    from cryogui.analysis.spectrum import mean_spectrum

    scene, live = source.model.scene, source.live
    if scene.y is None or min(scene.y.shape[1:]) < 16:
        return None
    size = scene.pixel_size_A or 1.0
    chosen = sorted({round(i) for i in np.linspace(0, scene.y.shape[0] - 1, min(scene.y.shape[0], 15))})
    series = source.series("measured")
    measured = mean_spectrum((series[i] for i in chosen), (size, size)).radial()
    expected = None
    if live is not None:
        model = source.series("forward")
        expected = mean_spectrum((model[i] for i in chosen), (size, size)).radial().power
    return Curves(measured.k, "1/Å" if scene.pixel_size_A else "1/px", measured.power, expected)
