"""The whole program put together: store, engine, window, and the one way data flows between them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from PyQt6.QtWidgets import QWidget

from cryogui.app.control.activity import ActivityController
from cryogui.app.control.appearance import AppearanceController
from cryogui.app.control.calibration import CalibrationController
from cryogui.app.control.closing import ClosingController
from cryogui.app.control.console import ConsoleController
from cryogui.app.control.export import ExportController
from cryogui.app.control.export_movie import MovieController
from cryogui.app.control.export_report import ReportController
from cryogui.app.control.export_site import ExportSite
from cryogui.app.control.faults import FaultController
from cryogui.app.control.files import FileController
from cryogui.app.control.looks import LookController
from cryogui.app.control.lost_runs import LostRunController
from cryogui.app.control.missing_runs import MissingRuns
from cryogui.app.control.palette import PaletteController
from cryogui.app.control.panes import PaneController
from cryogui.app.control.planes import PlaneController
from cryogui.app.control.preferences import PreferenceController
from cryogui.app.control.reconstruction import ReconstructionController
from cryogui.app.control.resume import ResumeController
from cryogui.app.control.script import ScriptController
from cryogui.app.control.session import SessionController
from cryogui.app.control.snapshots import SnapshotController
from cryogui.app.control.spec import SpecController
from cryogui.app.control.submission import SubmitController
from cryogui.app.control.tour import TourController
from cryogui.app.control.valley import ValleyController
from cryogui.app.control.view import ViewController
from cryogui.app.control.volume import VolumeController
from cryogui.app.engine import Engine
from cryogui.app.flow import Drawn, Flow
from cryogui.app.library import Library
from cryogui.app.pace import Bridge
from cryogui.app.pages.challenge import ChallengePage
from cryogui.app.pages.compare import ComparePage
from cryogui.app.pages.forward_model import ForwardModelPage
from cryogui.app.pages.geometry import GeometryPage
from cryogui.app.pages.landscape import LandscapePage
from cryogui.app.pages.page import Page
from cryogui.app.pages.runs import RunsPage
from cryogui.app.pages.sampling import SamplingPage
from cryogui.app.pages.spectrum import SpectrumPage
from cryogui.app.panels.message_bar import Topic
from cryogui.app.present.badges import BadgePresenter
from cryogui.app.present.calibration import CalibrationPresenter
from cryogui.app.present.live_slice import LiveSlicePresenter
from cryogui.app.present.looks import LookPresenter
from cryogui.app.present.pictures import PicturePresenter
from cryogui.app.present.planes import LANE as OBLIQUE_LANE
from cryogui.app.present.planes import PlanePresenter
from cryogui.app.present.preparing import Preparing, kernels_are_cold
from cryogui.app.present.reconstruction import ReconstructionPresenter
from cryogui.app.present.scene import ScenePresenter
from cryogui.app.present.scores import ScorePresenter
from cryogui.app.present.snapshots import SnapshotPresenter
from cryogui.app.present.valley import ValleyPresenter
from cryogui.app.present.volume import LANE as VOLUME_LANE
from cryogui.app.present.volume import VolumePresenter
from cryogui.app.runs import Runs
from cryogui.app.scheduler import Scheduler
from cryogui.app.scorer import Scorer
from cryogui.app.screen import Screen
from cryogui.app.standings import Standings
from cryogui.app.sweep import Sweep
from cryogui.app.whiteness import WhitenessMeter
from cryogui.session import Need, Store

PAGES: tuple[type[Page], ...] = (
    SpectrumPage, SamplingPage, GeometryPage, ForwardModelPage, ComparePage, LandscapePage,
)  # fmt: skip
"""The tabs behind the volume and the live slice, in order."""

WORKERS = 3
"""Threads for lanes: the misfit must not wait for a reconstruction and its scores."""


def started_workers(count: int) -> ThreadPoolExecutor:
    """Threads that all run from the beginning: none comes, with memory of its own, amid the work."""
    executor = ThreadPoolExecutor(count, thread_name_prefix="lane")
    together = Barrier(count)
    for _ in range(count):
        executor.submit(together.wait)
    return executor


class Program:
    """Widget signal → controller → store → flow → engine → lane → result → presenter → view."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self.store = Store()
        self.library = Library()
        self._bridge = Bridge()
        self.badges = BadgePresenter(screen)
        self.scheduler = Scheduler(started_workers(WORKERS), self._bridge.deliver, self._on_lane_busy)
        self.engine = Engine(self.library, self.scheduler)
        self.runs = Runs()
        self.standings = Standings(self.scheduler, self.runs)
        self.library.run_volume, self.library.runs_of = self.runs.volume, self.runs.of_scene
        self.sweep = Sweep()
        self._make_presenters(screen)
        self._make_controllers(screen)
        self._make_pages(screen)
        presenters: tuple[Drawn, ...] = (
            self.scene, self.pictures, self.scores, self.live_slice, self.volumes, self.looks, self.planes,
            self.snapshot_list, self.reconstruction, self.calibration, self.valleys, *self.pages,
        )  # fmt: skip
        self.flow = Flow(self.store, self.engine, screen, presenters, self._is_held)
        self.engine.failed.connect(self._on_engine_failed)
        self.lost_runs = LostRunController(self.store, self.library, screen, self.runs)
        screen.window.closing.connect(self.close)
        self.flow.begin()

    def _make_presenters(self, screen: Screen) -> None:
        """What draws, by the part of the screen it draws on."""
        store, engine = self.store, self.engine
        preparing = self.preparing = Preparing(kernels_are_cold())
        engine.object_changed.connect(preparing.note_object)
        self.scene = ScenePresenter(store, self.library, engine, screen, preparing)
        self.runs.kept.connect(self.scene.draw_objects)
        self.pictures = PicturePresenter(store, engine, screen, preparing)
        self.scorer = Scorer(store, engine, self.scheduler)
        self.whiteness = WhitenessMeter(store, engine, self.scheduler)
        self.scores = ScorePresenter(store, engine, screen, self.scorer, self.whiteness)
        self.live_slice = LiveSlicePresenter(store, engine, screen)
        self.volumes = VolumePresenter(store, engine, self.scheduler, screen)
        self.planes = PlanePresenter(store, engine, self.scheduler, screen)
        self.looks = LookPresenter(screen.actions)
        self.snapshot_list = SnapshotPresenter(self.library, screen)
        self.reconstruction = ReconstructionPresenter(store, engine, screen, self.runs)
        self.calibration = CalibrationPresenter(store, engine, self.scheduler, screen, self.runs)
        self.valleys = ValleyPresenter(store, engine, self.scheduler, screen)
        self.badges.add("misfit", self.pictures.show_misfit_late)
        self.badges.add(OBLIQUE_LANE, self.planes.show_late)
        self.badges.add(VOLUME_LANE, lambda on: screen.volume.set_badge("reading the truth" if on else None))

    def _make_controllers(self, screen: Screen) -> None:
        """What listens to the user."""
        store, library, engine, scheduler = self.store, self.library, self.engine, self.scheduler
        self.activity = ActivityController(scheduler, self.sweep, screen, self.preparing, self.runs)
        self.reconstructing = ReconstructionController(store, engine, scheduler, screen, self.runs)
        self.calibrating = CalibrationController(
            store, engine, scheduler, screen, self.runs, self.sweep, lambda: self.calibration.strategy
        )
        self.activity.cancel_calibration = self.calibrating.cancel
        self.valley = ValleyController(store, engine, scheduler, screen, self.valleys)
        self.spec = SpecController(store, engine, screen, self.sweep, self.valley)
        self.view = ViewController(store, engine, screen)
        self.volume = VolumeController(store, screen)
        self.files = FileController(store, library, scheduler, engine, screen)
        self.files.opening = self.pictures.show_opening
        self.sessions = SessionController(store, library, scheduler, self.files, screen)
        self.panes = PaneController(engine, self.pictures, screen)
        self.cuts = PlaneController(store, engine, screen)
        self.zoom = LookController(store, self.looks)
        self.zoom.adopt(screen.window)
        self.closing = ClosingController(screen, self.runs)
        self.snapshots = SnapshotController(store, library, engine, scheduler, self.pictures, screen)
        site = ExportSite(store, engine, scheduler, screen)
        self.exports, self.movies = ExportController(site), MovieController(site)
        self.reports = ReportController(site)
        self.appearance = AppearanceController(screen)
        self.palette = PaletteController(screen)
        self.tour = TourController(screen)
        self.preferences = PreferenceController(scheduler, screen, self.appearance, self.palette)
        self.faults = FaultController(screen)
        self.console = ConsoleController(store, engine, screen, self.spec)
        self.script = ScriptController(store, library, engine, screen, self.console, self.runs)
        self.reconstructing.copy = self.script.copy_reconstruction
        self.missing = MissingRuns(store, scheduler, self.runs)
        self.submitting = SubmitController(
            store, engine, scheduler, screen, self.runs, self.standings, self.missing
        )
        self.resuming = ResumeController(engine, self.runs, screen, self.reconstructing.resume)

    def _make_pages(self, screen: Screen) -> None:
        parts = self.store, self.engine, self.scheduler, screen, self._adopt
        runs = RunsPage(*parts, self.runs, self.reconstructing, self.calibrating)
        challenge = ChallengePage(*parts, self.standings)
        self.pages: list[Page] = [*(page(*parts) for page in PAGES), runs, challenge]
        for page in self.pages:
            screen.tabs.add_page(page.name, page.title, page.tooltip, page.widget)
            self.badges.add(page.name, page.show_busy)
        screen.actions.set_tabs(screen.tabs.offers)
        self.runs.kept.connect(self._draw_offers)

    def _draw_offers(self) -> None:
        """Another reconstruction can be compared, or one no more."""
        for page in self.pages:
            page.refresh(Need.FILES)

    def _adopt(self, content: QWidget) -> None:
        """Take on the panes of a page that has just been made."""
        self.zoom.adopt(content)
        self.exports.adopt(content)
        self.script.adopt(content)

    def open(self, paths: Iterable[str | Path], scene: int = 0) -> None:
        """Open files and sessions as if chosen by the user."""
        self.sessions.open(paths, scene)

    def is_idle(self) -> bool:
        """Whether the screen shows the session completely and nothing is under way."""
        pages = any(page.is_waiting for page in self.pages)
        parts = (self.flow, self.scorer, self.whiteness, self.valleys)
        waiting = pages or any(part.is_waiting for part in parts)
        return not waiting and self.scheduler.is_idle and self.engine.is_revealed

    def close(self) -> None:
        """Cancel, wait, then go.

        The widgets are deleted while Qt is whole: what their signals hold, Python's collector cannot see.
        """
        self.preferences.close()
        self.sweep.stop()
        self.flow.stop()
        self.scorer.stop()
        self.whiteness.stop()
        self.valleys.stop()
        self.scheduler.close()
        self.runs.close(self.closing.keeps)
        self.sessions.close()
        self.screen.volume.shutdown()
        self.library.close_all()
        self.screen.window.deleteLater()

    def _is_held(self) -> bool:
        """Whether a slider is being moved, by the user, a sweep or a calibration."""
        return self.spec.dragging or bool(self.sweep.running) or self.calibrating.is_following

    def _on_lane_busy(self, lane: Hashable, is_busy: bool) -> None:
        self.badges.show_busy(lane, is_busy)
        self.activity.note_busy(lane, is_busy)

    def _on_engine_failed(self, sentence: str, detail: str) -> None:
        self.screen.messages.show_error(sentence, detail, Topic.SCENE)
