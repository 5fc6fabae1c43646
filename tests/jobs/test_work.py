"""The worker's side, in this process."""

import importlib

import numpy as np
import pytest

from cryogui.errors import UserError
from cryogui.jobs import Inputs, Point, work, worker
from cryogui.jobs.allowance import Allowance
from cryogui.jobs.judge import Judge
from cryogui.jobs.messages import NO_MEMORY, Failed, Finished, Progress, Task
from cryogui.jobs.results import Reached, read_checkpoint, read_reached
from cryogui.jobs.shared import Board
from cryogui.reconstruct import registry
from tests.catalogues import keep_catalogue
from tests.jobs import odd_methods
from tests.jobs.ear import Ear


@pytest.fixture
def own_methods(monkeypatch):
    """The tests' methods, known for one test."""
    keep_catalogue(monkeypatch, registry._catalogue)
    importlib.reload(odd_methods)


def carried_out(task):
    """What is said of a task, and its board."""
    ear, board = Ear(), Board.create(task.inputs.problem.operator.x_shape, task.order.halves)
    work.Work(task, board, ear).carry_out()
    return ear.heard, board


def test_every_iteration_is_kept_scored_and_shown_when_there_is_time(
    own_methods, monkeypatch, inputs, order, tmp_path
):
    for name in ("PREVIEW_SECONDS", "CHECKPOINT_SECONDS"):
        monkeypatch.setattr(work, name, 0.0)
    monkeypatch.setattr(Allowance, "is_due", lambda self, worked: True)
    path, kept, write = tmp_path / "kept.npz", [], work.write_checkpoint

    def noticed(path, start, seconds):
        write(path, start, seconds)
        assert read_reached(path) == Reached(start.iteration, seconds) and seconds > 0.0
        kept.append(read_checkpoint(path))

    monkeypatch.setattr(work, "write_checkpoint", noticed)
    heard, board = carried_out(Task(order(iterations=3), inputs, checkpoint_path=path))
    assert [start.iteration for start in kept] == [1, 2, 3]
    assert [float(start.x[0, 0, 0]) for start in kept] == pytest.approx([1.07, 2.07, 3.07])
    progress = [message for message in heard if isinstance(message, Progress)]
    points = [point for message in progress for point in message.points]
    assert [point.iteration for point in points] == [1, 2, 3, 3]
    assert all(point.ssim is not None and point.residual is not None for point in points)
    assert board.published == 4 and board.newest()[1] == 3
    assert isinstance(heard[-1], Finished) and progress[-1].fraction == 1.0


def test_work_goes_on_from_the_last_step_that_allows_it(own_methods, monkeypatch, inputs, order, tmp_path):
    monkeypatch.setattr(work, "CHECKPOINT_SECONDS", 0.0)
    monkeypatch.setattr(Allowance, "is_due", lambda self, worked: True)
    path, kept, write = tmp_path / "kept.npz", [], work.write_checkpoint

    def noticed(path, start, seconds):
        write(path, start, seconds)
        kept.append(read_checkpoint(path))

    monkeypatch.setattr(work, "write_checkpoint", noticed)
    _, whole = carried_out(Task(order("pairs", iterations=5), inputs, checkpoint_path=path))
    assert [start.iteration for start in kept] == [2, 2, 4, 4]
    assert [start.state["mind"][0] for start in kept] == [3.0, 3.0, 5.0, 5.0]
    for start in kept:
        _, board = carried_out(Task(order("pairs", iterations=5), inputs, start, 1.0))
        np.testing.assert_array_equal(board.newest()[0], whole.newest()[0])
    assert whole.newest()[0].max() == 15.0


def test_without_time_only_the_end_is_scored(own_methods, monkeypatch, inputs, order):
    monkeypatch.setattr(Allowance, "is_due", lambda self, worked: False)
    heard, board = carried_out(Task(order(iterations=3), inputs))
    (message, _) = heard
    assert [point.iteration for point in message.points] == [3] and board.published == 1
    assert None not in vars(message.points[0]).values()


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ("refuse", "This cannot be done; do something else."),
        ("raise", "The method 'misbehave' has a defect: ZeroDivisionError('of all things')."),
        ("memory", NO_MEMORY),
        ("nan", "Misbehave diverged: its last estimate is not finite; choose gentler options."),
        (
            "nothing",
            "The method 'misbehave' has a defect: RuntimeError('the method ended without an estimate').",
        ),
    ],
)
def test_what_a_method_raises_is_told_in_one_sentence(own_methods, monkeypatch, inputs, order, how, sentence):
    monkeypatch.setattr(worker, "_limit_memory", lambda allowed: None)
    board = Board.create(inputs.problem.operator.x_shape, False)
    last = worker._carried_out(Task(order("misbehave", how=how), inputs), board.descriptor, Ear())
    assert isinstance(last, Failed) and last.sentence == sentence


def test_an_unknown_method_is_told(monkeypatch, inputs, order):
    monkeypatch.setattr(worker, "_limit_memory", lambda allowed: None)
    board = Board.create(inputs.problem.operator.x_shape, False)
    last = worker._carried_out(Task(order("magic"), inputs), board.descriptor, Ear())
    assert isinstance(last, Failed) and "There is no method 'magic'" in last.sentence


def test_an_estimate_of_another_shape_is_a_defect(own_methods, inputs, order):
    with pytest.raises(ValueError, match="shape"):
        carried_out(Task(order("misbehave", how="shape"), inputs))


def test_one_image_has_no_halves(own_methods, inputs, order):
    only = np.arange(len(inputs.problem.used)) == 2
    with pytest.raises(UserError, match="two images"):
        carried_out(Task(order(halves=True), Inputs(inputs.problem.only(only))))


def test_an_allowance_keeps_to_its_share(monkeypatch):
    clock = [0.0]
    monkeypatch.setattr("cryogui.jobs.allowance.time.monotonic", lambda: clock[0])
    allowance, worked, spent = Allowance(0.1), 0.0, 0.0
    for _ in range(1000):
        worked += 0.1
        if allowance.is_due(worked):
            with allowance.spending():
                clock[0] += 0.5
            spent += 0.5
    assert 0.08 * worked < spent <= 0.1 * worked + 0.5
    assert not Allowance(0.1, cost=1.0).is_due(9.0) and Allowance(0.1, cost=1.0).is_due(11.0)
    rare = Allowance(1.0, interval=5.0)
    with rare.spending():
        pass
    assert not rare.is_due(1e9)
    clock[0] += 5.0
    assert rare.is_due(1e9)


def test_a_truth_that_is_constant_has_no_scores(inputs):
    judge = Judge(inputs.problem, np.zeros_like(inputs.x_true))
    point = judge.point(inputs.x_true, 1, 1.0, {}, is_last=True)
    assert isinstance(point, Point) and point.residual is not None
    assert point.psnr_db is point.ssim is point.blind is None
