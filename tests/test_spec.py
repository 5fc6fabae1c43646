from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cryogui.spec import DESCRIPTIONS, Parameter, Spec, SpecRanges

numbers = st.floats(-1e6, 1e6)


@st.composite
def parameters(draw: st.DrawFn, name: str = "p") -> Parameter:
    low, high = sorted(draw(st.tuples(numbers, numbers).filter(lambda ends: ends[0] != ends[1])))
    return Parameter(name, low, high, draw(st.floats(low, high)))


@given(parameters(), st.floats(allow_nan=False))
def test_clip_stays_in_range_and_leaves_values_inside_alone(parameter: Parameter, value: float) -> None:
    clipped = parameter.clip(value)
    assert parameter.minimum <= clipped <= parameter.maximum
    if parameter.minimum <= value <= parameter.maximum:
        assert clipped == value


@pytest.mark.parametrize(
    ("minimum", "maximum", "nominal", "complaint"),
    [
        (0.0, math.inf, 1.0, "finite"),
        (math.nan, 1.0, 0.5, "finite"),
        (0.0, 1.0, math.nan, "finite"),
        (1.0, 1.0, 1.0, "empty"),
        (1.0, -1.0, 0.0, "empty"),
        (-1.0, 1.0, 2.0, "outside"),
    ],
)
def test_impossible_parameters_are_refused(
    minimum: float, maximum: float, nominal: float, complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        Parameter("tilt_axis_offset", minimum, maximum, nominal)


def test_a_parameter_nobody_described_keeps_its_own_name_and_unit() -> None:
    parameter = Parameter("stage_drift", 0.0, 1.0, 0.0, "furlong")
    assert parameter.description.label == "stage drift"
    assert parameter.display_unit == "furlong"


def test_the_described_unit_is_shown_where_the_file_has_none() -> None:
    assert Parameter("beam_tilt", -1.0, 1.0, 0.0).display_unit == "mrad"


def test_every_description_can_stand_in_a_slider_row() -> None:
    for name, description in DESCRIPTIONS.items():
        assert description.symbol and description.label and description.physics, name
        assert description.physics.endswith("."), name


@given(st.dictionaries(st.text(min_size=1), numbers))
def test_a_spec_is_a_hashable_mapping_that_keeps_its_order(values: dict[str, float]) -> None:
    spec = Spec.of(values)
    assert dict(spec) == values
    assert list(spec) == list(values)
    assert hash(spec) == hash(Spec.of(values))
    assert spec == Spec.of(values)


def test_replace_changes_one_value_and_leaves_the_original() -> None:
    spec = Spec.of({"a": 1.0, "b": 2.0})
    assert dict(spec.replace(b=5.0)) == {"a": 1.0, "b": 5.0}
    assert dict(spec) == {"a": 1.0, "b": 2.0}


def test_replace_refuses_a_name_the_spec_does_not_hold() -> None:
    with pytest.raises(KeyError, match="sideways"):
        Spec.of({"a": 1.0}).replace(sideways=1.0)


def test_specs_with_other_values_are_unequal() -> None:
    assert Spec.of({"a": 1.0}) != Spec.of({"a": 1.5})


RANGES = SpecRanges(
    (Parameter("defocus_error", -50.0, 150.0, 0.0, "nm"), Parameter("beam_tilt", -1.0, 2.0, 0.5))
)


def test_ranges_iterate_in_file_order_and_index_by_name() -> None:
    assert RANGES.names == ("defocus_error", "beam_tilt")
    assert [p.name for p in RANGES] == list(RANGES.names)
    assert len(RANGES) == 2
    assert RANGES["beam_tilt"].maximum == 2.0
    with pytest.raises(KeyError, match="coma"):
        RANGES["coma"]


def test_nominal_takes_every_parameters_own() -> None:
    assert dict(RANGES.nominal) == {"defocus_error": 0.0, "beam_tilt": 0.5}


@given(st.integers(0, 2**32 - 1), st.floats(0.0, 1.0))
def test_a_drawn_spec_keeps_to_the_middle_of_its_ranges(seed: int, fraction: float) -> None:
    spec = RANGES.draw(np.random.default_rng(seed), fraction)
    for parameter in RANGES:
        centre = (parameter.minimum + parameter.maximum) / 2
        half_width = fraction * (parameter.maximum - parameter.minimum) / 2
        assert abs(spec[parameter.name] - centre) <= half_width + 1e-9


def test_a_draw_depends_on_nothing_but_its_seed() -> None:
    draws = [RANGES.draw(np.random.default_rng(seed)) for seed in (7, 7, 8)]
    assert draws[0] == draws[1] != draws[2]
