"""A click in an image moves the point of the volume that is seen there, and no other way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cryogui.session.geometry import Frame, centre, clamp

VOLUME, IMAGE = (32, 48, 64), (48, 64)


def test_the_centre_is_seen_at_the_centre() -> None:
    for angle in (-60.0, 0.0, 33.0):
        assert Frame.of_tilt(angle, VOLUME, IMAGE).to_image(centre(VOLUME)) == pytest.approx((32.0, 24.0))


def test_a_tilted_point_follows_the_projection_of_the_forward_model() -> None:
    # p(x') = ∫V(x'cosθ + z'sinθ, −x'sinθ + z'cosθ)dz': a point at z = +10 is seen at x' = −10 sinθ.
    x, y = Frame.of_tilt(30.0, VOLUME, IMAGE).to_image((26.0, 24.0, 32.0))
    assert (x, y) == pytest.approx((32.0 - 5.0, 24.0))


def test_a_particle_shift_moves_the_point_along() -> None:
    frame = Frame(((0, 1, 0), (-1, 0, 0), (0, 0, 1)), (32, 32, 32), (32, 32), shift_px=(2.0, -3.0))
    assert frame.to_image((16.0, 16.0, 20.0)) == pytest.approx((18.0, 16.0 - 4.0 - 3.0))


@given(st.floats(-60, 60), st.floats(-4, 4), st.floats(-10, 10), st.floats(-4, 4))
def test_from_image_is_the_inverse_at_the_same_depth(angle: float, z: float, y: float, x: float) -> None:
    frame = Frame.of_tilt(angle, VOLUME, IMAGE)
    point = (16 + z, 24 + y, 32 + x)
    assert frame.from_image(*frame.to_image(point), point) == pytest.approx(point, abs=1e-9)


def test_a_click_outside_is_clamped_to_the_volume() -> None:
    frame = Frame.of_tilt(0.0, VOLUME, IMAGE)
    assert frame.from_image(-50.0, 500.0, centre(VOLUME)) == (16.0, 47.0, 0.0)
    assert clamp((-1.0, 3.0, 99.0), VOLUME) == (0.0, 3.0, 63.0)
