"""What the 3-D view says in words: its legend, and how large the box is."""

from __future__ import annotations

from cryogui.app.views import volume_colours
from cryogui.app.views.furniture import length_text
from cryogui.app.views.scene3d_overlay import LegendEntry
from cryogui.app.views.volume_layers import DrawnLayer


def legend(layers: tuple[DrawnLayer, ...], with_values: bool) -> tuple[LegendEntry, ...]:
    """A line for each layer, where x is not alone; `with_values` tells where the surfaces lie."""
    if [layer.name for layer in layers] == ["x"]:
        return ()
    return tuple(
        LegendEntry(
            tuple(tint.name() for tint in volume_colours.tints(layer.name)),
            f"{volume_colours.TITLES[layer.name]}  {_value(layer) if with_values else ''}".rstrip(),
            volume_colours.SHORT_TITLES[layer.name],
        )
        for layer in layers
    )


def _value(layer: DrawnLayer) -> str:
    if layer.name == "difference":
        return f"±{100 * layer.level / layer.unit:.2g} % of truth"
    return f"{layer.level:.3g}".replace("-", "−")


def box_text(shape: tuple[int, ...], voxel: tuple[float, float, float] | None) -> str:
    """How large the volume is along x, y, z; one number where all are the same."""
    if voxel is None:
        return ""
    edges = [length_text(n * edge) for n, edge in zip(shape[::-1], voxel[::-1], strict=True)]
    return f"box {edges[0] if len(set(edges)) == 1 else ' × '.join(edges)}"
