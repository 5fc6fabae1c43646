from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from cryogui import scoring
from cryogui.challenge.judging import HIGHEST_PSNR_DB, judge, judge_answer
from cryogui.challenge.scores import FIGURES, SceneScore, mean_figures, tier_figures, total_seconds
from cryogui.scoring import relative_residual
from cryogui.tiers import TierFile
from cryogui.tiers.sealed import unsealed
from cryogui.tiers.submissions import Answer
from tests.challenge.conftest import answering


def test_scores_are_those_of_the_definitions(public: TierFile) -> None:
    scene = public.scenes[0]
    assert scene.x_true is not None and scene.true_spec is not None
    x_hat = scene.x_true + np.random.default_rng(1).normal(0, 0.05, scene.x_true.shape).astype(np.float32)
    score = judge_answer(Answer(scene.name, x_hat, scene.true_spec, 2.5), scene)
    y_hat = scene.operator().apply(x_hat, scene.true_spec)
    assert score.psnr_db == pytest.approx(scoring.psnr_db(x_hat, scene.x_true))
    assert score.ssim == pytest.approx(scoring.ssim(x_hat, scene.x_true))
    assert score.consistency == pytest.approx(1 - relative_residual(scene.y, y_hat), abs=1e-3)
    assert score.blind_score == pytest.approx(
        0.4 * (score.psnr_db - 10) / 40 + 0.4 * score.ssim + 0.2 * score.consistency
    )
    assert score.standard_score == pytest.approx(0.5 * (score.psnr_db - 15) / 30 + 0.5 * score.ssim)
    assert score.seconds == 2.5 and score.spec == dict(scene.true_spec)


def test_consistency_is_that_of_the_submitted_spec(public: TierFile) -> None:
    scene = public.scenes[0]
    answers = [Answer(scene.name, scene.x_true, spec) for spec in (scene.true_spec, scene.ranges.nominal)]
    true, nominal = (judge_answer(answer, scene) for answer in answers)
    assert true.consistency > nominal.consistency + 0.01


def test_the_truth_itself_has_a_finite_score(public: TierFile) -> None:
    scene = public.scenes[0]
    score = judge_answer(Answer(scene.name, scene.x_true, scene.true_spec), scene)
    assert score.psnr_db == HIGHEST_PSNR_DB and score.standard_score == pytest.approx(1.0)


def test_without_truth_there_is_only_consistency(dev: TierFile) -> None:
    blind = judge(answering(dev), dev)
    known = judge(answering(dev), unsealed(dev))
    for score, other in zip(blind, known, strict=True):
        assert score.psnr_db is score.ssim is score.blind_score is score.standard_score is None
        assert score.consistency == other.consistency is not None and other.psnr_db is not None
    assert tier_figures(blind)["blind_score"] is None


def test_without_a_forward_model_there_is_no_consistency(public: TierFile) -> None:
    scene = replace(public.scenes[0], build=None)
    score = judge_answer(Answer(scene.name, scene.x_true, scene.true_spec), scene)
    assert score.consistency is None and score.psnr_db is not None and score.blind_score is None


def test_means_are_plain_and_need_every_part() -> None:
    scenes = [SceneScore("a", 20.0, 0.4, 0.8, {}, 1.0), SceneScore("b", 30.0, 0.6, 0.9, {}, 2.0)]
    means = tier_figures(scenes)
    assert means["psnr_db"] == 25.0 and means["ssim"] == pytest.approx(0.5)
    for name in ("standard_score", "blind_score"):
        assert means[name] == pytest.approx(sum(getattr(scene, name) for scene in scenes) / 2)
    assert total_seconds(scenes) == pytest.approx(3.0)
    lacking = [*scenes, replace(scenes[0], ssim=None, seconds=None)]
    assert tier_figures(lacking)["ssim"] is None and tier_figures(lacking)["psnr_db"] is not None
    assert total_seconds(lacking) is None
    assert all(math.isclose(mean_figures([means, means])[name], means[name]) for name in FIGURES)
