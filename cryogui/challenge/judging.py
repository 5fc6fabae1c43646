"""Holds a submission against the measurements and the truth."""

from __future__ import annotations

import math
from collections.abc import Mapping

from cryogui import scoring
from cryogui.challenge.scores import SceneScore
from cryogui.jobs import problem_of
from cryogui.physics.fourier import Real32
from cryogui.session.scene_model import SceneModel
from cryogui.session.state import SceneKey
from cryogui.tiers import Scene, TierFile
from cryogui.tiers.submissions import Answer, Submission

HIGHEST_PSNR_DB = 200.0
"""What an answer equal to the truth is said to reach, as its PSNR has no finite value."""


def judge(submission: Submission, tier: TierFile) -> tuple[SceneScore, ...]:
    """The scores of every answer, in the tier's order; without truth (see `unsealed`) only consistency."""
    return tuple(
        judge_answer(answer, scene) for answer, scene in zip(submission.answers, tier.scenes, strict=True)
    )


def judge_answer(answer: Answer, scene: Scene) -> SceneScore:
    """The scores of one answer. The volume must have the shape of the scene's, see `read_submission`."""
    psnr, ssim, x_true = None, None, scene.x_true
    if x_true is not None:
        psnr = min(scoring.psnr_db(answer.x_hat, x_true), HIGHEST_PSNR_DB)
        ssim = scoring.ssim(answer.x_hat, x_true)
    spec = dict(answer.spec)
    return SceneScore(
        answer.name,
        _finite(psnr),
        _finite(ssim),
        consistency_of(answer.x_hat, scene, spec),
        spec,
        answer.seconds,
    )


def consistency_of(x_hat: Real32, scene: Scene, spec: Mapping[str, float]) -> float | None:
    """max(0, 1 − ‖y − H(spec)x̂‖/‖y‖) over all images; None where the file has no forward model."""
    model = SceneModel(SceneKey("", 0), scene)
    if model.operator is None:
        return None
    live = model.require_live(False, frozenset(), frozenset())
    under = scene.ranges.nominal.replace(**{name: spec[name] for name in scene.ranges.names if name in spec})
    return _finite(scoring.consistency(problem_of(live, scene, under).residual(x_hat)))


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
