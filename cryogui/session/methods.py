"""A method's options as the session has them, and what differs from the method's own: pure functions."""

from __future__ import annotations

from typing import Any

from cryogui.errors import UserError
from cryogui.reconstruct import Method
from cryogui.reconstruct.options import Option
from cryogui.session.run_looks import OptionValue, ReconstructionLook


def options_in(look: ReconstructionLook, method: Method) -> Any:
    """The method's options dataclass as the look has it.

    What a session file holds of another version, or of a damaged one, is passed over.
    """
    known = {each.name: each for each in method.option_list}
    kept = {
        name: value
        for name, value in look.options_of(method.key).items()
        if name in known and _fits(known[name], value)
    }
    return method.options(**kept)


def values_in(look: ReconstructionLook, method: Method) -> dict[str, OptionValue]:
    """Every option of the method by name, as the look has it."""
    options = options_in(look, method)
    return {each.name: getattr(options, each.name) for each in method.option_list}


def with_value(look: ReconstructionLook, method: Method, name: str, value: OptionValue) -> ReconstructionLook:
    """The look with one option changed. Raises UserError for a value that the method does not take."""
    known = {each.name: each for each in method.option_list}
    values = values_in(look, method) | {name: known[name].checked(value)}
    changed = {name: value for name, value in values.items() if value != known[name].default}
    return look.with_options(method.key, changed)


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
