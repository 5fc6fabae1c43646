"""What is computed for the screen: pure functions of a scene's model and a state. No Qt."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cryogui.session.scene_model import SceneModel
from cryogui.session.state import SceneState

if TYPE_CHECKING:
    from cryogui.app.library import Library
    from cryogui.physics.live import LiveModel
    from cryogui.scoring import Scores
    from cryogui.spec import Spec

THUMBNAIL_PX = 40
PROFILE_POINTS = 15


@dataclass(frozen=True)
class Picture:
    """What the three image panes show, [y, x] each.

    residual: measured − forward, in units of the noise's σ when `in_noise`, else in those of y.
    seconds: what the forward image took.
    """

    index: int
    measured: np.ndarray | None
    forward: np.ndarray | None
    residual: np.ndarray | None
    in_noise: bool
    seconds: float


def picture(model: SceneModel, state: SceneState, in_noise: bool) -> Picture:
    """The picture at the state's image under its spec; without a forward image while there is no object."""
    measured = model.measured(state.image_index)
    start = time.perf_counter()
    forward = model.forward(state.image_index, state.spec)
    seconds = time.perf_counter() - start
    sigma = model.scene.noise_sigma if in_noise else None
    residual = None
    if measured is not None and forward is not None:
        residual = measured - forward
        if sigma:
            residual /= np.float32(sigma)
    return Picture(state.image_index, measured, forward, residual, bool(sigma), seconds)


def warm_up(live: LiveModel, state: SceneState) -> None:
    """Have everything loaded that the first image and misfit need, so that the first slider move is as fast
    as all others."""
    live.image(state.image_index, state.spec)
    live.misfit(state.spec)


def kernels_come_free(seconds: float) -> bool:
    """Whether no other thread runs a parallel kernel, or it ends within `seconds`."""
    from cryogui.physics.fourier import PARALLEL_KERNELS

    free = PARALLEL_KERNELS.acquire(timeout=seconds)
    if free:
        PARALLEL_KERNELS.release()
    return free


def score_volume(model: SceneModel, volume: np.ndarray, spec: Spec | None, live: LiveModel) -> Scores:
    """Scores of a reconstruction against the scene's truth.

    Its consistency is that with the images that count, under `spec`; NaN without one.
    """
    from cryogui.scoring import consistency, relative_residual, score

    assert model.scene.x_true is not None
    if spec is None:
        return score(volume, model.scene.x_true, np.nan)
    used = np.flatnonzero(live.used)
    expected = live.operator.images(live.operator.load(volume), spec, used.tolist())
    residual = relative_residual(live.measured.images[used], expected)
    return score(volume, model.scene.x_true, consistency(residual))


def find_object(
    library: Library,
    model: SceneModel,
    live: LiveModel | None,
    state: SceneState,
    progress: Callable[[float], None],
) -> tuple[np.ndarray, np.ndarray | None]:
    """The object chosen, and the quick reconstruction if it had to be made for that."""
    if state.object.source == "truth":
        assert model.scene.x_true is not None
        return model.scene.x_true, None
    if state.object.source == "file":
        x = library.volume(state.object.path)
        model.require_fit(x)
        return x, None
    if state.object.source == "run":
        x = library.run_volume(state.object.run)
        model.require_fit(x)
        return x, None
    if model.quick is not None:
        return model.quick, None
    assert live is not None
    quick = live.reconstruct(state.spec, progress)
    return quick, quick


def profiles(
    model: SceneModel, live: LiveModel, spec: Spec, progress: Callable[[float], None]
) -> list[tuple[str, np.ndarray, np.ndarray]]:
    """The residual ‖r‖/‖y‖ along each parameter with all others held: (name, values, residuals)."""
    found = []
    for number, name in enumerate(model.parameters):
        values = np.linspace(
            model.scene.ranges[name].minimum, model.scene.ranges[name].maximum, PROFILE_POINTS
        )
        residuals = []
        for at, value in enumerate(values):
            progress((number + at / len(values)) / len(model.parameters))
            residuals.append(live.misfit(spec.replace(**{name: float(value)})).residual)
        found.append((name, values, np.array(residuals)))
    return found


def thumbnails(model: SceneModel, progress: Callable[[float], None]) -> list[np.ndarray]:
    """Every image made small by averaging, for the strip."""
    images = model.scene.y
    assert images is not None
    small = []
    for index in range(model.image_count):
        progress(index / model.image_count)
        image = images[index]
        step = max(1, max(image.shape) // THUMBNAIL_PX)
        ny, nx = (n // step * step for n in image.shape)
        small.append(image[:ny, :nx].reshape(ny // step, step, nx // step, step).mean(axis=(1, 3)))
    return small
