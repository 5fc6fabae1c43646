"""Reconstruction methods: each a generator of steps, found by name in the registry. No Qt, no files.

A method is given a `Problem` and its options, and yields a `Step` after each stretch of work; whoever drives
it measures, scores, previews, pauses and stops between two steps. No method sees the truth.
"""

from cryogui.reconstruct.problem import Problem, Start, Step
from cryogui.reconstruct.registry import Method, find_method, method, methods

__all__ = ["Method", "Problem", "Start", "Step", "find_method", "method", "methods"]
