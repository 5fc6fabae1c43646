"""The published layouts A to E, told apart by what a scene's group holds.

One file name stands for several incompatible generations, so names and file attributes decide nothing that
the contents can decide.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import h5py
import numpy as np

from cryogui.spec import Spec, SpecRanges
from cryogui.tiers.build import settled
from cryogui.tiers.ranges import read_true_spec
from cryogui.tiers.read_hdf5 import broken, json_attribute, numbers, text_attribute, volume
from cryogui.tiers.scene import Facts
from cryogui.tiers.stacks import LazyStack, hdf5_stack
from cryogui.tiers.words import facts

if TYPE_CHECKING:
    from collections.abc import Callable

MEASURED_ENDINGS = ("_measured", "_noisy")
TRUTHS = ("x_true", "x_true_amplitude")
ANGLES = ("angles_deg", "angles_nominal", "angles", "H_ideal")
TRANSFERS = ("H_ideal", "ctf_ideal", "H_ideal_real")
IDEALS = ("y_ideal", "image_ideal")
IDENTITY_CHECK = 16


@dataclass(frozen=True, eq=False)
class Contents:
    """The pieces of one published scene, whatever they are called; `transfer` is two-dimensional."""

    group: h5py.Group
    y: h5py.Dataset
    truth: h5py.Dataset | None
    angles: h5py.Dataset | None
    transfer: h5py.Dataset | None

    @property
    def name(self) -> str:
        """The group's name."""
        return str(self.group.name[1:])

    @property
    def title(self) -> str:
        """The scene's name in the metadata, or the group's in plain words."""
        metadata = json_attribute(self.group, "metadata")
        stated = metadata.get("scene") if isinstance(metadata, dict) else None
        return str(stated or self.name).replace("_", " ")

    @property
    def is_identity(self) -> bool:
        """Whether the operator is an identity matrix; only its first corner is read."""
        if self.transfer is None or self.transfer.shape == self.y.shape:
            return False
        n = min(IDENTITY_CHECK, *self.transfer.shape)
        return bool(np.array_equal(self.transfer[:n, :n], np.eye(n)))

    def read_y(self, axis: int) -> Callable[[], np.ndarray | LazyStack]:
        """How to read the images [image, y, x]; two-dimensional data gains a new axis at `axis`."""
        if self.y.ndim == 3:
            return partial(settled, hdf5_stack(self.y))
        return lambda: np.expand_dims(volume(self.y), axis)

    def read_x(self, axis: int) -> Callable[[], np.ndarray] | None:
        """How to read the truth [z, y, x]; two-dimensional data gains a new axis at `axis`."""
        if (truth := self.truth) is None:
            return None
        return lambda: volume(truth) if truth.ndim == 3 else np.expand_dims(volume(truth), axis)

    def true_spec(self, ranges: SpecRanges) -> Spec | None:
        """True values of the parameters that have a range; None when there are none."""
        stored = read_true_spec(self.group) or Spec()
        known = {name: stored[name] for name in ranges.names if name in stored}
        return Spec.of(known) if known else None

    def noise_sigma(self) -> float | None:
        """Standard deviation of measured minus noise-free images, where the file holds both."""
        for name in IDEALS:
            if name in self.group and (ideal := numbers(self.group, name)).shape == self.y.shape:
                return float(np.std(volume(self.y) - volume(ideal))) or None
        return None

    def facts(self, ranges: SpecRanges) -> Facts:
        """Plain numbers and texts stored with the scene, and true values of what is not in `ranges`."""
        truth = read_true_spec(self.group) or Spec()
        extra = {name: value for name, value in truth.items() if name not in ranges.names}
        return (*facts(self.group.attrs), *facts(extra, prefix="true "))

    def baseline_notes(self) -> tuple[str, ...]:
        """What there is to say about reconstructions that came with the file."""
        names = [name for name in self.group if name.startswith("reconstruction_")]
        empty = [name for name in names if not np.any(numbers(self.group, name)[()])]
        return tuple(
            f"The reconstruction '{name.removeprefix('reconstruction_')}' in this file is all zeros."
            for name in empty
        )


def read_contents(group: h5py.Group) -> Contents:
    """Find the pieces of a scene under any of the names they go by. Raises UserError without images."""
    measured = [name for name in group if name.endswith(MEASURED_ENDINGS)]
    name = "y" if "y" in group else next(iter(sorted(measured)), None)
    if name is None:
        raise broken(group, "holds no images (y, *_measured or *_noisy), so there is nothing to explain")
    return Contents(
        group,
        numbers(group, name, (2, 3)),
        _first(group, TRUTHS, (2, 3)),
        _first(group, ANGLES, (1,)),
        _first(group, TRANSFERS, (2,)),
    )


def _first(group: h5py.Group, names: tuple[str, ...], ranks: tuple[int, ...]) -> h5py.Dataset | None:
    """The first data set of these names that has the wanted number of axes."""
    for name in names:
        node = group.get(name)
        if isinstance(node, h5py.Dataset) and node.ndim in ranks:
            return numbers(group, name, ranks)
    return None


def file_tier(file: h5py.File) -> str:
    """'public', 'dev', 'hidden', or '' where the file does not say."""
    return text_attribute(file, "tier") or ""
