import numpy as np
import pytest

from cryogui.physics.ctf import Ctf, Optics
from cryogui.physics.image import ImageCtf
from cryogui.physics.stack import WIENER
from tests.physics import laws

ABSOLUTE = {"defocus_um": 1.6, "cs_mm": 2.6, "amplitude_contrast": 0.09, "ice_thickness_nm": 55.0}
ERRORS = {
    "defocus_error_nm": 20.0, "Cs_error_mm": 0.1, "B_factor_error": 5.0, "ice_thickness_error_nm": 4.0,
    "astigmatism": 10.0, "beam_tilt": 0.1,
}  # fmt: skip
STEPS = {
    "defocus_um": 2e-3, "cs_mm": 0.2, "amplitude_contrast": 0.01, "ice_thickness_nm": 2.0,
    "defocus_error_nm": 2.0, "Cs_error_mm": 0.2, "B_factor_error": 1.0, "ice_thickness_error_nm": 2.0,
    "astigmatism": 2.0, "beam_tilt": 0.05,
}  # fmt: skip
PUBLISHED = Optics(1.5, sign=-1.0, wavelength_A=0.0197)


def absolute(shape: tuple[int, int]) -> ImageCtf:
    return ImageCtf(shape, PUBLISHED, 15000.0, tuple(ABSOLUTE), ice_thickness_nm=50.0)


def errors(shape: tuple[int, int]) -> ImageCtf:
    return ImageCtf(shape, Optics(1.5), 15000.0, tuple(ERRORS))


@pytest.mark.parametrize("shape", [(32, 40), (31, 33)])
@pytest.mark.parametrize(("make", "theta"), [(absolute, ABSOLUTE), (errors, ERRORS)])
def test_every_law(make: object, theta: dict[str, float], shape: tuple[int, int]) -> None:
    operator = make(shape)  # type: ignore[operator]
    laws.assert_linear(operator, theta)
    laws.assert_adjoint(operator, theta)
    laws.assert_normal(operator, theta, 1e-5)
    laws.assert_parseval(operator, theta)
    laws.assert_gradient(operator, theta)
    for name in theta:
        laws.assert_derivative(operator, theta, name, STEPS[name])


def test_the_identity_is_the_identity_and_has_nothing_to_calibrate() -> None:
    operator = ImageCtf((32, 32))
    x = laws.noise((1, 32, 32), 1)
    np.testing.assert_allclose(operator.apply(x, {"defocus_error": 99.0}), x, atol=1e-5)
    assert operator.parameters == ()
    np.testing.assert_array_equal(operator.reconstruct(x, {}, np.ones(1, bool)), x)
    laws.assert_adjoint(operator, {})


def test_absolute_parameters_replace_what_the_optics_say() -> None:
    operator = absolute((32, 32))
    x = laws.noise((1, 32, 32), 1)
    k = np.fft.fftfreq(32, 1.5)
    optics = Optics(1.5, cs_mm=2.6, amplitude_contrast=0.09, sign=-1.0, wavelength_A=0.0197)
    transfer = Ctf(optics, 16000.0)(k[None, :], k[:, None])
    expected = np.fft.ifft2(np.fft.fft2(x[0]) * transfer).real
    assert laws.relative(operator.apply(x, {**ABSOLUTE, "ice_thickness_nm": 50.0})[0], expected) < 1e-4


def test_wiener_deconvolution_restores_what_the_transfer_let_through() -> None:
    operator = absolute((64, 64))
    x = laws.noise(operator.x_shape, 1)
    k = np.fft.fftfreq(64, 1.5)
    power = Ctf(PUBLISHED, 15000.0)(k[None, :], k[:, None]) ** 2
    expected = np.fft.ifft2(np.fft.fft2(x[0]) * power / (power + WIENER)).real
    found = operator.reconstruct(operator.apply(x, {}), {}, np.ones(1, bool))
    assert laws.relative(found[0], expected) < 1e-3
