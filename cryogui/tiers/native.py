"""Reading the native layout (format_version 2); `native_write` writes it."""

from __future__ import annotations

from dataclasses import fields
from functools import partial

import h5py

from cryogui.errors import UserError
from cryogui.resources import challenge_ranges
from cryogui.spec import SpecRanges
from cryogui.tiers.build import Truth, build_scene
from cryogui.tiers.native_write import FORMAT_VERSION
from cryogui.tiers.ranges import NO_RANGES, UNKNOWN, read_ranges, read_true_spec, stand_in_tilt_ranges
from cryogui.tiers.read_hdf5 import (
    broken,
    json_attribute,
    number_attribute,
    numbers,
    scene_groups,
    vector,
    volume,
)
from cryogui.tiers.scene import Scene
from cryogui.tiers.scene_data import Microscope, ParticlePoses, SceneData, TiltGeometry
from cryogui.tiers.stacks import hdf5_stack
from cryogui.tiers.words import label


def native_scenes(file: h5py.File, variant: str, spec_dag: tuple[str, ...]) -> tuple[Scene, ...]:
    """All scenes of an inspected native file. Raises UserError where one is incomplete."""
    version = number_attribute(file, "format_version") or FORMAT_VERSION
    if version > FORMAT_VERSION:
        raise UserError(f"The file has format version {version:g}, newer than this program; update cryogui.")
    return tuple(_read_scene(group, variant, spec_dag) for group in scene_groups(file))


def native_data(file: h5py.File, variant: str) -> tuple[SceneData, ...]:
    """What the scenes of an inspected native file were written from, without x_true."""
    return tuple(_read_data(group, variant)[0] for group in scene_groups(file))


def reconstruction_scenes(file: h5py.File) -> tuple[Scene, ...]:
    """The volumes x_hat of a submission or a reconstruction, to look at or to use as an object."""
    volumes = [numbers(group, "x_hat", (3,)) for group in scene_groups(file) if "x_hat" in group]
    return tuple(
        Scene(node.name.split("/")[1], "reconstruction", "volume", read_x=partial(volume, node))
        for node in volumes
    )


def _read_scene(group: h5py.Group, variant: str, spec_dag: tuple[str, ...]) -> Scene:
    data, notes = _read_data(group, variant)
    return build_scene(data, group.name[1:], spec_dag, _read_truth(group), notes)


def _read_data(group: h5py.Group, variant: str) -> tuple[SceneData, tuple[str, ...]]:
    """The scene without its truth's volume, and what to say about its ranges."""
    if "y" not in group or not isinstance(group.get("H_ideal"), h5py.Group):
        raise broken(group, "lacks its images y or its operator H_ideal; make the file again")
    y, operator = numbers(group, "y", (3,)), group["H_ideal"]
    metadata = json_attribute(group, "metadata")
    geometry: TiltGeometry | ParticlePoses
    if variant == "cryo_et":
        geometry = _read_tilts(operator, y.shape[0])
    else:
        geometry = _read_poses(operator, y.shape[0])
    microscope = _read_microscope(operator)
    ranges, notes = _read_ranges(group, geometry, microscope)
    data = SceneData(
        y=hdf5_stack(y),
        ranges=ranges,
        microscope=microscope,
        geometry=geometry,
        metadata=metadata if isinstance(metadata, dict) else {},
        true_spec=read_true_spec(group),
        transmission=vector(group, "transmission", y.shape[:1]),
    )
    return data, notes


def _read_ranges(
    group: h5py.Group, geometry: TiltGeometry | ParticlePoses, microscope: Microscope
) -> tuple[SpecRanges, tuple[str, ...]]:
    """The file's ranges, or the challenge's where it states none; and what to say about them."""
    variant = "cryo_et" if isinstance(geometry, TiltGeometry) else "cryo_em"
    usual = challenge_ranges(variant, "public")
    if json_attribute(group, "spec_ranges") is not None:
        ranges, notes = read_ranges(group)
        unknown = [name for name in ranges.names if name not in usual.names]
        return ranges, (*notes, *(UNKNOWN.format(label(name)) for name in unknown))
    if not isinstance(geometry, TiltGeometry):
        return usual, (NO_RANGES,)
    has_ctf = microscope.voltage_kV is not None and microscope.pixel_size_A is not None
    ranges, notes = stand_in_tilt_ranges(geometry.tilt_angles_deg, has_ctf)
    return ranges, (NO_RANGES, *notes)


def _read_truth(group: h5py.Group) -> Truth | None:
    """Shape of x_true and how to read it."""
    if "x_true" not in group:
        return None
    node = numbers(group, "x_true", (3,))
    return node.shape, partial(volume, node)


def _read_microscope(operator: h5py.Group) -> Microscope:
    microscope = Microscope(**{f.name: number_attribute(operator, f.name) for f in fields(Microscope)})
    for name in ("pixel_size_A", "voltage_kV"):
        value = getattr(microscope, name)
        if value is not None and value <= 0:
            raise broken(operator, f"states {name} {value:g}, which must be positive; write it again")
    return microscope


def _read_tilts(operator: h5py.Group, count: int) -> TiltGeometry:
    angles = vector(operator, "tilt_angles_deg", (count,))
    if angles is None:
        raise broken(operator, "lacks tilt_angles_deg; make the file again")
    return TiltGeometry(
        angles,
        vector(operator, "dose_before_e_per_A2", (count,)),
        vector(operator, "defocus_A", (count,)),
        number_attribute(operator, "total_dose_e_per_A2"),
    )


def _read_poses(operator: h5py.Group, count: int) -> ParticlePoses:
    shapes: dict[str, tuple[int, ...]] = {
        "rotations": (count, 3, 3), "shifts_px": (count, 2), "defocus_A": (count,),
        "astigmatism_angle_deg": (count,),
    }  # fmt: skip
    arrays = {name: vector(operator, name, shape) for name, shape in shapes.items()}
    if missing := [name for name, values in arrays.items() if values is None]:
        raise broken(operator, f"lacks {', '.join(missing)}; make the file again")
    return ParticlePoses(**{name: values for name, values in arrays.items() if values is not None})
