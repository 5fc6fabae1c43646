"""What the present spec says about a spectrum: CTF, and the parameter that moves its zeros. No widgets."""

from __future__ import annotations

from dataclasses import dataclass, replace

from cryogui.analysis.focusing import Focus, focuses
from cryogui.analysis.spectrum_model import ModelPower, representatives
from cryogui.app.pages.spectrum_sources import Taken, used_images
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
class SpectrumModel:
    """The CTFs of the images behind a spectrum, under the present spec."""

    operator: Operator
    images: tuple[int, ...]
    spec: Spec
    parameters: tuple[Parameter, ...]
    locked: frozenset[str]

    @property
    def power(self) -> ModelPower:
        """CTF² of those images."""
        return self._power(self.spec)

    def _power(self, spec: Spec) -> ModelPower:
        found = (self.operator.ctf(image, spec) for image in self.images)
        return ModelPower(tuple(ctf for ctf in found if ctf is not None))

    def mean_ctf(self, spec: Spec | None = None) -> Ctf:
        """The CTF at the mean defocus, under another spec if one is given."""
        return self._power(spec or self.spec).mean_ctf

    def focuses(self) -> tuple[Focus, ...]:
        """The parameters that move the mean defocus, the farthest reaching first."""
        return focuses(self.mean_ctf, self.spec, self.parameters)

    def focus(self) -> Focus | None:
        """The one that dragging a zero sets: the farthest reaching that is not locked."""
        return next((each for each in self.focuses() if each.parameter.name not in self.locked), None)

    def obstacle(self, image_words: str) -> str:
        """Why no parameter can be set by dragging a zero; '' if one can."""
        if self.focus() is not None:
            return ""
        stuck = self.focuses()
        if stuck:
            label = stuck[0].parameter.description.label
            return f"The zero cannot be dragged: {label} is locked. Unlock it in the row of that parameter."
        others = _movers_elsewhere(self)
        if others:
            label = others[0].description.label
            return f"The zero cannot be dragged: {label} leaves the defocus of {image_words} as it is."
        return "The zero cannot be dragged: no parameter of this file moves the defocus."


class SpectrumModels:
    """Makes the model of a spectrum, frame by frame; remembers which images stand for all."""

    def __init__(self) -> None:
        self._chosen_for: object = None
        self._chosen: tuple[int, ...] = ()

    def of(self, model: SceneModel, state: SceneState, taken: Taken) -> SpectrumModel | None:
        """The model of `taken`; None where no CTF belongs to it."""
        operator = model.live.operator if model.live is not None else model.operator
        if operator is None or not taken.is_of_images:
            return None
        images = (taken.index,) if taken.index is not None else self._averaged(model, operator, state)
        if operator.ctf(images[0], state.spec) is None:
            return None
        parameters = tuple(model.scene.ranges[name] for name in model.acting)
        return SpectrumModel(operator, images, state.spec, parameters, state.locked)

    def _averaged(self, model: SceneModel, operator: Operator, state: SceneState) -> tuple[int, ...]:
        """Images that stand for all that count and are not shadowed, by their nominal defoci."""
        used, expected = used_images(model, state), operator.expects(state.spec)
        lit = tuple(image for image in used if expected[image]) or tuple(used)
        if (model.key, lit) != self._chosen_for:
            found = [operator.ctf(image, model.scene.ranges.nominal) for image in lit]
            defoci = [0.0 if ctf is None else ctf.defocus_A for ctf in found]
            self._chosen_for = model.key, lit
            self._chosen = tuple(lit[place] for place in representatives(defoci))
        return self._chosen


class Grip:
    """The zero by which the user sets the defocus, from where it is taken hold of to where it is let go."""

    def __init__(self) -> None:
        self._shown: Zero | None = None
        self._held: Zero | None = None
        self._name, self._reach = "", 0.0

    def handle(self, model: SpectrumModel, taken: Taken, reach: float) -> Handle | None:
        """The handle at the zero that is held, or at the first that can be told; None where there is none."""
        self._reach, found = reach, zeros(model.mean_ctf(), reach)
        inner = LEAST_RING * float(taken.spectrum.radial().k[0])
        if self._held is not None:
            held = self._held
            same = [zero for zero in found if zero.order == held.order]
            self._shown = min(same, key=lambda zero: abs(zero.k - held.k), default=None)
        else:
            self._shown = next((zero for zero in found if zero.k >= inner), None)
        if self._shown is None:
            return None
        place = _ORDINALS.get(found.index(self._shown) + 1, f"{found.index(self._shown) + 1}th")
        text = f"{place} zero {1 / self._shown.k:.4g} {taken.unit}"
        image = "this image" if len(model.images) == 1 else "all images together"
        focus = model.focus()
        if focus is None:
            return Handle(self._shown.k, text, obstacle=model.obstacle(image))
        parameter = focus.parameter
        ends = f"{number_text(parameter.minimum)} … {number_text(parameter.maximum)} {parameter.display_unit}"
        tooltip = (
            f"Drag the {place} zero, or press Left and Right, to set {parameter.description.label} ({ends}). "
            "χ(k) + asin w = nπ"
        )
        return Handle(self._shown.k, text, tooltip)

    def moved(self, model: SpectrumModel, k: float) -> tuple[str, float]:
        """The parameter to set, and its value with the zero as near to k as its range allows."""
        focus = model.focus()
        assert focus is not None and self._shown is not None  # or the handle would not move
        nearest = min(max(k, LEAST_SHARE * self._shown.k), self._reach)
        self._held = Zero((self._held or self._shown).order, nearest)
        self._name = focus.parameter.name
        value = focus.value_for(model.mean_ctf(), self._held, model.spec)
        return self._name, focus.parameter.clip(round(value, decimals_for(focus.parameter)))

    def release(self) -> str:
        """Let go; the name of the parameter that was set, '' if none was."""
        name, self._name, self._held = self._name, "", None
        return name


def reach_of(model: SceneModel, found: SpectrumModel | None, taken: Taken) -> float:
    """The highest frequency to draw: Nyquist, or the corner of the plane where only there a zero lies.

    Told by the nominal spec, so that it stays while a slider moves.
    """
    nyquist, corner = taken.spectrum.nyquist, float(taken.spectrum.radial().k[-1])
    if found is None:
        return nyquist
    nominal = found.mean_ctf(model.scene.ranges.nominal)
    return corner if not zeros(nominal, nyquist) and zeros(nominal, corner) else nyquist


def _movers_elsewhere(model: SpectrumModel) -> list[Parameter]:
    """Parameters that move the defocus of other images of the series."""
    ends = (0, model.operator.y_shape[0] - 1)
    return [
        focus.parameter
        for end in ends
        for focus in focuses(replace(model, images=(end,)).mean_ctf, model.spec, model.parameters)
    ]
