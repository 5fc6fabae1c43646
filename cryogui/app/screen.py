"""Everything on the screen that controllers listen to and presenters draw on, by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryogui.app.actions import Actions
    from cryogui.app.panels.calibration_bar import CalibrationBar
    from cryogui.app.panels.data_panel import DataPanel
    from cryogui.app.panels.message_bar import MessageBar
    from cryogui.app.panels.offer_bar import OfferBar
    from cryogui.app.panels.parameter_panel import ParameterPanel
    from cryogui.app.panels.reconstruction import ReconstructionBar
    from cryogui.app.panels.scoreboard import ScoreBoard
    from cryogui.app.panels.snapshots import SnapshotPanel
    from cryogui.app.status import StatusLine
    from cryogui.app.views.image_pane import ImagePane
    from cryogui.app.views.live_slice import LiveSliceView
    from cryogui.app.views.ortho import OrthoView
    from cryogui.app.views.strip import ImageStrip
    from cryogui.app.views.tabs import Tabs
    from cryogui.app.views.volume3d import VolumeView3D
    from cryogui.app.window import MainWindow


@dataclass(frozen=True)
class Screen:
    """The widgets of one main window."""

    window: MainWindow
    actions: Actions
    data: DataPanel
    snapshots: SnapshotPanel
    measured: ImagePane
    forward: ImagePane
    residual: ImagePane
    strip: ImageStrip
    tabs: Tabs
    ortho: OrthoView
    volume: VolumeView3D
    live_slice: LiveSliceView
    reconstruction: ReconstructionBar
    scores: ScoreBoard
    calibration: CalibrationBar
    parameters: ParameterPanel
    messages: MessageBar
    offers: OfferBar
    status: StatusLine
