"""The layers of the 3-D view made ready to draw, away from the window's thread."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cryogui.app.views import volume_data
from cryogui.app.views.levels import percentile_levels
from cryogui.app.views.volume_data import COARSE, FINE, Drawable, Surface
from cryogui.session.looks import LayerName

LAYERS: tuple[LayerName, ...] = ("x", "truth", "reconstruction", "difference")
HISTOGRAM_RANGE, HISTOGRAM_BINS = (-0.1, 1.08), 118
"""Of fractions between background (0) and brightest (1)."""

_LEAST_REACH = 0.01  # of the truth's range: differences below are rounding, and are not blown up

Array = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Volumes:
    """What there is to show, all [z, y, x] of one shape; None for what is not at hand.

    has_truth: whether there is a truth, though it may not have been read yet.
    """

    x: Array | None = None
    truth: Array | None = None
    reconstruction: Array | None = None
    has_truth: bool = False

    @property
    def compared(self) -> Array | None:
        """What the truth is taken from: x, or the reconstruction where x is the truth itself."""
        return self.reconstruction if self.x is self.truth else self.x

    @property
    def offered(self) -> frozenset[LayerName]:
        """The layers there are, or will be once the truth has been read."""
        truth: frozenset[LayerName] = frozenset({"truth"} if self.has_truth else ())
        return self._at_hand | truth | self._difference(self.has_truth)

    @property
    def _at_hand(self) -> frozenset[LayerName]:
        return frozenset(name for name in LAYERS[:3] if getattr(self, name) is not None)

    def _difference(self, has_truth: bool) -> frozenset[LayerName]:
        return frozenset({"difference"} if has_truth and self.compared is not None else ())

    def drawn(self, shown: frozenset[LayerName]) -> tuple[LayerName, ...]:
        """Those of `shown` there are, in order, none twice: x may be the truth or a reconstruction."""
        result: list[LayerName] = []
        at_hand = self._at_hand | self._difference(self.truth is not None)
        for name in LAYERS:
            if name in shown & at_hand and not any(self._is_same(name, other) for other in result):
                result.append(name)
        return tuple(result)

    def _is_same(self, one: LayerName, other: LayerName) -> bool:
        if "difference" in (one, other):
            return False
        return getattr(self, one) is getattr(self, other)

    def sources(self, name: LayerName) -> tuple[Array | None, ...]:
        """The volumes a layer is made of."""
        return (self.compared, self.truth) if name == "difference" else (getattr(self, name),)

    @property
    def shape(self) -> tuple[int, ...] | None:
        """Voxels along z, y, x of all of them."""
        present = [volume for volume in (self.x, self.truth, self.reconstruction) if volume is not None]
        return present[0].shape if present else None


@dataclass(frozen=True, eq=False)
class Part:
    """What one colour shows of a layer: all of it, or the positive (sign 1) or negative (−1) differences.

    surface: the isosurface at rest; coarse: a lighter one for while it moves. None where none reaches it.
    """

    sign: int
    source: Drawable
    surface: Surface | None = None
    coarse: Surface | None = None


@dataclass(frozen=True, eq=False)
class DrawnLayer:
    """A layer ready to draw. histogram: voxels by fraction between the levels, over `HISTOGRAM_RANGE`.

    level: where the surface lies, in units of the volume. unit: what to tell it in; for a difference the
    truth's range.
    """

    name: LayerName
    parts: tuple[Part, ...]
    histogram: NDArray[np.int64]
    level: float
    unit: float


@dataclass(frozen=True, eq=False)
class Order:
    """What to make ready. draft: only coarse surfaces, because the threshold is still moving."""

    volumes: Volumes
    names: tuple[LayerName, ...]
    with_surfaces: bool
    threshold: float
    limit: int
    draft: bool = False


@dataclass(frozen=True, eq=False)
class _Source:
    """A layer's voxels, kept while only threshold or mode change."""

    made_of: tuple[Array | None, ...]
    limit: int
    parts: tuple[Drawable, ...]
    histogram: NDArray[np.int64]
    unit: float


class Preparer:
    """Makes layers ready and remembers what they were made of. For one thread at a time."""

    def __init__(self) -> None:
        self._sources: dict[LayerName, _Source] = {}
        self._drawn: dict[LayerName, tuple[tuple[Any, ...], DrawnLayer]] = {}

    def prepare(self, order: Order) -> tuple[DrawnLayer, ...]:
        """Every layer ordered; the others are forgotten."""
        self._sources = {name: self._source(order, name) for name in order.names}
        self._drawn = {name: self._layer(order, name, source) for name, source in self._sources.items()}
        return tuple(layer for _, layer in self._drawn.values())

    def _layer(self, order: Order, name: LayerName, source: _Source) -> tuple[tuple[Any, ...], DrawnLayer]:
        made_from = source, order.with_surfaces, order.threshold, order.draft
        known = self._drawn.get(name)
        return known if known and known[0] == made_from else (made_from, _drawn(order, name, source))

    def _source(self, order: Order, name: LayerName) -> _Source:
        made_of, known = order.volumes.sources(name), self._sources.get(name)
        if known is not None and known.limit == order.limit and _are_same(known.made_of, made_of):
            return known
        parts: tuple[Drawable, ...]
        if name == "difference":
            parts, unit = differences(order.volumes, order.limit)
        else:
            volume = made_of[0]
            assert volume is not None
            parts, unit = (volume_data.drawable(volume, order.limit),), 1.0
        return _Source(
            made_of, order.limit, parts, np.sum([_histogram(part) for part in parts], axis=0), unit
        )


def _are_same(some: tuple[Array | None, ...], others: tuple[Array | None, ...]) -> bool:
    return all(a is b for a, b in zip(some, others, strict=True))


def differences(volumes: Volumes, limit: int) -> tuple[tuple[Drawable, Drawable], float]:
    """Where the compared volume exceeds the truth and where it falls short, and the truth's range.

    Both are shown from no difference to the largest, leaving out a few outliers.
    """
    compared, truth = volumes.compared, volumes.truth
    assert compared is not None and truth is not None
    excess, factor = volume_data.binned(volume_data.finite(compared - truth), limit)
    low, high = volume_data.drawable(truth, limit).levels
    reach = max(percentile_levels(np.abs(excess).max(axis=0), 2.0, 99.8)[1], _LEAST_REACH * (high - low))
    make = partial(Drawable, factor=factor, levels=(0.0, reach))
    return (make(excess), make(-excess)), (high - low) or 1.0


def _drawn(order: Order, name: LayerName, source: _Source) -> DrawnLayer:
    signs = (1, -1) if len(source.parts) > 1 else (1,)
    parts = tuple(_part(order, sign, drawable) for sign, drawable in zip(signs, source.parts, strict=True))
    return DrawnLayer(name, parts, source.histogram, source.parts[0].at(order.threshold), source.unit)


def _part(order: Order, sign: int, source: Drawable) -> Part:
    if not order.with_surfaces:
        return Part(sign, source)
    coarse = volume_data.surface(source, order.threshold, COARSE)
    if order.draft or max(source.voxels.shape) <= COARSE:
        return Part(sign, source, coarse, coarse)
    return Part(sign, source, volume_data.surface(source, order.threshold, FINE), coarse)


def _histogram(source: Drawable) -> NDArray[np.int64]:
    low, high = source.levels
    span = (high - low) or 1.0
    ends = [low + end * span for end in HISTOGRAM_RANGE]
    counts, _ = np.histogram(source.voxels, HISTOGRAM_BINS, (ends[0], ends[1]))
    return counts
