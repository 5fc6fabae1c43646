import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from cryogui import scoring
from cryogui.jobs import Inputs, default_title
from cryogui.jobs.messages import NO_MEMORY
from cryogui.reconstruct import find_method
from cryogui.tiers.child import child_environment
from tests.jobs.conftest import finished, wait_for
from tests.processes import is_alive

CHILD = Path(__file__).with_name("lonely_program.py")


def pid_of(queue, run):
    return next(active.child.pid for active in queue._active if active.run is run)


def test_a_run_gives_what_the_method_gives_in_process(queue, inputs, order):
    queue = queue()
    run = finished(queue, queue.submit(order("wbp"), inputs))
    assert (run.state, run.reason, run.fraction) == ("done", "", 1.0)
    method = find_method("wbp")
    (*_, last) = method.run(inputs.problem, method.options(), None)
    np.testing.assert_allclose(run.result().x, last.x, atol=1e-5)
    assert run.result().halves is None
    x, point = run.result().x, run.points[-1]
    assert point.residual == pytest.approx(inputs.problem.residual(x), rel=1e-4)
    expected = scoring.score(x, inputs.x_true, point.consistency)
    assert (point.psnr_db, point.ssim) == pytest.approx((expected.psnr_db, expected.ssim), rel=1e-4)
    assert (point.standard, point.blind) == pytest.approx((expected.standard, expected.blind), rel=1e-4)


def test_halves_steps_and_what_was_found_arrive(queue, inputs, order):
    queue, seen = queue(), []
    queue.stepped.connect(lambda run: seen.append((run.iteration, run.fraction)))
    run = finished(queue, queue.submit(order(halves=True, iterations=4, rest_s=0.06), inputs))
    assert run.found == {"tilt_axis_offset": 1.5}
    first, second = run.result().halves
    for x, images in ((run.result().x, 7), (first, 4), (second, 3)):
        np.testing.assert_allclose(x, 4.0 + 0.01 * images, rtol=1e-5)
    assert len(seen) > 3 and seen == sorted(seen) and run.fraction == 1.0
    assert [point.iteration for point in run.points] == sorted({point.iteration for point in run.points})
    at_truth = inputs.problem.with_spec({"tilt_axis_offset": 1.5})
    assert run.points[-1].residual == pytest.approx(at_truth.residual(run.result().x), rel=1e-4)


def test_the_method_sees_no_truth_and_without_truth_there_are_no_scores(queue, inputs, order):
    queue = queue(at_once=2)
    run, blind = queue.submit(order("pry"), inputs), queue.submit(order(), Inputs(inputs.problem))
    finished(queue, run)
    assert set(run.note.split()) <= {
        "operator", "y", "theta", "used", "noise_sigma", "transmission", "measured"
    }  # fmt: skip
    finished(queue, blind)
    assert blind.points[-1].residual is not None
    assert blind.points[-1].psnr_db is blind.points[-1].ssim is blind.points[-1].blind is None


def test_whatever_goes_wrong_ends_that_run_with_its_reason(queue, inputs, order):
    queue = queue(at_once=3)
    good = queue.submit(order(), inputs)
    reasons = {
        "raise": "has a defect: ZeroDivisionError",
        "exit": "exit status 3",
        "blas": "not enough memory",
        "SIGSEGV": "crashed (SIGSEGV)",
        "SIGKILL": "killed from outside",
    }
    runs = {how: queue.submit(order("misbehave", how=how), inputs) for how in reasons}
    for run in runs.values():
        finished(queue, run)
    assert {run.state for run in runs.values()} == {"failed"}
    for how, reason in reasons.items():
        assert reason in runs[how].reason
    assert {how for how, run in runs.items() if run.was_lost} == {"exit", "blas", "SIGSEGV", "SIGKILL"}
    assert "Segmentation fault" in runs["SIGSEGV"].detail and "ZeroDivisionError" in runs["raise"].detail
    np.testing.assert_allclose(good.result().x, 5.07, rtol=1e-5)
    assert (runs["SIGKILL"].preview()[0] == 0).all(), "what was reached can still be seen"


def test_a_memory_limit_is_kept(queue, inputs, order):
    queue = queue(memory_bytes=128 << 20)
    run = finished(queue, queue.submit(order("misbehave", how="feast"), inputs))
    assert run.state == "failed" and "not enough memory" in run.reason


@pytest.mark.parametrize(("method", "allowed_MiB"), [("wbp", 1), ("sirt", 8)])
def test_a_real_method_without_room_says_so(queue, inputs, order, method, allowed_MiB):
    queue = queue(memory_bytes=allowed_MiB << 20)
    run = finished(queue, queue.submit(order(method), inputs))
    assert (run.state, run.reason, run.was_lost) == ("failed", NO_MEMORY, True), run.detail


