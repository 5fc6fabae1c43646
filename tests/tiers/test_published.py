"""The published layouts are told apart by content, and each becomes the model that made it."""

import json
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from cryogui.errors import UserError
from cryogui.resources import challenge_ranges
from cryogui.spec import Spec
from cryogui.tiers import Scene, TierFile, open_file
from cryogui.tiers.ctf_fit import fit_ctf

RNG = np.random.default_rng(3)
B_RANGES = {
    "defocus_um": {"min": 1.0, "max": 3.0, "unit": "um"},
    "ice_thickness_nm": {"min": 40.0, "max": 60.0, "unit": "nm"},
}
C_RANGES = {"defocus_error_nm": {"min": -100, "max": 200, "unit": "nm"}}


def write(path: Path, file_attrs: dict[str, Any], attrs: dict[str, Any], **arrays: np.ndarray) -> Path:
    with h5py.File(path, "w") as file:
        group = file.create_group("sample_00")
        for node, values in ((file, file_attrs), (group, attrs)):
            for name, value in values.items():
                node.attrs[name] = json.dumps(value) if isinstance(value, dict | list) else value
        for name, array in arrays.items():
            group.create_dataset(name, data=array)
    return path


def image(n: int = 32) -> np.ndarray:
    return RNG.random((n, n)).astype(np.float32)


def ctf(n: int = 32, defocus_A: float = 2e4, cs_mm: float = 2.1, sign: float = -1.0) -> np.ndarray:
    """Written out here, independently of the program's own."""
    k = np.fft.fftfreq(n, 1.5)
    k2 = k[:, None] ** 2 + k[None, :] ** 2
    chi = np.pi * 0.0197 * defocus_A * k2 - 0.5 * np.pi * cs_mm * 1e7 * 0.0197**3 * k2**2
    return (sign * np.sin(chi + np.arcsin(0.08))).astype(np.float32)


def through(x: np.ndarray, transfer: np.ndarray) -> np.ndarray:
    return np.fft.ifft2(np.fft.fft2(x) * transfer).real.astype(np.float32)


def disc(n: int = 32) -> np.ndarray:
    z, x = np.mgrid[:n, :n] - n // 2
    return np.exp(-((x - 3) ** 2 + (z + 2) ** 2) / 18.0).astype(np.float32)


def gaussian_sinogram(angles_deg: np.ndarray, width: int) -> np.ndarray:
    """Projections of `disc`, in closed form."""
    turn = np.deg2rad(angles_deg)[:, None]
    centre = 3 * np.cos(turn) + 2 * np.sin(turn)
    across = np.arange(width)[None, :] - width // 2
    return (np.sqrt(18 * np.pi) * np.exp(-((across - centre) ** 2) / 18.0)).astype(np.float32)


def residual(scene: Scene) -> float:
    operator = scene.operator()
    assert operator is not None and scene.x_true is not None and isinstance(scene.y, np.ndarray)
    expected = operator.apply(scene.x_true, scene.ranges.nominal)
    return float(np.linalg.norm(scene.y - expected) / np.linalg.norm(scene.y))


def layout_and_scene(path: Path) -> tuple[str, Scene]:
    with open_file(path) as tier:
        scene = tier.scenes[0]
        assert scene.y is not None and (scene.read_x is None or scene.x_true is not None)
        scene.operator()
        return tier.layout, scene


def test_a_is_an_identity_and_says_so(tmp_path: Path) -> None:
    x = image().astype(np.float64)
    ranges = [{"name": p.name, "min": p.minimum, "max": p.maximum, "unit": p.unit}
              for p in challenge_ranges("cryo_et", "public")]  # fmt: skip
    path = write(
        tmp_path / "a.h5", {"variant": "cryo_et", "tier": "public"},
        {"spec_ranges": ranges, "true_spec": {"tilt_axis_offset": 0.3}, "metadata": {"scene": "scene_07"}},
        y=x, x_true=x, H_ideal=np.eye(1024),
    )  # fmt: skip
    layout, scene = layout_and_scene(path)
    assert (layout, scene.variant, scene.title) == ("A", "cryo_et", "scene 07")
    assert scene.y is not None and scene.y.shape == (1, 32, 32) and scene.y.dtype == np.float32
    assert residual(scene) < 1e-6
    assert scene.ranges["missing_wedge"].nominal == 30.0
    assert scene.true_spec == Spec.of({"tilt_axis_offset": 0.3})
    assert any("no optics to calibrate" in note for note in scene.notes)
    (missing,) = (note for note in scene.notes if "No nominal value" in note)
    assert "tilt-axis offset" in missing and "_" not in missing


@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_b_recovers_the_optics_from_the_stored_ctf(sign: float, tmp_path: Path) -> None:
    x, transfer = image(), ctf(sign=sign)
    geometry = {"pixel_size_A": 1.5, "voltage_kV": 300, "wavelength_A": 0.0197}
    path = write(
        tmp_path / "b.h5", {"geometry": geometry}, {"spec_ranges": B_RANGES},
        x_true=x, y=through(x, transfer), H_ideal=transfer, image_ideal=through(x, transfer) + 0.5,
    )  # fmt: skip
    layout, scene = layout_and_scene(path)
    assert layout == "B"
    assert scene.ranges["defocus_um"].nominal == pytest.approx(2.0, abs=1e-4)
    assert scene.ranges["ice_thickness_nm"].nominal == 50.0
    assert residual(scene) < 1e-4
    assert scene.pixel_size_A == 1.5
    assert not any("assumed" in note for note in scene.notes)


