"""What Tab offers at the prompt. Only names and attributes are looked up; nothing is called."""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Iterable
from typing import Any

_DOTTED = re.compile(r"((?:[^\W\d]\w*\.)*)(\w*)$")
_SETTING = re.compile(r"(?<![\w.])set\([^()]*$")


def completions(
    before: str, namespace: dict[str, Any], names: Iterable[str], parameters: Iterable[str]
) -> tuple[str, list[str]]:
    """The word before the cursor, and everything it could become.

    before: the text up to the cursor. names: what `namespace` knows. parameters: what `set(…)` takes.
    """
    match = _DOTTED.search(before)
    assert match is not None  # the empty word at least
    path, word = match.groups()
    if before[: match.start()].endswith("."):
        found: set[str] = set()  # an attribute of something that would have to be computed
    elif path:
        found = _attributes(path[:-1], namespace)
    else:
        found = {*names, *keyword.kwlist, *dir(builtins)}
        if _SETTING.search(before):
            found |= {f"{name}=" for name in parameters}
    fitting = (name for name in found if name.startswith(word) and (word.startswith("_") or name[:1] != "_"))
    return word, sorted(fitting)


def _attributes(path: str, namespace: dict[str, Any]) -> set[str]:
    try:
        value = eval(path, namespace)
    except Exception:
        return set()
    return set(dir(value))
