"""Lists the reconstruction methods and their options: what `cryogui reconstruct` is told by name."""

from __future__ import annotations

import argparse
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cryogui.commands.output import add_json_option

if TYPE_CHECKING:
    from cryogui.reconstruct import Method
    from cryogui.reconstruct.options import Option

_VARIANTS = {"tilt_series": "cryo_et", "particles": "cryo_em", "image": "cryo_em"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_json_option(parser)


def run(args: argparse.Namespace) -> dict[str, Any]:
    from cryogui.reconstruct import methods

    return {"methods": [_method(each) for each in methods()]}


def describe(result: Mapping[str, Any]) -> str:
    """Key, title, what it reconstructs, its first sentence and its options, for a person."""
    lines = []
    for method in result["methods"]:
        row = f", published as {method['row']}" if method["row"] else ""
        lines += [f"{method['key']}: {method['title']} ({', '.join(method['kinds'])}{row})"]
        lines += [f"    {method['summary']}"]
        lines += [
            f"    --param {each['name']}={each['default']}   {each['label']}: {each['takes']}"
            for each in method["parameters"]
        ]
    return "\n".join(lines)


def _method(method: Method) -> dict[str, Any]:
    return {
        "key": method.key,
        "title": method.title,
        "variant": sorted({_VARIANTS[kind] for kind in method.kinds}),
        "kinds": list(method.kinds),
        "row": method.row,
        "is_iterative": method.is_iterative,
        "summary": method.summary,
        "about": method.about,
        "parameters": [_parameter(each) for each in method.option_list],
    }


def _parameter(option: Option) -> dict[str, Any]:
    return {
        "name": option.name,
        "label": option.label,
        "help": option.help,
        "type": option.kind.__name__,
        "default": option.default,
        "unit": option.unit,
        "min": option.low if math.isfinite(option.low) else None,
        "max": option.high if math.isfinite(option.high) else None,
        "choices": list(option.choices),
        "takes": option.range_words,
    }
