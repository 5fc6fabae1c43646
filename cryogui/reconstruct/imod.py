"""Back-projection with phase flipping and a SIRT-like filter, refined by passes of the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from cryogui.physics.fourier import WORKERS, Real32, frequencies, half_frequencies
from cryogui.reconstruct.axis_search import find_axis
from cryogui.reconstruct.noise_weights import signal_share
from cryogui.reconstruct.options import option
from cryogui.reconstruct.problem import Problem, Start, Step
from cryogui.reconstruct.registry import method
from cryogui.reconstruct.wbp import section_weights


@dataclass(frozen=True)
class ImodOptions:
    """How the series is aligned, filtered and refined."""

    align: bool = option(
        True, "find the tilt axis", "Look for its offset where the images contradict the spec."
    )
    sirt_like: int = option(
        20, "SIRT-like filter", "Filter as so many iterations of SIRT would; 0: ramp alone.", low=0, high=1000
    )
    cutoff: float = option(
        0.35, "radial cut-off", "Where the radial filter begins to fall.", unit="1/px", low=0.01, high=0.5
    )
    falloff: float = option(
        0.05, "radial fall-off", "Standard deviation of its fall.", unit="1/px", low=0.001, high=0.5
    )
    weigh_noise: bool = option(
        True, "weigh by noise", "Frequencies count by their share of signal, where the noise is known."
    )
    passes: int = option(
        15, "passes", "How often the difference is projected back as well; 0: none.", low=0, high=1000
    )
    relaxation: float = option(1.5, "relaxation", "Share of it that is added.", low=0.01, high=1.9)
    positivity: bool = option(True, "x ≥ 0", "Densities below zero are raised to it after every pass.")


@method("imod", "Back-projection with SIRT passes (after IMOD)", ("tilt_series",), row="IMOD")
def imod(problem: Problem, options: ImodOptions, start: Start | None) -> Iterator[Step]:
    """Alignment, CTF phase flip, filtered back-projection and SIRT passes, the steps of IMOD (Kremer 1996).

    IMOD aligns a series (tiltxcorr, tiltalign), turns over the frequencies of negative CTF
    (ctfphaseflip; Xiong 2009), filters radially and projects back (tilt), on wish with a filter
    f·(1 − (1 − a/f)^N) like the outcome of N iterations of SIRT, or with such iterations themselves, in which
    the sign of the densities can be held (sirtsetup).

    Here only the tilt axis' offset is looked for, as a spec holds no shift of single images, and from the
    images' centres of mass, as long as every frame holds the whole specimen; it replaces the spec's where it
    contradicts it. (Cross-correlation of neighbours was off by up to 1.4 px on simulated series, where the
    centres are off by at most 0.07: a constant offset hardly changes from one tilt to the next.) The
    weighting is exact for uneven tilts, as in WBP. On top of the radial filter frequencies count by their
    share of signal, where the file tells the noise. The passes compare the images with the full model, CTF
    included, and project the difference back through the same filters, so that few are needed; a is one over
    the volume's depth, where IMOD's is tuned on a data set.
    """
    found: dict[str, float] = {}
    yield Step(None, 0, 0.0)
    if options.align:
        axis, stated = find_axis(problem), problem.theta.get("tilt_axis_offset", 0.0)
        if axis.contradicts(stated):
            found = {"tilt_axis_offset": axis.offset_px}
            problem = problem.with_spec({**problem.theta, **found})
    note = f"tilt axis at {found['tilt_axis_offset']:.2f} px" if found else ""
    plain = problem.operator.without(frozenset("CD") & {block.symbol for block in problem.operator.blocks})
    filters = _filters(problem, options)
    lowest = np.float32(0.0 if options.positivity else -np.inf)
    total = 1 + options.passes
    x = start.x.copy() if start else np.zeros(problem.operator.x_shape, dtype=np.float32)
    for iteration in range(start.iteration if start else 0, total):
        difference = problem.y - problem.operator.apply(x, problem.theta) if iteration else problem.y
        yield Step(None, iteration, (iteration + 0.5) / total, found, note)
        part = plain.adjoint(_filtered(difference, filters), problem.theta)
        x += part * np.float32(options.relaxation if iteration else 1.0)
        np.maximum(x, lowest, out=x)
        yield Step(x, iteration + 1, (iteration + 1) / total, found, note)


def _filtered(images: Real32, filters: Real32) -> Real32:
    spectra = scipy.fft.rfft2(images, workers=WORKERS)
    spectra *= filters
    filtered: Real32 = scipy.fft.irfft2(spectra, s=images.shape[1:], workers=WORKERS, overwrite_x=True)
    return filtered


def _filters(problem: Problem, options: ImodOptions) -> Real32:
    """[tilt, ky, kx]: weighting, radial and SIRT-like filter, sign of the CTF; 0 for unused tilts."""
    tilt = problem.tilt_series
    _, ny, nx = problem.y.shape
    ky, kx = frequencies(ny)[:, None], half_frequencies(nx)
    weights = section_weights(tilt, problem.theta, problem.used, nx) * _sirt_like(
        kx, tilt.x_shape[0], options.sirt_like
    )
    k = np.hypot(ky, kx)
    radial = np.exp(-0.5 * (np.maximum(k - options.cutoff, 0.0) / options.falloff) ** 2)
    if options.weigh_noise:
        radial *= signal_share(problem, k)
    filters = (weights[:, None, :] * (radial / tilt.geometry.scale)).astype(np.float32)
    pixel = tilt.optics.pixel_size_A if tilt.optics else 1.0
    for image in np.flatnonzero(problem.used):
        if ctf := problem.operator.ctf(int(image), problem.theta):
            filters[image] *= np.sign(ctf(*np.broadcast_arrays(kx / pixel, ky / pixel)))
    return filters


def _sirt_like(k: NDArray[np.float64], depth: int, iterations: int) -> NDArray[np.float64]:
    """1 − (1 − a/k)^N with a = 1/depth; 1 for k ≤ a, and everywhere when `iterations` is 0."""
    if not iterations:
        return np.ones(k.shape)
    gain: NDArray[np.float64] = 1.0 - (1.0 - 1.0 / np.maximum(k * depth, 1.0)) ** iterations
    return gain
