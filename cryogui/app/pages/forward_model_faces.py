"""The nodes of the forward-model tab in words: titles, tooltips, parameters and formulas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from cryogui.app.pages.forward_model_pictures import OBJECT, RESULT
from cryogui.app.views.dag_faces import ChipFace, NodeFace
from cryogui.resources import primitive_names
from cryogui.session.scene_model import SceneModel
from cryogui.spec import Parameter

if TYPE_CHECKING:
    from cryogui.analysis.equations import Equation
    from cryogui.physics.operators import Block

TITLES = {"image": "its image", "change": "after − before", "effect": "ŷ with − without"}
"""What can be shown of a node."""

MEANINGS = {
    "image": "The image behind this step",
    "change": "The image behind this step less the one before it: what it does to what it is given",
    "effect": "ŷ with this step less ŷ without it, all others as they are: what it contributes in the end",
}


def node_faces(model: SceneModel, switched_off: frozenset[str]) -> list[NodeFace]:
    """x, every step of the model, and ŷ."""
    return [
        NodeFace(OBJECT, "object", "The object x: the plane at the cursor", is_end=True),
        *(_step_face(model, block, switched_off) for block in model.blocks),
        NodeFace(
            RESULT, "forward image", "What the model expects in place of the measured image", is_end=True,
            has_picture=False,
        ),
    ]  # fmt: skip


def _step_face(model: SceneModel, block: Block, switched_off: frozenset[str]) -> NodeFace:
    primitive = primitive_names().get(block.symbol, "")
    named = f"{block.title} ({primitive.lower()})" if primitive and primitive != block.title else block.title
    ranges = [parameter for parameter in model.scene.ranges if parameter.name in block.parameters]
    return NodeFace(
        symbol=block.symbol,
        title=block.title,
        tooltip=f"{block.symbol}  {named}\n{block.formula}\nClick to see its image and its formula.",
        is_on=bool(block.essential) or block.symbol not in switched_off,
        stays=block.essential,
        chips=tuple(_chip(parameter) for parameter in ranges),
    )


def _chip(parameter: Parameter) -> ChipFace:
    about = parameter.description
    words = "\n".join(filter(None, (f"{about.symbol}  {about.label}", about.physics, about.formula)))
    return ChipFace(parameter.name, about.symbol, f"{words}\nClick to go to its slider.")


def formula_heading(model: SceneModel, node: str, left_out: frozenset[str]) -> str:
    """'C  Contrast transfer', or for the ends how the steps follow each other."""
    block = next((block for block in model.blocks if block.symbol == node), None)
    if block is not None:
        return f"{block.symbol}   {block.title}" + ("   (switched off)" if block.symbol in left_out else "")
    chain = " ".join(block.symbol for block in reversed(model.blocks) if block.symbol not in left_out)
    return f"ŷ = {chain} x".replace("=  x", "= x")


def formula_lines(model: SceneModel, node: str, equations: Mapping[str, Equation]) -> list[str]:
    """The formula of one step, or of all of them for the ends."""
    if node in equations:
        block = next(block for block in model.blocks if block.symbol == node)
        return [*equations[node].lines, *([block.essential] if block.essential else [])]
    return [
        f"{block.symbol}:  {line}" if number == 0 else f"      {line}"
        for block in model.blocks
        for number, line in enumerate(equations[block.symbol].lines)
    ]
