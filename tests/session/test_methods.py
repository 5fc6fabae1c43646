"""Options of a method in the session: what differs from its own, and nothing that it would not take."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest

from cryogui.errors import UserError
from cryogui.reconstruct import Method, Problem, Start, Step
from cryogui.reconstruct.options import option
from cryogui.session.methods import options_in, values_in, with_value
from cryogui.session.run_looks import ReconstructionLook


@dataclass(frozen=True)
class Options:
    iterations: int = option(10, "iterations", "", low=1, high=100)
    step: float = option(0.5, "step", "", low=0.0, high=2.0)
    positive: bool = option(False, "positive", "")
    order: str = option("up", "order", "", choices=("up", "down"))


def run(problem: Problem, options: Options, start: Start | None) -> Iterator[Step]:
    yield Step(np.zeros(1, np.float32), 1, 1.0)


METHOD = Method("test", "Test", ("image",), Options, run)


def look(**values: bool | int | float | str) -> ReconstructionLook:
    return ReconstructionLook("test").with_options("test", values)


def test_what_is_not_set_is_the_methods_own() -> None:
    assert options_in(look(step=1), METHOD) == Options(step=1)
    assert values_in(look(), METHOD) == {"iterations": 10, "step": 0.5, "positive": False, "order": "up"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"iterations": 0}, {"iterations": 2.5}, {"iterations": True}, {"step": "much"}, {"step": 9.0},
        {"positive": 1}, {"order": "sideways"}, {"unknown": 3},
    ],
)  # fmt: skip
def test_what_the_method_would_not_take_is_passed_over(wrong: dict[str, bool | int | float | str]) -> None:
    assert options_in(look(**wrong), METHOD) == Options()


def test_only_what_differs_is_kept() -> None:
    changed = with_value(with_value(look(), METHOD, "iterations", 20), METHOD, "positive", True)
    assert changed.options_of("test") == {"iterations": 20, "positive": True}
    assert with_value(changed, METHOD, "iterations", 10).options_of("test") == {"positive": True}
    back = with_value(with_value(changed, METHOD, "iterations", 10), METHOD, "positive", False)
    assert back == look() == ReconstructionLook("test")


def test_other_methods_keep_theirs() -> None:
    both = with_value(look().with_options("other", {"depth": 3}), METHOD, "step", 1.5)
    assert both.options_of("other") == {"depth": 3}


def test_a_value_outside_the_limits_is_refused() -> None:
    with pytest.raises(UserError, match="from 1 to 100"):
        with_value(look(), METHOD, "iterations", 1000)
