"""Zeros in closed form are where the CTF changes sign, and lead back to the defocus they came from."""

from dataclasses import replace

import numpy as np
import pytest

from cryogui.physics.ctf import Ctf, Optics
from cryogui.physics.ctf_zeros import Zero, defocus_of_zero, zero_ring, zeros

MICROGRAPH = Ctf(Optics(1.1, 300.0, 2.7, 0.1), 15000.0)
CTFS = {
    "underfocus": MICROGRAPH,
    "overfocus": replace(MICROGRAPH, defocus_A=-9000.0),
    "Scherzer, where spherical aberration turns the phase round": replace(MICROGRAPH, defocus_A=900.0),
    "no spherical aberration": replace(MICROGRAPH, optics=replace(MICROGRAPH.optics, cs_mm=0.0)),
    "phase plate": Ctf(Optics(10.0, 300.0, phase_shift_rad=np.pi / 2), 6000.0),
    "sign and rounded wavelength": Ctf(Optics(1.5, wavelength_A=0.0197, sign=-1.0), 12000.0),
}


@pytest.mark.parametrize("ctf", CTFS.values(), ids=CTFS)
def test_zeros_are_where_the_ctf_changes_sign(ctf: Ctf) -> None:
    nyquist = 0.7 / ctf.optics.pixel_size_A
    k = np.linspace(1e-5, nyquist, 400_001)
    values = ctf(k, np.zeros_like(k))
    crossing = np.flatnonzero(np.sign(values[1:]) != np.sign(values[:-1]))
    found = zeros(ctf, nyquist)
    assert len(found) == len(crossing) > 0
    np.testing.assert_allclose([zero.k for zero in found], k[crossing], atol=2 * (k[1] - k[0]))


def test_astigmatic_zeros_lie_further_in_where_the_defocus_is_larger() -> None:
    oval = replace(MICROGRAPH, astigmatism_A=2000.0, astigmatism_angle_deg=30.0)
    nyquist = 0.45
    for direction, defocus in ((30.0, 16000.0), (120.0, 14000.0), (75.0, 15000.0)):
        round_ctf = replace(MICROGRAPH, defocus_A=defocus)
        expected = [zero.k for zero in zeros(round_ctf, nyquist)]
        np.testing.assert_allclose([zero.k for zero in zeros(oval, nyquist, direction)], expected)
    assert zeros(oval, nyquist) == zeros(MICROGRAPH, nyquist)


@pytest.mark.parametrize("ctf", CTFS.values(), ids=CTFS)
def test_a_zero_tells_its_defocus(ctf: Ctf) -> None:
    for zero in zeros(ctf, 0.7 / ctf.optics.pixel_size_A)[:5]:
        assert defocus_of_zero(ctf, zero) == pytest.approx(ctf.defocus_A, rel=1e-9, abs=1e-3)


def test_the_defocus_told_puts_the_zero_where_it_was_asked_for() -> None:
    wanted = Zero(1, 0.05)
    moved = replace(MICROGRAPH, defocus_A=defocus_of_zero(MICROGRAPH, wanted))
    assert zeros(moved, 0.4)[0].k == pytest.approx(0.05, rel=1e-12)


def test_nothing_vanishes_at_focus_without_aberrations() -> None:
    flat = Ctf(Optics(2.0, cs_mm=0.0), 0.0)
    assert zeros(flat, 0.25) == ()


@pytest.mark.parametrize("ctf", CTFS.values(), ids=CTFS)
def test_a_ring_meets_the_zeros_of_every_direction(ctf: Ctf) -> None:
    oval = replace(ctf, astigmatism_A=0.02 * ctf.defocus_A, astigmatism_angle_deg=30.0)
    nyquist, directions = 0.7 / ctf.optics.pixel_size_A, np.array([0.0, 30.0, 75.0, 120.0])
    for zero in zeros(oval, 0.4 * nyquist)[:4]:
        ring = zero_ring(oval, zero, directions)
        for direction, k in zip(directions, ring, strict=True):
            along = [each.k for each in zeros(oval, nyquist, direction) if each.order == zero.order]
            assert k == pytest.approx(min(along, key=lambda each: abs(each - zero.k)), rel=1e-9)


def test_a_ring_has_a_gap_where_the_phase_does_not_reach() -> None:
    oval = replace(MICROGRAPH, defocus_A=1100.0, astigmatism_A=1700.0)
    (first, *_) = zeros(oval, 0.6)
    assert first.order == 1
    ring = zero_ring(oval, first, np.array([0.0, 90.0]))
    assert np.isfinite(ring[0])
    assert np.isnan(ring[1])
