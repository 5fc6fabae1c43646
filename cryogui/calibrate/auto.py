"""The sensible order of the strategies, each step judged by images left out."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, replace

from cryogui.calibrate.calibration import Calibration
from cryogui.calibrate.estimate import Estimate, Finding
from cryogui.calibrate.following import followed
from cryogui.calibrate.held_out import HeldOut
from cryogui.calibrate.registry import find_strategy, strategy
from cryogui.errors import UserError
from cryogui.reconstruct.problem import Kind

# Strategies that are judged together stand together: where the shadow falls depends on the angles. Behind a
# step stands what is tried where that was undone: centres of mass tell the offset whatever the angles are.
_ORDER: dict[Kind, tuple[tuple[tuple[str, ...], ...], ...]] = {
    "tilt_series": ((("shadow",),), (("gradient", "shadow"), ("align",))),
    "particles": ((("gradient",),),),  # power spectra and transmission are its first steps
    "image": ((("spectrum",),),),
}
_JUDGING = 0.15  # of the time, for each time that images are left out


@dataclass(frozen=True)
class AutoOptions:
    """There is nothing to choose."""


@strategy("auto", "Automatic", ("tilt_series", "particles", "image"), ())
def auto(calibration: Calibration, options: AutoOptions) -> Iterator[Estimate]:
    """Applies the strategies that fit in a sensible order, and keeps each step only if it predicts no worse.

    A spec that is free to fit the images fits their noise: in trials a free fit of a tilt series ran to the
    ends of its ranges and left a worse reconstruction than none.

    Here images are left out in turn and predicted from the volume behind the others, in the same way for
    every spec. A step after which they are predicted worse is undone. At the end the spec found is never one
    that predicts worse than the start does.
    """
    search = _Search(calibration)
    yield from search.run()


class _Search:
    def __init__(self, calibration: Calibration):
        self._calibration = calibration
        self._spec = calibration.start
        self._findings: Mapping[str, Finding] = {}
        self._before = self._after = math.nan
        self._fraction, self._note = 0.0, ""

    def run(self) -> Iterator[Estimate]:
        """Yields the estimate so far, after every second or so."""
        kind = self._calibration.problem.kind
        steps = [[self._of_use(keys) for keys in choices] for choices in _ORDER[kind]]
        if kind == "image":  # one image leaves none to be predicted
            yield from self._step(steps[0][0], 1.0)
        else:
            yield from self._judged_steps([choices for choices in steps if choices[0]])
        self._fraction = 1.0
        yield self._estimate()

    def _judged_steps(self, steps: list[list[list[str]]]) -> Iterator[Estimate]:
        judge = HeldOut(self._calibration.problem)
        self._before = self._after = yield from self._judged(judge)
        share = (1.0 - self._fraction) / max(len(steps), 1)
        undone: list[str] = []
        for choices in steps:
            for keys in filter(None, choices):
                reason = yield from self._judged_step(keys, judge, share - _JUDGING)
                if not reason:
                    break
                undone.append(reason)
        self._note = " ".join(undone)

    def _judged_step(self, keys: list[str], judge: HeldOut, share: float) -> Generator[Estimate, None, str]:
        """Returns why the step was undone, '' where it was kept."""
        kept = self._spec, self._findings
        try:
            yield from self._step(keys, share)
        except UserError as refusal:
            # what one strategy needs and the scene lacks is no matter of the others
            return str(refusal)
        error = yield from self._judged(judge)
        if error > self._after:
            self._spec, self._findings = kept
            return f"'{keys[0]}' was undone: images left out were predicted worse."
        self._after = error
        return ""

    def _of_use(self, keys: tuple[str, ...]) -> list[str]:
        return [key for key in keys if self._is_of_use(key)]

    def _is_of_use(self, key: str) -> bool:
        able = find_strategy(key).determines
        return not able or bool(set(able) & set(self._calibration.free))

    def _step(self, keys: list[str], share: float) -> Iterator[Estimate]:
        for key in keys:
            found, begin = find_strategy(key), self._fraction
            self._note = found.title.lower()
            errors = {name: finding.sigma for name, finding in self._findings.items()}
            for step in found.run(self._calibration.at(self._spec, errors), found.options()):
                self._fraction = begin + share / len(keys) * step.fraction
                last = replace(self._estimate(), spec=step.spec, findings={**self._findings, **step.findings})
                yield last
            self._spec, self._findings = last.spec, last.findings

    def _judged(self, judge: HeldOut) -> Generator[Estimate, None, float]:
        self._note = "predicting images left out"
        error = yield from followed(judge.error(self._spec), lambda _: self._estimate())
        self._fraction += _JUDGING
        return error

    def _estimate(self) -> Estimate:
        return Estimate(
            self._spec, min(self._fraction, 1.0), dict(self._findings), self._before, self._after, self._note
        )
