"""What a spectrum is taken of, and when another would be the same: no window needed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cryogui.analysis.spectrum import image_power, mean_spectrum
from cryogui.app.computations import Picture
from cryogui.app.pages.spectrum_drawing import Drawing, place_of, ring
from cryogui.app.pages.spectrum_model import Grip, SpectrumModels
from cryogui.app.pages.spectrum_present import NO_ZERO, words_of
from cryogui.app.pages.spectrum_sources import Taken, averaged_images, offered, order
from cryogui.app.scheduler import Cancelled, Token
from cryogui.physics.ctf import Ctf, Optics
from cryogui.physics.ctf_zeros import zeros
from cryogui.physics.image import ImageCtf
from cryogui.session.looks import SpectrumLook
from cryogui.session.scene_model import SceneModel
from cryogui.session.state import SceneKey, SceneState
from cryogui.spec import Parameter, SpecRanges
from cryogui.tiers.scene import Scene
from cryogui.tiers.stacks import LazyStack

RNG = np.random.default_rng(0)
IMAGES = RNG.normal(size=(5, 20, 24)).astype(np.float32)
SINOGRAM = RNG.normal(size=(7, 1, 24)).astype(np.float32)
VOLUME = RNG.normal(size=(6, 8, 10)).astype(np.float32)
LOOK = SpectrumLook()


def model_of(
    y: np.ndarray | LazyStack | None = None, x: np.ndarray | None = None, **more: object
) -> SceneModel:
    read_y = None if y is None else lambda: y
    read_x = None if x is None else lambda: x
    scene = Scene("scene", "scene", "cryo_em", read_y=read_y, read_x=read_x, **more)
    return SceneModel(SceneKey("a.h5", 0), scene)


def picture_of(image: np.ndarray, index: int = 0) -> Picture:
    return Picture(index, image, None, None, False, 0.0)


def taken(model: SceneModel, state: SceneState, *asked: object) -> Taken:
    found = order(model, state, *asked)  # type: ignore[arg-type]
    assert found is not None
    return found.take(Token())


def test_without_a_pixel_size_frequencies_are_in_pixels() -> None:
    model = model_of(IMAGES)
    one = taken(model, SceneState(), "measured", False, picture_of(IMAGES[2], 2))
    assert (one.unit, one.index, one.spectrum.nyquist) == ("px", 2, 0.5)
    sized = model_of(IMAGES, pixel_size_A=2.0)
    assert taken(sized, SceneState(), "measured", False, picture_of(IMAGES[0])).spectrum.nyquist == 0.25


def test_the_whole_series_leaves_excluded_images_out() -> None:
    state = SceneState(excluded=frozenset({1, 4}))
    whole = taken(model_of(IMAGES), state, "measured", True, None)
    np.testing.assert_allclose(
        whole.spectrum.power, np.mean([image_power(IMAGES[i]) for i in (0, 2, 3)], axis=0), rtol=1e-6
    )
    assert (whole.index, whole.count_words) == (None, "mean of 3")
    nothing_left = SceneState(excluded=frozenset(range(5)))
    assert taken(model_of(IMAGES), nothing_left, "measured", True, None).spectrum.images == 5


class Shadowing(ImageCtf):
    """A model that has the last two of five images in the holder's shadow."""

    def expects(self, theta: object) -> np.ndarray:
        return np.array([True, True, True, False, False])


def test_shadowed_images_do_not_dilute_the_mean() -> None:
    model = model_of(IMAGES, build=lambda: Shadowing((20, 24), Optics(2.0), 15000.0, ()))
    assert averaged_images(model, SceneState()) == [0, 1, 2]
    state = SceneState(excluded=frozenset({1}))
    whole = taken(model, state, "measured", True, None)
    np.testing.assert_allclose(
        whole.spectrum.power, np.mean([image_power(IMAGES[i]) for i in (0, 2)], axis=0), rtol=1e-6
    )
    assert averaged_images(model, SceneState(excluded=frozenset({0, 1, 2}))) == [3, 4]


