"""Calibrations go through the same queue, workers and history as reconstructions."""

from __future__ import annotations

import importlib
import math
import time

import pytest

from cryogui.calibrate import Calibration, Estimate, Finding, Verdict, registry
from cryogui.errors import UserError
from cryogui.jobs import CalibrationOrder, CalibrationRun, Filter, Queue, worker
from cryogui.jobs.messages import Calibrated, Failed, Finished, Task
from cryogui.jobs.shared import Board
from cryogui.spec import Parameter, Spec, SpecRanges
from tests.catalogues import keep_catalogue
from tests.jobs import odd_strategies
from tests.jobs.conftest import finished, kept_run, wait_for
from tests.jobs.ear import Ear
from tests.jobs.odd_strategies import ACCURACY, OFFSET
from tests.jobs.test_queue import is_alive, pid_of

MODULES = ("tests.jobs.odd_methods", "tests.jobs.odd_strategies")
RANGES = SpecRanges(
    (Parameter(OFFSET, -2.0, 2.0, 0.0, "px"), Parameter(ACCURACY, -0.5, 0.5, 0.0, "deg/tilt"))
)


@pytest.fixture(scope="session")
def calibration(inputs):
    return Calibration.of(inputs.problem, RANGES)


@pytest.fixture
def calibrate():
    """Makes an order for the scene; what is not named is an option of the strategy."""

    def make(strategy="nudge", locked=(), **options):
        start = Spec.of({OFFSET: 0.5, ACCURACY: 0.0})
        about = ("/data/tier.h5", 0, "sample_00", "cryo_et", "abc", strategy, strategy.title(), start)
        return CalibrationOrder(*about, options=options, locked=frozenset(locked))

    return make


@pytest.fixture
def queue():
    made = []

    def make(*args, **options):
        made.append(Queue(*args, modules=MODULES, **options))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture
def own_strategies(monkeypatch):
    """The tests' strategies, known for one test in this process."""
    keep_catalogue(monkeypatch, registry._catalogue)
    importlib.reload(odd_strategies)


def carried_out(monkeypatch, order, calibration):
    """What a worker says of it, the last included."""
    monkeypatch.setattr(worker, "_limit_memory", lambda allowed: None)
    ear, board = Ear(), Board.create(calibration.problem.operator.x_shape, False)
    last = worker._carried_out(Task(order, calibration), board.descriptor, ear)
    return [*ear.heard, *([] if last is None else [last])]


def test_the_last_estimate_is_the_result(own_strategies, monkeypatch, calibrate, calibration):
    *_, last, end = carried_out(monkeypatch, calibrate(steps=4), calibration)
    assert isinstance(last, Calibrated) and end == Finished()
    assert (last.fraction, last.note) == (1.0, "there") and last.estimate.spec[OFFSET] == 1.0
    assert last.estimate.findings[OFFSET] == Finding(1.0, 0.25, Verdict.RESOLVED)


DEFECT = "The strategy 'stumble' has a defect: "


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ("refuse", "This cannot be done; do something else."),
        ("raise", DEFECT + "ZeroDivisionError('of all things')."),
        ("nan", "Stumble diverged: its last spec is not finite; choose another strategy."),
        ("nothing", DEFECT + "RuntimeError('the strategy ended without an estimate')."),
        ("other", DEFECT + 'RuntimeError("the strategy\'s spec has other parameters than the scene").'),
        (
            "locked",
            DEFECT + "RuntimeError(\"the strategy changed 'tilt_angle_accuracy', which is not free\").",
        ),
    ],
)
def test_what_goes_wrong_is_told_in_one_sentence(
    own_strategies, monkeypatch, calibrate, calibration, how, sentence
):
    *_, last = carried_out(monkeypatch, calibrate("stumble", how=how), calibration.only((OFFSET,)))
    assert isinstance(last, Failed) and last.sentence == sentence


def test_a_strategy_that_can_change_nothing_is_refused(own_strategies, monkeypatch, calibrate, calibration):
    (last,) = carried_out(monkeypatch, calibrate(), calibration.only((ACCURACY,)))
    assert last.sentence.startswith("Nudge finds tilt_axis_offset, and none of that is free; unlock")
    (last,) = carried_out(monkeypatch, calibrate("stumble"), calibration.only(()))
    assert last.sentence.startswith("Stumble finds tilt_axis_offset, tilt_angle_accuracy, and none")


