"""The native layout: what is written comes back, and what others may read is where they look for it."""

import json
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest

from cryogui.errors import UserError
from cryogui.resources import challenge_ranges, spec_dag
from cryogui.spec import Spec
from cryogui.tiers import (
    Microscope,
    ParticlePoses,
    SceneData,
    TiltGeometry,
    open_file,
    write_atomically,
    write_tier,
)
from cryogui.tiers import build as build_module

RNG = np.random.default_rng(5)
OPTICS = Microscope(
    pixel_size_A=10.0, voltage_kV=300.0, cs_mm=2.7, amplitude_contrast=0.1, phase_shift_rad=1.5708,
    dose_e_per_px=50.0, contrast=0.2, readout_noise=3.0,
)  # fmt: skip


def tilt_scene() -> SceneData:
    angles = np.arange(-66.0, 67.0, 6.0)
    count = len(angles)
    return SceneData(
        y=RNG.normal(size=(count, 16, 20)).astype(np.float32),
        ranges=challenge_ranges("cryo_et", "public"),
        microscope=OPTICS,
        geometry=TiltGeometry(angles, np.arange(count) * 3.0, np.full(count, 6000.0), 3.0 * count),
        metadata={"scene": "vesicles", "seed": 11},
        x_true=RNG.random((12, 16, 20)).astype(np.float32),
        true_spec=Spec.of(dict.fromkeys(challenge_ranges("cryo_et", "public").names, 0.0)),
    )


def particle_scene() -> SceneData:
    turns = np.linalg.qr(RNG.normal(size=(4, 3, 3)))[0]
    turns *= np.linalg.det(turns)[:, None, None]
    return SceneData(
        y=RNG.normal(size=(4, 16, 16)).astype(np.float32),
        ranges=challenge_ranges("cryo_em", "public"),
        microscope=OPTICS,
        geometry=ParticlePoses(turns, RNG.normal(size=(4, 2)), np.full(4, 1.2e4), np.zeros(4)),
        metadata={"scene": "barrel"},
        x_true=RNG.random((16, 16, 16)).astype(np.float32),
        true_spec=Spec.of({"defocus_error": 50.0}),
        transmission=np.full(4, 0.8),
    )


def write(path: Path, *scenes: SceneData, tier: str = "public") -> Path:
    variant = "cryo_et" if isinstance(scenes[0].geometry, TiltGeometry) else "cryo_em"
    write_tier(path, scenes, variant=variant, tier=tier, spec_dag=spec_dag(variant))
    return path


