"""Which methods a scene can be given to, and the orders that runs are made from. No Qt."""

from __future__ import annotations

from dataclasses import dataclass, replace

from cryogui.errors import UserError
from cryogui.jobs import Inputs, Order, content_hash, default_title, problem_of
from cryogui.reconstruct import Method, Problem, methods
from cryogui.session import SceneState
from cryogui.session.methods import values_in
from cryogui.session.run_looks import ReconstructionLook
from cryogui.session.scene_model import SceneModel
from cryogui.spec import Spec


@dataclass(frozen=True)
class Offered:
    """A method, and why it cannot reconstruct the scene shown ('' if it can)."""

    method: Method
    obstacle: str


def offered(model: SceneModel, spec: Spec) -> tuple[Offered, ...]:
    """Every method there is, held against a scene whose forward model is ready."""
    if model.live is None:
        return ()
    problem = problem_of(model.live, model.scene, spec)
    return tuple(Offered(method, _obstacle(method, problem)) for method in methods())


def _obstacle(method: Method, problem: Problem) -> str:
    try:
        method.require_fit(problem)
    except UserError as error:
        return str(error)
    return ""


def new_order(
    model: SceneModel, state: SceneState, method: Method, look: ReconstructionLook, tier: str = ""
) -> Order:
    """What Run asks for now, but for the content of the images. tier: of the challenge, '' for none."""
    options = values_in(look, method)
    scene = model.scene
    return Order(
        path=model.key.path,
        scene=model.key.scene,
        scene_name=scene.name,
        variant=scene.variant,
        content_hash=model.content_hash,
        method=method.key,
        title=default_title(method, options),
        spec=state.spec,
        options=options,
        excluded=state.excluded,
        switched_off=state.switched_off,
        padded=state.padded,
        halves=look.half_sets,
        tier=tier,
    )


def prepared(model: SceneModel, order: Order, method: Method) -> tuple[Order, Inputs]:
    """The order with the content of the images, and what it is carried out with; in a worker thread.

    Raises UserError when the method cannot reconstruct the scene, or the images are not those ordered.
    """
    live = model.require_live(order.padded, order.switched_off, order.excluded)
    inputs = Inputs.of(live, model.scene, order.spec)
    method.require_fit(inputs.problem)
    found = model.content_hash or content_hash(live.measured.images)
    if order.content_hash not in ("", found):
        raise UserError(
            f"The images of {order.place} are not those that '{order.title}' was made from; "
            f"open the file it was made from."
        )
    return replace(order, content_hash=found), inputs