def test_a_series_on_disk_is_read_one_image_at_a_time_and_can_be_stopped() -> None:
    token, read = Token(), []

    def read_image(index: int) -> np.ndarray:
        read.append(index)
        if index == 2:
            token.cancel()
        return IMAGES[index]

    model = model_of(LazyStack(IMAGES.shape, read_image))
    found = order(model, SceneState(), "measured", True, None)
    assert found is not None and read == []
    with pytest.raises(Cancelled):
        found.take(token)
    assert read == [0, 1, 2]
    assert token.fraction == pytest.approx(2 / 5)


def test_the_same_spectrum_is_known_as_the_same() -> None:
    model, state, picture = model_of(IMAGES), SceneState(), picture_of(IMAGES[0])

    def depends_on(state: SceneState, whole: bool, picture: Picture) -> object:
        found = order(model, state, "measured", whole, picture)
        assert found is not None
        return found.depends_on

    moved, excluded = replace(state, position=(1.0, 1.0, 1.0)), replace(state, excluded=frozenset({1}))
    assert depends_on(state, False, picture) == depends_on(moved, False, picture)
    assert depends_on(state, False, picture) == depends_on(excluded, False, picture)
    assert depends_on(state, True, picture) != depends_on(excluded, True, picture)
    assert depends_on(state, False, picture) != depends_on(state, False, picture_of(IMAGES[1], 1))


def test_nothing_is_asked_before_its_image_is_there() -> None:
    model = model_of(IMAGES)
    assert order(model, SceneState(), "measured", False, None) is None
    assert order(model, SceneState(), "forward", False, picture_of(IMAGES[0])) is None
    assert order(model, SceneState(), "forward", True, None) is None
    assert order(model_of(x=VOLUME), SceneState(), "xy", False, None) is None


def test_a_sinogram_has_spectra_of_one_row_all_rows_and_a_picture_of_each() -> None:
    model = model_of(SINOGRAM)
    assert model.is_sinogram
    shown = picture_of(SINOGRAM[:, 0], 3)
    one = taken(model, SceneState(), "measured", False, shown)
    np.testing.assert_allclose(one.spectrum.power, image_power(SINOGRAM[3]))
    assert not one.spectrum.has_directions
    whole = taken(model, SceneState(excluded=frozenset({0})), "measured", True, shown)
    assert whole.spectrum.images == 6
    drawing = Drawing(whole, None, whole.spectrum.nyquist)
    picture = drawing.picture(LOOK)
    assert picture.shape == (7, 24)
    np.testing.assert_allclose(picture[:, 13:], np.log10(np.maximum(whole.rows[:, 1:12], 1e-30)), rtol=1e-4)
    assert [curve.name for curve in drawing.curves(replace(LOOK, sectors=True))] == ["power"]
    assert place_of(whole, 18, 2) == (0.25, "image 3  kx 0.2500 1/px  (4 px)")


def test_a_volume_has_spectra_of_its_slices_with_its_own_voxel_edges() -> None:
    model = model_of(x=VOLUME, voxel_size_A=(4.0, 2.0, 1.0))
    assert offered(model) == ()
    model.x = VOLUME
    assert offered(model) == ("xy", "xz", "yz")
    state = SceneState(position=(3.0, 5.0, 7.0))
    slices = {"xy": VOLUME[3], "xz": VOLUME[:, 5], "yz": VOLUME[:, :, 7].T}
    pixels = {"xy": (2.0, 1.0), "xz": (4.0, 1.0), "yz": (2.0, 4.0)}
    for name, image in slices.items():
        one = taken(model, state, name, False, None)
        assert (one.unit, one.spectrum.pixel, one.sigma) == ("Å", pixels[name], None)
        np.testing.assert_allclose(one.spectrum.power, image_power(image), rtol=1e-5)
        assert SpectrumModels().of(model, state, one) is None
    assert taken(model, state, "xz", True, None).spectrum.images == 8
    thick = taken(model, replace(state, slab=3), "xy", False, None)
    np.testing.assert_allclose(thick.spectrum.power, image_power(VOLUME[2:5].mean(axis=0)), rtol=1e-4)


