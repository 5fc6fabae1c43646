"""The power of a tilt series follows the CTF of every tilt, and groups of tilts are judged one by one."""

from __future__ import annotations

import numpy as np
import scipy.fft

from cryogui.physics.ctf import Ctf, Optics
from cryogui.physics.fourier import image_energy
from cryogui.physics.operators import Measured
from cryogui.physics.thon import ThonRings
from cryogui.physics.thon_pools import PooledRings
from cryogui.physics.tilt_geometry import TiltGeometry
from cryogui.physics.tilt_power import DRIFT, TiltPower

OPTICS = Optics(3.0, phase_shift_rad=0.3)
ANGLES = np.linspace(-60.0, 60.0, 9)
GEOMETRY = TiltGeometry(ANGLES, np.zeros(9), np.linspace(20_000.0, 21_000.0, 9), 2.0)
NY, NX = 16, 20


def power() -> TiltPower:
    return TiltPower(GEOMETRY, OPTICS, (NY, NX), np.arange(9))


def pooled(model: TiltPower) -> PooledRings:
    y = np.random.default_rng(0).standard_normal((9, NY, NX)).astype(np.float32)
    pools = []
    for places in (np.arange(4), np.arange(4, 9)):
        measured = Measured(y[places], scipy.fft.rfft2(y[places]), image_energy(y[places]))
        pools.append(ThonRings(model.chosen(places), measured, 0.5, distinct=1))
    return PooledRings(model, pools)


def test_every_tilt_has_the_power_of_its_own_ctf() -> None:
    kx, ky = np.fft.rfftfreq(NX, 3.0)[None, :], np.fft.fftfreq(NY, 3.0)[:, None]
    found = power().chosen(np.array([0, 5])).power({DRIFT: 0.1})
    for image, tilt in zip(found, (0, 5), strict=True):
        focus = GEOMETRY.defocus_A[tilt] + 1000.0 * ANGLES[tilt] / 60.0
        np.testing.assert_allclose(image, 4.0 * Ctf(OPTICS, focus)(kx, ky) ** 2, atol=1e-3)


def test_groups_are_added() -> None:
    rings, theta = pooled(power()), {DRIFT: 0.05}
    parts = [rings.chosen(places).log_likelihood(theta) for places in (np.arange(4), np.arange(4, 9))]
    np.testing.assert_allclose(rings.log_likelihood(theta), sum(parts), rtol=1e-6)
    by_patch = rings.by_patch(theta, 4)
    assert len(by_patch) == 2
    np.testing.assert_allclose(by_patch.sum(axis=1), parts, rtol=1e-4)


def test_some_of_the_tilts_are_chosen_across_groups() -> None:
    rings = pooled(power()).chosen(np.array([1, 2, 7]))
    assert rings.operator.y_shape == (3, NY, NX)
    assert rings.by_patch({}, 4).shape[0] == 2
    assert rings.chosen(np.array([2])).by_patch({}, 4).shape[0] == 1
