"""Movies read back with the frames that were written."""

import os
import subprocess
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest
from PIL import Image, ImageSequence

from cryogui.errors import UserError
from cryogui.export import write_movie

COUNT, ROWS, COLUMNS = 9, 48, 65


def frame(index: int) -> np.ndarray:
    """A grey ramp with a bright bar that moves, and a red corner."""
    picture = np.repeat(np.linspace(0, 120, COLUMNS)[None, :, None], ROWS, 0).repeat(3, 2)
    picture[5 * index : 5 * index + 5] = 250
    picture[-8:, -8:] = (220, 30, 30)
    return picture.astype(np.uint8)


def _decode(path: Path, size: tuple[int, int]) -> tuple[str, np.ndarray]:
    """What ffmpeg says about the file, and its frames [frame, y, x, 3]."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-i", path, "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    done = subprocess.run(command, capture_output=True, check=True)
    return done.stderr.decode(), np.frombuffer(done.stdout, np.uint8).reshape(-1, *size, 3)


def test_a_gif_has_every_frame_in_its_colours(tmp_path: Path) -> None:
    write_movie(tmp_path / "m.gif", COUNT, frame, fps=10)
    with Image.open(tmp_path / "m.gif") as movie:
        assert (movie.width, movie.height, movie.n_frames) == (COLUMNS, ROWS, COUNT)
        assert movie.info["duration"] == 100
        assert movie.info["loop"] == 0
        for index, shown in enumerate(ImageSequence.Iterator(movie)):
            apart = np.abs(np.asarray(shown.convert("RGB"), int) - frame(index))
            assert apart.max() <= 4, index


def test_an_mp4_has_every_frame_with_even_sides(tmp_path: Path) -> None:
    write_movie(tmp_path / "m.mp4", COUNT, frame, fps=10)
    said, frames = _decode(tmp_path / "m.mp4", (ROWS, COLUMNS - 1))
    for fact in ("h264", "yuv420p", f"{COLUMNS - 1}x{ROWS}", "10 fps"):
        assert fact in said
    assert len(frames) == COUNT
    for index, shown in enumerate(frames):
        apart = np.abs(shown.astype(int) - frame(index)[:, :-1])
        assert np.median(apart) <= 3, index


@pytest.mark.parametrize("name", ["m.gif", "m.mp4"])
def test_one_frame_is_a_movie_too(tmp_path: Path, name: str) -> None:
    write_movie(tmp_path / name, 1, frame)
    assert (tmp_path / name).stat().st_size > 100


@pytest.mark.parametrize("name", ["m.gif", "m.mp4"])
def test_a_cancelled_movie_leaves_nothing(tmp_path: Path, name: str) -> None:
    class Stop(Exception):
        pass

    told: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> None:
        told.append((done, total))
        if done == 3:
            raise Stop

    with pytest.raises(Stop):
        write_movie(tmp_path / name, COUNT, frame, progress=progress)
    assert told == [(1, COUNT), (2, COUNT), (3, COUNT)]
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("name", ["m.gif", "m.mp4"])
def test_a_failing_frame_leaves_nothing(tmp_path: Path, name: str) -> None:
    def fail(index: int) -> np.ndarray:
        if index == 5:
            raise UserError("The file is no longer there.")
        return frame(index)

    with pytest.raises(UserError, match="no longer there"):
        write_movie(tmp_path / name, COUNT, fail)
    assert os.listdir(tmp_path) == []


def test_a_full_disk_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "ffmpeg"
    broken.write_text("#!/bin/sh\necho 'av_interleaved_write_frame(): No space left on device' >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(imageio_ffmpeg, "get_ffmpeg_exe", lambda: str(broken))
    with pytest.raises(UserError, match=r"m\.mp4 could not be written: the disk is full"):
        write_movie(tmp_path / "m.mp4", COUNT, frame)
    assert os.listdir(tmp_path) == ["ffmpeg"]


def test_without_ffmpeg_it_is_said_what_brings_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> str:
        raise RuntimeError("No ffmpeg exe could be found.")

    monkeypatch.setattr(imageio_ffmpeg, "get_ffmpeg_exe", missing)
    with pytest.raises(UserError, match="pip install imageio-ffmpeg"):
        write_movie(tmp_path / "m.mp4", COUNT, frame)
    assert os.listdir(tmp_path) == []


def test_refusals(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"use \.gif or \.mp4"):
        write_movie(tmp_path / "m.avi", COUNT, frame)
    with pytest.raises(UserError, match="at least one frame"):
        write_movie(tmp_path / "m.gif", 0, frame)
    with pytest.raises(UserError, match="the folder does not exist"):
        write_movie(tmp_path / "absent" / "m.gif", COUNT, frame)
