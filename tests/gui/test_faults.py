"""Whatever raises is told once, in one bar, and everything else goes on."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import Mock

import numpy as np
import pytest
from psygnal import EmitLoopError
from PyQt6.QtCore import QTimer
from PyQt6.QtGui import QPaintEvent
from PyQt6.QtWidgets import QApplication, QLabel, QWidget

from cryogui import __version__
from cryogui.app.explain import explain
from cryogui.app.faults.defects import QUIET_SECONDS, Defects
from cryogui.app.measure import pause, settle, until
from cryogui.session import Need, Session
from cryogui.session.guard import guarded_signal

pytestmark = pytest.mark.logs_warnings


class Ledger:
    """A `Defects` without a window: what it told, and the repeats it would tell later."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str, int]] = []
        self.stopped = Mock()
        self._later: list[Callable[[], None]] = []
        self.defects = Defects(self._tell, lambda call: call(), self._pace, self.stopped)

    def _tell(self, sentence: str, detail: str, times: int) -> None:
        self.told.append((sentence, detail, times))

    def _pace(self, call: Callable[[], None]) -> Callable[[], None]:
        self._later.append(call)
        return lambda: None

    def pass_time(self) -> None:
        for call in self._later:
            call()


def fail(words: str = "by zero") -> None:
    raise ZeroDivisionError(words)


def raise_into(note: Callable[..., None], call: Callable[[], None] = fail) -> None:
    try:
        call()
    except BaseException as error:
        note(type(error), error, error.__traceback__)


# ---- counting, without a window


def test_one_defect_is_told_once_and_then_counted() -> None:
    ledger = Ledger()
    for number in range(37):
        raise_into(ledger.defects.note, lambda number=number: fail(f"by zero, the {number}th time"))
    assert [times for _, _, times in ledger.told] == [1]
    ledger.pass_time()
    sentence, detail, times = ledger.told[-1]
    assert (sentence, times) == ("A defect in cryogui: ZeroDivisionError: by zero, the 0th time", 37)
    assert "in fail" in detail
    assert f"cryogui {__version__}, Python " in detail and f"numpy {np.__version__}" in detail


def test_defects_of_different_places_are_told_apart() -> None:
    ledger = Ledger()
    raise_into(ledger.defects.note)
    raise_into(ledger.defects.note, lambda: [].pop())  # type: ignore[func-returns-value]
    assert len({sentence for sentence, _, _ in ledger.told}) == 2


def test_a_dismissed_defect_stays_away_until_it_comes_back_after_a_pause(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = Mock(return_value=0.0)
    monkeypatch.setattr("cryogui.app.faults.defects.time.monotonic", clock)
    ledger = Ledger()
    raise_into(ledger.defects.note)
    ledger.defects.dismiss()
    raise_into(ledger.defects.note)
    ledger.pass_time()
    assert len(ledger.told) == 1
    clock.return_value = QUIET_SECONDS + 1
    raise_into(ledger.defects.note)
    assert [times for _, _, times in ledger.told] == [1, 1]


def test_the_log_does_not_fill_up_with_one_defect(caplog: pytest.LogCaptureFixture) -> None:
    ledger = Ledger()
    for _ in range(250):
        raise_into(ledger.defects.note)
    assert len(caplog.records) == 3  # the first, the 10th and the 100th
    assert "Traceback" in caplog.text and "100 times" in caplog.text


def test_an_interrupt_in_the_terminal_closes_the_window() -> None:
    ledger = Ledger()
    raise_into(ledger.defects.note, Mock(side_effect=KeyboardInterrupt))
    ledger.stopped.assert_called_once_with()
    assert ledger.told == []


def test_a_defect_keeps_nothing_alive() -> None:
    """A painter in a frame of the traceback would outlive the widget it paints on."""
    import gc
    import weakref

    ledger, alive = Ledger(), []

    def paint() -> None:
        painter = QLabelStandIn()
        alive.append(weakref.ref(painter))
        fail()

    raise_into(ledger.defects.note, paint)
    gc.collect()
    assert alive[0]() is None


class QLabelStandIn:
    """Something that can be referred to weakly."""


def test_a_job_that_fails_is_explained_with_versions() -> None:
    sentence, detail = "", ""
    try:
        fail()
    except ZeroDivisionError as error:
        sentence, detail = explain(error)
    assert sentence == "A defect in cryogui: ZeroDivisionError: by zero"
    assert "Traceback" in detail and __version__ in detail


class Emitter:
    told = guarded_signal(int, bool)


def test_listeners_do_not_stop_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    hook, heard, emitter = Mock(), [], Emitter()
    monkeypatch.setattr(sys, "excepthook", hook)
    broken = Mock(side_effect=ValueError("no"))

    def listen(value: int) -> None:
        heard.append(value)

    emitter.told.connect(lambda value, newest: broken())
    emitter.told.connect(listen)
    emitter.told.emit(3, True)
    emitter.told.disconnect(listen)
    emitter.told.emit(4, True)
    assert heard == [3]
    assert hook.call_count == 2
    assert isinstance(hook.call_args[0][1], ValueError)


def test_where_nobody_is_told_whoever_emits_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.__excepthook__)
    emitter = Emitter()
    emitter.told.connect(lambda value, newest: fail())
    with pytest.raises(EmitLoopError) as raised:
        emitter.told.emit(3, True)
    assert isinstance(raised.value.__cause__, ZeroDivisionError)


# ---- in the window


