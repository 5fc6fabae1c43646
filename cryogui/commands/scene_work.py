"""A scene with all it takes to have it reconstructed and calibrated, while the command waits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from cryogui.commands.running import carried_out

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    import numpy as np

    from cryogui.calibrate import Strategy
    from cryogui.jobs import CalibrationRun, Queue, Run
    from cryogui.reconstruct import Method
    from cryogui.session import SceneState
    from cryogui.session.scene_model import SceneModel
    from cryogui.spec import Spec
    from cryogui.tiers import Scene, TierFile


@dataclass(frozen=True, eq=False)
class SceneWork:
    """One scene of a file, as `state` has it; tier: of the challenge, '' for none."""

    model: SceneModel
    state: SceneState
    tier: str

    @classmethod
    def of(cls, path: Path, tier: TierFile, scene: Scene, spec: Spec) -> SceneWork:
        """A scene of the open file `tier`, which lies at `path`, under `spec`."""
        from cryogui.session.scene_model import SceneModel
        from cryogui.session.state import SceneKey

        model = SceneModel(SceneKey(str(path.resolve()), tier.scenes.index(scene)), scene)
        return cls(model, replace(model.first_state(), spec=spec), tier.tier)

    def with_model(self, args: argparse.Namespace) -> SceneWork:
        """The same with the forward model that the options ask for."""
        from cryogui.commands.models import with_model_options

        return replace(self, state=with_model_options(self.state, self.model, args))

    def with_scene(self, scene: Scene) -> SceneWork:
        """The same with what else might have been measured of the scene."""
        from cryogui.session.scene_model import SceneModel

        return replace(self, model=SceneModel(self.model.key, scene))

    def under(self, spec: Spec) -> SceneWork:
        """The same under another spec."""
        return replace(self, state=replace(self.state, spec=spec))

    def reconstructed(
        self,
        queue: Queue,
        method: Method,
        options: dict[str, Any],
        halves: bool = False,
        x_true: np.ndarray | None = None,
    ) -> Run:
        """The run when it is done. x_true: what it is scored against, in place of the file's truth.

        Raises UserError when it cannot be done, or ends badly.
        """
        from cryogui.session.orders import new_order, prepared
        from cryogui.session.run_looks import ReconstructionLook

        look = ReconstructionLook(half_sets=halves).with_options(method.key, options)
        order, inputs = prepared(
            self.model, new_order(self.model, self.state, method, look, self.tier), method
        )
        if x_true is not None:
            self.model.require_fit(x_true)
            inputs = replace(inputs, x_true=x_true)
        return carried_out(queue, queue.submit(order, inputs))

    def calibrated(
        self, queue: Queue, strategy: Strategy, options: dict[str, Any], locked: frozenset[str] = frozenset()
    ) -> CalibrationRun:
        """The run when it is done, which starts at the state's spec. locked: parameters that keep its values.

        Raises UserError when it cannot be done, or ends badly.
        """
        from cryogui.session.orders import new_calibration, prepared_calibration

        order = new_calibration(self.model, self.state, strategy, options, locked)
        return carried_out(queue, queue.submit(*prepared_calibration(self.model, order, strategy)))
