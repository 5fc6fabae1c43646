"""Lanes: one job runs, one waits, the newest wins. Futures are resolved by hand, out of order."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

import pytest

from cryogui.app.scheduler import Cancelled, Scheduler, Token


class ByHand(Executor):
    """Keeps what is submitted; the test decides when and how each ends."""

    def __init__(self) -> None:
        self.jobs: list[tuple[Callable[..., Any], Token, Future[Any]]] = []
        self.was_shut_down = False

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.jobs.append((fn, args[0], future))
        return future

    def run(self, number: int) -> None:
        fn, token, future = self.jobs[number]
        future.set_running_or_notify_cancel()
        try:
            future.set_result(fn(token))
        except BaseException as error:
            future.set_exception(error)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self.was_shut_down = wait
        if cancel_futures:
            for _, _, future in self.jobs:
                future.cancel()


class Desk:
    """A scheduler with its executor, its delivery at once, and everything it handed over."""

    def __init__(self) -> None:
        self.executor = ByHand()
        self.busy: list[tuple[Any, bool]] = []
        self.results: list[tuple[Any, bool]] = []
        self.errors: list[str] = []
        self.scheduler = Scheduler(
            self.executor, lambda call: call(), lambda lane, on: self.busy.append((lane, on))
        )

    def ask(
        self, value: Any, lane: str = "misfit", subject: str = "scene 0", error: Exception | None = None
    ) -> None:
        def work(token: Token) -> Any:
            token.check()
            if error is not None:
                raise error
            return value

        self.scheduler.request(
            lane,
            subject,
            work,
            lambda result, newest: self.results.append((result, newest)),
            lambda failure: self.errors.append(str(failure)),
        )


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_result_is_handed_over(desk: Desk) -> None:
    desk.ask(1)
    desk.executor.run(0)
    assert desk.results == [(1, True)]
    assert desk.busy == [("misfit", True), ("misfit", False)]


def test_a_held_slider_never_queues_and_sees_every_finished_job(desk: Desk) -> None:
    for value in range(10):
        desk.ask(value)
    assert len(desk.executor.jobs) == 1
    desk.executor.run(0)
    assert len(desk.executor.jobs) == 2
    desk.executor.run(1)
    assert desk.results == [(0, False), (9, True)]
    assert len(desk.executor.jobs) == 2


def test_a_result_of_another_subject_is_dropped_and_its_job_asked_to_stop(desk: Desk) -> None:
    desk.ask("old")
    desk.ask("new", subject="scene 1")
    with pytest.raises(Cancelled):
        desk.executor.jobs[0][1].check()
    _, _, future = desk.executor.jobs[0]
    future.set_running_or_notify_cancel()
    future.set_result("old")  # it had already passed its last check
    desk.executor.run(1)
    assert desk.results == [("new", True)]


def test_a_stale_error_is_dropped_and_a_fresh_one_is_not(desk: Desk) -> None:
    desk.ask(0, error=RuntimeError("stale"))
    desk.ask(1, error=RuntimeError("fresh"))
    desk.executor.run(0)
    desk.executor.run(1)
    assert desk.errors == ["fresh"]


def test_lanes_do_not_wait_for_each_other_and_may_end_out_of_order(desk: Desk) -> None:
    desk.ask("slow", lane="volume")
    desk.ask("quick", lane="misfit")
    desk.executor.run(1)
    desk.executor.run(0)
    assert desk.results == [("quick", True), ("slow", True)]


def test_a_lane_stays_busy_until_its_newest_job_ends(desk: Desk) -> None:
    desk.ask(0)
    desk.ask(1)
    desk.executor.run(0)
    assert desk.scheduler.is_busy("misfit")
    assert desk.busy == [("misfit", True)]
    desk.executor.run(1)
    assert not desk.scheduler.is_busy("misfit")


def test_cancel_drops_what_runs_and_what_waits(desk: Desk) -> None:
    desk.ask(0)
    desk.ask(1)
    desk.scheduler.cancel("misfit")
    desk.executor.run(0)
    assert desk.results == []
    assert len(desk.executor.jobs) == 1
    assert not desk.scheduler.is_busy("misfit")
    desk.ask(2)
    desk.executor.run(1)
    assert desk.results == [(2, True)]


def test_a_request_after_cancel_waits_for_the_running_job(desk: Desk) -> None:
    desk.ask(0)
    desk.scheduler.cancel("misfit")
    desk.ask(1)
    desk.executor.run(0)
    desk.executor.run(1)
    assert desk.results == [(1, True)]


def test_close_cancels_waits_and_delivers_nothing(desk: Desk) -> None:
    desk.ask(0)
    token = desk.executor.jobs[0][1]
    desk.scheduler.close()
    assert desk.executor.was_shut_down
    with pytest.raises(Cancelled):
        token.check()
    desk.ask(1)
    assert desk.results == []
    assert len(desk.executor.jobs) == 1


def test_what_runs_is_told_in_the_users_words_with_its_progress(desk: Desk) -> None:
    desk.scheduler.request("quick", 1, lambda token: None, lambda *_: None, lambda _: None, "Reconstructing")
    desk.scheduler.request("misfit", 1, lambda token: None, lambda *_: None, lambda _: None)
    assert [a.title for a in desk.scheduler.activities()] == ["Reconstructing", "misfit"]
    assert desk.scheduler.activities()[0].fraction is None
    desk.executor.jobs[0][1].progress(0.25)
    assert desk.scheduler.activities()[0].fraction == 0.25
    desk.executor.run(0)
    assert [a.title for a in desk.scheduler.activities()] == ["misfit"]


def test_who_asked_is_told_at_once_when_the_user_stops_it_and_its_result_is_dropped(desk: Desk) -> None:
    told: list[Any] = []
    desk.scheduler.request("quick", 1, lambda token: "late", lambda *r: told.append(r), told.append)
    desk.scheduler.stop("quick")
    assert [type(error) for error in told] == [Cancelled]
    assert desk.scheduler.activities() == []
    assert desk.scheduler.is_busy("quick")  # it has not noticed yet
    desk.scheduler.stop("quick")  # pressed again
    desk.executor.run(0)
    assert len(told) == 1
    assert not desk.scheduler.is_busy("quick")


def test_progress_ends_a_job_that_was_stopped(desk: Desk) -> None:
    token = Token()
    token.progress(0.5)
    token.cancel()
    with pytest.raises(Cancelled):
        token.progress(0.6)
    assert token.fraction == 0.5


def test_a_request_after_a_stop_runs_as_if_nothing_had_been(desk: Desk) -> None:
    desk.ask("first")
    desk.scheduler.stop("misfit")
    desk.ask("second")
    assert [a.title for a in desk.scheduler.activities()] == []  # the stopped one still holds the lane
    desk.executor.run(0)
    desk.executor.run(1)
    assert desk.results == [("second", True)]
