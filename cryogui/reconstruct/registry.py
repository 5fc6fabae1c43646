"""The reconstruction methods there are, by key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, get_type_hints

from cryogui.reconstruct.problem import Kind, Problem, Start, Step
from cryogui.reconstruct.procedure import Catalogue, Procedure

MODULES = ("wbp", "sart_et", "imod", "sirt", "cgls", "fista_tv", "ctffind4", "relion", "cryosparc")
"""Modules of this package that hold methods, in the order in which they are listed."""

Run = Callable[[Problem, Any, Start | None], Iterator[Step]]


@dataclass(frozen=True, eq=False)
class Method(Procedure):
    """One reconstruction method.

    row: the row of the published table it answers to, '' for none. is_iterative: whether it can go on from a
    `Start`.
    """

    row: str = ""
    is_iterative: bool = True

    verb = "reconstructs"
    noun = "method"

    @property
    def short_title(self) -> str:
        """The title, or 'after IMOD' of one that ends in these words: for where there is little room."""
        _, _, origin = self.title.partition(" (")
        return origin.removesuffix(")") or self.title


_catalogue: Catalogue[Method] = Catalogue("method", "cryogui.reconstruct", MODULES)


def method(
    key: str, title: str, kinds: tuple[Kind, ...], *, row: str = "", is_iterative: bool = True
) -> Callable[[Run], Run]:
    """Registers the generator `run(problem, options, start)` that this decorates; see `Method`.

    The annotation of `options` is the dataclass of its options.
    """

    def register(run: Run) -> Run:
        options = get_type_hints(run)["options"]
        _catalogue.add(Method(key, title, kinds, options, run, row, is_iterative))
        return run

    return register


def methods() -> tuple[Method, ...]:
    """Every method, in the order of `MODULES`."""
    return _catalogue.all()


def find_method(key: str) -> Method:
    """The method of that key. Raises UserError, naming those there are."""
    return _catalogue.find(key)
