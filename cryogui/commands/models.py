"""The forward model that commands compute with: its detector, the images that count, the blocks it has."""

from __future__ import annotations

import argparse
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from cryogui.errors import UserError

if TYPE_CHECKING:
    from cryogui.physics.live import LiveModel
    from cryogui.session import SceneState
    from cryogui.session.scene_model import SceneModel

_RANGE = re.compile(r"([0-9]{1,9})(?:-([0-9]{1,9}))?")


def add_model_options(parser: argparse.ArgumentParser) -> None:
    """Adds `--padded`, `--exclude N,M-K,…` and `--without SYMBOL,…`."""
    parser.add_argument(
        "--padded", action="store_true", help="a detector wider than its frame, so that nothing wraps round"
    )
    parser.add_argument(
        "--exclude",
        metavar="N,M-K,…",
        default="",
        help="images and ranges of them, from 0, that count neither in residual nor in x",
    )
    parser.add_argument(
        "--without", metavar="SYMBOL,…", default="", help="blocks of the forward model to leave out"
    )


def with_model_options(state: SceneState, model: SceneModel, args: argparse.Namespace) -> SceneState:
    """`state` with what those options ask for. Raises UserError for what the scene does not have."""
    name = model.scene.name
    if args.padded and model.padded_operator is None:
        raise UserError(f"{name} is no tilt series, and only those can be padded; leave out --padded.")
    return replace(
        state,
        padded=args.padded,
        excluded=_excluded(args.exclude, model),
        switched_off=_switched_off(args.without, model),
    )


def made_live(model: SceneModel, state: SceneState) -> LiveModel:
    """The forward model of the scene as `state` has it, without an object yet. Raises UserError when there is
    none."""
    return model.require_live(state.padded, state.switched_off, state.excluded)


def _excluded(text: str, model: SceneModel) -> frozenset[int]:
    count = model.image_count
    excluded: frozenset[int] = frozenset()
    for name in (name.strip() for name in text.split(",") if name.strip()):
        ends = _RANGE.fullmatch(name)
        first, last = (int(ends[1]), int(ends[2] or ends[1])) if ends else (count, count)
        if not first <= last < count:
            raise UserError(f"There is no image '{name}' to exclude; {model.scene.name} has 0 … {count - 1}.")
        excluded |= frozenset(range(first, last + 1))
    if excluded and len(excluded) == count:
        raise UserError("Excluding every image leaves nothing; leave one in.")
    return excluded


def _switched_off(text: str, model: SceneModel) -> frozenset[str]:
    symbols = frozenset(name.strip() for name in text.split(",") if name.strip())
    blocks = {block.symbol: block for block in model.operator.blocks} if model.operator is not None else {}
    can_go = [symbol for symbol, block in blocks.items() if not block.essential]
    for symbol in sorted(symbols):
        if symbol not in can_go:
            raise UserError(
                f"The forward model cannot do without '{symbol}'; "
                f"it can without: {', '.join(can_go) or 'none'}."
            )
    return symbols
