"""Real data come out as other programs' reconstructions of them do: scikit-image's, and stored references."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from numpy.typing import NDArray
from skimage.transform import iradon, iradon_sart

from cryogui.physics.tilt import SingleAxisTilt
from cryogui.reconstruct import Problem, Step, find_method
from cryogui.reconstruct.axis_search import find_axis
from cryogui.reconstruct.options import parsed
from cryogui.tiers import open_file

Volume = NDArray[np.float32]


def _run(key: str, problem: Problem, **texts: str) -> Volume:
    method = find_method(key)
    steps: Iterator[Step] = method.run(problem, parsed(method.options, texts), None)
    *_, last = steps
    assert last.x is not None
    return last.x


def _likeness(ours: NDArray[Any], theirs: NDArray[Any], inside: NDArray[np.bool_]) -> tuple[float, float]:
    """Correlation inside a region, and our scale over theirs."""
    a, b = ours[inside].astype(np.float64), theirs[inside].astype(np.float64)
    return float(np.corrcoef(a, b)[0, 1]), float(np.vdot(a, b) / np.vdot(b, b))


@pytest.fixture(scope="module")
def needle(shared_data: Path) -> Problem:
    with open_file(shared_data / "real/tilt_series/nist_needle_haadf_91x64x64.mrc") as tier:
        scene = tier.scenes[0]
        y, operator = np.asarray(scene.y), scene.operator()
    assert operator is not None
    return Problem(operator, y, {}, np.ones(len(y), dtype=bool))


@pytest.fixture(scope="module")
def phantom(shared_data: Path) -> tuple[Problem, dict[str, NDArray[np.float32]]]:
    """Sixteen views with the reconstructions of another program, whose axis lies between two pixels."""
    folder = shared_data / "real/xray"
    y = np.load(folder / "proj.npy").astype(np.float32)
    angles = np.rad2deg(np.load(folder / "angle.npy"))
    operator = SingleAxisTilt((48, 8, 48), (8, 48), angles)
    problem = Problem(operator, y, {"tilt_axis_offset": -0.5}, np.ones(len(y), dtype=bool))
    return problem, {name: np.load(folder / f"{name}.npy") for name in ("art", "fbp")}


def _between_pixels(x: Volume) -> NDArray[np.float64]:
    """[y, z, x]: moved by half a voxel, so that the axis lies between two."""
    k = np.fft.fftfreq(x.shape[0])
    ramp = np.exp(1j * np.pi * (k[:, None] + np.fft.fftfreq(x.shape[2])))
    return np.asarray(np.fft.ifft2(np.fft.fft2(x.transpose(1, 0, 2)) * ramp).real)


def _disc(count: int, slices: int, radius: float) -> NDArray[np.bool_]:
    place = np.arange(count) - (count - 1) / 2
    return np.broadcast_to(np.hypot(place[:, None], place) < radius, (slices, count, count))


def test_the_needle_is_back_projected_as_scikit_image_does(needle: Problem) -> None:
    ours = _run("wbp", needle)[:, 24:40]
    angles = needle.tilt_series.geometry.angle_deg
    theirs = np.stack(
        [iradon(needle.y[:, row].T.astype(float), theta=angles, filter_name="hann") for row in range(24, 40)],
        1,
    )
    inside = np.broadcast_to(needle.tilt_series.plane.seen[:, None], ours.shape)
    correlation, scale = _likeness(ours, theirs, inside)
    assert correlation > 0.998  # measured 0.9994
    assert scale == pytest.approx(1.0, abs=0.05)  # measured 1.02


def test_a_slice_of_the_needle_comes_out_as_with_scikit_images_sart(needle: Problem) -> None:
    angles, row = needle.tilt_series.geometry.angle_deg, needle.y[:, 32:33]
    problem = Problem(
        SingleAxisTilt((64, 1, 64), (1, 64), angles), np.ascontiguousarray(row), {}, needle.used
    )
    ours = _run("sart-et", problem, iterations="3", relaxation="0.4", falloff="0", positivity="no")
    theirs = None
    for _ in range(3):
        theirs = iradon_sart(row[:, 0].T.astype(np.float64), theta=angles, image=theirs)
    assert theirs is not None
    correlation, scale = _likeness(ours[:, 0], theirs, problem.tilt_series.plane.seen)
    assert correlation > 0.985  # measured 0.993
    assert scale == pytest.approx(1.0, abs=0.08)  # measured 0.98


def test_a_wedge_of_sixty_degrees_costs_the_needle_little_with_sart(needle: Problem) -> None:
    wedge = needle.only(np.abs(needle.tilt_series.geometry.angle_deg) <= 60.0)
    inside = np.broadcast_to(needle.tilt_series.plane.seen[:, None], needle.operator.x_shape)
    (by_sart, _), (by_wbp, _) = (
        _likeness(_run(key, wedge, **options), _run(key, needle, **options), inside)
        for key, options in (("sart-et", {"iterations": "3"}), ("wbp", {}))
    )
    assert by_sart > 0.93  # measured 0.96
    assert by_sart > by_wbp + 0.05  # measured 0.87


def test_the_phantom_comes_out_as_the_stored_references(
    phantom: tuple[Problem, dict[str, NDArray[np.float32]]],
) -> None:
    problem, references = phantom
    inside = _disc(48, 8, 21.0)
    sart = _between_pixels(
        _run("sart-et", problem, iterations="4", relaxation="0.3", falloff="0", positivity="no")
    )
    correlation, scale = _likeness(sart, references["art"], inside)
    assert correlation > 0.985  # measured 0.991
    assert scale == pytest.approx(1.0, abs=0.05)  # measured 1.00
    unfiltered = _between_pixels(problem.operator.adjoint(problem.y, problem.theta))
    assert _likeness(unfiltered, references["fbp"], inside)[0] > 0.975  # measured 0.985


def test_the_tooth_is_centred_and_back_projected_as_scikit_image_does(shared_data: Path) -> None:
    with h5py.File(shared_data / "real/xray/tooth.h5") as file:
        raw, white, dark = (
            file[f"exchange/{n}"][()].astype(float) for n in ("data", "data_white", "data_dark")
        )
        angles = file["exchange/theta"][()]
    absorbed = -np.log((raw - dark.mean(axis=0)) / (white.mean(axis=0) - dark.mean(axis=0)))
    y = absorbed.reshape(181, 2, 160, 4).mean(axis=3).astype(np.float32)[:, :1]
    operator = SingleAxisTilt((160, 1, 160), (1, 160), angles)
    problem = Problem(operator, y, {}, np.ones(len(y), dtype=bool))
    axis = find_axis(problem)
    assert axis.error_px < 0.05
    assert axis.offset_px == pytest.approx(-6.31, abs=0.1)  # 294.8 of 640 columns
    ours = _run("wbp", problem.with_spec({"tilt_axis_offset": axis.offset_px}))[:, 0]
    turn = np.exp(2j * np.pi * np.fft.fftfreq(160) * axis.offset_px)
    centred = np.fft.ifft(np.fft.fft(y[:, 0], axis=1) * turn, axis=1).real
    theirs = iradon(centred.T, theta=angles, filter_name="hann")
    correlation, scale = _likeness(ours, theirs, _disc(160, 1, 60.0)[0])
    assert correlation > 0.99
    assert scale == pytest.approx(1.0, abs=0.05)
