"""The calibration strategies there are, by key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, get_type_hints

from cryogui.calibrate.calibration import Calibration
from cryogui.calibrate.estimate import Estimate
from cryogui.errors import UserError
from cryogui.reconstruct.problem import Kind
from cryogui.reconstruct.procedure import Catalogue, Procedure

MODULES: tuple[str, ...] = ("auto", "shadow", "align", "transmission", "spectrum", "gradient")
"""Modules of this package that hold strategies, in the order in which they are listed."""

Run = Callable[[Calibration, Any], Iterator[Estimate]]


@dataclass(frozen=True, eq=False)
class Strategy(Procedure):
    """One calibration strategy; determines: the parameters it can find, by name; () for all there are."""

    determines: tuple[str, ...] = ()

    verb = "calibrates"
    noun = "strategy"

    def require_use(self, calibration: Calibration) -> None:
        """Raises UserError, in one sentence, when it cannot work on `calibration` or may change nothing."""
        self.require_fit(calibration.problem)
        able = self.determines or calibration.ranges.names
        if not set(able) & set(calibration.problem.operator.parameters):
            raise UserError(
                f"The forward model of this scene knows nothing that {self.title!r} could find; "
                "calibrate a file that tells its optics or its tilts."
            )
        if not set(able) & set(calibration.free):
            raise UserError(
                f"{self.title} finds {', '.join(able) or 'nothing here'}, and none of that is free; "
                "unlock a parameter or choose another strategy."
            )


_catalogue: Catalogue[Strategy] = Catalogue("strategy", "cryogui.calibrate", MODULES)


def strategy(
    key: str, title: str, kinds: tuple[Kind, ...], determines: tuple[str, ...]
) -> Callable[[Run], Run]:
    """Registers the generator `run(calibration, options)` that this decorates; see `Strategy`.

    The annotation of `options` is the dataclass of its options.
    """

    def register(run: Run) -> Run:
        options = get_type_hints(run)["options"]
        _catalogue.add(Strategy(key, title, kinds, options, run, determines))
        return run

    return register


def strategies() -> tuple[Strategy, ...]:
    """Every strategy, in the order of `MODULES`."""
    return _catalogue.all()


def find_strategy(key: str) -> Strategy:
    """The strategy of that key. Raises UserError, naming those there are."""
    return _catalogue.find(key)
