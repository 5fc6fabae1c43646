"""What reconstruction methods and calibration strategies have in common: a generator with options, found by
key. A procedure registers itself by decorator; its module is imported when asked for, so that looking at the
list costs no more than it must."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Generic, TypeVar

from cryogui.errors import UserError
from cryogui.reconstruct.options import Option, options_of
from cryogui.reconstruct.problem import KIND_WORDS, Kind, Problem


@dataclass(frozen=True, eq=False)
class Procedure:
    """key: its name on the command line; title: as the user reads it; kinds: what it can work on; options:
    its dataclass; run: the generator."""

    key: str
    title: str
    kinds: tuple[Kind, ...]
    options: type
    run: Callable[..., Any]

    verb = "works on"
    noun = "procedure"

    @property
    def option_list(self) -> tuple[Option, ...]:
        """Its options, in order."""
        return options_of(self.options)

    @property
    def about(self) -> str:
        """What the original is, with citation, and what differs here: the docstring of `run`."""
        return inspect.getdoc(self.run) or ""

    @property
    def summary(self) -> str:
        """The first sentence of `about`."""
        return self.about.split("\n\n")[0].replace("\n", " ")

    def require_fit(self, problem: Problem) -> None:
        """Raises UserError, in one sentence, when it cannot work on `problem`."""
        if problem.kind not in self.kinds:
            able = " or ".join(KIND_WORDS[kind] for kind in self.kinds)
            raise UserError(
                f"{self.title} {self.verb} {able}, and this scene is {KIND_WORDS[problem.kind]}; "
                f"choose another {self.noun}."
            )
        if not problem.used.any():
            raise UserError("Every image is left out; take some in again first.")


P = TypeVar("P", bound=Procedure)


class Catalogue(Generic[P]):
    """The procedures of one sort, in the order of the modules of `package` that hold them."""

    def __init__(self, noun: str, package: str, modules: Sequence[str]) -> None:
        self._noun = noun
        self._modules = [f"{package}.{module}" for module in modules]
        self._known: dict[str, P] = {}

    def add(self, procedure: P) -> None:
        """Take it up, in place of one with the same key."""
        self._known[procedure.key] = procedure

    def all(self) -> tuple[P, ...]:
        """Every one there is, in order; those of other modules come last."""
        for name in self._modules:
            import_module(name)
        rank = {name: place for place, name in enumerate(self._modules)}
        return tuple(sorted(self._known.values(), key=lambda each: rank.get(each.run.__module__, len(rank))))

    def find(self, key: str) -> P:
        """The one of that key. Raises UserError, naming those there are."""
        for each in self.all():
            if each.key == key:
                return each
        raise UserError(
            f"There is no {self._noun} '{key}'; choose one of {', '.join(each.key for each in self.all())}."
        )
