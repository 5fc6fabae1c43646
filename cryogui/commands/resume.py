"""`cryogui history resume`: goes on with an interrupted run from its checkpoint."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from cryogui.commands.running import carried_out, queue_for
from cryogui.errors import UserError

if TYPE_CHECKING:
    from cryogui.jobs import History, Order
    from cryogui.session.scene_model import SceneModel
    from cryogui.tiers import TierFile


def resume(history: History, number: int, file: Path | None) -> None:
    """Go on with a run until it is done; Ctrl+C leaves it where it can be resumed again.

    file: where its images are now, if not where they were. Raises UserError when the run cannot go on or does
    not end well.
    """
    from cryogui.reconstruct import find_method
    from cryogui.session.orders import prepared
    from cryogui.tiers import open_file

    kept = history.get(number)
    if kept.state != "interrupted":
        raise UserError(f"Run {number} is {kept.state}; only one that is interrupted can be resumed.")
    method = find_method(kept.order.method)
    path = file or Path(kept.order.path)
    if not path.exists():
        raise UserError(
            f"{path} is not there; name the file with the images: cryogui history resume {number} FILE."
        )
    with closing(open_file(path)) as tier, queue_for(history, keep_checkpoints=True) as queue:
        order, inputs = prepared(_model(tier, kept.order), kept.order, method)
        carried_out(queue, queue.submit(order, inputs, kept))


def _model(tier: TierFile, order: Order) -> SceneModel:
    from cryogui.session.scene_model import SceneModel
    from cryogui.session.state import SceneKey

    if order.scene >= len(tier.scenes):
        raise UserError(f"{tier.path.name} has no scene {order.scene}, which '{order.title}' was made from.")
    return SceneModel(SceneKey(order.path, order.scene), tier.scenes[order.scene])
