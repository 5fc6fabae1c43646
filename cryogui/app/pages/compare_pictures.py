"""Gets the arrays of both sides of a comparison: known at once, kept, or to be computed.

No Qt. A forward image under a spec that stays (nominal, true, a snapshot's) is computed once for each image
of the series and then kept; the present one comes with the picture on the screen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cryogui.app.computations import Picture
from cryogui.app.library import Library
from cryogui.app.pages.compare_sides import Offer, spec_of
from cryogui.session import Session
from cryogui.session.looks import Compared
from cryogui.session.scene_model import SceneModel
from cryogui.spec import Spec

if TYPE_CHECKING:
    pass

KEPT_IMAGES = 8
_IMAGE_KINDS = ("measured", "forward", "residual")


@dataclass(frozen=True, eq=False)
class Pair:
    """Both sides: images [y, x], or volumes [z, y, x]. truth: that one of them which is the truth."""

    first: Offer
    second: Offer
    a: np.ndarray
    b: np.ndarray
    truth: np.ndarray | None = None
    origin: tuple[object, ...] = ()  # the very objects both were made from

    @property
    def sides(self) -> tuple[Compared, Compared]:
        """What is compared."""
        return self.first.side, self.second.side

    def is_made_of_the_same_as(self, other: Pair) -> bool:
        """Whether both pairs hold the same values, told without looking at them."""
        if self.sides != other.sides or len(self.origin) != len(other.origin):
            return False
        return all(one is another for one, another in zip(self.origin, other.origin, strict=True))


@dataclass(frozen=True, eq=False)
class Made:
    """A pair, and what was computed and read for it, to be kept."""

    pair: Pair
    images: dict[tuple[int, Spec], np.ndarray]
    volumes: dict[Compared, np.ndarray]


class Pictures:
    """Knows the picture on the screen and keeps what was computed for other specs and read from files."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._picture: tuple[SceneModel, Picture] | None = None
        self._images: dict[tuple[int, Spec], np.ndarray] = {}
        self._volumes: dict[Compared, np.ndarray] = {}
        self.generation = 0  # of the forward model: results of an older one are not wanted

    def note_picture(self, model: SceneModel, picture: Picture) -> None:
        """There is another picture on the screen."""
        self._picture = model, picture

    def forget_images(self) -> None:
        """The forward model or its object has changed."""
        self.generation += 1
        self._images.clear()

    def forget(self) -> None:
        """Another scene is shown."""
        self.forget_images()
        self._volumes.clear()
        self._picture = None

    def picture_of(self, model: SceneModel) -> Picture | None:
        """The picture of this scene on the screen."""
        return self._picture[1] if self._picture is not None and self._picture[0] is model else None

    def at_hand(self, first: Offer, second: Offer, model: SceneModel, session: Session) -> Pair | None:
        """The pair without any computation; None where that is not possible."""
        a, b = (self._known(offer.side, model, session) for offer in (first, second))
        return None if a is None or b is None else self._pair(first, second, a, b, model, session)

    def keep(self, made: Made) -> None:
        """Have at hand from now on what was made, unless it is older than the forward model in use."""
        self._volumes |= made.volumes
        kept = self._images | made.images
        self._images = dict(list(kept.items())[-KEPT_IMAGES:])

    def is_awaited(self, model: SceneModel, *sides: Compared) -> bool:
        """Whether a side is being made elsewhere: the picture on the screen, or the quick reconstruction."""
        picture = self.picture_of(model)
        for side in sides:
            if side.kind in _IMAGE_KINDS and (picture is None or picture.measured is None):
                return True
            if side.kind in ("forward", "residual") and (picture is None or picture.forward is None):
                return True
            if (side.kind == "quick" and model.quick is None) or (side.kind == "object" and model.x is None):
                return True
        return False

    def work(
        self, first: Offer, second: Offer, model: SceneModel, session: Session
    ) -> Callable[[Callable[[], None]], Made]:
        """What makes the pair, to be run in a worker thread with a function that may end it. It changes
        nothing here: `keep` takes the result."""
        picture, live = self.picture_of(model), model.live
        known = {offer.side: self._known(offer.side, model, session) for offer in (first, second)}

        def run(check: Callable[[], None]) -> Made:
            images: dict[tuple[int, Spec], np.ndarray] = {}
            volumes: dict[Compared, np.ndarray] = {}
            arrays = []
            for side, array in known.items():
                check()
                if array is None and side.kind not in _IMAGE_KINDS:
                    array = volumes[side] = self._read(side, model)
                elif array is None:
                    assert picture is not None and picture.measured is not None and live is not None
                    key = _image_number(picture, model), spec_of(side, model, session)
                    if key not in images:
                        images[key] = model.modelled(live, *key)
                    array = images[key] if side.kind == "forward" else picture.measured - images[key]
                arrays.append(array)
            pair = self._pair(first, second, arrays[0], arrays[1], model, session)
            return Made(pair, images, volumes)

        return run

    def _pair(
        self, first: Offer, second: Offer, a: np.ndarray, b: np.ndarray, model: SceneModel, session: Session
    ) -> Pair:
        is_truth = [_is_truth(offer.side, session) for offer in (first, second)]
        truth = b if is_truth[1] else a if is_truth[0] else None
        origin: tuple[object, ...] = (a, b)
        if first.side.kind in _IMAGE_KINDS and second.side.kind in _IMAGE_KINDS:
            images = (self._source(offer.side, model, session) for offer in (first, second))
            origin = (self.picture_of(model), *images)
        return Pair(first, second, a, b, truth, origin)

    def _source(self, side: Compared, model: SceneModel, session: Session) -> object:
        """The forward image a side is made from, where it is not the one of the picture on the screen."""
        picture = self.picture_of(model)
        if picture is None or side.kind == "measured" or side.spec == "present":
            return None
        return self._images.get((_image_number(picture, model), spec_of(side, model, session)))

    def _known(self, side: Compared, model: SceneModel, session: Session) -> np.ndarray | None:
        if side.kind not in _IMAGE_KINDS:
            return self._known_volume(side, model)
        picture = self.picture_of(model)
        if picture is None or side.kind == "measured":
            return None if picture is None else picture.measured
        if side.spec == "present":
            forward = picture.forward
        else:
            number = _image_number(picture, model)
            forward = self._images.get((number, spec_of(side, model, session)))
        if forward is None or side.kind == "forward" or picture.measured is None:
            return forward
        difference: np.ndarray = picture.measured - forward
        return difference

    def _known_volume(self, side: Compared, model: SceneModel) -> np.ndarray | None:
        if side.kind == "object":
            return model.x
        return model.quick if side.kind == "quick" else self._volumes.get(side)

    def _read(self, side: Compared, model: SceneModel) -> np.ndarray:
        if side.kind == "run":
            return self._library.run_volume(int(side.name))
        volume = model.scene.x_true if side.kind == "truth" else self._library.volume(side.name)
        assert volume is not None  # it was offered
        return volume


def _image_number(picture: Picture, model: SceneModel) -> int:
    """A sinogram is the same picture at every tilt."""
    return 0 if model.is_sinogram else picture.index


def _is_truth(side: Compared, session: Session) -> bool:
    return side.kind == "truth" or (side.kind == "object" and session.scene.object.source == "truth")
