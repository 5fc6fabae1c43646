"""The parameter that moves a defocus is found, and set so that a zero comes to where it is wanted."""

import pytest

from cryogui.analysis.focusing import Focus, focuses
from cryogui.physics.ctf import Ctf, Optics
from cryogui.physics.ctf_zeros import Zero, zeros
from cryogui.physics.image import ImageCtf
from cryogui.physics.operators import Operator
from cryogui.physics.tilt import SingleAxisTilt
from cryogui.spec import Parameter, Spec, SpecRanges

OPTICS = Optics(1.5)
IMAGE_RANGES = SpecRanges(
    (
        Parameter("cs_mm", 2.0, 3.0, 2.7),
        Parameter("defocus_um", 0.5, 3.0, 1.5),
        Parameter("amplitude_contrast", 0.0, 0.2, 0.1),
    )
)
TILT_RANGES = SpecRanges(
    (Parameter("tilt_axis_offset", -1.0, 1.0, 0.0), Parameter("ctf_per_tilt_variation", -0.15, 0.15, 0.0))
)


def found(operator: Operator, image: int, ranges: SpecRanges) -> tuple[Focus, ...]:
    def ctf_under(spec: Spec) -> Ctf:
        ctf = operator.ctf(image, spec)
        assert ctf is not None
        return ctf

    return focuses(ctf_under, ranges.nominal, ranges)


def test_the_defocus_is_moved_to_where_its_zero_is_wanted() -> None:
    operator, spec = ImageCtf((64, 64), OPTICS, 15000.0, IMAGE_RANGES.names), IMAGE_RANGES.nominal
    (focus,) = found(operator, 0, IMAGE_RANGES)
    assert focus.parameter.name == "defocus_um"
    before = operator.ctf(0, spec)
    assert before is not None
    for wanted in (0.045, 0.06):
        value = focus.value_for(before, Zero(1, wanted), spec)
        after = operator.ctf(0, spec.replace(defocus_um=value))
        assert after is not None
        assert zeros(after, 0.3)[0].k == pytest.approx(wanted, rel=1e-9)


def test_the_range_is_not_left() -> None:
    operator, spec = ImageCtf((64, 64), OPTICS, 15000.0, IMAGE_RANGES.names), IMAGE_RANGES.nominal
    (focus,) = found(operator, 0, IMAGE_RANGES)
    ctf = operator.ctf(0, spec)
    assert ctf is not None
    assert focus.value_for(ctf, Zero(1, 0.001), spec) == 3.0
    assert focus.value_for(ctf, Zero(1, 0.3), spec) == 0.5


def test_a_tilt_is_moved_in_proportion_to_its_angle_and_the_upright_one_not_at_all() -> None:
    operator = SingleAxisTilt((8, 8, 8), (8, 8), [-60.0, 0.0, 30.0], optics=OPTICS, defocus_A=6000.0)
    slopes = [[focus.slope for focus in found(operator, tilt, TILT_RANGES)] for tilt in range(3)]
    assert slopes[0] == pytest.approx([-1e4])
    assert slopes[1] == []
    assert slopes[2] == pytest.approx([5e3])
