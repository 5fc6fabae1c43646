"""A forward model with blocks left out keeps every law, and leaves out exactly what those blocks do."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from cryogui.physics import ctf
from cryogui.physics.live import LiveModel
from cryogui.physics.operators import Operator
from tests.physics import laws, test_image, test_particles, test_tilt


def particles() -> Operator:
    return test_particles.stack(16)


def tilt_series() -> Operator:
    return test_tilt.tilt_series((16, 16, 16), (16, 16))


def padded() -> Operator:
    wider = test_tilt.tilt_series((16, 12, 16), (12, 16)).padded()
    assert wider is not None
    return wider


def absolute_image() -> Operator:
    return test_image.absolute((15, 16))


def image_errors() -> Operator:
    return test_image.errors((16, 15))


GEOMETRIC = {"tilt_axis_offset", "tilt_angle_accuracy", "dose_induced_shrinkage"}
THICK = 400.0  # nm: thin ice blurs so little that single precision drowns the differences
SETTINGS: dict[Callable[[], Operator], tuple[dict[str, float], dict[str, float]]] = {
    tilt_series: (test_tilt.THETA, test_tilt.STEPS),
    padded: (test_tilt.THETA, test_tilt.STEPS),
    particles: (test_particles.THETA, test_particles.STEPS),
    absolute_image: (
        {**test_image.ABSOLUTE, "ice_thickness_nm": THICK}, {**test_image.STEPS, "ice_thickness_nm": 10.0},
    ),
    image_errors: (
        {**test_image.ERRORS, "ice_thickness_error_nm": THICK},
        {**test_image.STEPS, "ice_thickness_error_nm": 10.0},
    ),
}  # fmt: skip


@pytest.mark.parametrize("symbols", ["C", "D", "CD"])
@pytest.mark.parametrize("make", SETTINGS, ids=lambda make: make.__name__)
def test_every_law(make: Callable[[], Operator], symbols: str) -> None:
    operator = make().without(frozenset(symbols))
    theta, steps = SETTINGS[make]
    laws.assert_linear(operator, theta)
    laws.assert_adjoint(operator, theta)
    laws.assert_normal(operator, theta, 1e-4)
    laws.assert_parseval(operator, theta)
    laws.assert_gradient(operator, theta)
    for name in operator.parameters:
        laws.assert_derivative(operator, theta, name, steps[name])


@pytest.mark.parametrize(
    ("make", "symbols", "left"),
    [
        (tilt_series, "C", GEOMETRIC | {"missing_wedge"}),
        (padded, "CD", GEOMETRIC),
        (particles, "C", {"ice_thickness_variation"}),
        (particles, "D", set(test_particles.THETA)),
        (particles, "CD", set()),
        (image_errors, "C", {"ice_thickness_error_nm"}),
    ],
)  # fmt: skip
def test_a_parameter_goes_with_the_last_block_that_reads_it(
    make: Callable[[], Operator], symbols: str, left: set[str]
) -> None:
    operator = make().without(frozenset(symbols))
    assert set(operator.parameters) == left
    theta, _ = SETTINGS[make]
    x = laws.smooth_object(operator)
    gone = {name: value for name, value in theta.items() if name not in left}
    np.testing.assert_array_equal(
        operator.apply(x, theta), operator.apply(x, {n: v for n, v in theta.items() if n not in gone})
    )


@pytest.mark.parametrize("make", [tilt_series, padded, particles], ids=lambda make: make.__name__)
def test_without_transfer_and_detector_the_bare_projection_is_left(make: Callable[[], Operator]) -> None:
    whole, (theta, _) = make(), SETTINGS[make]
    bare = whole.without(frozenset("CD"))
    loaded = whole.load(laws.smooth_object(whole))
    projection = whole.images(loaded, theta, after="Π")
    assert laws.relative(bare.images(loaded, theta), projection) < 1e-5
    assert laws.relative(bare.images(loaded, theta, after="C"), projection) < 1e-5
    assert [block.symbol for block in bare.blocks] == ["Π"]


@pytest.mark.parametrize("make", [absolute_image, image_errors], ids=lambda make: make.__name__)
def test_an_image_without_anything_is_the_object(make: Callable[[], Operator]) -> None:
    operator = make().without(frozenset("CD"))
    x = laws.noise(operator.x_shape, 1)
    assert laws.relative(operator.apply(x, SETTINGS[make][0]), x) < 1e-5


def test_without_the_detector_no_tilt_is_shadowed() -> None:
    operator = tilt_series()
    theta = {"missing_wedge": 40.0}
    assert not operator.expects(theta).all()
    assert operator.without(frozenset("D")).expects(theta).all()


def test_what_ice_takes_from_the_beam_is_left_when_only_its_blur_goes() -> None:
    operator, theta = particles(), {"ice_thickness_variation": 50.0}
    x = laws.smooth_object(operator)
    gain = ctf.ice_gain(500.0, test_particles.OPTICS)
    bare = operator.without(frozenset("CD")).apply(x, theta)
    assert laws.relative(operator.without(frozenset("C")).apply(x, theta), gain * bare) < 1e-5
    assert (
        laws.relative(operator.apply(x, theta), gain * operator.without(frozenset("D")).apply(x, theta))
        < 1e-5
    )


@pytest.mark.parametrize("make", SETTINGS, ids=lambda make: make.__name__)
def test_leaving_out_changes_nothing_in_the_whole_model(make: Callable[[], Operator]) -> None:
    whole, (theta, _) = make(), SETTINGS[make]
    x = laws.smooth_object(whole)
    before = whole.apply(x, theta)
    part = whole.without(frozenset("C")).without(frozenset("D"))
    part.apply(x, theta)
    assert part.whole is whole
    assert whole.without(frozenset()) is whole
    np.testing.assert_array_equal(whole.apply(x, theta), before)


@pytest.mark.parametrize("make", [tilt_series, padded, particles], ids=lambda make: make.__name__)
def test_the_projection_stays_and_the_reason_is_told(make: Callable[[], Operator]) -> None:
    operator = make()
    with pytest.raises(ValueError, match="no images"):
        operator.without(frozenset("ΠC"))
    assert "no images" in operator.blocks[0].essential
    with pytest.raises(ValueError, match="no block Σ"):
        operator.without(frozenset("Σ"))


def test_a_live_model_switches_to_and_fro_with_what_it_has_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    operator, theta = tilt_series(), test_tilt.THETA
    x = laws.smooth_object(operator)
    live = LiveModel(operator, operator.apply(x, theta))
    live.set_object(x)
    monkeypatch.setattr(type(operator), "load", lambda self, x: pytest.fail("loaded again"))
    monkeypatch.setattr(type(operator), "measure", lambda self, y: pytest.fail("measured again"))
    part = live.without(frozenset("C"))
    part.set_object(x)
    assert (live.left_out, part.left_out) == (frozenset(), frozenset("C"))
    assert part.misfit(theta).residual > 5e-3 > 1e-4 > live.misfit(theta).residual
    assert part.without(frozenset("D")).left_out == frozenset("D")
    again = part.without(frozenset())
    np.testing.assert_array_equal(again.images(theta), live.images(theta))
    np.testing.assert_array_equal(part.images(theta, after="C"), live.images(theta, after="Π"))
