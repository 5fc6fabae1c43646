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
SMALL_PX = 160  # at least, of small pictures of large images
Show = Literal["image", "change", "effect"]

NO_STEP = "Choose a step: x and ŷ are what goes in and what comes out."
NO_CHANGE = "The projection turns a volume into images: there is nothing it could be subtracted from."


@dataclass(frozen=True, eq=False)
class NodePictures:
    """Small pictures [row, column] by node, and the large one of the node that is open.

    opened: None where it does not exist, and then `why` is the reason in a sentence. share: of a difference,
    its norm relative to that of ŷ.
    """

    small: dict[str, np.ndarray]
    opened: np.ndarray | None
    share: float | None = None
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
    images = _images(model, live.without(off), x, state, off)
    small = {symbol: reduced(image) for symbol, image in images.items()}
    if show == "image":
        return NodePictures(small, images.get(node))
    found = _change(model, images, node) if show == "change" else _effect(model, live, state, off, node)
    if isinstance(found, str):
        return NodePictures(small, None, why=found)
    whole = float(np.linalg.norm(images[RESULT]))
    return NodePictures(small, found, float(np.linalg.norm(found)) / whole if whole else None)


def object_picture(model: SceneModel, x: np.ndarray, state: SceneState) -> np.ndarray:
    """The plane of the object at the cursor: xz for a sinogram, else xy."""
    if model.is_sinogram:
        return x[:, x.shape[1] // 2]
    return x[min(max(round(state.position[0]), 0), len(x) - 1)]


def reduced(image: np.ndarray) -> np.ndarray:
    """A large image made smaller by averaging, to no less than `SMALL_PX`."""
    step = max(1, min(image.shape) // SMALL_PX)
    rows, columns = (n // step for n in image.shape)
    blocks = image[: rows * step, : columns * step].reshape(rows, step, columns, step)
    return blocks.mean(axis=(1, 3)) if step > 1 else image


def _images(
    model: SceneModel, part: LiveModel, x: np.ndarray, state: SceneState, off: frozenset[str]
) -> dict[str, np.ndarray]:
    """What goes in, is behind every step, and comes out; a step that is off passes on what it gets."""
    images = {OBJECT: object_picture(model, x, state)}
    before = OBJECT
    for block in model.blocks:
        if block.symbol in off:
            images[block.symbol] = images[before]
        else:
            images[block.symbol] = model.modelled(part, state.image_index, state.spec, block.symbol)
        before = block.symbol
    images[RESULT] = model.modelled(part, state.image_index, state.spec)
    return images


def _change(model: SceneModel, images: dict[str, np.ndarray], node: str) -> np.ndarray | str:
    """The image behind a step less the one before it; a sentence where there is none."""
    symbols = [OBJECT, *(block.symbol for block in model.blocks)]
    if node not in symbols[1:]:
        return NO_STEP
    before = symbols[symbols.index(node) - 1]
    if before == OBJECT and model.blocks[0].essential:
        return NO_CHANGE
    return images[node] - images[before]


def _effect(
    model: SceneModel, live: LiveModel, state: SceneState, off: frozenset[str], node: str
) -> np.ndarray | str:
    """ŷ with a step less ŷ without it, all other steps as they are; a sentence where it cannot be without."""
    block = next((block for block in model.blocks if block.symbol == node), None)
    if block is None:
        return NO_STEP
    if block.essential:
        return block.essential
    with_it, without_it = (
        model.modelled(live.without(chosen), state.image_index, state.spec)
        for chosen in (off - {node}, off | {node})
    )
    return with_it - without_it
