"""Listeners that do not stop each other: what one of them raises is reported, and the others are called."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

from psygnal import Signal, SignalInstance

P = ParamSpec("P")


def guarded(call: Callable[P, object]) -> Callable[P, None]:
    """`call`, whose exceptions go where uncaught ones go instead of to its caller."""

    @wraps(call)
    def run(*args: P.args, **options: P.kwargs) -> None:
        try:
            call(*args, **options)
        except Exception as error:
            report(error)

    return run


def report(error: Exception) -> None:
    """Have it told as uncaught exceptions are. Raises it where nobody listens to those, as in a command
    without a window of the user's: it must not seem to have gone well."""
    if sys.excepthook is sys.__excepthook__:
        raise error
    sys.excepthook(type(error), error, error.__traceback__)


class _GuardedInstance(SignalInstance):
    """The signal of one object; each of its listeners is guarded."""

    def connect(self, slot: Any = None, **options: Any) -> Any:
        """As `SignalInstance.connect`, but the listener is kept alive by the signal."""
        guards = self.__dict__.setdefault("_guards", {})
        super().connect(guards.setdefault(slot, guarded(slot)), **options)
        return slot

    def disconnect(self, slot: Any = None, missing_ok: bool = True) -> None:
        """As `SignalInstance.disconnect`."""
        super().disconnect(self.__dict__.get("_guards", {}).pop(slot, slot), missing_ok)


def guarded_signal(*types: type) -> Signal:
    """A signal whose listeners do not stop each other, nor whoever emits it."""
    return Signal(*types, signal_instance_class=_GuardedInstance)
