"""What the present spec says about a spectrum: CTF, and the parameter that moves its zeros. No widgets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from cryogui.analysis.focusing import Focus, focuses
from cryogui.analysis.spectrum_model import ModelPower, representatives
from cryogui.app.pages.spectrum_sources import Taken, averaged_images
from cryogui.app.panels.parameter_row import decimals_for, number_text
from cryogui.app.views.plot import Handle
from cryogui.physics.ctf import Ctf
from cryogui.physics.ctf_zeros import Zero, zeros
from cryogui.physics.operators import Operator
from cryogui.session.scene_model import SceneModel
from cryogui.session.state import SceneState
from cryogui.spec import Parameter, Spec

LEAST_RING = 3
"""A zero further in, in rings, is too near the middle to be told or taken hold of."""

LEAST_SHARE = 0.1
"""Of the place of a zero: no move takes it further in at once, and none to k = 0."""

_ORDINALS = {1: "first", 2: "second", 3: "third"}


@dataclass(frozen=True)
class Bounds:
    """What holds for a spectrum however the sliders stand.

    focuses: the parameters that move the mean defocus, the farthest reaching first. elsewhere: those that
    move it in other images of the series. reach: the highest frequency to draw, which is Nyquist, or the
    corner of the plane where only there the nominal CTF vanishes.
    """

    focuses: tuple[Focus, ...]
    elsewhere: tuple[Parameter, ...]
    reach: float


@dataclass(frozen=True)
class SpectrumModel:
    """The CTFs of the images behind a spectrum, under the present spec."""

    power: ModelPower
    count: int
    spec: Spec
    locked: frozenset[str]
    bounds: Bounds

    @cached_property
    def ctf(self) -> Ctf:
        """The CTF at the mean defocus."""
        return self.power.mean_ctf

    @cached_property
    def has_zeros(self) -> bool:
        """Whether the CTF vanishes anywhere in what is drawn."""
        return bool(zeros(self.ctf, self.bounds.reach))

    @property
    def focus(self) -> Focus | None:
        """The parameter that dragging a zero sets: the farthest reaching that is not locked."""
        return next((each for each in self.bounds.focuses if each.parameter.name not in self.locked), None)

    @property
    def is_at_end(self) -> bool:
        """Whether that parameter can go no further, up or down."""
        if self.focus is None:
            return False
        parameter, value = self.focus.parameter, self.spec[self.focus.parameter.name]
        return parameter.clip(value) in (parameter.minimum, parameter.maximum)

    @property
    def obstacle(self) -> str:
        """Why no parameter can be set by dragging a zero; '' if one can."""
        if self.focus is not None:
            return ""
        if self.bounds.focuses:
            label = self.bounds.focuses[0].parameter.description.label
            return f"The zero cannot be dragged: {label} is locked. Unlock it in the row of that parameter."
        if self.bounds.elsewhere:
            label = self.bounds.elsewhere[0].description.label
            images = "this image" if self.count == 1 else "all images together"
            return f"The zero cannot be dragged: {label} leaves the defocus of {images} as it is."
        return "The zero cannot be dragged: no parameter of this file moves the defocus."


class SpectrumModels:
    """Makes the model of a spectrum, frame by frame; what no slider changes is found once."""

    def __init__(self) -> None:
        self._chosen: tuple[object, tuple[int, ...]] = (None, ())
        self._bounds: tuple[object, Bounds] | None = None

    def of(self, model: SceneModel, state: SceneState, taken: Taken) -> SpectrumModel | None:
        """The model of `taken`; None where no CTF belongs to it."""
        operator = model.live.operator if model.live is not None else model.operator
        if operator is None or not taken.is_of_images:
            return None
        images = (taken.index,) if taken.index is not None else self._averaged(model, operator, state)
        if operator.ctf(images[0], state.spec) is None:
            return None
        spec, power = state.spec, power_under(operator, images, state.spec)
        return SpectrumModel(
            power, len(images), spec, state.locked, self._bounded(model, operator, images, taken)
        )

    def _averaged(self, model: SceneModel, operator: Operator, state: SceneState) -> tuple[int, ...]:
        """Images that stand for all that are averaged, by their nominal defoci."""
        averaged = tuple(averaged_images(model, state))
        if self._chosen[0] != averaged:
            found = [operator.ctf(image, model.scene.ranges.nominal) for image in averaged]
            places = representatives([0.0 if ctf is None else ctf.defocus_A for ctf in found])
            self._chosen = averaged, tuple(averaged[place] for place in places)
        return self._chosen[1]

    def _bounded(
        self, model: SceneModel, operator: Operator, images: tuple[int, ...], taken: Taken
    ) -> Bounds:
        found_for = images, model.acting, taken.spectrum.shape
        if self._bounds is None or self._bounds[0] != found_for:
            self._bounds = found_for, bounds(model, operator, images, taken)
        return self._bounds[1]


def power_under(operator: Operator, images: Iterable[int], spec: Spec) -> ModelPower:
    """CTF² of these images."""
    found = (operator.ctf(image, spec) for image in images)
    return ModelPower(tuple(ctf for ctf in found if ctf is not None))


def bounds(model: SceneModel, operator: Operator, images: tuple[int, ...], taken: Taken) -> Bounds:
    """What holds for the spectrum of these images however the sliders stand."""
    nominal = model.scene.ranges.nominal
    parameters = [model.scene.ranges[name] for name in model.acting]

    def movers(chosen: Iterable[int]) -> tuple[Focus, ...]:
        return focuses(lambda spec: power_under(operator, chosen, spec).mean_ctf, nominal, parameters)

    ends = [(image,) for image in (0, operator.y_shape[0] - 1)]
    elsewhere = tuple(focus.parameter for end in ends for focus in movers(end))
    ctf = power_under(operator, images, nominal).mean_ctf
    nyquist, corner = taken.spectrum.nyquist, float(taken.radial.k[-1])
    beyond = not zeros(ctf, nyquist) and bool(zeros(ctf, corner))
    return Bounds(movers(images), elsewhere, corner if beyond else nyquist)


class Grip:
    """The zero by which the user sets the defocus, from where it is taken hold of to where it is let go."""

    def __init__(self) -> None:
        self._shown: Zero | None = None
        self._held: Zero | None = None
        self._name = ""

    def handle(self, model: SpectrumModel, taken: Taken) -> Handle | None:
        """The handle at the zero that is held, or at the first that can be told; None where there is none."""
        found = zeros(model.ctf, model.bounds.reach)
        inner = LEAST_RING * float(taken.radial.k[0])
        if self._held is None:
            self._shown = next((zero for zero in found if zero.k >= inner), None)
        else:
            held = self._held
            same = [zero for zero in found if zero.order == held.order]
            self._shown = min(same, key=lambda zero: abs(zero.k - held.k), default=held)
        if self._shown is None:
            return None
        number = sum(zero.k <= self._shown.k for zero in found)
        place = _ORDINALS.get(number, f"{number}th")
        said = [f"{place} zero {1 / self._shown.k:.4g} {taken.unit}"]
        said += ["beyond Nyquist"] if self._shown.k > taken.spectrum.nyquist else []
        if model.focus is None:
            return Handle(self._shown.k, ", ".join(said), obstacle=model.obstacle)
        said += ["end of the range"] if model.is_at_end else []
        return Handle(self._shown.k, ", ".join(said), _what_it_does(place, model.focus.parameter))

    def moved(self, model: SpectrumModel, k: float) -> tuple[str, float] | None:
        """The parameter to set, and its value with the zero as near to k as its range allows."""
        focus, shown = model.focus, self._shown
        if focus is None or shown is None:
            return None
        nearest = min(max(k, LEAST_SHARE * shown.k), model.bounds.reach)
        self._held, self._name = Zero(shown.order, nearest), focus.parameter.name
        value = focus.value_for(model.ctf, self._held, model.spec)
        return self._name, focus.parameter.clip(round(value, decimals_for(focus.parameter)))

    def release(self) -> str:
        """Let go; the name of the parameter that was set, '' if none was."""
        name, self._name, self._held = self._name, "", None
        return name


def _what_it_does(place: str, parameter: Parameter) -> str:
    ends = f"{number_text(parameter.minimum)} … {number_text(parameter.maximum)} {parameter.display_unit}"
    return (
        f"Drag the {place} zero, or press Left and Right, to set {parameter.description.label} ({ends}). "
        "χ(k) + asin w = nπ"
    )
