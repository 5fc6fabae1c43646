"""Draws the scores against the truth, and says whose they are."""

from __future__ import annotations

from collections.abc import Collection
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING

from cryogui.app.engine import Engine
from cryogui.app.scorer import Scored, Scorer, scored_choice
from cryogui.app.screen import Screen
from cryogui.app.whiteness import WhitenessMeter
from cryogui.session import Need, ObjectChoice, Session, Store

if TYPE_CHECKING:
    from cryogui.analysis.whiteness import Whiteness
    from cryogui.physics.live import Misfit
    from cryogui.session.scene_model import SceneModel

AWAITED = "being computed …"


class ScorePresenter:
    """Dimmed are scores that the newest state will replace: of another volume, or of an older spec."""

    def __init__(
        self, store: Store, engine: Engine, screen: Screen, scorer: Scorer, meter: WhitenessMeter
    ) -> None:
        self._store, self._engine, self._screen = store, engine, screen
        self._misfit: Misfit | None = None
        self._scored: Scored | None = None
        self._whiteness: Whiteness | None = None
        engine.scene_shown.connect(self._on_engine_scene_shown)
        engine.object_changed.connect(lambda model: self._draw_scores())
        engine.misfit_ready.connect(self._on_engine_misfit_ready)
        scorer.ready.connect(self._on_scorer_ready)
        meter.ready.connect(self._on_meter_ready)

    def draw(self, needs: Collection[Need], session: Session) -> None:
        """Bring the staleness up to `session`."""
        if {Need.RECONSTRUCTION, Need.OBJECT} & {*needs} and self._engine.is_revealed:
            self._draw_scores()
        if Need.MISFIT in needs and Need.SCENE not in needs:
            self._draw_whiteness(stale=True)

    def summary(self) -> dict[str, float | str | None]:
        """The numbers on the score board, and whose scores they are: 'quick', 'run' or 'file'."""
        scored, misfit = self._scored, self._misfit
        scores = scored.scores if scored else None
        return {
            "residual": misfit.residual if misfit else None,
            "consistency": misfit.consistency if misfit else None,
            "whiteness": self._whiteness.ratio if self._whiteness else None,
            "scores_of": scored.choice.source if scored else None,
            "psnr_db": scores.psnr_db if scores else None,
            "ssim": scores.ssim if scores else None,
            "standard_score": scores.standard if scores else None,
            "blind_score": self._blind(scored) if scored else None,
        }

    def _on_engine_scene_shown(self, model: SceneModel | None) -> None:
        self._misfit = self._scored = self._whiteness = None
        self._draw_scores()
        self._draw_whiteness(stale=False)

    def _on_engine_misfit_ready(self, misfit: Misfit, seconds: float, newest: bool) -> None:
        """The blind score of x follows its consistency."""
        self._misfit = misfit
        if self._scored is not None and self._scored.recipe is None:
            self._draw_scores()

    def _on_meter_ready(self, found: Whiteness) -> None:
        self._whiteness = found
        self._draw_whiteness(stale=False)

    def _draw_whiteness(self, stale: bool) -> None:
        model, found = self._engine.model, self._whiteness
        if found is None:
            is_known = model is not None and bool(model.scene.noise_sigma)
            reason = AWAITED if is_known else "the file does not tell the noise."
            self._screen.scores.set_whiteness(None, "", stale, reason)
            return
        per_A = model is not None and model.scene.pixel_size_A is not None
        where = f"{_times(found.ratio_there)} at 1/{1.0 / found.k:.3g} {'Å' if per_A else 'px'}"
        self._screen.scores.set_whiteness(found.ratio, where, stale)

    def _on_scorer_ready(self, scored: Scored) -> None:
        self._scored = scored
        self._draw_scores()

    def _draw_scores(self) -> None:
        model, board = self._engine.model, self._screen.scores
        if model is None or not model.has_truth or model.obstacle is not None:
            board.set_scores(None, None, None, None)
            board.set_scored("")
            return
        wanted, scored = scored_choice(self._store.session.scene.object), self._scored
        if scored is None:
            board.set_scores(None, None, None, None, reason=AWAITED)
            board.set_scored(_words(wanted))
            return
        scores = scored.scores
        stale = scored.choice != wanted or not self._is_of_now(scored)
        board.set_scores(scores.psnr_db, scores.ssim, scores.standard, self._blind(scored), stale, AWAITED)
        board.set_scored(_words(scored.choice))

    def _is_of_now(self, scored: Scored) -> bool:
        """Whether x has not been renewed since, and no reconstruction under a newer spec is to come."""
        model = self._engine.model
        if scored.recipe is None:
            return model is not None and scored.volume is model.x
        return scored.recipe == self._store.session.scene.recipe

    def _blind(self, scored: Scored) -> float | None:
        """Of x under the spec of the moment; of a quick reconstruction under the spec it was made with."""
        from cryogui.scoring import blind_score

        if scored.recipe is not None:
            return scored.scores.blind
        if self._misfit is None:
            return None
        blind = blind_score(scored.scores.psnr_db, scored.scores.ssim, self._misfit.consistency)
        return blind if isfinite(blind) else None


def _times(ratio: float) -> str:
    return f"× {ratio:.2g}" if ratio < 100 else f"× {ratio:.0f}"


def _words(choice: ObjectChoice) -> str:
    if choice.source == "file":
        return f"of x, {Path(choice.path).name}"
    return "of x, the run's volume" if choice.source == "run" else "of the quick reconstruction"
