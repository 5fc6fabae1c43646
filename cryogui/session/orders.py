"""Which methods a scene can be given to, and the orders that runs and calibrations are made from. No Qt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from cryogui.calibrate import Calibration, Strategy, strategies
from cryogui.errors import UserError
from cryogui.jobs import CalibrationOrder, Inputs, Order, default_title, problem_of
from cryogui.jobs.order import Ordered
from cryogui.physics.live import LiveModel
from cryogui.reconstruct import Method, Problem, methods
from cryogui.session import SceneState
from cryogui.session.methods import values_in
from cryogui.session.run_looks import ReconstructionLook
from cryogui.session.scene_model import SceneModel
from cryogui.spec import Spec
from cryogui.tiers import content_hash


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


def fitting_strategies(model: SceneModel, state: SceneState) -> tuple[Strategy, ...]:
    """Every strategy that can find something in a scene whose forward model is ready, were all free."""
    if model.live is None or model.scene.y is None:
        return ()
    calibration = Calibration.of(problem_of(model.live, model.scene, state.spec), model.scene.ranges)
    return tuple(each for each in strategies() if not _obstacle_to(each, calibration))


def _obstacle_to(strategy: Strategy, calibration: Calibration) -> str:
    try:
        strategy.require_use(calibration)
    except UserError as error:
        return str(error)
    return ""


def new_order(
    model: SceneModel, state: SceneState, method: Method, look: ReconstructionLook, tier: str = ""
) -> Order:
    """What Run asks for now, but for the content of the images. tier: of the challenge, '' for none."""
    options = values_in(look, method)
    return Order(
        **_about(model, state),
        method=method.key,
        title=default_title(method, options),
        options=options,
        halves=look.half_sets,
        tier=tier,
    )


def new_calibration(
    model: SceneModel,
    state: SceneState,
    strategy: Strategy,
    options: dict[str, Any],
    locked: frozenset[str] = frozenset(),
) -> CalibrationOrder:
    """A calibration that starts at the spec of `state`, but for the content of the images. locked: parameters
    that keep their values."""
    return CalibrationOrder(
        **_about(model, state), method=strategy.key, title=strategy.title, options=options, locked=locked
    )


def _about(model: SceneModel, state: SceneState) -> dict[str, Any]:
    """What both kinds of order say of a scene as it is shown."""
    return {
        "path": model.key.path,
        "scene": model.key.scene,
        "scene_name": model.scene.name,
        "variant": model.scene.variant,
        "content_hash": model.content_hash,
        "spec": state.spec,
        "excluded": state.excluded,
        "switched_off": state.switched_off,
        "padded": state.padded,
    }


def prepared(model: SceneModel, order: Order, method: Method) -> tuple[Order, Inputs]:
    """The order with the content of the images, and what it is carried out with; in a worker thread.

    Raises UserError when the method cannot reconstruct the scene, or the images are not those ordered.
    """
    live = _live(model, order)
    inputs = Inputs.of(live, model.scene, order.spec)
    method.require_fit(inputs.problem)
    return replace(order, content_hash=_content(model, live, order)), inputs


def prepared_calibration(
    model: SceneModel, order: CalibrationOrder, strategy: Strategy
) -> tuple[CalibrationOrder, Calibration]:
    """The same for a calibration. Raises UserError also when nothing that the strategy finds is free."""
    live = _live(model, order)
    calibration = Calibration.of(problem_of(live, model.scene, order.spec), model.scene.ranges, order.locked)
    strategy.require_use(calibration)
    return replace(order, content_hash=_content(model, live, order)), calibration


def _live(model: SceneModel, order: Ordered) -> LiveModel:
    return model.require_live(order.padded, order.switched_off, order.excluded)


def _content(model: SceneModel, live: LiveModel, order: Ordered) -> str:
    """The hash of the images, which must be those ordered."""
    found = model.content_hash or content_hash(live.measured.images)
    if order.content_hash not in ("", found):
        raise UserError(
            f"The images of {order.place} are not those that '{order.title}' was made from; "
            f"open the file it was made from."
        )
    return found
