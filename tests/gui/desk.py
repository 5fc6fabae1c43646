"""A session with its controllers, mocked views, and nothing that runs by itself."""

from __future__ import annotations

from dataclasses import fields
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import numpy as np

from cryogui.app.actions import Actions
from cryogui.app.control.files import FileController
from cryogui.app.control.reconstruction import ReconstructionController
from cryogui.app.control.spec import SpecController
from cryogui.app.control.valley import ValleyController
from cryogui.app.control.view import ViewController
from cryogui.app.control.volume import VolumeController
from cryogui.app.library import Library
from cryogui.app.panels.calibration_bar import CalibrationBar
from cryogui.app.panels.data_panel import DataPanel
from cryogui.app.panels.message_bar import MessageBar
from cryogui.app.panels.offer_bar import OfferBar
from cryogui.app.panels.parameter_panel import ParameterPanel
from cryogui.app.panels.reconstruction import ReconstructionBar
from cryogui.app.panels.scoreboard import ScoreBoard
from cryogui.app.panels.snapshots import SnapshotPanel
from cryogui.app.runs import Runs
from cryogui.app.scheduler import Token
from cryogui.app.screen import Screen
from cryogui.app.status import StatusLine
from cryogui.app.sweep import Sweep
from cryogui.app.views.image_pane import ImagePane
from cryogui.app.views.live_slice import LiveSliceView
from cryogui.app.views.ortho import OrthoView
from cryogui.app.views.strip import ImageStrip
from cryogui.app.views.tabs import Tabs
from cryogui.app.views.volume3d import VolumeView3D
from cryogui.app.window import MainWindow
from cryogui.errors import UserError
from cryogui.session import SceneKey, Session, Store
from cryogui.session.scene_model import SceneModel
from cryogui.tiers import Scene
from tests.gui import slow_method  # noqa: F401  # registers its methods
from tests.gui.conftest import RANGES, Wire, ball, mock_view

KEY = SceneKey("a.h5", 0)
CLASSES = {
    "window": MainWindow, "data": DataPanel, "snapshots": SnapshotPanel, "measured": ImagePane,
    "forward": ImagePane, "residual": ImagePane, "strip": ImageStrip, "tabs": Tabs, "ortho": OrthoView,
    "volume": VolumeView3D, "live_slice": LiveSliceView, "reconstruction": ReconstructionBar,
    "scores": ScoreBoard, "calibration": CalibrationBar, "parameters": ParameterPanel,
    "messages": MessageBar, "offers": OfferBar, "status": StatusLine,
}  # fmt: skip
ANGLES = np.linspace(-60, 60, 9)


def scene(**changes: Any) -> Scene:
    from cryogui.physics.tilt import SingleAxisTilt

    parts: dict[str, Any] = {
        "ranges": RANGES,
        "read_y": lambda: np.zeros((9, 24, 24), np.float32),
        "read_x": ball,
        "build": lambda: SingleAxisTilt((24, 24, 24), (24, 24), ANGLES),
        "tilt_angles_deg": ANGLES,
    }
    return Scene("sample_00", "two bodies", "cryo_et", **{**parts, **changes})


class NoLanes:
    """A scheduler that remembers requests and lets the test end them."""

    def __init__(self) -> None:
        self.requests: list[tuple[Any, ...]] = []

    def request(self, *request: Any) -> None:
        self.requests.append(request)

    def end(self, number: int = -1) -> None:
        _, _, work, done, failed, _ = self.requests[number]
        try:
            result = work(Token())
        except UserError as error:
            failed(error)
        else:
            done(result, True)


class StillRuns(Runs):
    """Runs without processes: what is submitted is remembered."""

    def __init__(self) -> None:
        super().__init__()
        self.submitted: list[Any] = []

    def submit(self, order: Any, inputs: Any, continuing: Any = None) -> Any:
        self.submitted.append((order, inputs, continuing))


def new_desk(qapp: Any) -> SimpleNamespace:
    """Controllers over mocked views; `lanes` ends what they request, `runs` remembers what they submit."""
    views = {name: mock_view(cls) for name, cls in CLASSES.items()}
    views["ortho"].panes = {"xy": mock_view(ImagePane)}
    for name in ("live", "object"):
        setattr(views["live_slice"], name, mock_view(ImagePane))
    screen = Screen(actions=Actions(qapp), **views)
    assert {field.name for field in fields(Screen)} == {*CLASSES, "actions"}
    model = SceneModel(KEY, scene())
    store = Store(Session(files=("a.h5",)).showing(KEY, model.first_state()))
    library, lanes, sweep, runs = Library(), NoLanes(), Sweep(), StillRuns()
    engine: Any = SimpleNamespace(
        model=model, renew_quick=Mock(), meet=Mock(), scene_shown=Wire(), stopped=Wire(),
        object_changed=Wire(), library=library,
    )  # fmt: skip
    files = FileController(store, library, lanes, engine, screen)  # type: ignore[arg-type]
    valley = ValleyController(store, engine, lanes, screen, Mock())  # type: ignore[arg-type]
    return SimpleNamespace(
        screen=screen, store=store, engine=engine, library=library, lanes=lanes, files=files, sweep=sweep,
        spec=SpecController(store, engine, screen, sweep, valley), view=ViewController(store, engine, screen),
        volume=VolumeController(store, screen), runs=runs,
        reconstructing=ReconstructionController(store, engine, lanes, screen, runs),  # type: ignore[arg-type]
    )  # fmt: skip
