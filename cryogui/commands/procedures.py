"""What methods and strategies have in common on the command line: how they are listed, and their options."""

from __future__ import annotations

import argparse
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from cryogui.commands.choices import split_assignment

if TYPE_CHECKING:
    from cryogui.reconstruct.options import Option
    from cryogui.reconstruct.procedure import Procedure

_VARIANTS = {"tilt_series": "cryo_et", "particles": "cryo_em", "image": "cryo_em"}


def add_param_option(parser: argparse.ArgumentParser, noun: str) -> None:
    """Adds the repeatable `--param NAME=VALUE`."""
    parser.add_argument(
        "--param",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help=f"one option of the {noun}; may be repeated",
    )


def option_values(procedure: Procedure, assignments: Sequence[str]) -> dict[str, Any]:
    """Every option by name, as `--param` has it. Raises UserError for what the procedure does not take."""
    from cryogui.reconstruct.options import parsed

    options: Any = parsed(procedure.options, dict(map(split_assignment, assignments)))
    return asdict(options)


def about(procedure: Procedure) -> dict[str, Any]:
    """What there is to know of it, for JSON."""
    return {
        "key": procedure.key,
        "title": procedure.title,
        "variant": sorted({_VARIANTS[kind] for kind in procedure.kinds}),
        "kinds": list(procedure.kinds),
        "summary": procedure.summary,
        "about": procedure.about,
        "parameters": [_parameter(each) for each in procedure.option_list],
    }


def described(found: Mapping[str, Any], more: str = "") -> list[str]:
    """The same as lines for a person: key, title, what it works on, its first sentence and its options."""
    lines = [f"{found['key']}: {found['title']} ({', '.join(found['kinds'])}{more})"]
    lines += [f"    {found['summary']}"]
    lines += [
        f"    --param {each['name']}={each['default']}   {each['label']}: {each['takes']}"
        for each in found["parameters"]
    ]
    return lines


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
