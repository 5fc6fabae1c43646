"""Options of a method: one frozen dataclass, from which forms, command line and documentation are made.

Every field is declared with `option`, which says what it is called, what it does, its unit and its limits.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, TypeAlias, TypeVar, get_type_hints

from cryogui.errors import UserError

Value: TypeAlias = bool | int | float | str
Options = TypeVar("Options")

_KEY = "option"
_TRUE, _FALSE = ("true", "yes", "on", "1"), ("false", "no", "off", "0")


@dataclass(frozen=True)
class Option:
    """One setting of a method. kind: bool, int, float or str; low and high: its limits, both allowed;
    choices: what a str can be."""

    name: str
    label: str
    help: str
    kind: type
    default: Value
    unit: str = ""
    low: float = -math.inf
    high: float = math.inf
    choices: tuple[str, ...] = ()

    def parse(self, text: str) -> Value:
        """The value that `text` stands for. Raises UserError for what is none, or lies outside the limits."""
        try:
            if self.kind is bool:
                return _TRUTHS[text.strip().lower()]
            return self.checked(text if self.kind is str else self.kind(text))
        except (KeyError, ValueError) as error:
            raise UserError(f"'{self.name}' cannot be '{text}'; it takes {self.range_words}.") from error

    def checked(self, value: Value) -> Value:
        """`value`, when it is allowed. Raises UserError for one that is not."""
        if self.kind is str:
            is_allowed = value in self.choices
        else:
            is_allowed = self.kind is bool or (math.isfinite(value) and self.low <= value <= self.high)  # type: ignore[arg-type, operator]
        if not is_allowed:
            raise UserError(f"'{self.name}' cannot be {value}; it takes {self.range_words}.")
        return value

    @property
    def range_words(self) -> str:
        """What the option takes, in words."""
        if self.kind is bool:
            return "true or false"
        if self.kind is str:
            return f"one of {', '.join(self.choices)}"
        number = "a whole number" if self.kind is int else "a number"
        unit = f" {self.unit}" if self.unit else ""
        if math.isinf(self.low) and math.isinf(self.high):
            return f"{number}{unit and ' in'}{unit}"
        if math.isinf(self.high):
            return f"{number} from {self.low:g}{unit}"
        return f"{number} from {self.low:g} to {self.high:g}{unit}"


_TRUTHS = {**dict.fromkeys(_TRUE, True), **dict.fromkeys(_FALSE, False)}


def option(
    default: Value,
    label: str,
    help: str,
    *,
    unit: str = "",
    low: float = -math.inf,
    high: float = math.inf,
    choices: Sequence[str] = (),
) -> Any:
    """A field of a method's options; see `Option`."""
    about = {"label": label, "help": help, "unit": unit, "low": low, "high": high, "choices": tuple(choices)}
    return field(default=default, metadata={_KEY: about})


def options_of(kind: type) -> tuple[Option, ...]:
    """The options declared by a dataclass, in order."""
    hints = get_type_hints(kind)
    found = []
    for each in fields(kind):
        assert each.default is not MISSING
        found.append(Option(each.name, kind=hints[each.name], default=each.default, **each.metadata[_KEY]))
    return tuple(found)


def parsed(kind: type[Options], texts: Mapping[str, str]) -> Options:
    """Options from words as they are typed; those not named keep their default.

    Raises UserError for a name the method does not have, and for a value that is not allowed.
    """
    known = {each.name: each for each in options_of(kind)}
    _require_known(texts, known)
    return kind(**{name: known[name].parse(text) for name, text in texts.items()})


def restored(kind: type[Options], values: Mapping[str, Value]) -> Options:
    """Options from values as they were kept. Raises UserError as `parsed` does."""
    known = {each.name: each for each in options_of(kind)}
    _require_known(values, known)
    return kind(**{name: known[name].checked(value) for name, value in values.items()})


def _require_known(given: Mapping[str, Any], known: Mapping[str, Option]) -> None:
    for name in given:
        if name not in known:
            there = ", ".join(known) or "none"
            raise UserError(f"There is no option '{name}'; there are: {there}.")
