"""Every method says what it is, and refuses what it cannot do."""

from __future__ import annotations

import numpy as np
import pytest

from cryogui.errors import UserError
from cryogui.physics.image import ImageCtf
from cryogui.physics.tilt import SingleAxisTilt
from cryogui.reconstruct import Method, Problem, find_method, methods
from cryogui.resources import VARIANTS, standard_rows


@pytest.fixture
def image() -> Problem:
    return Problem(ImageCtf((8, 8)), np.ones((1, 8, 8), dtype=np.float32), {}, np.ones(1, dtype=bool))


OURS = [method for method in methods() if method.run.__module__.startswith("cryogui.")]
"""Those that no other test has registered."""


@pytest.mark.parametrize("method", OURS, ids=lambda m: m.key)
def test_a_method_describes_itself(method: Method) -> None:
    assert method.summary.endswith((".", ")"))
    assert method.title
    rows = {row["method"] for variant in VARIANTS for row in standard_rows(variant)}
    assert not method.row or method.row in rows
    for option in method.option_list:
        assert option.label
        assert option.help.endswith(".")
        assert option.checked(option.default) == option.default


def test_keys_are_found_and_others_refused() -> None:
    assert find_method("wbp").key == "wbp"
    with pytest.raises(UserError, match="choose one of wbp"):
        find_method("magic")


def test_a_method_refuses_what_it_cannot_reconstruct(image: Problem) -> None:
    with pytest.raises(UserError, match="reconstructs a tilt series, and this scene is a single image"):
        find_method("wbp").require_fit(image)


def test_leaving_out_everything_is_refused() -> None:
    operator = SingleAxisTilt((8, 8, 8), (8, 8), [-10.0, 10.0])
    y = np.ones(operator.y_shape, dtype=np.float32)
    with pytest.raises(UserError, match="Every image is left out"):
        find_method("wbp").require_fit(Problem(operator, y, {}, np.zeros(2, dtype=bool)))


def test_halves_share_no_image_and_leave_none_out() -> None:
    operator = SingleAxisTilt((8, 8, 8), (8, 8), np.arange(-20.0, 25.0, 5.0))
    used = np.ones(9, dtype=bool)
    used[3] = False
    y = np.ones(operator.y_shape, dtype=np.float32)
    first, second = Problem(operator, y, {}, used).halves()
    assert not (first.used & second.used).any()
    np.testing.assert_array_equal(first.used | second.used, used)


def test_a_method_after_another_program_is_called_so_where_there_is_little_room() -> None:
    assert find_method("imod").short_title == "after IMOD"
    assert find_method("sirt").short_title == "SIRT"
