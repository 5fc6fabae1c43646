"""Reconstructions as jobs: ordered, queued, carried out by worker processes, scored, and kept. No Qt.

An `Order` says what is to be done, `Inputs` what with. A `Queue` carries orders out, each in a process of its
own, and shows them as `Run`s; a `History` keeps what came of them.
"""

from cryogui.jobs.history import History
from cryogui.jobs.inputs import Inputs, content_hash, problem_of
from cryogui.jobs.judge import Point
from cryogui.jobs.kept import Filter, Kept
from cryogui.jobs.order import Order, default_title
from cryogui.jobs.queue import Queue
from cryogui.jobs.run import Result, Run, State

__all__ = [
    "Filter",
    "History",
    "Inputs",
    "Kept",
    "Order",
    "Point",
    "Queue",
    "Result",
    "Run",
    "State",
    "content_hash",
    "default_title",
    "problem_of",
]