def micrograph(defocus_A: float = 15000.0, **ranges: tuple[float, float, float]) -> tuple[SceneModel, Taken]:
    """A simulated image of noise through a CTF, its scene with these ranges, and its spectrum."""
    n, pixel, optics = 128, 2.0, Optics(2.0)
    parameters = SpecRanges(tuple(Parameter(name, *numbers) for name, numbers in ranges.items()))
    operator = ImageCtf((n, n), optics, defocus_A, parameters.names)
    kx, ky = np.fft.rfftfreq(n, pixel)[None, :], np.fft.fftfreq(n, pixel)[:, None]
    image = np.fft.irfft2(np.fft.rfft2(RNG.normal(size=(n, n))) * Ctf(optics, defocus_A)(kx, ky), s=(n, n))
    y = image[None].astype(np.float32)
    model = model_of(y, pixel_size_A=pixel, ranges=parameters, build=lambda: operator, noise_sigma=0.1)
    return model, taken(model, SceneState(), "measured", False, picture_of(y[0]))


def test_the_zero_is_dragged_to_where_it_is_wanted() -> None:
    model, spectrum = micrograph(astigmatism=(-50.0, 50.0, 0.0), defocus_error=(-500.0, 500.0, 0.0))
    state, models, grip = SceneState(spec=model.scene.ranges.nominal), SpectrumModels(), Grip()
    found = models.of(model, state, spectrum)
    assert found is not None
    handle = grip.handle(found, spectrum)
    assert handle is not None
    assert handle.x == zeros(Ctf(Optics(2.0), 15000.0), 0.25)[0].k
    assert handle.obstacle == ""
    assert handle.text.startswith("first zero")
    moved_by = grip.moved(found, 1.05 * handle.x)
    assert moved_by is not None and moved_by[0] == "defocus_error"
    value = moved_by[1]
    after = models.of(model, replace(state, spec=state.spec.replace(defocus_error=value)), spectrum)
    assert after is not None
    moved = grip.handle(after, spectrum)
    assert moved is not None
    assert moved.x == pytest.approx(1.05 * handle.x, rel=1e-3)  # the parameter is rounded as its slider is
    assert grip.moved(found, 1e-9) == ("defocus_error", 500.0)
    assert grip.release() == "defocus_error"
    assert grip.release() == ""


def test_a_zero_that_nothing_moves_says_why() -> None:
    model, spectrum = micrograph(astigmatism=(-50.0, 50.0, 0.0))
    state = SceneState(spec=model.scene.ranges.nominal)
    found = SpectrumModels().of(model, state, spectrum)
    assert found is not None
    handle = Grip().handle(found, spectrum)
    assert handle is not None and "no parameter of this file" in handle.obstacle
    model, spectrum = micrograph(defocus_error=(-500.0, 500.0, 0.0))
    locked = SceneState(spec=model.scene.ranges.nominal, locked=frozenset({"defocus_error"}))
    found = SpectrumModels().of(model, locked, spectrum)
    assert found is not None
    handle = Grip().handle(found, spectrum)
    assert handle is not None and "defocus error is locked" in handle.obstacle


def test_the_model_lies_over_the_measured_curve_between_its_levels() -> None:
    model, spectrum = micrograph(defocus_error=(-500.0, 500.0, 0.0))
    state = SceneState(spec=model.scene.ranges.nominal)
    found = SpectrumModels().of(model, state, spectrum)
    assert found is not None
    drawing = Drawing(spectrum, found.power, 0.25)
    curves = {curve.name: curve for curve in drawing.curves(LOOK)}
    assert set(curves) == {"mean of all directions", "model CTF²", "envelope", "background", "noise σ²"}
    measured, modelled = curves["mean of all directions"], curves["model CTF²"]
    at_rings = np.interp(measured.x, modelled.x, modelled.y)
    assert np.corrcoef(measured.y[5:], at_rings[5:])[0, 1] > 0.9
    assert np.all(modelled.y <= curves["envelope"].y * (1 + 1e-9))
    assert np.all(modelled.y >= curves["background"].y * (1 - 1e-9))
    plain = drawing.curves(replace(LOOK, envelope=False, sectors=True))
    assert [curve.name for curve in plain][:5] == ["0°", "45°", "90°", "135°", "model 0°"]


