"""A program that starts a worker which never listens, prints its process id and goes on: to be killed."""

import time

import numpy as np

from cryogui.jobs import Inputs, Order, Queue
from cryogui.physics.tilt import SingleAxisTilt
from cryogui.reconstruct import Problem
from cryogui.spec import Spec

if __name__ == "__main__":
    options = {"how": "endless"}
    order = Order("", 0, "sample_00", "cryo_et", "", "misbehave", "Misbehave", Spec(), options)
    operator = SingleAxisTilt((6, 6, 6), (6, 6), [-10.0, 10.0])
    y = np.ones(operator.y_shape, np.float32)
    problem = Problem(operator, y, Spec(), np.ones(2, dtype=bool))
    queue = Queue(modules=("tests.jobs.odd_methods",))
    run = queue.submit(order, Inputs(problem))
    while not run.previews:
        queue.poll()
        time.sleep(0.01)
    print(queue._active[0].child.pid, flush=True)
    while True:
        queue.poll()
        time.sleep(0.01)
