"""Stochastic gradient descent, then non-uniform refinement of half maps."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cryogui.physics.fourier import Real32, resized
from cryogui.physics.particles import ParticleStack
from cryogui.reconstruct.map_estimate import signal_to_noise
from cryogui.reconstruct.nonuniform import NonUniform
from cryogui.reconstruct.options import option
from cryogui.reconstruct.problem import Problem, Start, Step
from cryogui.reconstruct.registry import method
from cryogui.reconstruct.shells import Shells
from cryogui.reconstruct.stacks import HalfSets, halfway, resolution_words, thon_rings, used_stack
from cryogui.reconstruct.stochastic import Descent, batches

_BOXES = (1 / 3, 1 / 2, 3 / 4)  # of the full one: the descent's frequencies march through them
_SMALLEST_BOX = 16
_INNER, _FINAL = 5, 8
_ROUND = 2 * _INNER  # iterations, of both halves together
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


@method("cryosparc", "SGD and non-uniform refinement (after cryoSPARC)", ("particles",), row="cryoSPARC")
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
    operator, measured = used_stack(problem)
    plan = _Plan(operator.x_shape[0], len(measured.images), options)
    start = start or Start(np.zeros(operator.x_shape, dtype=np.float32), 0)
    if start.iteration < plan.descent:
        start = yield from _descended(problem, options, plan, start)
    yield from _refined(problem, options, plan, start)


class _Plan:
    """What is done in which iteration: minibatches in every box, then conjugate gradients.

    boxes: their sizes; in_box: minibatches in each of them; descent: in all; total: all iterations.
    """

    def __init__(self, n: int, particles: int, options: CryosparcOptions):
        self.boxes = sorted({max(round(share * n / 2) * 2, min(_SMALLEST_BOX, n)) for share in _BOXES})
        self.in_box = options.epochs * batches(particles, options.batch)
        self.descent = len(self.boxes) * self.in_box
        self.total = self.descent + options.refinements * _ROUND + _FINAL

    def fraction(self, done: int) -> float:
        """How much of the work that many iterations are."""
        if done <= self.descent:
            return _DESCENT_SHARE * done / self.descent
        return 1.0 - (1.0 - _DESCENT_SHARE) * (self.total - done) / (self.total - self.descent)


def _descended(
    problem: Problem, options: CryosparcOptions, plan: _Plan, start: Start
) -> Generator[Step, None, Start]:
    """Descent through growing boxes, from the first that is not complete; returns where it has come to."""
    operator, measured = used_stack(problem)
    assert isinstance(operator, ParticleStack)
    n = operator.x_shape[0]
    rings = thon_rings(problem, operator, measured)
    ratio = rings.noise / rings.signal(problem.theta)[0]
    x, done = start.x, start.iteration
    for number in range(done // plan.in_box, len(plan.boxes)):
        box = plan.boxes[number]
        descent = Descent(operator, measured, problem.theta, ratio, box)
        for _ in descent.prepare():
            yield Step(None, done, plan.fraction(done))
        rng = np.random.default_rng(number)
        for coarse in descent.run(resized(x, box, (0, 1, 2)), options.epochs, options.batch, rng):
            latest, done = coarse, done + 1
            yield Step(None, done, plan.fraction(done))
        x = resized(latest, n, (0, 1, 2)) * operator.support
        x = np.maximum(x, np.float32(0)) if options.positivity else x
        yield Step(x, done, plan.fraction(done), note=f"box of {box} voxels")
    return Start(x, done)


def _refined(problem: Problem, options: CryosparcOptions, plan: _Plan, start: Start) -> Iterator[Step]:
    """Non-uniform refinement of half maps, which start from the shells of x inside the smallest box."""
    sets, x = HalfSets(problem), start.x
    done, note = start.iteration, ""
    halves = []
    for which in (0, 1):
        halves.append(sets.data(which))
        yield Step(None, done, plan.fraction(done))
    precision = 0.5 * (halves[0].precision + halves[1].precision)
    smooth = NonUniform(sets.shells)
    maps, prior = [_coarse(sets.shells, x, plan.boxes[0])] * 2, precision
    if start.state:
        maps, prior = list(start.state["maps"]), start.state["prior"]
        smooth.choice = start.state["choice"].copy()

    def regularised(volume: Real32) -> Real32:
        volume = smooth.applied(volume)
        return np.maximum(volume, np.float32(0)) if options.positivity else volume

    def step(volume: Real32, state: Mapping[str, NDArray[Any]] | None = None) -> Step:
        return Step(volume, done, plan.fraction(done), note=note, state=state)

    for _ in range((done - plan.descent) // _ROUND, options.refinements):
        for which, half in enumerate(halves):
            mean = regularised(maps[which])
            for maps[which] in half.estimates(mean, prior, _INNER, mean):
                done += 1
                yield step(halfway(*maps))
        fsc = sets.shells.correlation(*maps)
        prior, note = precision / signal_to_noise(fsc), resolution_words(fsc, problem)
        smooth.fit(*maps)
        state = {"maps": np.stack(maps), "prior": prior, "choice": smooth.choice.copy()}
        yield step(halfway(*maps), state)
    mean = regularised(halfway(*maps))
    for volume in halves[0].joined(halves[1]).estimates(mean, prior, _FINAL, mean):
        done += 1
        yield step(regularised(volume))


def _coarse(shells: Shells, x: Real32, box: int) -> Real32:
    """The volume's frequencies inside a box of that size."""
    return shells.filtered(x, np.where(shells.k * x.shape[0] < box / 2, 1.0, 0.0))
