"""Reconstructions and calibrations as jobs: ordered, queued, carried out by workers, scored, kept. No Qt.

An `Order` says what is to be reconstructed, `Inputs` what from; a `CalibrationOrder` goes with a
`Calibration`. A `Queue` carries orders out, each in a process of its own, and shows them as `Run`s or
`CalibrationRun`s; a `History` keeps what came of them.
"""

from cryogui.jobs.history import History
from cryogui.jobs.inputs import Inputs, problem_of
from cryogui.jobs.judge import Point
from cryogui.jobs.kept import Filter, Kept, KeptCalibration
from cryogui.jobs.order import CalibrationOrder, Order, default_title
from cryogui.jobs.queue import Queue
from cryogui.jobs.run import CalibrationRun, Job, Result, Run, State

__all__ = [
    "CalibrationOrder",
    "CalibrationRun",
    "Filter",
    "History",
    "Inputs",
    "Job",
    "Kept",
    "KeptCalibration",
    "Order",
    "Point",
    "Queue",
    "Result",
    "Run",
    "State",
    "default_title",
    "problem_of",
]
