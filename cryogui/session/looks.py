"""How things are drawn: what the user has set for one kind of view, one frozen value for each.

Session files are made straight from these values: every field has a default, so that older files still load,
and holds only what JSON can say.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

PANE_COLOURS = ("grey", "false", "viridis", "diverging")
"""Colour maps that a pane can be given."""

SpectrumSource = Literal["measured", "forward", "residual", "xy", "xz", "yz"]
VolumeMode = Literal["mip", "attenuated_mip", "isosurface"]
ComparedKind = Literal["measured", "forward", "residual", "object", "truth", "quick", "file", "run"]
ComparedSpec = Literal["present", "nominal", "true", "snapshot"]
CompareMode = Literal["side_by_side", "blink", "difference", "swipe"]
PlaneName = Literal["xy", "xz", "yz"]
GeometryView = Literal["centres", "axis_lines", "pairs", "directions"]
LayerName = Literal["x", "truth", "reconstruction", "difference"]
ClipDirection = Literal["x", "y", "z", "camera"]


def _within(low: float, high: float, default: float) -> Any:
    """A number that a damaged session file may not bring out of this range."""
    return field(default=default, metadata={"range": (low, high)})


@dataclass(frozen=True)
class PaneLook:
    """An image pane, but for its contrast, which belongs to the scene.

    colours: the colour map's name, '' for the pane's own. view: the part of the image plane in sight as
    (left, top, width, height) in pixels of the image; None for all of it. view_of: rows and columns of the
    image it was chosen for; an image of another shape is shown whole. log_counts: histograms of its values.
    """

    inverted: bool = False
    colours: str = ""
    view: tuple[float, float, float, float] | None = None
    view_of: tuple[int, int] | None = None
    log_counts: bool = False


@dataclass(frozen=True)
class Layer:
    """One volume of the 3-D view. opacity: from 0, not to be seen, to 1, solid."""

    shown: bool = False
    opacity: float = _within(0.0, 1.0, 1.0)


@dataclass(frozen=True)
class Layers:
    """What the 3-D view can show at once: x itself, and what it is compared with."""

    x: Layer = Layer(shown=True)
    truth: Layer = Layer(opacity=0.4)
    reconstruction: Layer = Layer(opacity=0.6)
    difference: Layer = Layer(opacity=0.8)

    @property
    def shown(self) -> frozenset[LayerName]:
        """The names of those switched on."""
        names: tuple[LayerName, ...] = ("x", "truth", "reconstruction", "difference")
        return frozenset(name for name in names if self.of(name).shown)

    def of(self, name: LayerName) -> Layer:
        """The layer of this name."""
        layer: Layer = getattr(self, name)
        return layer


@dataclass(frozen=True)
class ClipPlane:
    """A plane that takes away the part of the volume before it.

    direction: the axis it lies across; 'camera' for the line of sight. position: from 0 to 1 through the
    volume. flipped: the part behind it goes instead. whole: its face shows the whole slice and not only
    what lies within the surface.
    """

    shown: bool = False
    direction: ClipDirection = "z"
    position: float = _within(0.0, 1.0, 0.5)
    flipped: bool = False
    whole: bool = False


@dataclass(frozen=True)
class Camera:
    """Where the 3-D view is seen from.

    azimuth, elevation: degrees from the view of the xy slice, to the right and up. zoom: 1 shows all of the
    volume. centre: what is looked at, as fractions of the volume's edges along x, y, z.
    """

    azimuth: float = _within(-1e6, 1e6, 35.0)
    elevation: float = _within(-1e6, 1e6, 25.0)
    zoom: float = _within(0.01, 1000.0, 1.0)
    centre: tuple[float, float, float] = (0.5, 0.5, 0.5)


@dataclass(frozen=True)
class VolumeLook:
    """The 3-D view.

    threshold: where isosurfaces lie between background (0) and brightest (1). enlarged: whether the view has
    the place of slices and images as well.
    """

    mode: VolumeMode = "attenuated_mip"
    threshold: float = _within(0.0, 1.0, 0.4)
    layers: Layers = Layers()
    clip: ClipPlane = ClipPlane()
    camera: Camera = Camera()
    enlarged: bool = False


@dataclass(frozen=True)
class SpectrumLook:
    """The spectrum tab.

    source: the pane, or slice through x, whose spectrum is taken. whole: of all images or slices and not of
    the one shown. sectors: measured and modelled by direction. envelope, zeros: drawn in the plot, and the
    zeros over the picture. beside: the left half of the picture is the model's. view: range of frequencies
    on show, in the plot's unit; None for all.
    """

    source: SpectrumSource = "measured"
    whole: bool = False
    sectors: bool = False
    envelope: bool = True
    zeros: bool = True
    beside: bool = False
    is_linear: bool = False
    view: tuple[float, float] | None = None


@dataclass(frozen=True)
class SamplingLook:
    """The sampling tab.

    plane: the one in which the point-spread function is shown, where it is known in all three. diameter: of
    the object that the Crowther limit is given for, as a share of the box's width.
    """

    plane: Literal["xy", "xz", "yz"] = "xz"
    diameter: float = _within(0.001, 10.0, 1.0)


@dataclass(frozen=True)
class GeometryLook:
    """The geometry tab.

    view: centres of mass, the line that all tilts or two particles share, or the residual by direction, where
    the scene has it. partner: index of the
    particle whose common line with the one shown is looked at.
    """

    view: GeometryView = "centres"
    partner: int = 0


@dataclass(frozen=True)
class Compared:
    """One side of a comparison.

    kind: an image of the scene, or a volume; spec: under which spec a forward image or a residual is
    computed; name: the snapshot's name, the path of the volume's file, or the number of the run.
    """

    kind: ComparedKind = "measured"
    spec: ComparedSpec = "present"
    name: str = ""


@dataclass(frozen=True)
class ForwardModelLook:
    """The forward-model tab.

    node: symbol of the step whose picture is open, 'x' and 'ŷ' for the ends. show: its image, its change of
    the image before it, or its effect on the image behind all steps.
    """

    node: str = "ŷ"
    show: Literal["image", "change", "effect"] = "image"


@dataclass(frozen=True)
class CompareLook:
    """The compare tab.

    plane: in which volumes are cut. seconds: how long A and B are shown in turn; running: whether they take
    turns by themselves. divider: how much of the width shows A. own_contrast: black and white of each found
    by itself. in_noise: differences in units of the noise's σ.
    """

    a: Compared = Compared("measured")
    b: Compared = Compared("forward")
    mode: CompareMode = "side_by_side"
    plane: PlaneName = "xy"
    seconds: float = _within(0.05, 10.0, 0.6)
    running: bool = True
    divider: float = _within(0.0, 1.0, 0.5)
    own_contrast: bool = False
    in_noise: bool = False


@dataclass(frozen=True)
class Oblique:
    """A plane through the cursor at any angle; belongs to the scene.

    rot_deg, tilt_deg, psi_deg: its direction, as `analysis.planes` has it.
    """

    shown: bool = False
    rot_deg: float = _within(-1e6, 1e6, 0.0)
    tilt_deg: float = _within(-1e6, 1e6, 0.0)
    psi_deg: float = _within(-1e6, 1e6, 0.0)

    @property
    def angles(self) -> tuple[float, float, float]:
        """The (rot, tilt, psi) in degrees."""
        return self.rot_deg, self.tilt_deg, self.psi_deg


@dataclass(frozen=True)
class LandscapeLook:
    """The landscape tab. x, y: names of the parameters along its axes; any other stands for the scene's
    first two."""

    x: str = ""
    y: str = ""


ChallengeView = Literal["rules", "leaderboard"]


@dataclass(frozen=True)
class ChallengeLook:
    """The challenge tab.

    view: the rules, or the leaderboards. variant: whose; '' for that of the file shown. board, tier: of the
    leaderboard; tier '' for that of the file shown. sort: name of the column that orders it, from the end
    that is good. published: rows that are published are listed too. enlarged: the tab has the place of the
    images as well.
    """

    view: ChallengeView = "rules"
    variant: Literal["", "cryo_em", "cryo_et"] = ""
    board: Literal["standard", "blind"] = "blind"
    tier: Literal["", "public", "dev", "hidden", "overall"] = ""
    sort: str = "score"
    descending: bool = True
    published: bool = True
    enlarged: bool = True
