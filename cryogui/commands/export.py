"""Saves images, residuals, volumes and slices of a scene as pictures (PNG, SVG) or as data (MRC, TIFF)."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryogui.commands.output import add_json_option
from cryogui.commands.scenes import Needs, add_image_option, add_source_options, opened_source
from cryogui.errors import UserError

if TYPE_CHECKING:
    from cryogui.app.export.plate import Look, Plate
    from cryogui.app.export.source import Source
    from cryogui.app.views.planes import Plane
    from cryogui.export import PixelSize

_SERIES, _VOLUMES = ("measured", "forward", "residual"), ("truth", "quick", "object")
_PICTURES = (".png", ".svg")
_NEEDS: dict[str, Needs] = {"measured": "data", "truth": "data", "quick": "model", "live-slice": "model"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_source_options(parser)
    parser.add_argument(
        "--what",
        choices=(*_SERIES, *_VOLUMES, "live-slice"),
        default="measured",
        help="default: measured; 'object' is what --x names",
    )
    add_image_option(parser, "the middle one; as data all of them")
    parser.add_argument("--plane", choices=("xy", "xz", "yz"), help="of a volume (default: xy; as data all)")
    parser.add_argument("--slice", type=int, metavar="N", help="which slice, from 0 (default: the middle)")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="OUT", help="picture (.png, .svg) or data (.mrc, .tif)"
    )
    add_look_options(parser)
    add_json_option(parser)


def add_look_options(parser: argparse.ArgumentParser) -> None:
    """Adds what pictures may look like."""
    parser.add_argument("--size", type=int, choices=(1, 2, 3, 4), help="of a picture; 1 is as on the screen")
    parser.add_argument("--bare", action="store_true", help="no words, scale bar and colour bar")
    parser.add_argument("--dark", action="store_true", help="a dark page instead of a white one")


def chosen_look(args: argparse.Namespace, scale: int) -> Look:
    """The look that those options ask for, at `scale` unless they say otherwise."""
    from cryogui.app.export.plate import Look

    shown = not args.bare
    return Look(args.size or scale, False, shown, shown, shown, False, not args.dark)


def run(args: argparse.Namespace) -> dict[str, Any]:
    from cryogui.export import IMAGE_ENDINGS, ending_of

    is_picture = ending_of(args.out, (*_PICTURES, *IMAGE_ENDINGS)) in _PICTURES
    with opened_source(args, _NEEDS.get(args.what, "object")) as source:
        shape = (_draw if is_picture else _write)(source, args)
    return {"file": str(args.out), "what": args.what, "shape": shape, "spec": dict(source.state.spec)}


def describe(result: dict[str, Any]) -> str:
    """The file written."""
    size = " × ".join(map(str, result["shape"]))
    return f"{result['file']}: {result['what']}, {size}"


def _write(source: Source, args: argparse.Namespace) -> list[int]:
    """The data as they are; returns their shape."""
    from cryogui.app.export.templates import plane_called
    from cryogui.export import write_image

    if args.what == "live-slice":
        image = source.pictures(("live_slice",), 0, source.state.spec)["live_slice"]
        write_image(args.out, image, _edges(source, plane_called(source.slice_plane)))
        return list(image.shape)
    if args.what in _SERIES:
        series = source.series(args.what)
        images = series if args.image is None else series[args.image]
        write_image(args.out, images, source.pixel_size(is_volume=False))
        return list(images.shape)
    volume = source.volume(args.what)
    if args.plane is None and args.slice is None:
        write_image(args.out, volume, source.pixel_size(is_volume=True), "volume")
        return list(volume.shape)
    plane = plane_called(args.plane or "xy")
    image = plane.slice(volume, _slice_number(args.slice, volume.shape[plane.cut]))
    write_image(args.out, image, _edges(source, plane))
    return list(image.shape)


def _draw(source: Source, args: argparse.Namespace) -> list[int]:
    """A picture of one image or slice; returns its height and width in pixels of the image."""
    from cryogui.app.export.offscreen import ready_painter

    ready_painter()
    from cryogui.app.export.render import Sheet, as_png, as_svg
    from cryogui.files import write_bytes

    plate = _plate(source, args)
    sheet = Sheet([plate], chosen_look(args, 2))
    write_bytes(args.out, as_svg(sheet) if args.out.suffix.lower() == ".svg" else as_png(sheet))
    return list(plate.image.shape)


def _plate(source: Source, args: argparse.Namespace) -> Plate:
    from cryogui.app.export.source import WORDS
    from cryogui.app.export.templates import picture_plates, plane_called, slice_plate

    if args.what not in _VOLUMES:
        name = args.what.replace("-", "_")
        return picture_plates(source, (name,), source.state.image_index, source.state.spec)[name]
    volume, plane = source.volume(args.what), plane_called(args.plane or "xy")
    return slice_plate(
        source, volume, plane, _slice_number(args.slice, volume.shape[plane.cut]), WORDS[args.what]
    )


def _edges(source: Source, plane: Plane) -> PixelSize:
    """Of a slice's pixels: across the plane, and along its rows and columns."""
    from cryogui.app.views.volume_data import voxel_edges

    edges = voxel_edges(source.pixel_size(is_volume=True))
    return None if edges is None else (edges[plane.cut], edges[plane.vertical], edges[plane.horizontal])


def _slice_number(wanted: int | None, count: int) -> int:
    if wanted is None:
        return count // 2
    if not 0 <= wanted < count:
        raise UserError(f"There is no slice {wanted}; there are 0 … {count - 1}.")
    return wanted
