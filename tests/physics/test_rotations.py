"""Rotations by small vectors, and back."""

from __future__ import annotations

import numpy as np
from scipy.spatial.transform import Rotation

from cryogui.physics.rotations import turn_vectors, turns


def test_turns_are_rotations_about_vectors_by_their_lengths() -> None:
    vectors = np.random.default_rng(1).uniform(-1.5, 1.5, (50, 3))
    vectors[:2] = [[0.0], [1e-9]]
    np.testing.assert_allclose(turns(vectors), Rotation.from_rotvec(vectors).as_matrix(), atol=1e-14)
    np.testing.assert_allclose(turn_vectors(turns(vectors)), vectors, rtol=1e-9, atol=1e-15)
    np.testing.assert_array_equal(turns(np.zeros(3)), np.eye(3))