@pytest.mark.parametrize("make", [tilt_scene, particle_scene])
def test_what_is_written_comes_back(make, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    data = make()
    with open_file(write(tmp_path / "t.h5", data, data)) as tier:
        assert (tier.layout, tier.tier, len(tier.scenes)) == ("native", "public", 2)
        scene = tier.scenes[1]
        np.testing.assert_array_equal(scene.y, data.y)
        np.testing.assert_array_equal(scene.x_true, data.x_true)
        assert scene.name == "sample_01" and scene.title == data.metadata["scene"]
        assert scene.ranges == data.ranges and scene.true_spec == data.true_spec
        assert scene.pixel_size_A == 10.0 and scene.spec_dag == spec_dag(scene.variant)
        operator = scene.operator()
        assert operator is not None
        assert operator.x_shape == data.x_true.shape and operator.y_shape == data.y.shape
        assert set(operator.parameters) == set(data.ranges.names)


def test_the_layout_is_the_published_one_and_more(tmp_path: Path) -> None:
    with h5py.File(write(tmp_path / "t.h5", particle_scene())) as file:
        assert json.loads(file.attrs["spec_dag"]) == list(spec_dag("cryo_em"))
        assert {name: value for name, value in file.attrs.items() if name != "spec_dag"} == {
            "format": "cryogui-tier", "format_version": 2, "variant": "cryo_em", "tier": "public",
            "version": "1.0", "runner_type": "spa",
        }  # fmt: skip
        group = file["sample_00"]
        entry = json.loads(group.attrs["spec_ranges"])[0]
        assert entry == {"name": "defocus_error", "min": -100.0, "max": 200.0, "unit": "nm", "nominal": 0.0}
        assert json.loads(group.attrs["true_spec"]) == {"defocus_error": 50.0}
        assert json.loads(group.attrs["metadata"]) == {"scene": "barrel"}
        y = group["y"]
        assert (y.dtype, y.chunks, y.compression, y.shuffle) == (np.float32, (1, 16, 16), "gzip", True)
        assert group["transmission"].dtype == np.float32
        assert group["H_ideal/rotations"].dtype == np.float64
        assert group["H_ideal"].attrs["dose_e_per_px"] == 50.0


def test_a_blind_tier_holds_and_shows_no_truth(tmp_path: Path) -> None:
    blind = replace(tilt_scene(), x_true=None, true_spec=None)
    path = write(tmp_path / "t.h5", blind, tier="dev")
    with h5py.File(path) as file:
        assert "x_true" not in file["sample_00"] and "true_spec" not in file["sample_00"].attrs
    with open_file(path) as tier:
        (scene,) = tier.scenes
        assert scene.x_true is None and scene.true_spec is None
        assert any("holds no truth" in issue.what for issue in tier.issues)


def test_noise_follows_from_the_detector(tmp_path: Path) -> None:
    """Against counts drawn as the detector draws them."""
    dose, contrast, readout, through = 50.0, 0.2, 3.0, 0.8
    counts = RNG.poisson(dose * through, 200_000) + RNG.normal(scale=readout, size=200_000)
    y = (counts / dose - through) / contrast
    with open_file(write(tmp_path / "t.h5", particle_scene())) as tier:
        assert tier.scenes[0].noise_sigma == pytest.approx(y.std(), rel=0.01)


def test_without_optics_there_is_no_ctf(tmp_path: Path) -> None:
    data = replace(tilt_scene(), microscope=Microscope(pixel_size_A=10.0))
    with open_file(write(tmp_path / "t.h5", data)) as tier:
        operator = tier.scenes[0].operator()
        assert operator is not None and "ctf_per_tilt_variation" not in operator.parameters
        assert tier.scenes[0].noise_sigma is None


def test_a_scene_too_large_to_model_can_be_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build_module, "LARGEST_MODEL_VOXELS", 100)
    with open_file(write(tmp_path / "t.h5", tilt_scene())) as tier:
        assert tier.scenes[0].operator() is None
        assert any("Too large for the forward model" in note for note in tier.scenes[0].notes)


def spoiled(path: Path, spoil) -> Path:  # type: ignore[no-untyped-def]
    with h5py.File(write(path, particle_scene()), "a") as file:
        spoil(file["sample_00"])
    return path


def drop_poses(group: h5py.Group) -> None:
    del group["H_ideal/rotations"]


def drop_images(group: h5py.Group) -> None:
    del group["y"]


def fewer_shifts(group: h5py.Group) -> None:
    del group["H_ideal/shifts_px"]
    group["H_ideal/shifts_px"] = np.zeros((3, 2))


def wordy_voltage(group: h5py.Group) -> None:
    group["H_ideal"].attrs["voltage_kV"] = "high"


def no_pixel(group: h5py.Group) -> None:
    group["H_ideal"].attrs["pixel_size_A"] = 0.0


def odd_metadata(group: h5py.Group) -> None:
    group.attrs["metadata"] = "[1, 2]"
    group.file.attrs["format_version"] = "two"


