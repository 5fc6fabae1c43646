"""The figures of a sampling in words and units, with their formulas and sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryogui.app.views.figure_list import Figure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cryogui.analysis.directions import ViewFigures
    from cryogui.analysis.sampling import TiltFigures

_WIDTH = (
    "Full width at half maximum of the point-spread function: what the "
    "program's own weighted back-projection makes of a point, the contrast transfer left out."
)
_CROWTHER = (
    "Finest detail sampled without gaps in an object of diameter D: d = πD/N for N lines spread evenly over "
    "180°, hence D·Δθ (Crowther, DeRosier & Klug 1970). Dotted circle in the picture."
)
_COMPLETE = (
    "Finest detail at which 99 % of the directions in Fourier space lie within 1/(2D) of a central slice, "
    "for an object of diameter D: the criterion of Crowther, DeRosier & Klug (1970)."
)
_ELONGATION = (
    "Stretch of the point-spread function along the missing directions: "
    "e = √[(α + sin α cos α)/(α − sin α cos α)] for tilts to ±α (Radermacher 1992)."
)


def length(pixels: float, pixel_size_A: float | None) -> str:
    """A length in Å or nm, or in pixels where their size is not known."""
    if pixel_size_A is None:
        return f"{pixels:.3g} px"
    angstrom = pixels * pixel_size_A
    return f"{_plain(angstrom)} Å" if angstrom < 1000 else f"{_plain(angstrom / 10)} nm"


def tilt_rows(
    results: TiltFigures, count: int, widths: Mapping[str, float] | None, limit_px: float,
    pixel_size_A: float | None,
) -> list[Figure]:  # fmt: skip
    """Rows for a tilt series; the widths stay away until they are known."""
    stretch = "none" if results.elongation is None else f"{results.elongation:.2f}"
    if abs(results.leaning_deg) >= 0.5:
        stretch += f", {results.leaning_deg:+.0f}° from z".replace("-", "−")
    wedge = f"{results.wedge_deg:.0f}° = {results.wedge_fraction:.0%}" if results.wedge_deg else "none"
    return [
        Figure("tilts used", f"{results.count} of {count}", "Neither shadowed by the holder nor left out."),
        Figure("increment", f"{results.increment_deg:.2f}°", "Mean angle between neighbouring tilts."),
        Figure("missing wedge", wedge, "The largest angle without a line, and its share of Fourier space."),
        Figure("elongation", stretch if results.count else "–", _ELONGATION),
        *_width_rows(widths, pixel_size_A),
        Figure("Crowther limit", length(limit_px, pixel_size_A) if results.count > 1 else "–", _CROWTHER),
        *_nyquist(pixel_size_A),
    ]


def view_rows(
    results: ViewFigures | None, used: int, count: int, widths: Mapping[str, float] | None,
    diameter_px: float, pixel_size_A: float | None,
) -> list[Figure]:  # fmt: skip
    """Rows for a particle stack; what takes long to find stays away until it is known."""
    rows = [Figure("views used", f"{used} of {count}", "Particles that are not left out.")]
    if results is not None and widths is not None:
        rows += [
            Figure(
                "mean spacing", f"{results.spacing_deg:.1f}°",
                "Angle between neighbouring views if they lay evenly over the hemisphere: √(2π/N).",
            ),
            Figure(
                "density", f"{results.least:.2g} … {results.most:.2g}",
                "The fewest and the most views about a direction, relative to an even spread: the shade.",
            ),
            *_width_rows(widths, pixel_size_A),
            Figure("complete to", length(results.complete_to(diameter_px), pixel_size_A), _COMPLETE),
        ]  # fmt: skip
    return [*rows, *_nyquist(pixel_size_A)]


def _width_rows(widths: Mapping[str, float] | None, pixel_size_A: float | None) -> list[Figure]:
    if widths is None:
        return []
    narrowest = min(widths.values())
    rows = []
    for axis, width in sorted(widths.items()):
        ratio = f"  (×{width / narrowest:.2f})" if width > 1.005 * narrowest else ""
        rows.append(Figure(f"width in {axis}", length(width, pixel_size_A) + ratio, _WIDTH))
    return rows


def _nyquist(pixel_size_A: float | None) -> list[Figure]:
    return [
        Figure("Nyquist limit", length(2.0, pixel_size_A), "Twice the pixel size: the rim of the picture.")
    ]


def _plain(value: float) -> str:
    """Three figures without an exponent."""
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"
