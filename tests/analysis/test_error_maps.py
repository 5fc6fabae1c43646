"""Maps of error and similarity against scikit-image's own and against the scores."""

from __future__ import annotations

import numpy as np
import pytest
from skimage.metrics import structural_similarity

from cryogui.analysis import error_maps
from cryogui.analysis.error_maps import error_map, ssim_map
from cryogui.scoring import ssim

RNG = np.random.default_rng(1)
TRUTH = RNG.normal(size=(21, 16, 18)).astype(np.float32)
FOUND = (TRUTH + 0.3 * RNG.normal(size=TRUTH.shape)).astype(np.float32)


def test_the_error_is_the_distance() -> None:
    np.testing.assert_allclose(error_map(FOUND, TRUTH), np.abs(FOUND - TRUTH))
    with pytest.raises(ValueError, match="cannot be compared"):
        error_map(FOUND, TRUTH[1:])


@pytest.mark.parametrize("slab", [4, 32])
def test_slabs_make_the_map_of_the_whole(slab: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(error_maps, "SSIM_SLAB", slab)
    mean, whole = structural_similarity(FOUND, TRUTH, data_range=float(np.ptp(TRUTH)), full=True)
    found = ssim_map(FOUND, TRUTH)
    np.testing.assert_allclose(found, whole, atol=1e-5)
    inside = found[3:-3, 3:-3, 3:-3]
    assert inside.mean() == pytest.approx(mean, abs=1e-5)
    assert inside.mean() == pytest.approx(ssim(FOUND, TRUTH), abs=1e-5)


def test_thin_volumes_go_slice_by_slice() -> None:
    a, b = FOUND[:, :1], TRUTH[:, :1]
    found = ssim_map(a, b)
    assert found.shape == a.shape
    assert found[3:-3, 0, 3:-3].mean() == pytest.approx(ssim(a, b), abs=1e-5)


def test_a_constant_truth_is_like_everything_and_the_work_can_be_stopped() -> None:
    assert ssim_map(FOUND, np.zeros_like(FOUND)).min() == 1.0

    def stop() -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        ssim_map(FOUND, TRUTH, stop)
