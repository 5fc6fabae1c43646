"""What is set of methods and strategies, and what of it differs from their own values: pure functions."""

from __future__ import annotations

from typing import Any, TypeVar

from cryogui.errors import UserError
from cryogui.reconstruct.options import Option
from cryogui.reconstruct.procedure import Procedure
from cryogui.session.run_looks import OptionValue, ProcedureLook

Look = TypeVar("Look", bound=ProcedureLook)


def options_in(look: ProcedureLook, procedure: Procedure) -> Any:
    """The options dataclass of a method or strategy as the look has it.

    What a session file holds of another version, or of a damaged one, is passed over.
    """
    known = {each.name: each for each in procedure.option_list}
    kept = {
        name: value
        for name, value in look.options_of(procedure.key).items()
        if name in known and _fits(known[name], value)
    }
    return procedure.options(**kept)


def values_in(look: ProcedureLook, procedure: Procedure) -> dict[str, OptionValue]:
    """Every option by name, as the look has it."""
    options = options_in(look, procedure)
    return {each.name: getattr(options, each.name) for each in procedure.option_list}


def with_value(look: Look, procedure: Procedure, name: str, value: OptionValue) -> Look:
    """The look with one option changed. Raises UserError for a value that is not taken."""
    known = {each.name: each for each in procedure.option_list}
    values = values_in(look, procedure) | {name: known[name].checked(value)}
    changed = {name: value for name, value in values.items() if value != known[name].default}
    return look.with_options(procedure.key, changed)


def _fits(option: Option, value: OptionValue) -> bool:
    if isinstance(value, bool) is not (option.kind is bool):
        return False
    if not isinstance(value, (int, float) if option.kind is float else option.kind):
        return False
    try:
        option.checked(value)
    except UserError:
        return False
    return True
