"""Movies rendered by the model: one parameter swept, a series image by image, a volume slice by slice."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from cryogui.app.export.plate import Look, Plate
from cryogui.app.export.render import Banner, Sheet, as_frame
from cryogui.app.export.source import Source
from cryogui.app.export.templates import AXES, picture_plates, plane_called, slice_plate, with_image
from cryogui.errors import UserError
from cryogui.spec import Parameter, Spec

Kind = Literal["sweep", "series", "slices"]

_TARGETS = {1: 480, 2: 384, 3: 320}  # length of an image's longer side, by how many lie side by side


@dataclass(frozen=True)
class FilmChoice:
    """What a movie shows.

    panes: of 'measured', 'forward', 'residual' and 'live_slice' side by side, or the one plane of slices.
    frames: of a sweep, once from end to end. there_and_back: the way back follows, so that no loop jumps.
    """

    kind: Kind = "sweep"
    parameter: str = ""
    panes: tuple[str, ...] = ("measured", "forward", "residual")
    frames: int = 60
    fps: float = 15.0
    there_and_back: bool = True
    look: Look = field(default_factory=lambda: Look(scale=1))


class Film:
    """Frames 0 … count − 1, each drawn when it is asked for; levels stay the same throughout.

    templates: how each pane is drawn, by its name; those it lacks are drawn as for a scene just opened.
    Raises UserError for what this scene cannot show.
    """

    def __init__(
        self, source: Source, choice: FilmChoice, templates: Mapping[str, Plate] | None = None
    ) -> None:
        self._source, self._choice = source, choice
        self._templates = dict(templates or {})
        self._parameter = self._find_parameter() if choice.kind == "sweep" else None
        self._volume = source.volume("object") if choice.kind == "slices" else None
        self._steps = self._count_steps()
        way = list(range(self._steps))
        self._order = way + way[-2:0:-1] if choice.there_and_back else way
        self._find_templates()

    @property
    def steps(self) -> int:
        """How many of them there are from end to end."""
        return self._steps

    @property
    def count(self) -> int:
        """How many frames there are."""
        return len(self._order)

    def frame(self, number: int) -> np.ndarray:
        """Frame `number` as uint8 [y, x, 3]; all have one size."""
        return as_frame(self.sheet(number))

    def sheet(self, number: int) -> Sheet:
        """The same before it is drawn."""
        step = self._order[number]
        draw = {"sweep": self._swept, "series": self._turned, "slices": self._sliced}[self._choice.kind]
        plates, banner = draw(step)
        return Sheet(plates, self._choice.look, banner, _TARGETS.get(len(plates), 320))

    # ---- what there is

    def _find_parameter(self) -> Parameter:
        ranges = self._source.model.scene.ranges
        if self._choice.parameter not in ranges.names:
            known = ", ".join(ranges.names) or "none at all"
            raise UserError(f"There is no parameter '{self._choice.parameter}' here; this scene has {known}.")
        return ranges[self._choice.parameter]

    def _count_steps(self) -> int:
        if self._volume is not None:
            return int(self._volume.shape[plane_called(self._choice.panes[0]).cut])
        if self._parameter is not None:
            return max(2, self._choice.frames)
        model = self._source.model
        if model.image_count < 2 or model.is_sinogram:
            raise UserError("This scene is no series of images; sweep a parameter or show slices instead.")
        return model.image_count

    def _find_templates(self) -> None:
        if self._volume is not None:
            name = self._choice.panes[0]
            middle = slice_plate(self._source, self._volume, plane_called(name), self._steps // 2)
            self._templates.setdefault(name, middle)
            return
        missing = tuple(name for name in self._choice.panes if name not in self._templates)
        state = self._source.state
        self._templates |= picture_plates(self._source, missing, state.image_index, state.spec)

    # ---- one frame

    def _swept(self, step: int) -> tuple[list[Plate], Banner]:
        parameter = self._parameter
        assert parameter is not None
        fraction = step / (self._steps - 1)
        value = parameter.minimum + fraction * parameter.width
        spec = self._source.state.spec.replace(**{parameter.name: value})
        plates = self._plates(self._source.state.image_index, spec)
        return plates, Banner(_words(parameter, value), fraction)

    def _turned(self, step: int) -> tuple[list[Plate], Banner]:
        model = self._source.model
        plates = self._plates(step, self._source.state.spec)
        plates[0] = replace(plates[0], caption="")  # the banner says it
        banner = f"{model.image_label(step)}   of {model.image_count}"
        return plates, Banner(banner, step / (self._steps - 1))

    def _sliced(self, step: int) -> tuple[list[Plate], Banner]:
        name = self._choice.panes[0]
        plane = plane_called(name)
        assert self._volume is not None
        plate = with_image(self._templates[name], plane.slice(self._volume, step, self._source.state.slab))
        marks = replace(plate.decorations, lines=(), cursor=None)
        banner = Banner(
            f"{AXES[plane.cut]} = {step}   of 0 … {self._steps - 1}", step / max(self._steps - 1, 1)
        )
        return [replace(plate, title=name, caption="", decorations=marks)], banner

    def _plates(self, index: int, spec: Spec) -> list[Plate]:
        pictures = self._source.pictures(self._choice.panes, index, spec)
        drawn = [self._marked(with_image(self._templates[name], pictures[name]), spec) for name in pictures]
        caption = self._source.model.image_label(index)
        return [replace(plate, caption="" if number else caption) for number, plate in enumerate(drawn)]

    def _marked(self, plate: Plate, spec: Spec) -> Plate:
        """The tilt axis goes where the spec has it; a cursor would only hide what moves."""
        marks = replace(plate.decorations, cursor=None)
        if marks.tilt_axis is not None:
            marks = replace(marks, tilt_axis=plate.image.shape[1] // 2 + spec.get("tilt_axis_offset", 0.0))
        return replace(plate, decorations=marks)


def _words(parameter: Parameter, value: float) -> str:
    """'tilt-axis offset  tₐ = +0.35 px', with as many decimals as the range calls for."""
    about = parameter.description
    decimals = max(0, 2 - math.floor(math.log10(parameter.width)))
    sign = "+" if parameter.minimum < 0 else ""
    figure = f"{value:{sign}.{decimals}f}".replace("-", "−")
    return f"{about.label}   {about.symbol} = {figure} {parameter.display_unit}"
