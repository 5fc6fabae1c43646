"""Answers to a tier out of what was reconstructed: which runs answer a scene, and what they make together."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryogui.challenge.judging import judge
from cryogui.challenge.ledger import NOT_CALIBRATED, Data, Entry
from cryogui.errors import UserError
from cryogui.jobs import Filter, History, Kept, KeptCalibration, Point
from cryogui.resources import VARIANTS
from cryogui.spec import Spec
from cryogui.tiers import Scene, content_hash, open_file
from cryogui.tiers.issues import Issue
from cryogui.tiers.sealed import unsealed
from cryogui.tiers.submissions import Answer, Submission, read_submission, write_submission

BY_HAND = "by hand"
"""The calibration of an entry whose specs did not all come from one strategy."""


@dataclass(frozen=True)
class Candidate:
    """A finished run that can answer a scene.

    spec: under which it was made, what the method found itself included. calibration: the strategy that found
    the spec it began with, 'none' for the nominal one, else 'by hand'. seconds: of the method and of that
    calibration. scores: None where the truth was not known.
    """

    number: int
    title: str
    method: str
    spec: Spec
    calibration: str
    seconds: float
    scores: Point | None = None


@dataclass(frozen=True)
class Scored:
    """A submission held against its tier. has_truth: whether every scene could be scored."""

    entry: Entry
    issues: tuple[Issue, ...]

    @property
    def has_truth(self) -> bool:
        """Whether the truth of every scene was there to score against."""
        return all(scene.psnr_db is not None for scene in self.entry.scenes)


def candidates(history: History, scene: Scene) -> tuple[Candidate, ...]:
    """The runs of the scene's images that are done and whose volumes are still there, newest first."""
    if scene.y is None:
        return ()
    which = Filter(content_hash=content_hash(scene.y))
    calibrations = history.calibrations(which)
    finished = [kept for kept in history.list(which) if kept.state == "done" and kept.has_result]
    return tuple(_candidate(kept, calibrations, scene) for kept in finished)


def _candidate(kept: Kept, calibrations: Sequence[KeptCalibration], scene: Scene) -> Candidate:
    start = kept.order.spec
    found = next(
        (each for each in calibrations if each.estimate and _are_same(each.estimate.spec, start)), None
    )
    if _are_same(start, scene.ranges.nominal):
        calibration, found = NOT_CALIBRATED, None
    else:
        calibration = BY_HAND if found is None else found.order.method
    seconds = kept.seconds + (0.0 if found is None else found.seconds)
    spec = start.replace(**dict(kept.found))
    return Candidate(kept.number, kept.order.title, kept.order.method, spec, calibration, seconds, kept.last)


def _are_same(one: Mapping[str, float], other: Mapping[str, float]) -> bool:
    return one.keys() == other.keys() and all(
        math.isclose(one[name], other[name], rel_tol=1e-9, abs_tol=1e-12) for name in one
    )


def calibration_of(chosen: Sequence[Candidate]) -> str:
    """What is recorded: the strategy if all specs came from it, 'none' if all are nominal, else 'by hand'."""
    origins = {each.calibration for each in chosen}
    return origins.pop() if len(origins) == 1 else BY_HAND


def algorithm_of(chosen: Sequence[Candidate]) -> str:
    """What is proposed as the algorithm's name: the method's key, 'mixed' for several."""
    methods = {each.method for each in chosen}
    return methods.pop() if len(methods) == 1 else "mixed"


def write_answers(
    path: Path, tier_path: Path, chosen: Sequence[Candidate], history: History, algorithm: str
) -> Submission:
    """Write the submission that these runs make, one for each scene in order, and read it back, checked.

    Raises UserError for a volume that is not there any more, for what a submission may not hold, and when it
    cannot be written.
    """
    if path.resolve() == tier_path.resolve():
        raise UserError(f"{path.name} is the tier itself; choose another name for the submission.")
    with open_file(tier_path) as tier:
        answers = []
        for scene, each in zip(tier.scenes, chosen, strict=True):
            result = history.result(each.number)
            answers.append(Answer(scene.name, result.x, each.spec, each.seconds, result.halves))
        written = Submission(tier.variant, tier.tier, algorithm, calibration_of(chosen), tuple(answers))
        write_submission(path, written)
        return read_submission(path, tier)


def checked(path: Path, tier_path: Path) -> Submission:
    """Anybody's submission, held against the tier. Raises UserError, as `read_submission` does."""
    with open_file(tier_path) as tier:
        return read_submission(path, tier)


def scored(path: Path, tier_path: Path, sealed: Path | None = None) -> Scored:
    """A submission's scores; the truth of a blind tier is that of `sealed`, by default the file beside it.

    Raises UserError for a submission or a sealed file that is not sound, and for a tier that is none.
    """
    with open_file(tier_path) as blind:
        if blind.variant not in VARIANTS:
            raise UserError(f"{tier_path.name} is no tier; give the submission first, then its tier.")
        submission = read_submission(path, blind)
        tier = unsealed(blind, sealed)
        entry = Entry(Data.of(tier), submission.algorithm, submission.calibration, judge(submission, tier))
        return Scored(entry, submission.issues)
