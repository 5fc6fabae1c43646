from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from cryogui.challenge.ledger import Data, Entry
from cryogui.challenge.sandbox.probe import why_not_isolated
from cryogui.challenge.scores import SceneScore
from cryogui.jobs import History
from cryogui.tiers import TierFile, open_file
from cryogui.tiers.submissions import Answer, Submission
from tests.conftest import SMALL_SIZE


@pytest.fixture(scope="session")
def bubblewrap() -> str:
    """'bubblewrap'; skips where that does not isolate."""
    reason = why_not_isolated()
    if reason is not None:
        pytest.skip(f"nothing can be isolated here: {reason}")
    return "bubblewrap"


@pytest.fixture
def public(small_tiers: Path) -> Iterator[TierFile]:
    with closing(open_file(small_tiers / "cryo_et_public.h5")) as tier:
        yield tier


@pytest.fixture
def dev(small_tiers: Path) -> Iterator[TierFile]:
    with closing(open_file(small_tiers / "cryo_et_dev.h5")) as tier:
        yield tier


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    with closing(History(tmp_path / "history")) as made:
        yield made


def answering(tier: TierFile, value: float = 0.5, calibration: str = "none") -> Submission:
    """An answer of one value everywhere to every scene, under the nominal spec."""
    answers = tuple(
        Answer(scene.name, np.full((SMALL_SIZE,) * 3, value, np.float32), scene.ranges.nominal, 2.0)
        for scene in tier.scenes
    )
    return Submission(tier.variant, tier.tier, "constant", calibration, answers)


def entry(
    tier: str = "public",
    psnr_db: float | None = 20.0,
    *,
    algorithm: str = "wbp",
    calibration: str = "none",
    size: int = 96,
    created: float = 1.0,
    content: str = "",
) -> Entry:
    """An entry of two scenes that are 1 dB apart."""
    scores = tuple(
        SceneScore(f"sample_{k:02d}", None if psnr_db is None else psnr_db + k, 0.5, 0.8, {}, 3.0)
        for k in (0, 1)
    )
    data = Data("cryo_et", tier, size, 45, content or f"{tier} {size}")
    return Entry(data, algorithm, calibration, scores, created=created)
