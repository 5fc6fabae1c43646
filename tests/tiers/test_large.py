"""Files larger than memory: opened without being read, browsed image by image."""

import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest

from cryogui.errors import UserError
from cryogui.tiers.child import child_environment
from cryogui.tiers.stacks import raw_stack
from tests.tiers.mrc_files import mrc_bytes

SIDE, COUNT = 1024, 1024  # 4 GiB of float32
LAST = 7.0

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs sparse files and /proc")

BROWSE = """
import re, sys
from cryogui.tiers import LazyStack, open_file
with open_file(sys.argv[1]) as tier:
    (scene,) = tier.scenes
    assert isinstance(scene.y, LazyStack) and scene.y.nbytes == 4 << 30
    assert scene.operator() is None
    for index in range(0, len(scene.y), 4):
        image = scene.y[index]
    assert image.shape == (1024, 1024)
    # not ru_maxrss, which begins with the memory of the process that started this one
    peak = re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]
    print(float(scene.y[-1].max()), tier.layout, int(peak) // 1024)
"""


def browse(path: Path) -> tuple[float, str, int]:
    """Largest value of the last image, layout, and the most memory in MiB that browsing took."""
    child = subprocess.run(
        [sys.executable, "-c", BROWSE, str(path)], env=child_environment(), capture_output=True, text=True
    )
    assert child.returncode == 0, child.stderr
    value, layout, memory = child.stdout.split()
    return float(value), layout, int(memory)


def write_sparse_mrc(path: Path) -> None:
    header = mrc_bytes(np.zeros((1, 1, 1), np.float32), nx=SIDE, ny=SIDE, nz=COUNT, space_group=0)[:1024]
    with open(path, "wb") as file:
        file.write(header)
        file.truncate(1024 + 4 * SIDE * SIDE * COUNT)
        file.seek(-4 * SIDE, 2)
        file.write(np.full(SIDE, LAST, np.float32).tobytes())


def write_sparse_hdf5(path: Path) -> None:
    with h5py.File(path, "w") as file:
        plan = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        plan.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
        plan.set_fill_time(h5py.h5d.FILL_TIME_NEVER)
        group = file.create_group("sample_00")
        space = h5py.h5s.create_simple((COUNT, SIDE, SIDE))
        node = h5py.Dataset(h5py.h5d.create(group.id, b"y", h5py.h5t.IEEE_F32LE, space, plan))
        node[COUNT - 1] = LAST
        file.attrs["format"], file.attrs["variant"] = "cryogui-tier", "cryo_et"
        group["H_ideal/tilt_angles_deg"] = np.linspace(-60, 60, COUNT)


@pytest.mark.parametrize(
    ("name", "write", "layout"),
    [("large.mrc", write_sparse_mrc, "mrc"), ("large.h5", write_sparse_hdf5, "native")],
)
def test_four_gigabytes_are_browsed_within_500_megabytes(name, write, layout, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / name
    write(path)
    if path.stat().st_blocks * 512 > 1 << 30:
        pytest.skip("this file system has no sparse files")
    value, found, memory = browse(path)
    assert (value, found) == (LAST, layout)
    assert memory < 500


def test_a_large_series_is_transformed_as_it_is_browsed(tmp_path: Path) -> None:
    write_sparse_mrc(tmp_path / "series.mrc")
    (tmp_path / "series.tlt").write_text("\n".join(f"{a:.3f}" for a in np.linspace(-60, 60, COUNT)))
    _, layout, memory = browse(tmp_path / "series.mrc")
    assert layout == "mrc" and memory < 500


def test_an_image_that_cannot_be_read_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "stack.raw"
    path.write_bytes(np.ones((3, 4, 5), np.float32).tobytes()[:-8])
    with open(path, "rb") as file:
        stack = raw_stack(file, 0, (3, 4, 5), np.dtype(np.float32))
        assert stack[1].shape == stack[-2].shape == (4, 5)
        with pytest.raises(UserError, match="Image 2 cannot be read"):
            stack[2]
        with pytest.raises(IndexError):
            stack[3]
