"""Kernels of the iterative methods: each reads and writes its arrays once, and sums in double precision.

All arrays are flat, float32 and of one length.
"""

from __future__ import annotations

from typing import Any

from numba import njit, prange

_PIECE = 1 << 14


@njit(parallel=True, fastmath=True, cache=True)
def relax(x: Any, image: Any, right: Any, step: Any, low: Any) -> Any:
    """x ← max(x + step·(right − image), low) with image = HᵀWHx; returns x·(2·right − image) of the old x."""
    total = 0.0
    for piece in prange((x.size + _PIECE - 1) // _PIECE):
        part = 0.0
        for i in range(piece * _PIECE, min((piece + 1) * _PIECE, x.size)):
            down = right[i] - image[i]
            part += x[i] * (right[i] + down)
            x[i] = max(x[i] + step * down, low)
        total += part
    return total


@njit(parallel=True, fastmath=True, cache=True)
def overlap(a: Any, b: Any) -> Any:
    """a·b."""
    total = 0.0
    for piece in prange((a.size + _PIECE - 1) // _PIECE):
        part = 0.0
        for i in range(piece * _PIECE, min((piece + 1) * _PIECE, a.size)):
            part += a[i] * b[i]
        total += part
    return total


@njit(parallel=True, fastmath=True, cache=True)
def advance(x: Any, gradient: Any, direction: Any, image: Any, right: Any, length: Any) -> Any:
    """x += length·direction, gradient −= length·image; returns (gradient·gradient, x·(right + gradient))."""
    square, agreement = 0.0, 0.0
    for piece in prange((x.size + _PIECE - 1) // _PIECE):
        part_square, part_agreement = 0.0, 0.0
        for i in range(piece * _PIECE, min((piece + 1) * _PIECE, x.size)):
            x[i] += length * direction[i]
            gradient[i] -= length * image[i]
            part_square += gradient[i] * gradient[i]
            part_agreement += x[i] * (right[i] + gradient[i])
        square += part_square
        agreement += part_agreement
    return square, agreement


@njit(parallel=True, fastmath=True, cache=True)
def turn(direction: Any, gradient: Any, share: Any) -> None:
    """direction ← gradient + share·direction."""
    for i in prange(direction.size):
        direction[i] = gradient[i] + share * direction[i]


@njit(parallel=True, fastmath=True, cache=True)
def descend(x: Any, image: Any, right: Any, step: Any) -> None:
    """image ← x + step·(right − image), with image = HᵀWHx."""
    for i in prange(x.size):
        image[i] = x[i] + step * (right[i] - image[i])


@njit(parallel=True, fastmath=True, cache=True)
def backwards(ahead: Any, new: Any, old: Any) -> Any:
    """(ahead − new)·(new − old): above zero, momentum carries the iteration uphill."""
    total = 0.0
    for piece in prange((new.size + _PIECE - 1) // _PIECE):
        part = 0.0
        for i in range(piece * _PIECE, min((piece + 1) * _PIECE, new.size)):
            part += (ahead[i] - new[i]) * (new[i] - old[i])
        total += part
    return total


@njit(parallel=True, fastmath=True, cache=True)
def extrapolate(ahead: Any, new: Any, old: Any, momentum: Any) -> None:
    """ahead ← new + momentum·(new − old), then old ← new."""
    for i in prange(new.size):
        ahead[i] = new[i] + momentum * (new[i] - old[i])
        old[i] = new[i]
