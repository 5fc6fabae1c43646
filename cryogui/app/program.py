"""The whole program put together: store, engine, window, and the one way data flows between them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from PyQt6.QtWidgets import QWidget

from cryogui.app.collector import collect_old
from cryogui.app.control.activity import ActivityController
from cryogui.app.control.appearance import AppearanceController
from cryogui.app.control.console import ConsoleController
from cryogui.app.control.export import ExportController
from cryogui.app.control.export_movie import MovieController
from cryogui.app.control.export_report import ReportController
from cryogui.app.control.export_site import ExportSite
from cryogui.app.control.faults import FaultController
from cryogui.app.control.files import FileController
from cryogui.app.control.looks import LookController
from cryogui.app.control.palette import PaletteController
from cryogui.app.control.panes import PaneController
from cryogui.app.control.planes import PlaneController
from cryogui.app.control.preferences import PreferenceController
from cryogui.app.control.script import ScriptController
from cryogui.app.control.session import SessionController
from cryogui.app.control.snapshots import SnapshotController
from cryogui.app.control.spec import SpecController
from cryogui.app.control.tour import TourController
from cryogui.app.control.view import ViewController
from cryogui.app.control.volume import VolumeController
from cryogui.app.engine import Engine
from cryogui.app.library import Library
from cryogui.app.pace import REST_MS, Bridge, Delay, FrameClock
from cryogui.app.pages.compare import ComparePage
from cryogui.app.pages.forward_model import ForwardModelPage
from cryogui.app.pages.page import Page
from cryogui.app.pages.sampling import SamplingPage
from cryogui.app.pages.spectrum import SpectrumPage
from cryogui.app.panels.message_bar import Topic
from cryogui.app.present.badges import BadgePresenter
from cryogui.app.present.live_slice import LiveSlicePresenter
from cryogui.app.present.looks import LookPresenter
from cryogui.app.present.pictures import PicturePresenter
from cryogui.app.present.planes import LANE as OBLIQUE_LANE
from cryogui.app.present.planes import PlanePresenter
from cryogui.app.present.preparing import Preparing, kernels_are_cold
from cryogui.app.present.scene import ScenePresenter
from cryogui.app.present.snapshots import SnapshotPresenter
from cryogui.app.present.volume import LANE as VOLUME_LANE
from cryogui.app.present.volume import VolumePresenter
from cryogui.app.scheduler import Scheduler
from cryogui.app.screen import Screen
from cryogui.app.sweep import Sweep
from cryogui.session import Need, Session, Store, resolve
from cryogui.session.guard import guarded
from cryogui.session.scene_model import SceneModel

PAGES: tuple[type[Page], ...] = (SpectrumPage, SamplingPage, ForwardModelPage, ComparePage)
"""The tabs behind the volume and the live slice, in order."""

FRAME_PATIENCE_MS = 50
"""A window that is not painted (hidden, minimised) still computes, after this long."""

SCENE_PATIENCE_MS = 150
"""A scene that takes longer is turned to before it is ready."""

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
    """Widget signal → controller → store → resolve → engine → lane → result → presenter → view."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self.store = Store()
        self.library = Library()
        self._bridge = Bridge()
        self.badges = BadgePresenter(screen)
        self.scheduler = Scheduler(started_workers(WORKERS), self._bridge.deliver, self._on_lane_busy)
        self.engine = Engine(self.library, self.scheduler)
        self.preparing = Preparing(kernels_are_cold())
        self.scene_presenter = ScenePresenter(self.store, self.library, self.engine, screen, self.preparing)
        self.pictures = PicturePresenter(self.store, self.engine, screen, self.preparing)
        self.live_slice = LiveSlicePresenter(self.store, self.engine, screen)
        self.volumes = VolumePresenter(self.store, self.engine, self.scheduler, screen)
        self.badges.add("misfit", self.pictures.show_misfit_late)
        self.planes = PlanePresenter(self.store, self.engine, self.scheduler, screen)
        self.badges.add(OBLIQUE_LANE, self.planes.show_late)
        self.badges.add(VOLUME_LANE, lambda on: screen.volume.set_badge("reading the truth" if on else None))
        self.sweep = Sweep()
        self.activity = ActivityController(self.scheduler, self.sweep, screen)
        self.spec = SpecController(self.store, self.engine, screen, self.sweep)
        self.view = ViewController(self.store, self.engine, screen)
        self.volume = VolumeController(self.store, screen)
        self.files = FileController(self.store, self.library, self.scheduler, self.engine, screen)
        self.sessions = SessionController(self.store, self.library, self.scheduler, self.files, screen)
        self.panes = PaneController(self.engine, self.pictures, screen)
        self.plane_controller = PlaneController(self.store, self.engine, screen)
        self.looks = LookPresenter(screen.actions)
        self.look_controller = LookController(self.store, self.looks)
        self.look_controller.adopt(screen.window)
        self.snapshots = SnapshotController(
            self.store, self.library, self.engine, self.scheduler, self.pictures, screen
        )
        self.snapshot_list = SnapshotPresenter(self.library, screen)
        site = ExportSite(self.store, self.engine, self.scheduler, screen)
        self.exports, self.movies = ExportController(site), MovieController(site)
        self.reports = ReportController(site)
        self.appearance = AppearanceController(screen)
        self.palette = PaletteController(screen)
        self.tour = TourController(screen)
        self.preferences = PreferenceController(self.scheduler, screen, self.appearance, self.palette)
        self.faults = FaultController(screen)
        self.console = ConsoleController(self.store, self.engine, screen, self.spec)
        self.script = ScriptController(self.store, self.library, self.engine, screen, self.console)
        self.pages = [page(self.store, self.engine, self.scheduler, screen, self._adopt) for page in PAGES]
        for page in self.pages:
            screen.tabs.add_page(page.name, page.title, page.tooltip, page.widget)
            self.badges.add(page.name, page.show_busy)
        screen.actions.set_tabs(screen.tabs.offers)
        self.clock = FrameClock(screen.status.set_frame_time)
        self._needs: frozenset[Need] = frozenset()
        self._frame = Delay(FRAME_PATIENCE_MS, self._meet)
        self._rest = Delay(REST_MS, self._on_rest)
        self._clean_up = Delay(0, collect_old)
        self._scene_patience = Delay(SCENE_PATIENCE_MS, self.engine.reveal)
        self._connect()

    def _adopt(self, content: QWidget) -> None:
        """Take on the panes of a page that has just been made."""
        self.look_controller.adopt(content)
        self.exports.adopt(content)
        self.script.adopt(content)

    def open(self, paths: Iterable[str | Path], scene: int = 0) -> None:
        """Open files and sessions as if chosen by the user."""
        self.sessions.open(paths, scene)

    def is_idle(self) -> bool:
        """Whether the screen shows the session completely and nothing is under way."""
        waiting = self._frame.is_running or self._rest.is_running
        waiting = waiting or any(page.is_waiting for page in self.pages)
        return not waiting and self.scheduler.is_idle and self.engine.is_revealed

    def close(self) -> None:
        """Cancel, wait, then go."""
        self.preferences.close()
        self.sweep.stop()
        self._frame.stop()
        self._rest.stop()
        self._scene_patience.stop()
        self.scheduler.close()
        self.sessions.close()
        self.screen.volume.shutdown()
        self.library.close_all()

    def _connect(self) -> None:
        self.store.changed.connect(self._on_store_changed)
        self.engine.object_changed.connect(self._on_engine_object_changed)
        self.engine.picture_ready.connect(lambda picture, newest: self.clock.note_drawn())
        self.engine.failed.connect(self._on_engine_failed)
        self.screen.window.painted.connect(self._on_window_painted)
        self.screen.window.closing.connect(self.close)
        self.sweep.runningChanged.connect(lambda name: self.screen.window.show_sweep(bool(name)))
        self.screen.parameters.editFinished.connect(lambda name: self._rest.restart())
        self.scene_presenter.draw(frozenset(Need), self.store.session)
        self.volumes.draw(frozenset(Need), self.store.session)
        self.engine.meet({Need.SCENE}, self.store.session)

    def _on_lane_busy(self, lane: Hashable, is_busy: bool) -> None:
        self.badges.show_busy(lane, is_busy)
        self.activity.note_busy(lane, is_busy)

    def _on_store_changed(self, old: Session, new: Session) -> None:
        """Draw at once, and compute at once unless what was computed last is still waiting to be painted."""
        needs = resolve(old, new)
        if set(old.files) - set(new.files):
            self._clean_up.restart()
        if Need.SCENE in needs:
            self.clock.forget()
            self._scene_patience.start()
        elif Need.SPEC in needs:
            self.clock.note_change()
        if needs & {Need.SCENE, Need.OBJECT, Need.SPEC}:
            self.screen.messages.retract(Topic.SCENE)
        parts = (
            self.scene_presenter, self.pictures, self.live_slice, self.volumes, self.looks, self.planes,
            self.snapshot_list,
        )  # fmt: skip
        for draw in (*(part.draw for part in parts), *(page.draw for page in self.pages)):
            guarded(draw)(needs, new)
        self._needs |= needs
        if Need.SCENE in needs or not self._frame.is_running:
            guarded(self._meet)()
        if Need.RECONSTRUCTION in needs:
            self._rest.restart()

    def _on_engine_object_changed(self, model: SceneModel) -> None:
        if model.live is not None:
            self.preparing.note_ready()
        self._rest.restart()

    def _on_engine_failed(self, sentence: str, detail: str) -> None:
        self.screen.messages.show_error(sentence, detail, Topic.SCENE)

    def _meet(self) -> None:
        """Compute what has become necessary since the last frame, for the newest session only."""
        self._frame.stop()
        needs, self._needs = self._needs, frozenset()
        if needs:
            self._frame.restart()
            self.engine.meet(needs, self.store.session)

    def _on_window_painted(self) -> None:
        """A frame is complete: compute the next, if anything has changed meanwhile."""
        self.clock.note_painted()
        self._meet()

    def _on_rest(self) -> None:
        """Slow work starts when the spec has come to rest, never while a slider is held or swept."""
        if not self.spec.dragging and not self.sweep.running:
            self.engine.rest()
