"""The Thon rings of a tilt series: how much the defocus drifts from tilt to tilt."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import scipy.fft

from cryogui.calibrate.calibration import Calibration
from cryogui.calibrate.estimate import Estimate, Finding, Verdict
from cryogui.calibrate.shadow import unshadowed
from cryogui.errors import UserError
from cryogui.physics.fourier import WORKERS, image_energy
from cryogui.physics.operators import Measured, Theta
from cryogui.physics.thon import ThonRings
from cryogui.physics.thon_pools import PooledRings
from cryogui.physics.tilt_power import DRIFT, TiltPower
from cryogui.reconstruct.noise import noise_sigma
from cryogui.reconstruct.problem import Problem
from cryogui.spec import Spec

_POOL = 5
"""Neighbouring tilts over which the specimen's power is taken to stay the same: 12° to 24° in most series."""

_TRADES = "Too few rings are seen to tell it from a specimen whose power changes from tilt to tilt."


def series_rings(problem: Problem, theta: Theta) -> PooledRings:
    """The power of all tilts that count and show no shadow, in groups of neighbours.

    Neighbours have their rings at nearly the same places, so that together they tell no more of the
    specimen's power than one image does. Raises UserError for fewer tilts than make one group.
    """
    clear = unshadowed(problem, theta)
    geometry, optics = problem.tilt_series.geometry, problem.tilt_series.optics
    assert optics is not None
    tilts = np.flatnonzero(clear.used)
    if len(tilts) < _POOL:
        raise UserError(
            f"Only {len(tilts)} tilts are in use and not in the shadow; {_POOL} are the least whose "
            "Thon rings tell a drift of the defocus."
        )
    tilts = tilts[np.argsort(geometry.angle_deg[tilts], kind="stable")]
    _, ny, nx = problem.y.shape
    model, noise = TiltPower(geometry, optics, (ny, nx), tilts), noise_sigma(clear) ** 2
    pools = []
    for places in np.array_split(np.arange(len(tilts)), len(tilts) // _POOL):
        y = problem.y[tilts[places]]
        measured = Measured(y, scipy.fft.rfft2(y, workers=WORKERS), image_energy(y))
        pools.append(ThonRings(model.chosen(places), measured, noise, distinct=1))
    return PooledRings(model, pools)


def drift_estimate(calibration: Calibration, spec: Spec, sigma: float) -> Estimate:
    """The end of a search that came to `spec`; a drift that does not show stays where it was."""
    finding = Finding.of(calibration.ranges[DRIFT], spec[DRIFT], sigma)
    if finding.verdict is Verdict.FLAT:
        start = calibration.start
        return Estimate(start, 1.0, {DRIFT: replace(finding, value=start[DRIFT], trades_with=_TRADES)})
    if finding.verdict is Verdict.AMBIGUOUS:
        finding = replace(finding, trades_with=_TRADES)
    problem = calibration.problem
    focus_um = 1e-4 * problem.tilt_series.geometry.focus(spec)[problem.used]
    words = f"Defocus {focus_um.min():.2f} to {focus_um.max():.2f} µm over the tilts."
    return Estimate(spec, 1.0, {DRIFT: finding}, note=words)
