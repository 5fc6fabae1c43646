"""What a landscape is over, whose misfit it shows, and its map as a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryogui.session import SceneState, Session
from cryogui.session.scene_model import SceneModel

if TYPE_CHECKING:
    from cryogui.analysis.landscape import Landscape
    from cryogui.app.views.landscape_view import Relief

NOTHING_OPEN = "Open a tilt series or particles to see how ‖r‖/‖y‖ changes with their parameters."
TOO_FEW = "A landscape needs two parameters that change something here."
PREPARING = "The forward model is still being prepared."
OF_TRUTH = "‖r‖/‖y‖ of the true x"
OF_FITTED = "‖r‖/‖y‖ of x, which favours the spec it was made under"
OF_FILE = "‖r‖/‖y‖ of the volume chosen as x"


def relief(landscape: Landscape) -> Relief:
    """What is drawn of a landscape, made in a worker thread."""
    from cryogui.analysis.landscape import floor, isolines, levels
    from cryogui.app.views.landscape_paint import picture
    from cryogui.app.views.landscape_view import Relief

    known = landscape.known.values
    lines = tuple(isolines(landscape, level) for level in levels(known))
    ends = float(known.min()), float(known.max())
    return Relief(picture(known), lines, *ends, floor(landscape), landscape)


def acting(model: SceneModel) -> list[str]:
    """Parameters that change something, in the file's order."""
    return [name for name in model.parameters if name in model.acting]


def names(model: SceneModel, session: Session) -> tuple[str, str]:
    """The two chosen, where the scene has them; else its first."""
    there = acting(model)
    look = session.landscape
    x = look.x if look.x in there else next(name for name in there if name != look.y)
    y = look.y if look.y in there and look.y != x else next(name for name in there if name != x)
    return x, y


def caption(scene: SceneState) -> str:
    """Whose residual it is: x from the images knows them, and the spec it was made under."""
    return {"truth": OF_TRUTH, "file": OF_FILE}.get(scene.object.source, OF_FITTED)


def why_none(model: SceneModel | None) -> str:
    if model is None or model.scene.y is None:
        return NOTHING_OPEN
    if model.obstacle:
        return model.obstacle
    if model.live is None:
        return PREPARING
    return TOO_FEW if len(acting(model)) < 2 else ""
