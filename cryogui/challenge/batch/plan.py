"""What a batch consists of: cells, and the entries that they make together."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from cryogui import __version__
from cryogui.calibrate import Calibration, Strategy
from cryogui.challenge.ledger import NOT_CALIBRATED
from cryogui.errors import UserError
from cryogui.jobs import CalibrationOrder, Inputs, Order, problem_of
from cryogui.reconstruct import Method, Problem
from cryogui.reconstruct.procedure import Procedure
from cryogui.session.scene_model import SceneModel
from cryogui.session.state import SceneKey
from cryogui.spec import Spec
from cryogui.tiers import Scene, TierFile, content_hash


@dataclass(frozen=True, eq=False)
class Target:
    """One scene of an open tier that is to be answered. file_digest: SHA-256 of the tier's file."""

    tier: TierFile
    index: int
    file_digest: str

    @classmethod
    def of(cls, tier: TierFile) -> tuple[Target, ...]:
        """Every scene of an open tier."""
        with open(tier.path, "rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return tuple(cls(tier, index, digest) for index in range(len(tier.scenes)))

    @property
    def scene(self) -> Scene:
        """With its truth, where that is known."""
        return self.tier.scenes[self.index]

    @cached_property
    def problem(self) -> Problem:
        """The measurement under the nominal spec, and no truth. Raises UserError where there is no model."""
        scene = self.scene
        live = SceneModel(SceneKey("", self.index), scene).require_live(False, frozenset(), frozenset())
        return problem_of(live, scene, scene.ranges.nominal)

    def about(self, procedure: Procedure, spec: Spec) -> dict[str, Any]:
        """What an order says of the work of a procedure on this scene; not where on this machine it lies."""
        return {
            "path": "",
            "scene": self.index,
            "scene_name": self.scene.name,
            "variant": self.tier.variant,
            "content_hash": content_hash(self.problem.y),
            "method": procedure.key,
            "title": procedure.title,
            "spec": spec,
            "options": usual(procedure),
        }


@dataclass(frozen=True, eq=False)
class Cell:
    """One piece of work: a scene calibrated by a strategy, or reconstructed by a method.

    key: a digest of all that its result depends on. after: the cell that finds the spec to reconstruct under;
    None for the nominal one, which every calibration starts at.
    """

    key: str
    target: Target
    procedure: Strategy | Method
    after: Cell | None = None

    @classmethod
    def of(cls, target: Target, procedure: Strategy | Method, after: Cell | None = None) -> Cell:
        """With its key."""
        what = {
            "version": __version__,
            "file": target.file_digest,
            "scene": target.index,
            procedure.noun: procedure.key,
            "options": usual(procedure),
            "spec": dict(target.scene.ranges.nominal) if after is None else after.key,
        }
        return cls(_digest(what), target, procedure, after)

    @property
    def about(self) -> dict[str, str]:
        """Which it is, in words; calibration: the strategy that is asked, 'none' for no one."""
        is_calibration = isinstance(self.procedure, Strategy)
        before = self.after.procedure.key if self.after else NOT_CALIBRATED
        return {
            "variant": self.target.tier.variant,
            "tier": self.target.tier.tier,
            "scene": self.target.scene.name,
            "method": "" if is_calibration else self.procedure.key,
            "calibration": self.procedure.key if is_calibration else before,
        }

    def work(self, spec: Spec) -> tuple[Order, Inputs] | tuple[CalibrationOrder, Calibration]:
        """Its order, and what that is carried out with: neither the truth nor a path is in it."""
        target, about = self.target, self.target.about(self.procedure, spec)
        problem = target.problem.with_spec(spec)
        if isinstance(self.procedure, Strategy):
            return CalibrationOrder(**about), Calibration.of(problem, target.scene.ranges)
        return Order(**about, tier=target.tier.tier), Inputs(problem)


@dataclass(frozen=True, eq=False)
class Group:
    """The cells of one entry: every scene of a tier, by one method after one strategy or none."""

    tier: TierFile
    method: Method
    calibration: str
    cells: tuple[Cell, ...]

    @property
    def key(self) -> str:
        """A digest of all that its results depend on."""
        return _digest([cell.key for cell in self.cells])


def planned(
    tiers: Iterable[TierFile], methods: Sequence[Method], strategies: Sequence[Strategy | None]
) -> tuple[Group, ...]:
    """Every method that fits a tier after every strategy that does, None for no calibration."""
    return tuple(group for tier in tiers for group in _of_tier(Target.of(tier), methods, strategies))


def cells_of(groups: Iterable[Group]) -> dict[str, Cell]:
    """All of their cells by key, each after the one it waits for."""
    found: dict[str, Cell] = {}
    for group in groups:
        for cell in group.cells:
            if cell.after is not None:
                found.setdefault(cell.after.key, cell.after)
            found[cell.key] = cell
    return found


def groups_of(groups: Iterable[Group]) -> dict[str, Group]:
    """Which of them a reconstructing cell belongs to, by its key."""
    return {cell.key: group for group in groups for cell in group.cells}


def _of_tier(
    targets: Sequence[Target], methods: Sequence[Method], strategies: Sequence[Strategy | None]
) -> Iterator[Group]:
    fitting = [method for method in methods if all(_fits(method, target) for target in targets)]
    for strategy in strategies:
        if strategy is not None and not all(_is_of_use(strategy, target) for target in targets):
            continue
        before = [None if strategy is None else Cell.of(target, strategy) for target in targets]
        for method in fitting:
            cells = (Cell.of(*about) for about in zip(targets, [method] * len(targets), before, strict=True))
            name = NOT_CALIBRATED if strategy is None else strategy.key
            yield Group(targets[0].tier, method, name, tuple(cells))


def _fits(method: Method, target: Target) -> bool:
    try:
        method.require_fit(target.problem)
    except UserError:
        return False
    return True


def _is_of_use(strategy: Strategy, target: Target) -> bool:
    try:
        strategy.require_use(Calibration.of(target.problem, target.scene.ranges))
    except UserError:
        return False
    return True


def usual(procedure: Procedure) -> dict[str, Any]:
    """Its options with their usual values."""
    options: Any = procedure.options()
    return asdict(options)


def _digest(what: object) -> str:
    return hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()
