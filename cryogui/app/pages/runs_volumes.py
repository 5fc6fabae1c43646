"""What is computed of the runs compared: differences, maps and Fourier shells. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from cryogui.analysis.error_maps import error_map, ssim_map
from cryogui.analysis.resolution import Shells, shells_of
from cryogui.errors import UserError
from cryogui.jobs import Result
from cryogui.session.run_looks import Reference, ShownOfRun

if TYPE_CHECKING:
    from cryogui.session.scene_model import SceneModel

Check = Callable[[], None]
NO_TRUTH = "The file holds no truth to hold runs against."
NO_HALVES = "No half sets were reconstructed: tick ‘half sets too’ before the next run."


@dataclass(frozen=True)
class Wanted:
    """What is asked of the runs: their volumes as they are shown, or their Fourier shells."""

    numbers: tuple[int, ...]
    show: ShownOfRun | None = None
    reference: Reference = "truth"
    halves: bool = False


@dataclass(frozen=True, eq=False)
class Gathered:
    """By number: volumes [z, y, x] or shells; obstacles: why there is none of a run."""

    wanted: Wanted
    volumes: Mapping[int, np.ndarray] = field(default_factory=dict)
    shells: Mapping[int, Shells] = field(default_factory=dict)
    obstacles: Mapping[int, str] = field(default_factory=dict)


class RunVolumes:
    """Reads the runs of one scene, and keeps those that are compared.

    read: what a run has made, by its number; it may raise UserError. Only `gather` runs in a worker thread.
    """

    def __init__(self, read: Callable[[int], Result]) -> None:
        self._read = read
        self._results: dict[int, Result] = {}

    def forget(self) -> None:
        """Another scene is shown."""
        self._results.clear()

    def gather(self, wanted: Wanted, model: SceneModel, check: Check) -> Gathered:
        """Everything wanted. `check` is called between runs and may raise to end it."""
        self._results = {
            number: result for number, result in self._results.items() if number in wanted.numbers
        }
        volumes: dict[int, np.ndarray] = {}
        shells: dict[int, Shells] = {}
        obstacles: dict[int, str] = {}
        truth = model.scene.x_true
        for number in wanted.numbers:
            check()
            try:
                result = self._result(number, model)
                if wanted.show is None:
                    shells[number] = _shells(result, truth, wanted.halves, _voxel_A(model))
                else:
                    volumes[number] = self._shown(result, wanted, truth, check)
            except UserError as error:
                obstacles[number] = str(error)
        return Gathered(wanted, volumes, shells, obstacles)

    def _result(self, number: int, model: SceneModel) -> Result:
        if number not in self._results:
            result = self._read(number)
            if result.x.shape != model.volume_shape:
                raise UserError("This run is of another scene, whose volume has another shape.")
            self._results[number] = result
        return self._results[number]

    def _shown(self, result: Result, wanted: Wanted, truth: np.ndarray | None, check: Check) -> np.ndarray:
        if wanted.show == "volume":
            return result.x
        if wanted.show == "difference" and wanted.reference == "first":
            first = self._results.get(wanted.numbers[0])
            if first is None:
                raise UserError("The first of the runs compared has no volume.")
            return result.x - first.x
        if truth is None:
            raise UserError(NO_TRUTH)
        if wanted.show == "difference":
            return result.x - truth
        return error_map(result.x, truth) if wanted.show == "error" else ssim_map(result.x, truth, check)


def _shells(result: Result, truth: np.ndarray | None, halves: bool, voxel_A: float | None) -> Shells:
    if halves:
        if result.halves is None:
            raise UserError(NO_HALVES)
        return shells_of(*result.halves, voxel_A)
    if truth is None:
        raise UserError(NO_TRUTH)
    return shells_of(result.x, truth, voxel_A)


def _voxel_A(model: SceneModel) -> float | None:
    """The edge of a voxel; None where it is not known, or voxels are no cubes."""
    edges = model.scene.voxel_size_A
    if edges is None:
        return model.scene.pixel_size_A
    return edges[0] if max(edges) - min(edges) < 1e-6 * max(edges) else None
