"""What a power spectrum can be taken of: the images of the three panes, and slices through x. No widgets."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from cryogui.app.computations import Picture
from cryogui.app.scheduler import Token
from cryogui.app.views.planes import PLANES, Plane
from cryogui.app.views.volume_data import voxel_edges
from cryogui.session.looks import SpectrumSource
from cryogui.session.scene_model import SceneModel
from cryogui.session.state import SceneState

if TYPE_CHECKING:
    from cryogui.analysis.spectrum import PowerSpectrum, Profile

WORDS: dict[SpectrumSource, str] = {
    "measured": "measured y",
    "forward": "forward ŷ",
    "residual": "residual y − ŷ",
    "xy": "xy slice of x",
    "xz": "xz slice of x",
    "yz": "yz slice of x",
}
SLICES = ("xy", "xz", "yz")
_PLANES: dict[SpectrumSource, Plane] = {plane.name: plane for plane in PLANES}  # type: ignore[misc]


@dataclass(frozen=True, eq=False)
class Taken:
    """A spectrum and what it is of.

    index: the image or slice; None for the mean of several. rows: power of every image of a sinogram,
    [image, kx ≥ 0]. unit: of frequency. sigma: standard deviation of the noise in it, where that is known.
    """

    source: SpectrumSource
    index: int | None
    spectrum: PowerSpectrum
    rows: np.ndarray | None
    unit: str
    sigma: float | None

    @cached_property
    def radial(self) -> Profile:
        """Mean power over all directions."""
        return self.spectrum.radial()

    @property
    def is_of_images(self) -> bool:
        """Whether a CTF belongs to it."""
        return self.source not in _PLANES

    @property
    def count_words(self) -> str:
        """Of how many images it is the mean; '' for one."""
        return "" if self.index is not None else f"mean of {self.spectrum.images}"


class Itself:
    """Stands for an array: equal for the same one only, which it keeps, so that no other takes its place."""

    def __init__(self, array: np.ndarray | None) -> None:
        self._array = array

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Itself) and other._array is self._array

    def __hash__(self) -> int:
        return id(self._array)


@dataclass(frozen=True, eq=False)
class Order:
    """A spectrum to be taken. depends_on: equal to another's where the spectrum would be the same.

    is_slow: whether sliders change it, and it takes more than a frame.
    """

    depends_on: Hashable
    take: Callable[[Token], Taken]
    is_slow: bool = False


def offered(model: SceneModel) -> tuple[SpectrumSource, ...]:
    """The sources that a scene has, or will have once its object is there."""
    images: tuple[SpectrumSource, ...] = ()
    if model.scene.y is not None:
        images = ("measured",) if model.obstacle else ("measured", "forward", "residual")
    volume = model.volume_shape
    has_volume = model.x is not None or model.obstacle is None
    planes = tuple(
        name
        for name, plane in _PLANES.items()
        if has_volume and volume[plane.vertical] > 1 and volume[plane.horizontal] > 1
    )
    return (*images, *planes)


def order(
    model: SceneModel, state: SceneState, source: SpectrumSource, whole: bool, picture: Picture | None
) -> Order | None:
    """The spectrum asked for; None while what it is taken of is not there yet."""
    if source in _PLANES:
        return None if model.x is None else _of_slices(model, model.x, state, _PLANES[source], source, whole)
    if whole and not model.is_sinogram:
        return _of_all(model, state, source, picture)
    image = None if picture is None else getattr(picture, source)
    return None if image is None or picture is None else _of_picture(model, state, source, whole, picture)


def _of_picture(
    model: SceneModel, state: SceneState, source: SpectrumSource, whole: bool, picture: Picture
) -> Order:
    """The image on screen; of a sinogram the row of one tilt, or all that count."""
    image = getattr(picture, source)
    index = None if whole else picture.index
    pixel, unit = _pixel(model)
    sigma = _sigma(model, source, picture.in_noise)

    def take(token: Token) -> Taken:
        if not model.is_sinogram:
            return Taken(source, index, _mean([image], pixel), None, unit, sigma)
        rows = [_mean([image[i : i + 1]], pixel) for i in range(len(image))]
        chosen = averaged_images(model, state) if index is None else [index]
        spectrum = _mean((image[i : i + 1] for i in chosen), pixel)
        return Taken(source, index, spectrum, np.concatenate([row.power for row in rows]), unit, sigma)

    of = None if source == "measured" else Itself(image)  # what is measured is a new view each time
    among = tuple(averaged_images(model, state)) if whole else None
    return Order((model.key, source, whole, picture.index, of, among), take)


def _of_all(
    model: SceneModel, state: SceneState, source: SpectrumSource, picture: Picture | None
) -> Order | None:
    """The mean over every image that counts and is not shadowed, read or computed one at a time."""
    live, in_noise = model.live, picture is not None and picture.in_noise and source == "residual"
    if source != "measured" and (live is None or model.x is None):
        return None
    sigma = model.scene.noise_sigma
    scale = np.float32(1.0 / sigma) if in_noise and sigma else np.float32(1.0)
    chosen = averaged_images(model, state)

    def images(token: Token) -> Iterator[np.ndarray]:
        for number, index in enumerate(chosen):
            token.progress(number / len(chosen))
            if source == "measured":
                image = model.measured(index)
            else:
                assert live is not None
                image = live.image(index, state.spec)
                if source == "residual":
                    image = (live.measured.images[index] - image) * scale
            assert image is not None
            yield image

    def take(token: Token) -> Taken:
        pixel, unit = _pixel(model)
        spectrum = _mean(images(token), pixel)
        return Taken(source, None, spectrum, None, unit, _sigma(model, source, in_noise))

    under = None if source == "measured" else (state.object, state.recipe, Itself(model.x), in_noise)
    return Order((model.key, source, True, tuple(chosen), under), take, is_slow=True)


def _of_slices(
    model: SceneModel, x: np.ndarray, state: SceneState, plane: Plane, source: SpectrumSource, whole: bool
) -> Order:
    """The slice through the cursor as its pane shows it, or the mean over the spectra of all of them."""
    at = min(max(round(state.position[plane.cut]), 0), x.shape[plane.cut] - 1)
    edges = voxel_edges(model.scene.voxel_size_A or model.scene.pixel_size_A)
    pixel = (edges[plane.vertical], edges[plane.horizontal]) if edges else (1.0, 1.0)
    chosen = range(x.shape[plane.cut]) if whole else [at]

    def slices(token: Token) -> Iterator[np.ndarray]:
        for number, index in enumerate(chosen):
            token.progress(number / len(chosen))
            yield plane.slice(x, index, 1 if whole else state.slab)

    def take(token: Token) -> Taken:
        spectrum = _mean(slices(token), pixel)
        return Taken(source, None if whole else at, spectrum, None, _unit(edges is not None), None)

    return Order((model.key, source, whole, Itself(x), None if whole else (at, state.slab)), take)


def averaged_images(model: SceneModel, state: SceneState) -> list[int]:
    """The images that count, without those in the holder's shadow: they hold no power to be averaged.

    All that count where every one is shadowed, and all there are when none is left.
    """
    used = [index for index in range(model.image_count) if index not in state.excluded]
    operator = model.live.operator if model.live is not None else model.operator
    if operator is None:
        return used or list(range(model.image_count))
    expected = operator.expects(state.spec)
    return [index for index in used if expected[index]] or used or list(range(model.image_count))


def _mean(images: Iterable[np.ndarray], pixel: tuple[float, float]) -> PowerSpectrum:
    from cryogui.analysis.spectrum import mean_spectrum  # with numba behind it: not at the program's start

    return mean_spectrum(images, pixel)


def _pixel(model: SceneModel) -> tuple[tuple[float, float], str]:
    size = model.scene.pixel_size_A
    return (size or 1.0, size or 1.0), _unit(bool(size))


def _unit(is_known: bool) -> str:
    return "Å" if is_known else "px"


def _sigma(model: SceneModel, source: SpectrumSource, in_noise: bool) -> float | None:
    if source == "forward":
        return None
    return 1.0 if source == "residual" and in_noise else model.scene.noise_sigma
