"""What takes longer than a second says so with its progress, and Esc ends it with the old picture kept."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest

from cryogui.app.control import activity
from cryogui.app.library import OpenFile
from cryogui.app.measure import pause, settle, until
from cryogui.app.present.pictures import STOPPED
from cryogui.app.scheduler import Cancelled, Token
from cryogui.app.views.progress import ProgressLine
from cryogui.physics.live import LiveModel
from cryogui.tiers import inspection, open_file


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second is long for a test."""
    monkeypatch.setattr(activity, "PATIENCE_SECONDS", 0.15)


class Endless:
    """Stands in for slow work: tells some progress, then waits for the end of the test or a cancellation."""

    def __init__(self) -> None:
        self.released, self.was_cancelled = threading.Event(), False

    def __call__(self, progress: Callable[[float], None]) -> None:
        try:
            while not self.released.is_set():
                progress(0.4)
                time.sleep(0.01)
        except BaseException:
            self.was_cancelled = True
            raise


@pytest.fixture
def endless() -> Iterator[Endless]:
    work = Endless()
    yield work
    work.released.set()


def start(program: Any, work: Endless, title: str = "Exporting a movie") -> None:
    program.scheduler.request(
        "test", 1, lambda token: work(token.progress), lambda *_: None, lambda _: None, title
    )


def test_nothing_is_shown_at_first_then_title_and_progress_and_nothing_after(
    program: Any, endless: Endless
) -> None:
    status = program.screen.status
    start(program, endless)
    pause(60)
    assert status.activity == "" and status.progress.isHidden() and status.cancel_button.isHidden()
    until(lambda: bool(status.activity))
    assert status.activity == "Exporting a movie"
    assert status.progress.fraction == 0.4
    assert status.progress.isVisible() and status.cancel_button.isVisible()
    endless.released.set()
    settle(program)
    assert status.activity == "" and status.progress.isHidden()
    assert not program.screen.actions.cancel.isEnabled()


@pytest.mark.parametrize("by", ["key", "button"])
def test_it_can_be_cancelled(program: Any, endless: Endless, by: str) -> None:
    window, status = program.screen.window, program.screen.status
    window.activateWindow()
    until(window.isActiveWindow)
    start(program, endless)
    until(lambda: bool(status.activity))
    if by == "key":
        QTest.keyClick(window, Qt.Key.Key_Escape)
    else:
        status.cancel_button.click()
    assert status.activity == ""
    settle(program)
    assert endless.was_cancelled


def test_several_are_counted_and_cancelled_one_by_one(program: Any, endless: Endless) -> None:
    start(program, endless, "First")
    pause(20)
    program.scheduler.request(
        "other", 1, lambda token: endless(token.progress), lambda *_: None, lambda _: None, "Second"
    )
    status = program.screen.status
    until(lambda: "more" in status.activity)
    assert status.activity == "First, and 1 more"
    program.activity.cancel()
    assert status.activity == "Second"


def test_a_cancelled_reconstruction_leaves_the_old_one(
    opened: Any, endless: Endless, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, before = opened.engine.model, opened.screen.forward.image.copy()
    quick = model.quick
    monkeypatch.setattr(LiveModel, "reconstruct", lambda self, theta, progress: endless(progress))
    opened.engine.renew_quick()
    until(lambda: opened.screen.status.activity == "Reconstructing")
    opened.activity.cancel()
    settle(opened)
    assert endless.was_cancelled and model.quick is quick
    np.testing.assert_array_equal(opened.screen.forward.image, before)
    assert not opened.screen.messages.isVisible()


def test_a_scene_whose_preparation_is_cancelled_says_so_and_can_be_taken_up_again(
    opened: Any, endless: Endless, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(LiveModel, "reconstruct", lambda self, theta, progress: endless(progress))
        opened.screen.data.sceneChosen.emit(0, 1)  # the one without truth
        until(lambda: opened.screen.status.activity == "Setting up the forward model")
        opened.activity.cancel()
        settle(opened)
    screen = opened.screen
    assert opened.engine.model.live is None
    assert screen.forward.image is None and screen.forward._message.text() == STOPPED
    assert screen.measured.image is not None
    screen.actions.run.trigger()
    settle(opened)
    assert screen.forward.image is not None


def test_opening_a_file_can_be_cancelled(
    opened: Any, endless: Endless, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(OpenFile, "read", lambda path, check: endless(lambda fraction: check()))
    opened.open([tmp_path / "huge.mrc"])
    until(lambda: opened.screen.status.activity == "Opening huge.mrc")
    shown = opened.screen.measured.image
    opened.activity.cancel()
    settle(opened)
    assert endless.was_cancelled and opened.screen.measured.image is shown
    assert opened.screen.data.caption_label.text() == "" and not opened.files.is_opening
    assert not opened.screen.messages.isVisible()


class Stop(Exception):
    pass


def test_the_inspecting_child_ends_when_the_opening_is_cancelled(
    tier_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unknown = shutil.copy(tier_path, tmp_path)
    children: list[Any] = []
    popen = inspection.subprocess.Popen
    monkeypatch.setattr(
        inspection.subprocess, "Popen", lambda *a, **k: children.append(popen(*a, **k)) or children[-1]
    )

    def check() -> None:
        if children:
            raise Stop

    with pytest.raises(Stop):
        open_file(unknown, check)
    assert children[0].returncode not in (None, 0)


def test_a_reconstruction_tells_how_far_it_is_and_ends_when_told(opened: Any) -> None:
    live, spec, told = opened.engine.model.live, opened.store.session.scene.spec, []
    live.reconstruct(spec, told.append)
    assert told == sorted(told) and 0 < told[0] < told[-1] < 1
    token = Token()
    token.cancel()
    with pytest.raises(Cancelled):
        live.reconstruct(spec, token.progress)


def test_the_bar_is_filled_as_far_as_told_and_wanders_otherwise(qtbot: Any) -> None:
    from cryogui.app import theme

    bar = ProgressLine()
    qtbot.addWidget(bar)
    bar.show()
    bar.set_fraction(0.5)
    image, middle = bar.grab().toImage(), bar.height() // 2
    assert image.pixelColor(bar.width() // 4, middle) == theme.colour("accent")
    assert image.pixelColor(3 * bar.width() // 4, middle) == theme.colour("track")
    assert bar.accessibleDescription() == "50 %"
    bar.set_fraction(None)
    first = bar.grab().toImage()
    pause(200)
    assert bar.grab().toImage() != first
    bar.hide()
    assert not bar._timer.isActive()