def test_zeros_are_marked_until_rings_cannot_tell_them_apart() -> None:
    model, spectrum = micrograph(defocus_error=(-500.0, 500.0, 0.0))
    found = SpectrumModels().of(model, SceneState(spec=model.scene.ranges.nominal), spectrum)
    assert found is not None
    drawing = Drawing(spectrum, found.power, 0.25)
    marks, expected = ([mark.x for mark in drawing.marks(LOOK)], [zero.k for zero in zeros(found.ctf, 0.25)])
    assert 2 < len(marks) < len(expected)
    assert marks == expected[: len(marks)]
    assert np.diff(marks).min() >= 2 / (128 * 2.0)
    assert len(drawing.rings(LOOK)) == len(marks)
    assert drawing.marks(replace(LOOK, zeros=False)) == drawing.rings(replace(LOOK, zeros=False)) == []


def test_rings_lie_where_the_astigmatic_ctf_vanishes() -> None:
    ctf = Ctf(Optics(2.0), 15000.0, astigmatism_A=3000.0, astigmatism_angle_deg=30.0)
    spectrum = mean_spectrum([RNG.normal(size=(90, 128)).astype(np.float32)], (2.0, 2.0))
    curve = ring(ctf, zeros(ctf, 0.25)[1], spectrum)
    kx, ky = (curve[:, 0] - 64) / (128 * 2.0), (curve[:, 1] - 45) / (90 * 2.0)
    np.testing.assert_allclose(ctf(kx, ky), 0.0, atol=1e-9)
    radius, angle = np.hypot(kx, ky), np.degrees(np.arctan2(ky, kx)) % 180
    assert angle[np.argmin(radius)] == pytest.approx(30.0, abs=4.0)


def test_the_model_stands_in_the_left_half_of_the_picture() -> None:
    model, spectrum = micrograph(defocus_error=(-500.0, 500.0, 0.0))
    found = SpectrumModels().of(model, SceneState(spec=model.scene.ranges.nominal), spectrum)
    assert found is not None
    drawing = Drawing(spectrum, found.power, 0.25)
    plain, beside = drawing.picture(LOOK), drawing.picture(replace(LOOK, beside=True))
    np.testing.assert_array_equal(beside[:, 64:], plain[:, 64:])
    likeness = np.corrcoef(plain[20:108, 20:60].ravel(), beside[20:108, 20:60].ravel())[0, 1]
    assert likeness > 0.5
    assert beside[20:108, 20:60].std() < plain[20:108, 20:60].std()


def test_a_zero_says_where_its_parameter_ends() -> None:
    model, spectrum = micrograph(defocus_error=(-500.0, 500.0, 0.0))
    words = {}
    for value in (-500.0, -499.0, 500.0):
        state = SceneState(spec=model.scene.ranges.nominal.replace(defocus_error=value))
        found = SpectrumModels().of(model, state, spectrum)
        assert found is not None
        handle = Grip().handle(found, spectrum)
        assert handle is not None and handle.obstacle == ""
        words[value] = handle.text.partition(", ")[2]
    assert words == {-500.0: "end of the range", -499.0: "", 500.0: "end of the range"}


@pytest.mark.parametrize(("defocus_A", "has_zero"), [(1050.0, True), (800.0, False)])
def test_a_first_zero_beyond_nyquist_is_said(defocus_A: float, has_zero: bool) -> None:
    model, spectrum = micrograph(defocus_A, defocus_error=(-5.0, 5.0, 0.0))
    found = SpectrumModels().of(model, SceneState(spec=model.scene.ranges.nominal), spectrum)
    assert found is not None
    handle = Grip().handle(found, spectrum)
    assert (handle is not None) is has_zero
    assert handle is None or handle.text.endswith(", beyond Nyquist")
    assert (NO_ZERO in words_of(spectrum, found)) is not has_zero
