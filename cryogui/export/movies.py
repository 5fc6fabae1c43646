"""Movies as GIF and MP4: frames go one by one through the ffmpeg that imageio-ffmpeg brings along."""

from __future__ import annotations

import errno
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np

from cryogui.errors import UserError
from cryogui.export.paths import Progress, ending_of, no_progress
from cryogui.files import replacing

MOVIE_ENDINGS = (".gif", ".mp4")

_PALETTE_FRAMES = 12  # of the movie, that its palette is made from
_QUIET = ("-hide_banner", "-loglevel", "error", "-y")
# Dithering would put a pattern over the data; without it a grey level is off by one or two.
_GIF = ("-lavfi", "paletteuse=dither=none:diff_mode=rectangle", "-loop", "0", "-f", "gif")
# yuv420p and an index in front play everywhere, in browsers and slides too.
_MP4 = ("-c:v", "libx264", "-crf", "16", "-pix_fmt", "yuv420p", "-movflags", "+faststart", "-f", "mp4")

Render = Callable[[int], np.ndarray]


def write_movie(
    path: Path, count: int, render: Render, fps: float = 15.0, progress: Progress = no_progress
) -> None:
    """Write frames 0 … count − 1, each uint8 [y, x, 3] of one size as `render` returns it; GIFs repeat.

    A few frames are rendered twice for a GIF, whose palette all of it shares. At most one frame is in memory.
    For H.264, which needs even sides, an odd one loses its last row or column. Raises UserError for another
    ending, without ffmpeg, and when the file cannot be written.
    """
    ending = ending_of(path, MOVIE_ENDINGS)
    if count < 1:
        raise UserError("A movie needs at least one frame.")
    first = render(0)
    size = _even(first).shape if ending == ".mp4" else first.shape
    with replacing(path) as target, tempfile.TemporaryDirectory(prefix="cryogui-") as folder:
        options: tuple[str, ...] = _MP4
        if ending == ".gif":
            palette = Path(folder) / "palette.png"
            _write_palette(palette, size, (render(index) for index in _spread(count)))
            options = ("-i", str(palette), *_GIF)
        log = Path(folder) / "log"
        with _encoder(size, fps, (*options, str(target)), log) as put:
            for index in range(count):
                frame = first if index == 0 else render(index)
                if frame.shape != first.shape:
                    raise ValueError(f"frame {index} has shape {frame.shape} in a movie of {first.shape}")
                put(frame[: size[0], : size[1]])
                progress(index + 1, count)


def _even(frame: np.ndarray) -> np.ndarray:
    rows, columns = frame.shape[:2]
    return frame[: rows // 2 * 2, : columns // 2 * 2]


def _spread(count: int) -> list[int]:
    return sorted({round(place) for place in np.linspace(0, count - 1, min(count, _PALETTE_FRAMES))})


def _write_palette(path: Path, size: tuple[int, ...], frames: Iterable[np.ndarray]) -> None:
    """One palette of 256 colours for the whole movie."""
    options = ("-vf", "palettegen=reserve_transparent=0", "-frames:v", "1", "-f", "image2", "-update", "1")
    with _encoder(size, 1.0, (*options, str(path)), path.with_suffix(".log")) as put:
        for frame in frames:
            put(frame)


@contextmanager
def _encoder(
    size: tuple[int, ...], fps: float, arguments: Sequence[str], log: Path
) -> Iterator[Callable[[np.ndarray], None]]:
    """An ffmpeg process that takes frames; it has ended when the block ends, by force when that fails.

    Raises OSError with what ffmpeg said when it could not write.
    """
    rows, columns = size[:2]
    frames = ("-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{columns}x{rows}", "-r", f"{fps:g}", "-i", "-")
    with (
        open(log, "wb") as complaints,
        subprocess.Popen(
            [_ffmpeg(), *_QUIET, *frames, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=complaints,
        ) as process,
    ):
        assert process.stdin is not None
        pipe = process.stdin

        def put(frame: np.ndarray) -> None:
            pipe.write(np.ascontiguousarray(frame, np.uint8).data)

        try:
            yield put
            pipe.close()
            if process.wait() != 0:
                raise BrokenPipeError
        except BrokenPipeError as error:
            with suppress(BrokenPipeError):
                pipe.close()
            process.wait()
            raise _as_os_error(log.read_text(errors="replace")) from error
        except BaseException:
            process.kill()
            with suppress(BrokenPipeError):
                pipe.close()
            raise


def _ffmpeg() -> str:
    import imageio_ffmpeg

    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError as error:
        sentence = "Movies need ffmpeg, and there is none here; 'pip install imageio-ffmpeg' brings one."
        raise UserError(sentence, str(error)) from error


def _as_os_error(complaints: str) -> OSError:
    """What ffmpeg complained about as the error it stands for."""
    if "No space left" in complaints:
        return OSError(errno.ENOSPC, complaints)
    if "File too large" in complaints:
        return OSError(errno.EFBIG, complaints)
    return OSError(0, f"ffmpeg failed ({complaints.strip().splitlines()[-1] if complaints.strip() else '?'})")
