"""The truth of blind tiers: nothing of it is in what may be seen, and it is found again by the evaluator."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest

from cryogui.errors import UserError
from cryogui.physics.phantoms import SPECIMENS
from cryogui.tiers import open_file, write_tier
from cryogui.tiers.make import blinded
from cryogui.tiers.sealed import sealed_path, unsealed
from cryogui.tiers.simulated import make_scene
from tests.conftest import SMALL_SIZE


@pytest.mark.parametrize("variant", SPECIMENS)
def test_a_blind_file_depends_on_nothing_but_what_was_measured(tmp_path: Path, variant: str) -> None:
    scene = make_scene(SPECIMENS[variant][0], "dev", SMALL_SIZE, 3, seed=1)
    assert scene.x_true is not None and scene.true_spec is not None
    names = list(scene.true_spec)
    other = replace(
        scene,
        x_true=np.zeros((7, 8, 9), np.float32),
        true_spec=scene.true_spec.replace(**{names[0]: 0.125}),
        metadata={**scene.metadata, "seed": 77},
    )
    for name, each in (("a", scene), ("b", other)):
        write_tier(tmp_path / name, [blinded(each)], variant=variant, tier="dev", spec_dag=("D",))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_nothing_in_a_blind_file_tells_when_it_was_made(small_tiers: Path) -> None:
    def require_timeless(_: str, node: h5py.Group | h5py.Dataset) -> None:
        info = h5py.h5o.get_info(node.id)
        assert not getattr(info, "mtime", 0) and not getattr(info, "ctime", 0)

    with h5py.File(small_tiers / "cryo_et_dev.h5") as file:
        file.visititems(require_timeless)


def test_the_truth_beside_a_blind_tier_is_found(small_tiers: Path) -> None:
    with closing(open_file(small_tiers / "cryo_et_dev.h5")) as tier:
        assert all(scene.x_true is None and scene.true_spec is None for scene in tier.scenes)
        known = unsealed(tier)
        for scene in known.scenes:
            assert scene.x_true is not None and scene.true_spec is not None and scene.operator() is not None
            y_hat = scene.operator().apply(scene.x_true, scene.true_spec)
            assert np.linalg.norm(scene.y - y_hat) < 0.2 * np.linalg.norm(scene.y)


def test_without_a_sealed_file_a_tier_stays_blind(small_tiers: Path, tmp_path: Path) -> None:
    alone = tmp_path / "cryo_et_dev.h5"
    alone.write_bytes((small_tiers / alone.name).read_bytes())
    with closing(open_file(alone)) as tier:
        assert unsealed(tier) is tier
        given = unsealed(tier, sealed_path(small_tiers / alone.name))
        assert all(scene.x_true is not None for scene in given.scenes)


def test_the_truth_of_other_images_is_refused(small_tiers: Path) -> None:
    with closing(open_file(small_tiers / "cryo_et_dev.h5")) as tier:
        with pytest.raises(UserError, match="is not the truth of sample_00"):
            unsealed(tier, small_tiers / "cryo_et_hidden.sealed")
        with pytest.raises(UserError, match="holds no sealed truth"):
            unsealed(tier, small_tiers / "cryo_et_dev.h5")
        with pytest.raises(UserError, match="There is no file"):
            unsealed(tier, small_tiers / "nothing.sealed")
