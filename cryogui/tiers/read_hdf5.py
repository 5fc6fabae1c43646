"""Reading pieces of an inspected HDF5 file, with one sentence for each thing that is not as it should be."""

from __future__ import annotations

import json
import math
import zlib
from typing import Any

import h5py
import numpy as np

from cryogui.errors import UserError
from cryogui.tiers.chunk_guard import InflatingChunk, guard_chunks

# Stacks up to this size are read whole.
EAGER_BYTES = 256 << 20
LARGEST_VOLUME_BYTES = 4 << 30


def broken(node: h5py.Group | h5py.Dataset, what: str) -> UserError:
    """A refusal that names the file and the place inside it; `what` is a clause with the remedy."""
    name = node.file.filename.rpartition("/")[2]
    return UserError(f"{name}: {node.name} {what}.")


def scene_groups(file: h5py.File) -> list[h5py.Group]:
    """The groups sample_00, sample_01 … in order."""
    names = sorted(name for name in file if name.startswith("sample_"))
    return [file[name] for name in names if isinstance(file[name], h5py.Group)]


def numbers(group: h5py.Group, name: str, ranks: tuple[int, ...] = (1, 2, 3)) -> h5py.Dataset:
    """The data set `name`, made sure to hold real numbers in one of the given numbers of axes."""
    node = group[name]
    if not isinstance(node, h5py.Dataset):
        raise broken(node, "is a group where an array belongs; store the array there")
    if node.dtype.kind not in "iuf" or node.ndim not in ranks:
        expected = " or ".join(str(rank) for rank in ranks)
        raise broken(node, f"has shape {node.shape} of {node.dtype}; it must be numbers with {expected} axes")
    return node


def vector(group: h5py.Group, name: str, shape: tuple[int, ...]) -> np.ndarray | None:
    """The float64 array `name` of exactly this shape; None where it is absent."""
    if name not in group:
        return None
    node = numbers(group, name, (len(shape),))
    if node.shape != shape:
        raise broken(node, f"has shape {node.shape}, but {shape} is needed to go with the images")
    return np.asarray(node[()], np.float64)


def volume(node: h5py.Dataset) -> np.ndarray:
    """The array as float32. Raises UserError when it is too large to be an object."""
    if math.prod(node.shape) * 4 > LARGEST_VOLUME_BYTES:
        raise broken(node, "is larger than 4 GiB; bin it")
    try:
        guard_chunks(node)
        return np.asarray(node[()], np.float32)
    except (OSError, InflatingChunk, zlib.error) as error:
        raise broken(node, f"cannot be read ({error}); fetch or make the file again") from error


def json_attribute(node: h5py.Group, name: str) -> Any:
    """The value of an attribute that holds JSON text; None where it is absent."""
    if (text := text_attribute(node, name)) is None:
        return None
    try:
        value = json.loads(text)
        json.dumps(value, ensure_ascii=False).encode()  # half characters cannot be shown or written
        return value
    except (ValueError, RecursionError):
        raise broken(node, f"has an attribute {name} that is not JSON; write it again") from None


def text_attribute(node: h5py.Group, name: str) -> str | None:
    """A text attribute; None where it is absent or a number."""
    value = node.attrs.get(name)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return clean_text(value) if isinstance(value, str) else None


def clean_text(text: str) -> str:
    """The text without half characters, which damaged files produce and nothing can print."""
    return text.encode("utf-8", "replace").decode("utf-8")


def number_attribute(node: h5py.Group, name: str) -> float | None:
    """A finite number; None where it is absent."""
    value = node.attrs.get(name)
    if value is None:
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number):
        raise broken(node, f"has an attribute {name} that is not a number; write it again")
    return number