def test_c_has_errors_around_the_stored_ctf(tmp_path: Path) -> None:
    x, transfer = image(), ctf(defocus_A=1.5e4, cs_mm=2.7)
    noisy = through(x, transfer) + RNG.normal(scale=0.1, size=(32, 32)).astype(np.float32)
    path = write(
        tmp_path / "c.h5", {}, {"spec_ranges": C_RANGES},
        x_true=x, y_ideal=through(x, transfer), y_measured=noisy, ctf_ideal=transfer,
    )  # fmt: skip
    layout, scene = layout_and_scene(path)
    assert layout == "C"
    assert scene.ranges["defocus_error_nm"].nominal == 0.0
    assert scene.noise_sigma == pytest.approx(0.1, rel=0.1)
    assert residual(scene) == pytest.approx(0.1 / np.sqrt(np.mean(noisy**2)), rel=0.1)
    assert any("assumed" in note for note in scene.notes)


@pytest.mark.parametrize("operator", ["H_ideal", "ctf_ideal"])
def test_a_stored_ctf_without_ranges_gets_the_usual_sliders_and_says_so(
    operator: str, tmp_path: Path
) -> None:
    x, transfer = image(), ctf()
    path = write(tmp_path / "c.h5", {}, {}, x_true=x, y=through(x, transfer), **{operator: transfer})
    _, scene = layout_and_scene(path)
    assert scene.ranges.names == challenge_ranges("cryo_em", "public").names
    assert any(note.startswith("No spec ranges in this file") for note in scene.notes)
    assert residual(scene) < 1e-4, "at the nominal spec the stored CTF is the model"


def test_half_a_turn_in_radians_is_not_taken_for_degrees(tmp_path: Path) -> None:
    angles = np.linspace(0.0, 177.0, 60)
    y = gaussian_sinogram(angles, 46)
    layout, scene = layout_and_scene(
        write(tmp_path / "e.h5", {}, {}, x_true=disc(), y=y, H_ideal=np.deg2rad(angles))
    )
    assert layout == "E"
    np.testing.assert_allclose(scene.tilt_angles_deg, angles, atol=1e-4)
    assert residual(scene) < 2e-3


@pytest.mark.parametrize(
    ("layout", "name", "unit", "scale"),
    [("D", "H_ideal", 1.0, 0.05), ("E", "H_ideal", np.pi / 180, 1.0), ("D", "angles_deg", 1.0, 1.0),
     ("E", "angles_nominal", np.pi / 180, 1.0), ("D", "angles", 1.0, 1.0)],
)  # fmt: skip
def test_d_and_e_are_single_axis_series_of_one_slice(
    layout: str, name: str, unit: float, scale: float, tmp_path: Path
) -> None:
    angles = np.arange(-60.0, 61.0, 3.0)
    y = scale * gaussian_sinogram(angles, 46)
    arrays = {"y": y, "x_true": disc(), name: (angles * unit).astype(np.float32)}
    path = write(tmp_path / "d.h5", {"tier": "public"}, {"defocus_um": 2.5}, **arrays)
    found, scene = layout_and_scene(path)
    assert found == layout
    assert scene.x_true is not None and scene.x_true.shape == (32, 1, 32)
    assert scene.y is not None and scene.y.shape == (41, 1, 46)
    np.testing.assert_allclose(scene.tilt_angles_deg, angles, atol=1e-4)
    assert residual(scene) < 5e-3
    assert scene.ranges.names == (
        "tilt_axis_offset", "tilt_angle_accuracy", "dose_induced_shrinkage", "missing_wedge"
    )  # fmt: skip
    assert scene.ranges.nominal["missing_wedge"] == 29.5
    assert any("public ranges" in note for note in scene.notes)
    assert ("defocus", "2.5 µm") in scene.facts


def test_a_tilt_series_without_truth_says_that_its_scale_is_unknown(tmp_path: Path) -> None:
    angles = np.linspace(-60, 60, 41)
    path = write(
        tmp_path / "d.h5", {}, {}, y=gaussian_sinogram(angles, 32), H_ideal=angles,
        reconstruction_baseline=np.zeros((32, 32)),
    )  # fmt: skip
    _, scene = layout_and_scene(path)
    assert scene.x_true is None
    assert any("scale" in note for note in scene.notes)
    assert "The reconstruction 'baseline' in this file is all zeros." in scene.notes


def test_other_names_for_the_same_things(tmp_path: Path) -> None:
    x, transfer = image(), ctf()
    path = write(
        tmp_path / "v.h5", {}, {"spec_ranges": B_RANGES}, x_true_amplitude=x, y_noisy=through(x, transfer),
        H_ideal_real=transfer, H_ideal_imag=np.zeros_like(transfer),
    )  # fmt: skip
    layout, scene = layout_and_scene(path)
    assert layout == "B"
    assert residual(scene) < 1e-4


