"""The methods there are, by key. A method registers itself by decorator; its module is imported when asked
for, so that looking at the list costs no more than it must."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any, get_type_hints

from cryogui.errors import UserError
from cryogui.reconstruct.options import Option, options_of
from cryogui.reconstruct.problem import KIND_WORDS, Kind, Problem, Start, Step

MODULES = ("wbp", "sart_et", "imod", "sirt", "cgls", "fista_tv", "ctffind4", "relion", "cryosparc")
"""Modules of this package that hold methods, in the order in which they are listed."""

Run = Callable[[Problem, Any, Start | None], Iterator[Step]]


@dataclass(frozen=True, eq=False)
class Method:
    """One reconstruction method.

    key: its name on the command line; title: as the user reads it; row: the row of the published table it
    answers to, '' for none; kinds: what it can reconstruct; options: its dataclass; run: the generator.
    is_iterative: whether it can go on from a `Start`.
    """

    key: str
    title: str
    row: str
    kinds: tuple[Kind, ...]
    is_iterative: bool
    options: type
    run: Run

    @property
    def option_list(self) -> tuple[Option, ...]:
        """Its options, in order."""
        return options_of(self.options)

    @property
    def short_title(self) -> str:
        """The title, or 'after IMOD' of one that ends in these words: for where there is little room."""
        _, _, origin = self.title.partition(" (")
        return origin.removesuffix(")") or self.title

    @property
    def about(self) -> str:
        """What the original is, with citation, and what differs here: the docstring of the method."""
        return inspect.getdoc(self.run) or ""

    @property
    def summary(self) -> str:
        """The first sentence of `about`."""
        return self.about.split("\n\n")[0].replace("\n", " ")

    def require_fit(self, problem: Problem) -> None:
        """Raises UserError, in one sentence, when the method cannot reconstruct `problem`."""
        if problem.kind not in self.kinds:
            able = " or ".join(KIND_WORDS[kind] for kind in self.kinds)
            raise UserError(
                f"{self.title} reconstructs {able}, and this scene is {KIND_WORDS[problem.kind]}; "
                f"choose another method."
            )
        if not problem.used.any():
            raise UserError("Every image is left out; take some in again before reconstructing.")


_known: dict[str, Method] = {}


def method(
    key: str, title: str, kinds: tuple[Kind, ...], *, row: str = "", is_iterative: bool = True
) -> Callable[[Run], Run]:
    """Registers the generator `run(problem, options, start)` that this decorates; see `Method`.

    The annotation of `options` is the dataclass of its options.
    """

    def register(run: Run) -> Run:
        options = get_type_hints(run)["options"]
        _known[key] = Method(key, title, row, kinds, is_iterative, options, run)
        return run

    return register


def methods() -> tuple[Method, ...]:
    """Every method, in the order of `MODULES`."""
    names = [f"cryogui.reconstruct.{module}" for module in MODULES]
    for name in names:
        import_module(name)
    rank = {name: place for place, name in enumerate(names)}  # someone may have imported one of them before
    return tuple(sorted(_known.values(), key=lambda each: rank.get(each.run.__module__, len(rank))))


def find_method(key: str) -> Method:
    """The method of that key. Raises UserError, naming those there are."""
    for each in methods():
        if each.key == key:
            return each
    raise UserError(f"There is no method '{key}'; choose one of {', '.join(m.key for m in methods())}.")
