"""`bench live`: from a slider move to numbers and pictures."""

from __future__ import annotations

import numpy as np

from cryogui.bench.peers import astra_projection, skimage_projection
from cryogui.bench.problems import Problem, operator_error, particle_stack, tilt_series
from cryogui.bench.timing import peak_rss_mb, timed
from cryogui.physics.live import LiveModel
from cryogui.physics.tilt import SingleAxisTilt


def live_figures(size: int, tilts: int, moves: int = 60) -> dict[str, float]:
    """The live path of a tilt series against the peers' forward projection of the same series."""
    problem = tilt_series(size, tilts)
    figures: dict[str, float] = {"operator_error": operator_error(problem)}
    figures |= _move_figures(problem, moves)
    figures["peak_rss_mb"] = round(peak_rss_mb(), 1)
    operator = problem.operator
    assert isinstance(operator, SingleAxisTilt)
    angles = operator.geometry.angle_deg
    figures["skimage_fp_ms"] = skimage_projection(problem.x, angles)
    figures["residual_vs_skimage"] = figures["skimage_fp_ms"] / figures["residual_ms"]
    if astra := astra_projection(problem.x, angles, repeats=3):
        figures["astra_fp_ms"] = astra["astra_fp_ms"]
        figures["residual_vs_astra"] = astra["astra_fp_ms"] / figures["residual_ms"]
        figures["images_vs_astra"] = astra["astra_fp_ms"] / figures["images_ms"]
    return figures


def particle_figures(size: int, images: int, moves: int = 60) -> dict[str, float]:
    """The live path of a particle stack."""
    problem = particle_stack(size, images)
    return {
        "operator_error": operator_error(problem),
        **_move_figures(problem, moves),
        "peak_rss_mb": round(peak_rss_mb(), 1),
    }


def _move_figures(problem: Problem, moves: int) -> dict[str, float]:
    operator = problem.operator
    live = LiveModel(operator, problem.exact)
    live.set_object(problem.x)
    settings = problem.settings(moves)
    index = operator.y_shape[0] // 3
    middle = operator.x_shape[1 if live.slice_plane == "xz" else 0] // 2
    figures: dict[str, float] = {}
    figures |= timed(lambda theta: live.image(index, theta), settings).figures("visible_ms")
    figures |= timed(live.misfit, settings).figures("residual_ms")
    figures |= timed(live.gradient, settings).figures("gradient_ms")
    figures |= timed(lambda theta: live.slice(theta, middle), settings).figures("slice_ms")
    figures |= timed(live.images, settings[: max(moves // 4, 3)]).figures("images_ms")
    figures["gradient_over_residual"] = figures["gradient_ms"] / figures["residual_ms"]
    assert np.isfinite(list(figures.values())).all()
    return figures