def test_an_operator_that_is_no_ctf_leaves_the_images_to_look_at(tmp_path: Path) -> None:
    x = image()
    complex_one = {"H_ideal_real": ctf(), "H_ideal_imag": ctf()}
    for name, arrays in (("complex", complex_one), ("none", {})):
        _, scene = layout_and_scene(write(tmp_path / f"{name}.h5", {}, {}, y=x, x_true=x, **arrays))
        assert scene.operator() is None
        assert any("can only be looked at" in note for note in scene.notes)


@pytest.mark.parametrize(
    ("attrs", "expected"),
    [
        ({"spec_ranges": "{not json"}, "is not JSON"),
        ({"spec_ranges": "[" * 100_000}, "is not JSON"),
        ({"metadata": '{"scene": "\\ud800"}'}, "is not JSON"),
        ({"spec_ranges": {"a": {"min": 1.0, "max": 1.0}}}, "cannot be used"),
        ({"spec_ranges": {"a": {"min": 1.0}}}, "cannot be used"),
        ({"spec_ranges": [1, 2]}, "cannot be used"),
        ({"spec_ranges": '[{"name": "a", "min": 0, "max": NaN}]'}, "cannot be used"),
        ({"spec_ranges": [{"name": "a", "min": 0, "max": 1}] * 2}, "a name twice"),
        ({"true_spec": {"a": "far"}}, "cannot be used"),
        ({"true_spec": '{"a": Infinity}'}, "not finite"),
    ],
)
def test_unusable_attributes_are_refused(attrs: dict[str, Any], expected: str, tmp_path: Path) -> None:
    path = write(tmp_path / "a.h5", {}, attrs, y=image(), H_ideal=np.eye(1024))
    with pytest.raises(UserError, match=f"/sample_00 .*{expected}"):
        open_file(path)


def test_angles_and_images_must_agree(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="3 angles for 4 images"):
        open_file(write(tmp_path / "d.h5", {}, {}, y=np.ones((4, 9)), H_ideal=np.array([-30.0, 0, 30])))


def test_the_fit_of_a_ctf_finds_the_right_fringe_anywhere_in_range() -> None:
    for defocus, cs in ((4e3, 0.5), (1.234e4, 2.7), (3.77e4, 3.9)):
        fit = fit_ctf(ctf(64, defocus, cs), 1.5, 0.0197)
        assert (fit.defocus_A, fit.cs_mm) == (pytest.approx(defocus, abs=0.1), pytest.approx(cs, abs=1e-3))
        assert fit.error < 1e-5 and fit.sign == -1.0


def test_a_stored_image_that_is_no_ctf_is_called_rough(tmp_path: Path) -> None:
    path = write(tmp_path / "b.h5", {}, {"spec_ranges": B_RANGES}, y=image(), H_ideal=image())
    _, scene = layout_and_scene(path)
    assert any("the model is rough" in note for note in scene.notes)


def tier_facts(tier: TierFile) -> tuple[str, str, str, int]:
    return tier.layout, tier.variant, tier.tier, len(tier.scenes)


def test_the_examples_of_every_layout(shared_data: Path) -> None:
    expected = {
        "A_cryo_em_challenge_dev": ("A", "cryo_em", "dev", 3),
        "A_cryo_em_challenge_public": ("A", "cryo_em", "public", 3),
        "A_cryo_et_challenge_dev": ("A", "cryo_et", "dev", 3),
        "A_cryo_et_challenge_public": ("A", "cryo_et", "public", 3),
        "B_cryo_em_challenge_dev": ("B", "cryo_em", "", 2),
        "B_cryo_em_challenge_public": ("B", "cryo_em", "", 2),
        "C_cryo_em_challenge_public": ("C", "cryo_em", "", 2),
        "D_cryo_et_challenge_dev": ("D", "cryo_et", "dev", 2),
        "D_cryo_et_challenge_public": ("D", "cryo_et", "public", 2),
        "E_cryo_et_challenge_public": ("E", "cryo_et", "", 2),
    }
    for path in sorted((shared_data / "pwm_layouts").glob("*.h5")):
        with open_file(path) as tier:
            assert tier_facts(tier) == expected[path.stem], path.name


def test_the_models_explain_the_public_examples(shared_data: Path) -> None:
    """What is left over is the noise the files were made with (known where they hold the ideal image)."""
    folder = shared_data / "pwm_layouts"
    for name in ("B_cryo_em", "C_cryo_em"):
        with open_file(folder / f"{name}_challenge_public.h5") as tier:
            for scene in tier.scenes:
                assert scene.noise_sigma is not None and isinstance(scene.y, np.ndarray)
                noise = scene.noise_sigma / np.sqrt(np.mean(np.square(scene.y)))
                assert residual(scene) == pytest.approx(noise, rel=0.01)
    for name, floor in (("D", 0.05), ("E", 0.01)):
        with open_file(folder / f"{name}_cryo_et_challenge_public.h5") as tier:
            assert all(residual(scene) < floor for scene in tier.scenes)
