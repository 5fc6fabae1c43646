"""What is on the screen and in the scene now, as subjects to choose from."""

from __future__ import annotations

from cryogui.app.export.source import SERIES, VOLUMES, Source
from cryogui.app.export.subjects import (
    PaneSubject,
    PlotSubject,
    ResidualSubject,
    SeriesSubject,
    Subject,
    VolumeSubject,
    WidgetSubject,
)
from cryogui.app.screen import Screen
from cryogui.app.views.image_pane import ImagePane
from cryogui.app.views.landscape_view import LandscapeView
from cryogui.app.views.planes import PLANES
from cryogui.app.views.plot import CurvePlot
from cryogui.app.views.volume_data import voxel_edges
from cryogui.export import PixelSize


def subjects_on(screen: Screen, source: Source | None) -> list[Subject]:
    """Every pane that shows an image, the data behind them, and the window itself."""
    found: list[Subject] = []
    shown = [pane for pane in screen.window.panes if pane.image is not None and pane.isVisible()]
    images = (screen.measured, screen.forward, screen.residual)
    about = ("", "")
    if source is not None:
        is_one_of_many = source.model.image_count > 1 and not source.model.is_sinogram
        number = str(source.state.image_index + 1) if is_one_of_many else ""
        about = source.model.image_label(source.state.image_index), number
    for pane in shown:
        words = " ".join(pane.title_label.text().split())
        of_image = about if pane in images else ("", "")
        found.append(PaneSubject(pane.name, words, [pane], _pixel_size(pane, source), *of_image))
    if all(pane in shown for pane in images):
        found.append(PaneSubject("images", "measured, forward, residual", images, None, *about))
    found += _drawings(screen)
    if source is not None and source.live is not None and screen.strip.isVisible():
        found.append(ResidualSubject(screen.strip, source))
    found.append(WidgetSubject("window", "the whole window", screen.window))
    return [*found, *data_of(source)]


def _drawings(screen: Screen) -> list[Subject]:
    """Plots, the 3-D view, and the tab as a whole."""
    found: list[Subject] = []
    for plot in screen.window.findChildren(CurvePlot):
        if plot.isVisible() and plot.curves():
            words = plot.title_label.text() or plot.accessibleName() or plot.name
            found.append(PlotSubject(plot, f"plot: {words}"))
    for view in screen.window.findChildren(LandscapeView):
        if view.isVisible() and view.curves():
            found.append(PlotSubject(view, "landscape: residual over two parameters"))
    drawing = screen.volume.drawing
    if drawing is not None and screen.volume.isVisible():
        found.append(WidgetSubject("3d", "3-D view", drawing))
    for number, (name, title, _) in enumerate(screen.tabs.offers):
        page = screen.tabs.page(number)
        if page.isVisible():
            found.append(WidgetSubject(f"tab_{name}", f"the tab {title}", page))
    return found


def data_of(source: Source | None) -> list[Subject]:
    """Series and volumes of the scene."""
    if source is None:
        return []
    model = source.model
    series = SERIES if source.live is not None else SERIES[:1] if model.scene.y is not None else ()
    there = {"truth": model.has_truth, "quick": source.live is not None, "object": source.x is not None}
    volumes = [what for what in VOLUMES if there[what]]
    return [
        *(SeriesSubject(source, what) for what in series),
        *(VolumeSubject(source, what) for what in volumes),
    ]


def _pixel_size(pane: ImagePane, source: Source | None) -> PixelSize:
    """In Å: a slice's as its plane cuts the voxel."""
    if source is None:
        return None
    edges = voxel_edges(source.pixel_size(is_volume=True))
    for plane in PLANES:
        if pane.name == plane.name and edges is not None:
            return edges[plane.cut], edges[plane.vertical], edges[plane.horizontal]
    return source.pixel_size(is_volume=False)