@pytest.fixture
def survivor(opened: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The program with its handling of defects installed, as when it is started."""
    for owner, name in ((sys, "excepthook"), (threading, "excepthook"), (sys, "unraisablehook")):
        monkeypatch.setattr(owner, name, getattr(owner, name))
    opened.faults.install()
    yield opened


def said(program: Any) -> str:
    return str(program.screen.messages.sentence.text())


def assert_goes_on(program: Any) -> None:
    """An image chosen now is shown, whatever failed before."""
    index = (program.store.session.scene.image_index + 1) % program.engine.model.image_count
    program.view.show_image(index)
    settle(program)
    np.testing.assert_array_equal(program.screen.measured.image, program.engine.model.scene.y[index])


def test_a_slot_that_raises_is_told_and_can_be_copied(survivor: Any) -> None:
    QTimer.singleShot(0, fail)
    until(lambda: survivor.screen.messages.isVisible(), 5)
    assert said(survivor) == "A defect in cryogui: ZeroDivisionError: by zero"
    survivor.screen.messages.detail_button.click()
    assert survivor.screen.messages.detail.isVisible()
    survivor.screen.messages.copy_button.click()
    copied = QApplication.clipboard().text()
    assert "in fail" in copied and f"cryogui {__version__}" in copied
    assert_goes_on(survivor)


def test_a_thread_that_raises_is_told(survivor: Any) -> None:
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    until(lambda: "by zero" in said(survivor), 5)
    assert_goes_on(survivor)


def test_what_raises_while_it_is_deleted_is_told(survivor: Any) -> None:
    class Fragile:
        def __del__(self) -> None:
            fail()

    del Fragile().__dict__
    until(lambda: "by zero" in said(survivor), 5)


def test_a_listener_of_the_store_that_raises_is_told_with_its_cause(survivor: Any) -> None:
    listener = Mock(side_effect=ZeroDivisionError("by zero"))
    survivor.store.changed.connect(listener)
    QTimer.singleShot(0, lambda: survivor.view.show_image(1))
    until(lambda: bool(said(survivor)), 5)
    survivor.store.changed.disconnect(listener)
    assert said(survivor) == "A defect in cryogui: ZeroDivisionError: by zero"
    assert_goes_on(survivor)


@pytest.mark.parametrize("error", [ZeroDivisionError, SystemExit, MemoryError, RecursionError])
def test_a_job_that_raises_is_told(
    survivor: Any, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    def misfit(self: object, theta: object) -> None:
        raise error("in the job")

    monkeypatch.setattr(type(survivor.engine.model.live), "misfit", misfit)
    survivor.spec.set_values({"tilt_axis_offset": 0.3})
    settle(survivor)
    assert "defect" in said(survivor) or "failed" in said(survivor) or "enough memory" in said(survivor)
    assert "in the job" in survivor.screen.messages.detail.toPlainText()
    monkeypatch.undo()
    survivor.spec.set_values({"tilt_axis_offset": 0.4})
    settle(survivor)
    assert not survivor.screen.messages.isVisible()
    assert survivor.pictures.residual == pytest.approx(
        survivor.engine.model.live.misfit(survivor.store.session.scene.spec).residual
    )


class Broken(QWidget):
    """Cannot paint itself, and tries as often as it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.tries = 0

    def paintEvent(self, event: QPaintEvent | None) -> None:
        self.tries += 1
        fail("paint")


def test_a_widget_that_cannot_paint_is_counted_and_not_tried_for_ever(survivor: Any, qtbot: Any) -> None:
    broken = Broken()
    broken.setParent(survivor.screen.window)
    window = survivor.screen.window
    broken.setGeometry(window.width() - 60, window.height() // 2, 40, 40)
    broken.show()
    until(lambda: "paint" in said(survivor), 5)
    for _ in range(5):
        broken.update()
        pause(20)
    until(lambda: f"×{broken.tries}" in said(survivor), 5)
    tries = broken.tries
    pause(300)
    assert broken.tries <= tries + 1  # telling it does not paint it again and again
    assert_goes_on(survivor)
    broken.setParent(None)


def test_a_presenter_that_fails_does_not_stop_the_others(
    survivor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(survivor.scene, "draw", lambda needs, session: fail())
    QTimer.singleShot(0, lambda: survivor.view.show_image(1))
    until(lambda: bool(said(survivor)), 5)
    settle(survivor)
    np.testing.assert_array_equal(survivor.screen.measured.image, survivor.engine.model.scene.y[1])


class Fragile:
    """Parts of a page that can be broken from outside."""

    def __init__(self, broken: str) -> None:
        self.broken, self.drawn = broken, frozenset[Need]()

    def make(self) -> QWidget:
        if self.broken == "make":
            fail("make")
        return QLabel("whole")

    def update(self, needs: frozenset[Need], session: Session) -> None:
        if self.broken == "update":
            fail("update")
        self.drawn |= needs


@pytest.mark.parametrize("broken", ["make", "update"])
def test_a_page_that_fails_says_so_in_its_place_and_is_drawn_again(
    survivor: Any, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    page, parts = survivor.pages[0], Fragile(broken)
    monkeypatch.setattr(page, "make", parts.make)
    monkeypatch.setattr(page, "update", parts.update)
    survivor.view.show_tab(page.name)
    until(lambda: broken in said(survivor), 5)
    label = page.widget.findChildren(QLabel)[-1]
    assert broken in label.text() and not label.isHidden()
    assert_goes_on(survivor)
    parts.broken = ""
    assert_goes_on(survivor)
    assert parts.drawn == frozenset(Need)  # nothing it missed is missing
    assert [text.text() for text in page.widget.findChildren(QLabel) if not text.isHidden()] == ["whole"]
