import os
import threading
import time

import numpy as np

from cryogui.jobs.shared import Board, Command, pack, unpack


def test_what_is_packed_comes_out_and_is_the_reader_s_own():
    ragged = np.asfortranarray(np.eye(3))
    value = {"a": np.arange(12.0).reshape(3, 4), "f": ragged, "t": ("x", 1), "e": np.zeros(0)}
    descriptor = pack(value)
    first, second = unpack(descriptor), unpack(descriptor)
    os.close(descriptor)
    for name in "afe":
        np.testing.assert_array_equal(first[name], value[name])
    assert first["t"] == ("x", 1)
    first["a"][:] = 0.0
    assert second["a"][2, 3] == 11.0 and value["a"][2, 3] == 11.0


def test_an_operator_is_the_same_on_the_other_side(inputs):
    operator = inputs.problem.operator.padded().without(frozenset("D"))
    descriptor = pack((operator, inputs.problem))
    same, problem = unpack(descriptor)
    os.close(descriptor)
    x, spec = inputs.x_true, inputs.problem.theta
    np.testing.assert_allclose(same.apply(x, spec), operator.apply(x, spec), atol=1e-5)
    assert [block.symbol for block in same.blocks] == [block.symbol for block in operator.blocks]
    assert same.whole.blocks == operator.whole.blocks
    np.testing.assert_array_equal(problem.y, inputs.problem.y)


def boards(shape, has_halves=False):
    """Both sides' view of one board."""
    one = Board.create(shape, has_halves)
    other = Board(one.descriptor, shape, has_halves)
    os.close(one.descriptor)
    return one, other


def test_a_board_tells_both_sides():
    program, worker = boards((2, 3, 4), has_halves=True)
    assert program.newest() is None and worker.command is Command.GO_ON
    program.command = Command.KEEP
    worker.beat()
    worker.publish(np.full((2, 3, 4), 7.0, np.float32), 3)
    worker.halves[1] = 2.0
    assert worker.command is Command.KEEP and (program.pulse, program.published) == (1, 1)
    x, iteration = program.newest()
    assert iteration == 3 and (x == 7.0).all() and (program.halves[1] == 2.0).all()


def test_an_estimate_is_never_torn():
    shape, last = (8, 64, 64), 400
    program, worker = boards(shape)

    def write():
        x = np.zeros(shape, np.float32)
        for number in range(1, last + 1):
            x[:] = number
            worker.publish(x, number)
            time.sleep(0.0005)

    writer = threading.Thread(target=write)
    writer.start()
    seen = []
    while not seen or seen[-1] < last:
        newest = program.newest()
        if newest is not None:
            x, iteration = newest
            assert (x == iteration).all()
            seen.append(iteration)
    writer.join()
    assert seen == sorted(seen) and len(set(seen)) > 2


def test_a_reader_that_was_lapped_reads_again(monkeypatch):
    program, worker = boards((1, 2, 2))
    worker.publish(np.full((1, 2, 2), 1.0, np.float32), 1)
    worker._words[2] = 3  # the worker has begun to write where the first estimate was …

    def meanwhile(seconds):
        worker._words[2] = 1
        worker.publish(np.full((1, 2, 2), 2.0, np.float32), 2)

    monkeypatch.setattr("cryogui.jobs.shared.time.sleep", meanwhile)
    x, iteration = program.newest()
    assert iteration == 2 and (x == 2.0).all()