def test_a_run_has_the_threads_that_it_may_use(queue, inputs, order):
    queue = queue(threads=1)
    run = finished(queue, queue.submit(order("crowd"), inputs))
    assert run.note == "1 compiled, 1 Fourier"


def test_the_libraries_threads_take_nothing_from_what_a_method_may_use(queue, inputs, order):
    for allowed in (None, 12 << 20):  # what the first compiles, the second finds
        each = queue(memory_bytes=allowed)
        run = finished(each, each.submit(order("wbp"), inputs))
        assert run.state == "done", run.detail


def test_a_run_without_a_step_is_given_up(queue, inputs, order):
    queue = queue()
    run = queue.submit(order("misbehave", how="endless"), inputs)
    wait_for(queue, lambda: run.previews)
    pid = pid_of(queue, run)
    queue.patience = 0.2
    finished(queue, run)
    assert (run.state, run.reason) == ("failed", "No step for 0.2 s; the run was given up.")
    assert not is_alive(pid)


def test_cancel_is_heeded_and_enforced(queue, inputs, order):
    queue = queue(at_once=2)
    willing = queue.submit(order(iterations=10_000, rest_s=0.01), inputs)
    deaf = queue.submit(order("misbehave", how="endless"), inputs)
    waiting = queue.submit(order(), inputs)
    wait_for(queue, lambda: willing.previews and deaf.previews)
    assert waiting.state == "queued" and queue.runs == (willing, deaf, waiting)
    pids = [pid_of(queue, run) for run in (willing, deaf)]
    for run in (waiting, willing, deaf):
        queue.cancel(run)
    assert waiting.state == "cancelled" and willing.is_stopping
    for run in (willing, deaf):
        assert finished(queue, run).state == "cancelled" and not run.reason
    assert not any(map(is_alive, pids)) and not queue.is_busy
    with pytest.raises(RuntimeError, match="no result"):
        willing.result()
    assert willing.preview()[1] >= 1


def test_a_paused_run_rests_and_goes_on_or_is_cancelled(queue, inputs, order):
    queue = queue(at_once=2)
    resting = []
    for _ in range(2):  # one after the other: the second might be done before the first has begun
        each = queue.submit(order(iterations=60, rest_s=0.01), inputs)
        wait_for(queue, lambda run=each: run.previews)
        queue.pause(each)
        assert each.state == "paused"
        resting.append(each)
    run, other = resting
    queue.patience = 0.2  # resting is not hanging
    end = time.monotonic() + 0.5
    wait_for(queue, lambda: time.monotonic() > end)
    assert run.iteration < 60 and run.state == other.state == "paused"
    queue.patience = 60.0
    queue.resume(run)
    queue.cancel(other)
    assert finished(queue, other).state == "cancelled"
    assert finished(queue, run).state == "done" and run.iteration == 60


def test_waiting_runs_can_be_moved_and_ended_ones_dropped(queue, inputs, order):
    queue, told = queue(), []
    first, second, third = (queue.submit(order(title=title), inputs) for title in "abc")
    queue.moved.connect(lambda: told.append(True))
    queue.move(third, 0)
    assert queue.runs == (third, first, second)
    queue.cancel(first)
    queue.drop(first)
    queue.drop(second)
    assert queue.runs == (third, second) and len(told) == 2


def test_closing_leaves_no_process(queue, inputs, order):
    queue = queue(at_once=2)
    runs = [queue.submit(order("misbehave", how="endless"), inputs), queue.submit(order(), inputs)]
    waiting = queue.submit(order(), inputs)
    wait_for(queue, lambda: runs[0].previews)
    pid = pid_of(queue, runs[0])
    queue.close()
    assert not is_alive(pid) and not queue.is_busy
    assert runs[0].state == "cancelled" and waiting.state == "cancelled"


def test_a_worker_does_not_outlive_a_killed_program():
    command = [sys.executable, str(CHILD)]
    before = set(os.listdir("/dev/shm"))
    with subprocess.Popen(command, env=child_environment(), stdout=subprocess.PIPE, text=True) as program:
        pid = int(program.stdout.readline())
        assert is_alive(pid)
        program.send_signal(signal.SIGKILL)
    end = time.monotonic() + 30.0
    while is_alive(pid):
        assert time.monotonic() < end, "the worker lives on"
        time.sleep(0.01)
    assert set(os.listdir("/dev/shm")) <= before


def test_titles_say_the_method_and_its_iterations():
    method = find_method("wbp")
    assert default_title(method, {}) == "WBP"
    assert default_title(method, {"iterations": 30}) == "WBP 30"