def test_the_spec_is_live_and_what_was_found_is_kept(queue, history, inputs, order, calibrate, calibration):
    queue, seen = queue(history), []
    wanted = calibrate(steps=6, rest_s=0.06)
    run = queue.submit(wanted, calibration)
    other = queue.submit(order(iterations=2), inputs)
    queue.stepped.connect(lambda job: seen.append((job.fraction, job.estimate.spec)) if job is run else None)
    assert isinstance(finished(queue, run), CalibrationRun) and finished(queue, other).state == "done"
    assert (run.state, run.fraction, run.note) == ("done", 1.0, "there") and run.seconds >= 6 * 0.06
    assert len({spec[OFFSET] for _, spec in seen}) > 3 and seen == sorted(seen, key=lambda each: each[0])
    (kept,) = history.calibrations()
    assert kept.order == wanted and kept.number == run.number == 1 and kept.seconds == run.seconds
    found = kept.estimate
    assert found.spec == run.result().spec == Spec.of({OFFSET: 1.0, ACCURACY: 0.0})
    assert found.findings == run.estimate.findings and found.findings[ACCURACY].sigma == math.inf
    assert (found.heldout_before, found.heldout_after) == (0.5, 0.25)
    assert [each.number for each in history.list()] == [other.number]


def test_cancel_pause_and_a_crash(queue, history, calibrate, calibration):
    queue = queue(history, at_once=3)
    crash = queue.submit(calibrate("stumble", how="SIGSEGV"), calibration)
    willing = queue.submit(calibrate(steps=10_000, rest_s=0.01), calibration)
    deaf = queue.submit(calibrate("stumble", how="endless"), calibration)
    assert finished(queue, crash).state == "failed" and "crashed (SIGSEGV)" in crash.reason
    wait_for(queue, lambda: willing.estimate and deaf.board and deaf.board.pulse >= 2)
    pids = [pid_of(queue, run) for run in (willing, deaf)]
    queue.pause(willing)
    pulse, end = willing.board.pulse, time.monotonic() + 0.5
    wait_for(queue, lambda: time.monotonic() > end)
    assert willing.state == "paused" and willing.board.pulse <= pulse + 4, "two steps at most"
    queue.cancel(willing)
    queue.patience = 0.2
    assert finished(queue, willing).state == "cancelled"
    assert finished(queue, deaf).state == "failed" and "No step for 0.2 s" in deaf.reason
    assert not any(map(is_alive, pids))
    with pytest.raises(RuntimeError, match="no result"):
        willing.result()
    assert [kept.state for kept in history.calibrations()] == ["failed", "cancelled", "failed"]
    assert history.calibrations()[1].estimate.spec == willing.estimate.spec


def kept_calibration(history, order, **changes):
    run = CalibrationRun(order)
    run.number, run.state = history.add(order), "done"
    for name, value in changes.items():
        setattr(run, name, value)
    history.record(run)
    return run.number


def test_calibrations_stand_beside_reconstructions(history, order, calibrate):
    volume = kept_run(history, order())
    number = kept_calibration(history, calibrate(locked=[ACCURACY]))
    kept = history.find(number)
    assert kept.order.locked == {ACCURACY} and kept.estimate is None
    assert [each.number for each in history.everything()] == [number, volume]
    assert history.calibrations(Filter(method="nudge", content_hash="abc")) == (kept,)
    assert history.calibrations(Filter(method="count")) == ()
    with pytest.raises(UserError, match="is a calibration: it has no volume"):
        history.get(number)
    history.rename(number, "Better")
    assert history.find(number).order.title == "Better"
    history.delete(number)
    assert [each.number for each in history.everything()] == [volume]


def test_an_estimate_that_cannot_be_read_is_passed_over(history, calibrate):
    numbers = [kept_calibration(history, calibrate()) for _ in range(3)]
    estimate = Estimate(Spec.of({OFFSET: 1.0}), 1.0, {OFFSET: Finding(1.0, math.nan, Verdict.FLAT)})
    numbers.append(kept_calibration(history, calibrate(), estimate=estimate))
    for number, text in zip(numbers, ("{", "[1]", '{"spec": 3}'), strict=False):
        history._database.execute("UPDATE runs SET estimate = ? WHERE number = ?", (text, number))
    (kept,) = history.calibrations()
    assert kept.number == numbers[3] and math.isnan(kept.estimate.findings[OFFSET].sigma)
    assert math.isnan(kept.estimate.heldout_after) and kept.estimate.findings[OFFSET].verdict is Verdict.FLAT
