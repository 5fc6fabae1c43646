"""Calibration strategies: each a generator of steps towards a spec, found by name in the registry. No Qt, no
files.

A strategy is given a `Calibration` (a problem, the ranges, which parameters are free) and its options, and
yields an `Estimate` after each stretch of work; whoever drives it shows, pauses and stops between two. No
strategy sees the truth.
"""

from cryogui.calibrate.calibration import Calibration
from cryogui.calibrate.estimate import Estimate, Finding, Verdict
from cryogui.calibrate.registry import Strategy, find_strategy, strategies, strategy

__all__ = [
    "Calibration",
    "Estimate",
    "Finding",
    "Strategy",
    "Verdict",
    "find_strategy",
    "strategies",
    "strategy",
]
