"""What runs are asked to do, and how kept ones are looked at: values as those in `looks`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, Self, TypeAlias

from cryogui.session.looks import PlaneName

MOST_COMPARED = 4
"""So many runs stand beside each other."""

OptionValue: TypeAlias = bool | int | float | str
Values: TypeAlias = tuple[tuple[str, OptionValue], ...]
ComparedView = Literal["slices", "convergence", "fsc", "scores"]
ShownOfRun = Literal["volume", "difference", "error", "ssim"]
Reference = Literal["truth", "first"]
ListedKind = Literal["", "reconstruction", "calibration"]
Progress = Literal["residual", "psnr_db", "ssim", "consistency", "blind"]


@dataclass(frozen=True, kw_only=True)
class ProcedureLook:
    """How methods, or strategies, are set. options: by key, what differs from their own values."""

    options: tuple[tuple[str, Values], ...] = ()

    def options_of(self, key: str) -> dict[str, OptionValue]:
        """What has been set for a method or strategy, by name."""
        return dict(dict(self.options).get(key, ()))

    def with_options(self, key: str, values: Mapping[str, OptionValue]) -> Self:
        """The look with these options of one and no others."""
        options = dict(self.options)
        options.pop(key, None)
        if values:
            options[key] = tuple(values.items())
        return replace(self, options=tuple(options.items()))


@dataclass(frozen=True)
class ReconstructionLook(ProcedureLook):
    """What Run does.

    method: key of a registered method, '' for the quick reconstruction. half_sets: each half of the images is
    reconstructed as well. unfolded: options, progress and queue are on show. follows: a run becomes the
    object x while it is under way. progress: what is plotted, over seconds in place of iterations if
    in_seconds.
    """

    method: str = ""
    half_sets: bool = False
    unfolded: bool = False
    follows: bool = False
    progress: Progress = "residual"
    in_seconds: bool = False


@dataclass(frozen=True)
class CalibrationLook(ProcedureLook):
    """How parameters are found. strategy: key of the one that Calibrate takes, '' for the best that fits the
    scene. unfolded: its options are on show. valley: while the user moves one parameter, those that make up
    for it follow."""

    strategy: str = ""
    unfolded: bool = False
    valley: bool = False


@dataclass(frozen=True)
class RunsLook:
    """The runs tab.

    chosen: numbers of the runs compared. view: what is shown of them. show: what their slices are of, held
    against the reference where it is a comparison. halves: Fourier shells between half
    sets and not against the truth. words: what the listed runs must contain; everywhere: also those of other
    scenes. enlarged: the tab has the place of the images as well. kind: of the runs
    listed, '' for all.
    """

    chosen: tuple[int, ...] = ()
    view: ComparedView = "slices"
    show: ShownOfRun = "volume"
    reference: Reference = "truth"
    plane: PlaneName = "xy"
    halves: bool = False
    progress: Progress = "residual"
    in_seconds: bool = False
    words: str = ""
    everywhere: bool = False
    enlarged: bool = True
    kind: ListedKind = ""
