"""Where a volume is seen from: the views of the three slices, and the way home."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cryogui.session.looks import Camera

Preset = Literal["x", "y", "z", "home"]

PRESETS: dict[Preset, str] = {
    "x": "View along x, as the yz slice",
    "y": "View along y, as the xz slice",
    "z": "View along z, as the xy slice",
    "home": "Home",
}
_LEAST_ZOOM, _MOST_ZOOM = 0.05, 50.0


def preset(name: Preset, camera: Camera, flipped: bool) -> Camera:
    """`camera` turned so that a slice lies in 3-D as it does in its pane; 'home' also ends zoom and shift.

    flipped: whether the slices have y, and z in xz, pointing up.
    """
    if name == "home":
        return Camera()
    # The yz slice has z to its right in either case, and so is seen from the other side when y turns round.
    azimuth, elevation = {"x": (-90.0 if flipped else 90.0, 0.0), "y": (0.0, -90.0), "z": (0.0, 0.0)}[name]
    return replace(camera, azimuth=azimuth, elevation=elevation)


def sane(camera: Camera) -> Camera:
    """`camera` within the limits of the turntable, whatever a file may say."""
    azimuth = (camera.azimuth + 180.0) % 360.0 - 180.0
    elevation = min(max(camera.elevation, -90.0), 90.0)
    return Camera(azimuth, elevation, min(max(camera.zoom, _LEAST_ZOOM), _MOST_ZOOM), camera.centre)


def handedness(flipped: bool) -> NDArray[np.float64]:
    """Signs by which x, y, z of a volume become right, up and towards the eye in the view of the xy slice.

    Slices have row 0 on top, so y points down and z away from the eye; flipped, y points up and z towards
    it. Either is the other turned half round x: nothing is ever mirrored.
    """
    return np.array([1.0, 1.0, 1.0]) if flipped else np.array([1.0, -1.0, -1.0])
