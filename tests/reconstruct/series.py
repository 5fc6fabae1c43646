"""Small measurements that tests of methods reconstruct: made with the operator itself, so without noise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.spatial.transform import Rotation

from cryogui.physics.ctf import Optics
from cryogui.physics.image import ImageCtf
from cryogui.physics.operators import Operator, Theta
from cryogui.physics.particles import ParticleStack
from cryogui.physics.tilt import SingleAxisTilt
from cryogui.reconstruct import Problem, Start, Step, find_method
from cryogui.reconstruct.options import restored
from tests.physics.laws import smooth_object

SPEC = {
    "tilt_axis_offset": 0.4, "tilt_angle_accuracy": 0.1, "dose_induced_shrinkage": 2.0, "missing_wedge": 24.0,
}  # fmt: skip
SHAPES = [((24, 24, 24), (24, 24)), ((17, 21, 23), (21, 33)), ((24, 1, 24), (1, 24))]


def series(
    volume: tuple[int, int, int] = (24, 24, 24), detector: tuple[int, int] = (24, 24), step_deg: float = 4.0
) -> SingleAxisTilt:
    angles = np.arange(-66.0, 67.0, step_deg)
    optics = Optics(10.0, phase_shift_rad=np.pi / 2)
    return SingleAxisTilt(
        volume, detector, angles, optics=optics, defocus_A=6000.0, dose_before=np.abs(angles), total_dose=70.0
    )


def particles(n: int = 16, count: int = 40) -> ParticleStack:
    rng = np.random.default_rng(2)
    poses = Rotation.random(count, random_state=1).as_matrix()
    return ParticleStack(
        (n, n, n), (n, n), poses, rng.uniform(-1, 1, (count, 2)), rng.uniform(1e4, 2e4, count), 0.0,
        optics=Optics(4.0),
    )  # fmt: skip


def image() -> ImageCtf:
    return ImageCtf((20, 25), Optics(3.0, phase_shift_rad=np.pi / 2), 4000.0, ("defocus_error",))


def measured(operator: Operator, theta: Theta | None = None) -> tuple[Problem, np.ndarray]:
    """A problem without noise, and its solution."""
    theta = theta or {}
    x = smooth_object(operator) * operator.support
    return Problem(operator, operator.apply(x, theta), theta, np.ones(operator.y_shape[0], dtype=bool)), x


def steps(key: str, problem: Problem, start: Start | None = None, **values: float | str | bool) -> list[Step]:
    """Everything a method yields, each x kept as it was."""
    method = find_method(key)
    method.require_fit(problem)
    run = method.run(problem, restored(method.options, values), start)
    return [replace(s, x=None if s.x is None else s.x.copy()) for s in run]


def assert_resumable(key: str, problem: Problem, **values: float | str | bool) -> list[Step]:
    """From every step it can go on from, the method comes to the very same end; returns these steps."""
    whole = steps(key, problem, **values)
    assert [s.iteration for s in whole] == sorted(s.iteration for s in whole)
    assert [s.fraction for s in whole] == sorted(s.fraction for s in whole)
    there = [s for s in whole if s.x is not None and s.state is not None]
    assert there
    for step in there:
        assert step.x is not None and step.state is not None
        rest = steps(key, problem, Start(step.x, step.iteration, step.state), **values)
        assert all(each.iteration >= step.iteration for each in rest)
        assert rest[-1].iteration == whole[-1].iteration
        np.testing.assert_array_equal(rest[-1].x, whole[-1].x)
    return there


def result(key: str, problem: Problem, **values: float | str | bool) -> np.ndarray:
    """What a method arrives at."""
    x = steps(key, problem, **values)[-1].x
    assert x is not None
    return x
