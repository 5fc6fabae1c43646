"""Defocus, its drift over a tilt series, and astigmatism, from the power spectra of all images."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from cryogui.calibrate.calibration import Calibration
from cryogui.calibrate.estimate import Estimate, Finding
from cryogui.calibrate.registry import strategy
from cryogui.calibrate.series_rings import drift_estimate, series_rings
from cryogui.calibrate.thon_errors import ThonErrors
from cryogui.errors import UserError
from cryogui.physics.stack import TransferStack
from cryogui.physics.thon import RingLikelihood
from cryogui.physics.tilt_power import DRIFT
from cryogui.reconstruct.ctf_search import CtfSearch, thon_links
from cryogui.reconstruct.options import option
from cryogui.reconstruct.stacks import thon_rings, used_stack

_SEARCH_SHARE = 0.8  # of the time; the errors take the rest
_STRONG = 0.7  # correlation of errors from which on two parameters are said to trade with each other


@dataclass(frozen=True)
class SpectrumOptions:
    """How many images are looked at."""

    images: int = option(
        256, "images", "At most so many images, evenly spread, are looked at; more take longer.", low=1,
        high=100_000,
    )  # fmt: skip


@strategy(
    "spectrum",
    "Thon rings",
    ("tilt_series", "particles", "image"),
    ("defocus_error", "astigmatism", "defocus_um", "defocus_error_nm", DRIFT),
)
def spectrum(calibration: Calibration, options: SpectrumOptions) -> Iterator[Estimate]:
    """Finds the defocus and astigmatism under which the Thon rings of all images are most likely.

    CTFFIND4 (Rohou & Grigorieff, J. Struct. Biol. 192, 216, 2015) correlates the amplitude spectrum of a
    micrograph, its background subtracted, with |CTF|, on a grid and then refined, micrograph by micrograph.

    Here every particle has a base defocus and an astigmatism angle already, and what is searched for is what
    all have in common, within the ranges of the spec. All spectra are judged together by the likelihood of
    their power (Whittle, Ark. Mat. 2, 423, 1953), in which the dark minima count as much as the maxima; the
    specimen's power follows ring by ring. The standard errors allow for speckles that are not independent
    (White, Econometrica 50, 1, 1982). A beam tilt, which is a pure phase, leaves no trace in any of this.

    Of a tilt series, whose defocus is known but for its drift, the rings of all tilts that show no shadow
    tell that drift. The specimen's power is shared by neighbouring tilts alone: seen from elsewhere, it
    changes. At 10 Å per pixel and 0.6 µm hardly a ring lies within the images, and the drift is called flat.
    """
    names = _sought(calibration)
    limits = {name: (calibration.ranges[name].minimum, calibration.ranges[name].maximum) for name in names}
    rings, start = _rings(calibration), calibration.start
    yield Estimate(start, 0.0)
    search = CtfSearch(rings, start, limits, options.images)
    for share in search.run():
        yield Estimate(start, _SEARCH_SHARE * share)
    spec = calibration.clipped(search.best)
    steps = [search.step_A / rings.operator.links[name].factor for name in names]
    best = {name: spec[name] for name in names}
    errors = ThonErrors(search.rings, spec, best, list(limits.values()), steps)
    for _ in errors.run():
        yield Estimate(spec, _SEARCH_SHARE)
    if not np.isfinite(errors.sigma).all():
        spec = start
    if names == [DRIFT]:
        yield drift_estimate(calibration, spec, float(errors.sigma[0]))
    else:
        yield Estimate(spec, 1.0, _findings(calibration, {name: spec[name] for name in names}, errors))


def _sought(calibration: Calibration) -> list[str]:
    """The free parameters that Thon rings show. Raises UserError when there is none."""
    if calibration.problem.kind == "tilt_series":
        if DRIFT in calibration.free:
            return [DRIFT]
        raise UserError(
            "Thon rings of a tilt series show the drift of its defocus, which is not free here; unlock it, "
            "or choose another strategy."
        )
    operator = calibration.problem.operator
    assert isinstance(operator, TransferStack)
    names = list(thon_links({n: operator.links[n] for n in calibration.free if n in operator.links}))
    if not names:
        raise UserError(
            "Thon rings show defocus and astigmatism, and neither is free here; unlock one, or choose "
            "another strategy."
        )
    return names


def _rings(calibration: Calibration) -> RingLikelihood:
    problem = calibration.problem
    if problem.kind == "tilt_series":
        return series_rings(problem, calibration.start)
    return thon_rings(problem, *used_stack(problem))


def _findings(calibration: Calibration, best: dict[str, float], errors: ThonErrors) -> dict[str, Finding]:
    words = ""
    if len(best) == 2 and np.isfinite(errors.sigma).all():
        near = np.sqrt(np.diag(errors.covariance))
        if abs(errors.covariance[0, 1]) > _STRONG * near[0] * near[1]:
            words = "Defocus and astigmatism trade with each other, as few directions of it are seen."
    return {
        name: Finding.of(calibration.ranges[name], value, float(sigma), words)
        for (name, value), sigma in zip(best.items(), errors.sigma, strict=True)
    }
