"""Stochastic gradient descent, then non-uniform refinement of half maps."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass

import numpy as np

from cryogui.physics.fourier import Real32, resized
from cryogui.physics.particles import ParticleStack
from cryogui.reconstruct.map_estimate import signal_to_noise
from cryogui.reconstruct.nonuniform import NonUniform
from cryogui.reconstruct.options import option
from cryogui.reconstruct.problem import Problem, Start, Step
from cryogui.reconstruct.registry import method
from cryogui.reconstruct.stacks import half_sets, halfway, resolution_words, thon_rings, used_stack
from cryogui.reconstruct.stochastic import Descent, batches

_BOXES = (1 / 3, 1 / 2, 3 / 4)  # of the full one: the descent's frequencies march through them
_SMALLEST_BOX = 16
_INNER, _FINAL = 5, 8
_DESCENT_SHARE = 0.3


@dataclass(frozen=True)
class CryosparcOptions:
    """How long each half of the method runs."""

    epochs: int = option(
        3, "epochs", "How often the descent takes every particle, in each box.", low=1, high=50
    )
    batch: int = option(8, "minibatch", "Particles per step of the descent.", low=1, high=1000)
    refinements: int = option(
        5, "refinements", "How often the half maps are regularised and refined.", low=1, high=50
    )
    positivity: bool = option(True, "x ≥ 0", "Sets negative densities to zero, as cryoSPARC does by default.")


@method(
    "cryosparc",
    "SGD and non-uniform refinement (after cryoSPARC)",
    ("particles",),
    row="cryoSPARC",
    is_iterative=False,
)
def cryosparc(problem: Problem, options: CryosparcOptions, start: Start | None) -> Iterator[Step]:
    """Stochastic gradient descent from nothing, then half maps under a smoothness that differs by place.

    cryoSPARC (Punjani et al., Nat. Methods 14, 290, 2017) finds a first volume by stochastic gradient descent
    over minibatches, with the poses integrated out and frequencies marching from low to high, and refines it
    by branch and bound. Its non-uniform refinement (Punjani, Zhang & Fleet, Nat. Methods 17, 1214, 2020) lets
    every region be as smooth as the half maps' agreement there asks for, by local cross-validation.

    Here poses are known. The descent is preconditioned by the precision of each shell and marches through
    boxes of growing size; noise and prior come from the particles' power spectra. The half maps start from
    its low frequencies. Each refinement chooses the low pass of every voxel by cross-validation, and moves
    both maps from their regularised versions towards their particles by a few conjugate gradients, as far as
    their Fourier shell correlation allows. At the end all particles are joined.
    """
    x, shared_box = yield from _descended(problem, options)
    yield from _refined(problem, options, x, shared_box)


def _descended(problem: Problem, options: CryosparcOptions) -> Generator[Step, None, tuple[Real32, int]]:
    """Descent through growing boxes; returns its volume in the full one, and the size of the smallest."""
    operator, measured = used_stack(problem)
    assert isinstance(operator, ParticleStack)
    n = operator.x_shape[0]
    rings = thon_rings(problem, operator, measured)
    ratio = rings.noise / rings.signal(problem.theta)[0]
    rng = np.random.default_rng(0)
    x = np.zeros(operator.x_shape, dtype=np.float32)
    boxes = sorted({max(round(share * n / 2) * 2, min(_SMALLEST_BOX, n)) for share in _BOXES})
    total, done = len(boxes) * options.epochs * batches(len(measured.images), options.batch), 0
    for box in boxes:
        descent = Descent(operator, measured, problem.theta, ratio, box)
        first = resized(x, box, (0, 1, 2))
        for coarse in descent.run(first, options.epochs, options.batch, rng):
            x, done = coarse, done + 1
            yield Step(None, 0, _DESCENT_SHARE * done / total)
        x = resized(x, n, (0, 1, 2)) * operator.support
        x = np.maximum(x, np.float32(0)) if options.positivity else x
        yield Step(x, 0, _DESCENT_SHARE * done / total, note=f"box of {box} voxels")
    return x, boxes[0]


def _refined(problem: Problem, options: CryosparcOptions, x: Real32, shared_box: int) -> Iterator[Step]:
    """Non-uniform refinement of half maps that start from the shells of x inside `shared_box`."""
    halves = half_sets(problem)
    shells = halves[0].shells
    precision = 0.5 * (halves[0].precision + halves[1].precision)
    smooth = NonUniform(shells)
    low = shells.filtered(x, np.where(shells.k * x.shape[0] < shared_box / 2, 1.0, 0.0))
    maps, prior = [low, low], precision
    total, done, note = options.refinements * len(halves) * _INNER + _FINAL, 0, ""

    def regularised(volume: Real32) -> Real32:
        volume = smooth.applied(volume)
        return np.maximum(volume, np.float32(0)) if options.positivity else volume

    def step(volume: Real32) -> Step:
        share = _DESCENT_SHARE + (1.0 - _DESCENT_SHARE) * done / total
        return Step(volume, done, share, note=note)

    for _ in range(options.refinements):
        for which, half in enumerate(halves):
            mean = regularised(maps[which])
            for maps[which] in half.estimates(mean, prior, _INNER, mean):
                done += 1
                yield step(halfway(*maps))
        fsc = shells.correlation(*maps)
        prior, note = precision / signal_to_noise(fsc), resolution_words(fsc, problem)
        smooth.fit(*maps)
    joined = halves[0].joined(halves[1])
    mean = regularised(halfway(*maps))
    for volume in joined.estimates(mean, prior, _FINAL, mean):
        done += 1
        yield step(regularised(volume))
