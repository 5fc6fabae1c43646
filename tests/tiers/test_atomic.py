"""Files are written whole or not at all; whatever goes wrong, the old file is as it was."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest

from cryogui.errors import UserError
from cryogui.tiers import Hdf5Writer, LazyStack, atomic, write_atomically, write_bytes
from cryogui.tiers.child import child_environment

DATA = np.random.default_rng(2).normal(size=(6, 50, 60)).astype(np.float32)


def fill(writer: Hdf5Writer) -> None:
    writer.attributes("/", {"variant": "cryo_et", "list": [1, 2], "absent": None})
    writer.images("sample_00/y", DATA)
    writer.dataset("sample_00/x", DATA)


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """A file that is there already and must not be lost."""
    path = tmp_path / "tier.h5"
    path.write_bytes(b"precious")
    return path


def assert_untouched(target: Path) -> None:
    assert target.read_bytes() == b"precious"
    assert os.listdir(target.parent) == [target.name]


def test_a_file_replaces_another(target: Path) -> None:
    target.chmod(0o640)
    write_atomically(target, fill)
    with h5py.File(target) as file:
        np.testing.assert_array_equal(file["sample_00/y"], DATA)
        np.testing.assert_array_equal(file["sample_00/x"], DATA)
        assert dict(file.attrs) == {"variant": "cryo_et", "list": "[1, 2]"}
    assert os.listdir(target.parent) == [target.name]
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_a_new_file_has_the_usual_permissions(tmp_path: Path) -> None:
    write_atomically(tmp_path / "new.h5", fill)
    (tmp_path / "usual").touch()
    assert (tmp_path / "new.h5").stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_a_lazy_stack_is_written_image_by_image(tmp_path: Path) -> None:
    asked: list[int] = []
    stack = LazyStack((6, 50, 60), lambda index: asked.append(index) or DATA[index])  # type: ignore[func-returns-value]
    write_atomically(tmp_path / "new.h5", lambda writer: writer.images("y", stack))
    assert asked == list(range(6))
    with h5py.File(tmp_path / "new.h5") as file:
        np.testing.assert_array_equal(file["y"], DATA)


def test_a_failing_producer_leaves_nothing_behind(target: Path) -> None:
    def fail(writer: Hdf5Writer) -> None:
        fill(writer)
        raise UserError("The series ended too early.")

    with pytest.raises(UserError, match="ended too early"):
        write_atomically(target, fail)
    assert_untouched(target)


def test_a_file_that_reads_back_differently_is_thrown_away(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_to_disk = atomic._Sink.write

    def flip(sink: atomic._Sink, data: object) -> int:
        block = bytearray(data)  # type: ignore[call-overload]
        if len(block) > 5000:
            block[2000] ^= 0xFF
        return write_to_disk(sink, block)

    monkeypatch.setattr(atomic._Sink, "write", flip)
    with pytest.raises(UserError, match="read back differently"):
        write_atomically(target, fill)
    assert_untouched(target)


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_failure_at_the_last_step_leaves_the_old_file(
    step: str, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, step, fail)
    with pytest.raises(UserError, match="the disk is full; free some space"):
        write_atomically(target, fill)
    assert_untouched(target)


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on file sizes")
@pytest.mark.parametrize("limit", [0, 1000, 5_000, 40_000, 70_000, 100_000, 130_000])
def test_a_full_disk_is_a_sentence_and_no_crash(limit: int, target: Path) -> None:
    """The limit on file size makes every write beyond it fail, as a full disk does."""
    program = f"""
import resource, sys
from tests.tiers.test_atomic import fill
from cryogui.errors import UserError
from cryogui.tiers import write_atomically
resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
try:
    write_atomically({str(target)!r}, fill)
except UserError as error:
    print(error)
"""
    child = subprocess.run(
        [sys.executable, "-c", program], env=child_environment(), capture_output=True, text=True
    )
    assert child.returncode == 0, child.stderr
    assert child.stdout.strip().startswith("tier.h5 could not be written: the file would be larger")
    assert_untouched(target)


def test_a_folder_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="the folder does not exist"):
        write_atomically(tmp_path / "absent" / "tier.h5", fill)
    with pytest.raises(UserError, match="the folder does not exist"):
        write_bytes(tmp_path / "absent" / "spec.json", b"{}")


def test_small_files_are_written_whole(target: Path) -> None:
    write_bytes(target, b"new")
    assert target.read_bytes() == b"new"
    assert os.listdir(target.parent) == [target.name]


def test_only_a_plain_file_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    for name in ("folder", "pipe"):
        with pytest.raises(UserError, match=f"{name} is not a plain file"):
            write_atomically(tmp_path / name, fill)
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)
    assert sorted(os.listdir(tmp_path)) == ["folder", "pipe"]


def test_a_link_keeps_pointing_to_what_is_written(target: Path) -> None:
    link = target.with_name("link.h5")
    link.symlink_to(target.name)
    write_atomically(link, fill)
    assert link.is_symlink()
    with h5py.File(target) as file:
        assert "sample_00/y" in file
