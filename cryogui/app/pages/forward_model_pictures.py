"""What the nodes of the forward-model tab show: images between the steps, and what one step makes of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from cryogui.session import SceneState
from cryogui.session.scene_model import SceneModel

if TYPE_CHECKING:
    from cryogui.physics.live import LiveModel

OBJECT, RESULT = "x", "ŷ"
Show = Literal["image", "change", "effect"]

NO_STEP = "Choose a step: x and ŷ are what goes in and what comes out."
NO_CHANGE = "The projection turns a volume into images: there is nothing it could be subtracted from."


@dataclass(frozen=True, eq=False)
class NodePictures:
    """Pictures [row, column] by node, and the large one of the node that is open.

    opened: None where it does not exist, and then `why` is the reason in a sentence.
    """

    small: dict[str, np.ndarray]
    opened: np.ndarray | None
    why: str = ""


def node_pictures(
    model: SceneModel, live: LiveModel, x: np.ndarray, state: SceneState, node: str, show: Show
) -> NodePictures:
    """Every node's picture at the state's image under its spec, with the steps it has switched off left out.

    `live` is the scene's model in whatever form: the steps that are off are taken from `state`.
    """
    off = frozenset(
        block.symbol for block in model.blocks if block.symbol in state.switched_off and not block.essential
    )
    part = live.without(off)
    small = {OBJECT: object_picture(model, x, state)}
    for block in model.blocks:
        # what passes a step that is off is what it was given
        if block.symbol not in off:
            small[block.symbol] = model.modelled(part, state.image_index, state.spec, block.symbol)
        elif block is not model.blocks[0]:
            small[block.symbol] = list(small.values())[-1]
        else:
            small[block.symbol] = _as_image(x)
    small[RESULT] = model.modelled(part, state.image_index, state.spec)
    if show == "image":
        return NodePictures(small, small.get(node))
    if show == "change":
        return _change(model, x, small, node)
    return _effect(model, live, state, off, small, node)


def object_picture(model: SceneModel, x: np.ndarray, state: SceneState) -> np.ndarray:
    """The plane of the object at the cursor: xz for a sinogram, else xy."""
    if model.is_sinogram:
        return x[:, x.shape[1] // 2]
    return x[min(max(round(state.position[0]), 0), len(x) - 1)]


def _as_image(x: np.ndarray) -> np.ndarray:
    """The object of a model of images."""
    plane: np.ndarray = x[0]
    return plane


def _change(model: SceneModel, x: np.ndarray, small: dict[str, np.ndarray], node: str) -> NodePictures:
    """The image behind a step less the one before it."""
    symbols = [block.symbol for block in model.blocks]
    if node not in symbols:
        return NodePictures(small, None, NO_STEP)
    place = symbols.index(node)
    if place:
        return NodePictures(small, small[node] - small[symbols[place - 1]])
    if model.blocks[0].essential:
        return NodePictures(small, None, NO_CHANGE)
    return NodePictures(small, small[node] - _as_image(x))


def _effect(
    model: SceneModel, live: LiveModel, state: SceneState, off: frozenset[str], small: dict[str, np.ndarray],
    node: str,
) -> NodePictures:  # fmt: skip
    """ŷ with a step less ŷ without it, all other steps as they are."""
    block = next((block for block in model.blocks if block.symbol == node), None)
    if block is None:
        return NodePictures(small, None, NO_STEP)
    if block.essential:
        return NodePictures(small, None, block.essential)
    with_it, without_it = (
        model.modelled(live.without(chosen), state.image_index, state.spec)
        for chosen in (off - {node}, off | {node})
    )
    return NodePictures(small, with_it - without_it)
