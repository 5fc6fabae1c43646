"""What every test may use, and what every test must not do."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings

from cryogui.tiers import opening
from cryogui.tiers.inspection import FileStamp, Inspected, inspect_file
from cryogui.tiers.make import make_tiers

# A busy machine is no failure.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

SMALL_SIZE, SMALL_IMAGES = 24, 5

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session", autouse=True)
def own_user_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The developer's settings are neither read nor changed; the caches stay, they only save time."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("user")
        patch.setenv("XDG_CONFIG_HOME", str(folder / "config"))
        patch.setenv("XDG_DATA_HOME", str(folder / "data"))
        patch.setenv("XDG_STATE_HOME", str(folder / "state"))
        yield


@pytest.fixture(scope="session", autouse=True)
def files_are_inspected_once() -> Iterator[None]:
    """A file that is as it was when last opened is not inspected anew: most tests open the same few."""
    known: dict[tuple[Path, FileStamp | None], Inspected] = {}

    def inspected(path: str | Path, check: Callable[[], None] = lambda: None) -> Inspected:
        path = Path(path)
        key = path, FileStamp.of(path) if path.exists() else None
        if key not in known:
            known[key] = inspect_file(path, check)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opening, "inspect_file", inspected)
        yield


@pytest.fixture(scope="session")
def small_tiers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every tier of both variants, 24 voxels and 5 images, and what is sealed of them.

    Made once for all processes of a test run; only to be read.
    """
    whole_run = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        whole_run = whole_run.parent
    folder = whole_run / "small-tiers"
    with FileLock(whole_run / "small-tiers.lock"):
        if not folder.is_dir():
            made = make_tiers(whole_run / "small-tiers.part", size=SMALL_SIZE, images=SMALL_IMAGES, seed=11)
            made[0].parent.rename(folder)
    return folder


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real, published-layout and hostile files; tests that need it skip without it."""
    folder = Path(os.environ.get("CRYOGUI_SHARED_DATA", REPOSITORY.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"needs the shared test data, and there is no folder {folder}")
    return folder


@pytest.fixture(autouse=True)
def no_unexpected_log(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A warning in cryogui's log fails the test, unless it is marked `logs_warnings`."""
    yield
    if request.node.get_closest_marker("logs_warnings"):
        return
    unexpected = [
        record.getMessage()
        for record in caplog.get_records("call")
        if record.levelno >= logging.WARNING and record.name.partition(".")[0] == "cryogui"
    ]
    assert not unexpected, f"unexpected in the log: {unexpected}"
