import pytest

from cryogui.physics.electron import ice_mean_free_path_A, wavelength_A


@pytest.mark.parametrize(
    ("voltage_kV", "expected_A"),
    [(80, 0.04175716), (100, 0.03701437), (120, 0.03349215), (200, 0.02507934), (300, 0.01968749)],
)
def test_wavelength_meets_codata_reference_values(voltage_kV: float, expected_A: float) -> None:
    assert wavelength_A(voltage_kV) == pytest.approx(expected_A, abs=1e-8)


def test_wavelength_refuses_a_voltage_that_is_not_positive() -> None:
    with pytest.raises(ValueError, match="positive"):
        wavelength_A(0)


def test_mean_free_path_in_ice_meets_both_published_voltages() -> None:
    assert ice_mean_free_path_A(300) == pytest.approx(3950)
    assert ice_mean_free_path_A(200) == pytest.approx(3220, rel=0.02)
