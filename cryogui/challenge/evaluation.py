"""Evaluates a stranger's algorithm: runs it on every scene of a tier, then scores what it has returned.

The two phases share nothing but one file for each scene, which is inspected as any file of a stranger's.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from cryogui.challenge.judging import judge_answer
from cryogui.challenge.question import SCENE, as_asked, scene_data, write_question
from cryogui.challenge.sandbox.algorithm import Algorithm
from cryogui.challenge.sandbox.bubblewrap import shown_folders
from cryogui.challenge.sandbox.containers import find_engine
from cryogui.challenge.sandbox.limits import Limits
from cryogui.challenge.sandbox.probe import why_not_isolated
from cryogui.challenge.sandbox.run import BUBBLEWRAP, NONE, REFUSED, Trial, run_once
from cryogui.challenge.scores import SceneScore, tier_figures
from cryogui.errors import UserError
from cryogui.tiers import Scene, TierFile
from cryogui.tiers.sealed import sealed_path
from cryogui.tiers.submissions import read_submission

HIDDEN = "hidden"
_PSNR_DIGITS, _DIGITS = 1, 3
_BYTES_PER_VOXEL, _MORE_BYTES = 8, 1 << 20  # float64, without compression


@dataclass(frozen=True)
class Evaluated:
    """What came of one scene: a score, rounded, or why there is none. tail: the end of what the program
    printed, '' for hidden tiers, of whose runs nothing is shown."""

    name: str
    score: SceneScore | None
    failed: str | None = None
    tail: str = ""

    def as_dict(self) -> dict[str, Any]:
        """As the command line prints it."""
        if self.score is None:
            return {"name": self.name, "failed": self.failed}
        shown = "psnr_db", "ssim", "consistency", "blind_score"
        return {"name": self.name, **{name: _rounded(getattr(self.score, name), _DIGITS) for name in shown}}


def choose_isolation(algorithm: Algorithm, tier: str, data: Path) -> tuple[str, str]:
    """What the algorithm is to be kept apart by, and why by nothing where it is 'none'.

    data: the tier file. Raises UserError where the hidden tier cannot be kept from it, and for an image that
    no engine runs.
    """
    if algorithm.is_image:
        engine = find_engine(algorithm.name)
        if engine is None:
            raise UserError(
                f"Neither podman nor docker runs containers of {algorithm.name} here; load the image, or see "
                "that one of them works."
            )
        return engine, ""
    reason = _why_not_isolated(algorithm, data)
    if reason is None:
        return BUBBLEWRAP, ""
    if tier == HIDDEN:
        raise UserError(
            f"The hidden tier needs an isolated run, and {reason}; mend that, or choose --tier dev."
        )
    return NONE, reason


def _why_not_isolated(algorithm: Algorithm, data: Path) -> str | None:
    assert algorithm.path is not None
    folders = {algorithm.path: ""} if algorithm.path.is_dir() else {}
    places = [path.resolve() for path in (data, sealed_path(data))]  # each may be a link
    for folder, _ in shown_folders(folders):
        if any(place.is_relative_to(folder.resolve()) for place in places):
            return f"the data lie in {folder}, which programs are shown"
    return why_not_isolated(*places)


def evaluate(
    algorithm: Algorithm, tier: TierFile, isolation: str, limits: Limits,
    progress: Callable[[Evaluated], None] = lambda _: None,
) -> tuple[Evaluated, ...]:  # fmt: skip
    """Run the algorithm on every scene and score its answers.

    tier: open, with its truth (`unsealed`). limits: of each run; its output may be as large as the scene's
    volume needs. Raises UserError for a tier that no algorithm can be given.
    """
    done = []
    with tempfile.TemporaryDirectory(prefix="evaluation-") as folder:
        for data, scene in zip(scene_data(tier), tier.scenes, strict=True):
            given, result = Path(folder, "given.h5"), Path(folder, "output.h5")
            write_question(given, data, tier)
            one = _evaluated(Trial(algorithm, given, _limits(limits, scene)), isolation, result, tier, scene)
            done.append(replace(one, tail="") if tier.tier == HIDDEN else one)
            progress(done[-1])
    return tuple(done)


def tier_score(scenes: tuple[Evaluated, ...]) -> float | None:
    """The blind score of the tier, rounded; None unless every scene has one."""
    scores = [scene.score for scene in scenes if scene.score is not None]
    if len(scores) < len(scenes):
        return None
    score = tier_figures(scores)["blind_score"]
    return None if score is None else round(score, _DIGITS)


def score_of(result: Path, tier: TierFile, scene: Scene) -> SceneScore:
    """The scores of the answer in the file `result`, rounded. Raises UserError for one that is not sound."""
    (answer,) = read_submission(result, as_asked(tier, scene)).answers
    for parameter in scene.ranges:
        if parameter.clip(answer.spec[parameter.name]) != answer.spec[parameter.name]:
            raise UserError(f"{parameter.name} is outside its range; stay within the spec_ranges given.")
    with np.errstate(all="ignore"):  # of values that are finite and absurd
        score = judge_answer(replace(answer, name=scene.name), scene)
    if scene.x_true is not None and score.blind_score is None:
        raise UserError(f"{SCENE} holds values too large to be scored; submit densities.")
    return replace(
        score,
        psnr_db=_rounded(score.psnr_db, _PSNR_DIGITS),
        ssim=_rounded(score.ssim, _DIGITS),
        consistency=_rounded(score.consistency, _DIGITS),
        spec={},
    )


def _evaluated(trial: Trial, isolation: str, result: Path, tier: TierFile, scene: Scene) -> Evaluated:
    start = time.monotonic()
    outcome = run_once(trial, isolation, result)
    seconds = time.monotonic() - start
    if outcome.failed is not None:
        return Evaluated(scene.name, None, outcome.failed, outcome.tail)
    try:
        score = score_of(result, tier, scene)
    except UserError as refusal:
        return Evaluated(scene.name, None, REFUSED, f"{outcome.tail}{refusal}")
    return Evaluated(scene.name, replace(score, seconds=float(round(seconds))), None, outcome.tail)


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)


def _limits(limits: Limits, scene: Scene) -> Limits:
    """The limits with as large an output as the scene's volume can need."""
    operator = scene.operator()
    if operator is None:
        raise UserError(f"{scene.name} has no forward model to reconstruct by; choose another tier.")
    voxels = int(np.prod(operator.x_shape))
    return replace(limits, output_bytes=_BYTES_PER_VOXEL * voxels + _MORE_BYTES)