def newer(group: h5py.Group) -> None:
    group.file.attrs["format_version"] = 3


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (drop_poses, "lacks rotations"),
        (drop_images, "lacks its images"),
        (fewer_shifts, r"has shape \(3, 2\), but \(4, 2\) is needed"),
        (wordy_voltage, "voltage_kV that is not a number"),
        (no_pixel, "pixel_size_A 0, which must be positive"),
        (odd_metadata, "format_version that is not a number"),
        (newer, "newer than this program"),
    ],
)
def test_incomplete_files_are_refused(spoil, expected: str, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(UserError, match=expected):
        open_file(spoiled(tmp_path / "t.h5", spoil))


def test_a_volume_that_does_not_fit_its_images_is_a_sentence(tmp_path: Path) -> None:
    data = replace(particle_scene(), x_true=np.ones((8, 16, 16), np.float32))
    with (
        open_file(write(tmp_path / "t.h5", data)) as tier,
        pytest.raises(UserError, match="does not fit its data"),
    ):
        tier.scenes[0].operator()


def test_a_reconstruction_opens_as_volumes(tmp_path: Path) -> None:
    x = RNG.random((4, 5, 6)).astype(np.float32)
    write_atomically(tmp_path / "r.h5", lambda writer: writer.dataset("sample_02/x_hat", x))
    with open_file(tmp_path / "r.h5") as file:
        (scene,) = file.scenes
        assert (file.variant, scene.name, scene.y) == ("volume", "sample_02", None)
        np.testing.assert_array_equal(scene.x_true, x)


@pytest.mark.parametrize("make", [tilt_scene, particle_scene])
def test_without_ranges_the_challenge_stands_in_and_says_so(make, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = write(tmp_path / "t.h5", make())
    with h5py.File(path, "r+") as file:
        del file["sample_00"].attrs["spec_ranges"]
    with open_file(path) as tier:
        scene = tier.scenes[0]
        # this series reaches further than the challenge's holder lets it, so it has no wedge parameter
        usual = challenge_ranges(tier.variant, "public").names
        assert scene.ranges.names == tuple(name for name in usual if name != "missing_wedge")
        assert any(note.startswith("No spec ranges in this file") for note in scene.notes)


@pytest.mark.parametrize(
    ("attribute", "remark"),
    [
        ("cs_mm", "taken to be: Cₛ 2.7 mm."), ("amplitude_contrast", "taken to be: amplitude contrast 0.1."),
        ("phase_shift_rad", "taken to be: phase shift 0 rad."),
        ("voltage_kV", "The voltage is not known, so the images are modelled without a CTF."),
        ("total_dose_e_per_A2", "the last exposure is taken to be like the others."),
    ],
)  # fmt: skip
def test_nothing_about_the_optics_is_assumed_silently(attribute: str, remark: str, tmp_path: Path) -> None:
    path = write(tmp_path / "t.h5", tilt_scene())
    with h5py.File(path, "r+") as file:
        del file["sample_00/H_ideal"].attrs[attribute]
    with open_file(path) as tier:
        assert any(note.endswith(remark) for note in tier.scenes[0].notes)


def test_without_a_total_the_recorded_order_still_counts() -> None:
    data = tilt_scene()
    assert isinstance(data.geometry, TiltGeometry)
    before, total = build_module.exposure(replace(data.geometry, total_dose_e_per_A2=None))
    np.testing.assert_array_equal(before, data.geometry.dose_before_e_per_A2)
    assert total == pytest.approx(data.geometry.total_dose_e_per_A2)


@pytest.mark.parametrize(
    ("ranges", "complaint"),
    [
        ([{"name": "a", "min": 0, "max": 10**400}], "cannot be used"),
        ([{"name": "a", "min": -1e308, "max": 1e308}], "finite"),
        ([{"name": None, "min": 0, "max": 1}], "plain texts"),
        ([{"name": "a\x1b[31m", "min": 0, "max": 1}], "plain texts"),
        ([{"name": "a", "min": 0, "max": 1, "unit": "x" * 1000}], "plain texts"),
        ([{"name": f"p{i}", "min": 0, "max": 1} for i in range(100)], "more than 64"),
    ],
)
def test_ranges_no_panel_could_show_are_refused(ranges: list[object], complaint: str, tmp_path: Path) -> None:
    path = write(tmp_path / "t.h5", tilt_scene())
    with h5py.File(path, "r+") as file:
        file["sample_00"].attrs["spec_ranges"] = json.dumps(ranges)
    with pytest.raises(UserError, match=complaint):
        open_file(path)


def test_a_parameter_the_model_does_not_know_is_said(tmp_path: Path) -> None:
    path = write(tmp_path / "t.h5", tilt_scene())
    with h5py.File(path, "r+") as file:
        file["sample_00"].attrs["spec_ranges"] = '[{"name": "flux", "min": 0, "max": 1, "nominal": 0}]'
    with open_file(path) as tier:
        assert any("does not know flux" in note for note in tier.scenes[0].notes)
