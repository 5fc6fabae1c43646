"""The child process has limits, and whatever happens to it happens to it alone."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cryogui.errors import UserError
from cryogui.tiers import inspection, open_file
from cryogui.tiers.child import child_environment
from cryogui.tiers.inspect_child import MEMORY_BYTES

posix_only = pytest.mark.skipif(not hasattr(os, "fork"), reason="the limits are POSIX ones")


def limited(code: str) -> subprocess.CompletedProcess[str]:
    program = f"from cryogui.tiers.inspect_child import limit_self; limit_self()\n{code}"
    command = [sys.executable, "-P", "-c", program]
    return subprocess.run(command, env=child_environment(), capture_output=True, text=True, timeout=60)


@posix_only
def test_a_busy_loop_ends_by_itself() -> None:
    assert limited("while True: pass").returncode == -signal.SIGPROF


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux limits memory this way")
def test_memory_is_limited() -> None:
    assert "MemoryError" in limited(f"bytearray({MEMORY_BYTES + (1 << 20)})").stderr
    assert limited(f"bytearray({MEMORY_BYTES // 2})").returncode == 0


@posix_only
def test_the_child_cannot_write(tmp_path: Path) -> None:
    target = tmp_path / "written"
    assert "File too large" in limited(f"open({str(target)!r}, 'wb', buffering=0).write(b'x')").stderr
    assert target.read_bytes() == b""


def test_the_child_needs_neither_window_nor_compiler() -> None:
    code = "import sys, cryogui.tiers.inspect_child; print([m for m in sys.modules if m in sys.argv])"
    command = [sys.executable, "-P", "-c", code, "PyQt6", "numba", "scipy", "pyqtgraph", "skimage"]
    child = subprocess.run(command, env=child_environment(), capture_output=True, text=True, check=True)
    assert child.stdout.strip() == "[]"


@posix_only
@pytest.mark.parametrize("last_words", ["kill -SEGV $$", "echo not json", "exit 1"])
def test_a_child_that_fails_means_a_refusal(
    last_words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\n{last_words}\n")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    (tmp_path / "tier.h5").write_bytes(b"\x89HDF\r\n\x1a\n")
    with pytest.raises(UserError, match="could not be inspected within the limits"):
        open_file(tmp_path / "tier.h5")


@posix_only
def test_a_child_that_hangs_means_a_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\nexec sleep 60\n")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    monkeypatch.setattr(inspection, "CLOCK_SECONDS", 0.2)
    (tmp_path / "tier.h5").write_bytes(b"\x89HDF\r\n\x1a\n")
    with pytest.raises(UserError, match="could not be inspected within the limits"):
        open_file(tmp_path / "tier.h5")


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [("tier.h5", b"", "is empty"), ("notes.txt", b"hello", "neither an HDF5 tier file nor an MRC file")],
)
def test_other_files_are_refused(name: str, content: bytes, expected: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UserError, match=expected):
        open_file(tmp_path / name)


def test_missing_files_folders_and_pipes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="There is no file"):
        open_file(tmp_path / "absent.h5")
    with pytest.raises(UserError, match="is not a file"):
        open_file(tmp_path)
    with pytest.raises(UserError, match="cannot be read"):
        open_file("tier\0.h5")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.h5")
        with pytest.raises(UserError, match="is not a file"):
            open_file(tmp_path / "pipe.h5")


def test_a_file_swapped_after_inspection_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "tier.mrc"
    path.write_bytes(b"first")
    inspected = inspection.Inspected(path, "mrc", inspection.FileStamp.of(path), ())
    inspected.confirm_unchanged()
    other = tmp_path / "other"
    other.write_bytes(b"other")
    os.replace(other, path)
    with pytest.raises(UserError, match="changed while it was being opened"):
        inspected.confirm_unchanged()
