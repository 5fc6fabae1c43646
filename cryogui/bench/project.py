"""`bench project`: whole projections and back-projections, the object changing every time."""

from __future__ import annotations

from cryogui.bench.peers import astra_projection, skimage_projection
from cryogui.bench.problems import operator_error, tilt_series
from cryogui.bench.timing import peak_rss_mb, timed
from cryogui.physics.tilt import SingleAxisTilt


def project_figures(size: int, tilts: int, repeats: int = 5) -> dict[str, float]:
    """Forward, adjoint and normal operator with both kernels, beside the peers on the same series."""
    problem = tilt_series(size, tilts)
    operator = problem.operator
    assert isinstance(operator, SingleAxisTilt)
    x = problem.x
    runs: list[dict[str, float]] = [{}] * repeats
    figures = {
        "operator_error": operator_error(problem),
        "fine_operator_error": operator_error(tilt_series(size, tilts, taps=6)),
    }
    figures |= timed(lambda _: operator.load(x), runs).figures("load_ms")
    figures |= timed(lambda theta: operator.apply(x, theta), runs).figures("project_ms")
    figures |= timed(lambda theta: operator.adjoint(problem.exact, theta), runs).figures("adjoint_ms")
    normal = operator.normal({})
    figures |= timed(lambda _: normal(x), runs).figures("normal_ms")
    figures["peak_rss_mb"] = round(peak_rss_mb(), 1)
    angles = operator.geometry.angle_deg
    figures["skimage_fp_ms"] = skimage_projection(x, angles)
    if astra := astra_projection(x, angles, repeats=3):
        figures |= astra
        figures["project_vs_astra"] = astra["astra_fp_ms"] / figures["project_ms"]
        figures["adjoint_vs_astra"] = astra["astra_bp_ms"] / figures["adjoint_ms"]
        pair = astra["astra_fp_ms"] + astra["astra_bp_ms"]
        figures["normal_vs_astra"] = pair / figures["normal_ms"]
    return figures
