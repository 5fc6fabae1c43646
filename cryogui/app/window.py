"""The main window: where everything is. What happens in it is decided by controllers and presenters."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import QEvent, QObject, QSize, pyqtSignal
from PyQt6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication, QResizeEvent
from PyQt6.QtWidgets import (
    QApplication,
    QFileDialog,
    QLabel,
    QMainWindow,
    QMenuBar,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from cryogui.app import theme
from cryogui.app.actions import Actions
from cryogui.app.layout import Area, Centre, Scrolled, Workspace
from cryogui.app.panels.calibration_bar import CalibrationBar
from cryogui.app.panels.data_panel import DataPanel
from cryogui.app.panels.dock import Panel, Side
from cryogui.app.panels.message_bar import MessageBar
from cryogui.app.panels.microscope import MicroscopePanel
from cryogui.app.panels.offer_bar import OfferBar
from cryogui.app.panels.parameter_panel import ParameterPanel
from cryogui.app.panels.reconstruction import ReconstructionBar
from cryogui.app.panels.scoreboard import ScoreBoard
from cryogui.app.panels.snapshots import SnapshotPanel
from cryogui.app.screen import Screen
from cryogui.app.status import StatusLine
from cryogui.app.tab_order import move_focus
from cryogui.app.views.image_pane import ImagePane
from cryogui.app.views.linked import link_views
from cryogui.app.views.live_slice import LiveSliceView
from cryogui.app.views.ortho import OrthoView
from cryogui.app.views.row import GAP
from cryogui.app.views.strip import ImageStrip
from cryogui.app.views.tabs import Tabs
from cryogui.app.views.volume3d import VolumeView3D

OPENABLE = (
    "Tiers, tilt series, volumes and sessions (*.h5 *.hdf5 *.mrc *.map *.rec *.st *.mrcs *.ali *.cryogui);;"
    "All files (*)"
)

IMAGES_HELP = (
    "y: what the detector recorded.",
    "ŷ = H(θ)x: what the detector would have recorded of the object x under the parameters θ.",
    "r = y − ŷ: what the parameters and the object do not explain. In noise units, ±3 σ is hardly noise.",
)


class MainWindow(QMainWindow):
    """Builds the widgets and gathers them in `parts`. may_close: asked when the user closes the window."""

    filesDropped = pyqtSignal(list)  # paths
    filesChosen = pyqtSignal(list)
    volumeChosen = pyqtSignal(str)
    painted = pyqtSignal()  # everything that was out of date has been drawn
    closing = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.may_close: Callable[[], bool] = lambda: True
        self.setWindowTitle("cryogui")
        self.setAcceptDrops(True)
        self.resize(_fitting(QSize(1600, 1000)))
        self.parts = self._build()
        self._heading = QLabel()
        self._heading.setContentsMargins(0, 0, theme.px(10), 0)
        theme.set_role(self._heading, role="muted")
        self.parts.actions.fill(self.menuBar())
        self.menuBar().setCornerWidget(self._heading)
        self.setStatusBar(self.parts.status)
        self.setCentralWidget(self._lay_out())
        self.parts.actions.open.triggered.connect(self._on_actions_open)
        self.parts.actions.quit.triggered.connect(self.close)
        self.parts.actions.reset_layout.triggered.connect(self.workspace.reset)
        self.parts.reconstruction.fileRequested.connect(self._on_reconstruction_file_requested)

    def _build(self) -> Screen:
        panes = (
            ImagePane("measured  y", name="measured"),
            ImagePane("forward  ŷ = H(θ) x", name="forward"),
            ImagePane("residual  y − ŷ", cmap="diverging", name="residual"),
        )
        for pane, words in zip(panes, IMAGES_HELP, strict=True):
            pane.set_help(words)
        link_views(panes)
        return Screen(
            self, Actions(self), DataPanel(), SnapshotPanel(), *panes, ImageStrip(), Tabs(), OrthoView(),
            VolumeView3D(), LiveSliceView(), ReconstructionBar(), ScoreBoard(), CalibrationBar(),
            ParameterPanel(), MessageBar(), OfferBar(), StatusLine(),
        )  # fmt: skip

    # ---- layout

    def _lay_out(self) -> QWidget:
        parts = self.parts
        parts.ortho.add_companion(parts.volume)
        parts.tabs.add_page("volume", "Volume", "The object x in three planes and in 3-D", parts.ortho)
        parts.tabs.add_page(
            "live_slice", "Live slice",
            "One plane reconstructed under the present parameters, following the sliders", parts.live_slice,
        )  # fmt: skip
        self._centre = Centre((parts.measured, parts.forward, parts.residual), parts.strip, parts.tabs)
        self.workspace = Workspace(self._centre, parts.actions.panel_menu)
        self._microscope = MicroscopePanel(parts.actions, parts.scores, parts.calibration, parts.parameters)
        self.add_panel("data", "Data", parts.data, "left")
        self.add_panel("snapshots", "Snapshots", parts.snapshots, "left")
        self.add_panel("microscope", "Microscope", self._microscope, "right")
        self.add_panel("reconstruction", "Reconstruction", parts.reconstruction, "bottom", side="left")
        page = QWidget()
        rows = QVBoxLayout(page)
        rows.setContentsMargins(theme.px(GAP), theme.px(GAP), theme.px(GAP), theme.px(3))
        rows.addWidget(parts.offers)
        rows.addWidget(parts.messages)
        rows.addWidget(Scrolled(self.workspace), 1)
        return page

    def add_panel(
        self, name: str, title: str, widget: QWidget, area: Area, side: Side = "top", shown: bool = True
    ) -> Panel:
        """A panel at the window's side that floats and returns; see `Workspace.add_panel`."""
        return self.workspace.add_panel(name, title, widget, area, side, shown)

    def layout_state(self) -> bytes:
        """Places and sizes of panels and splitters, to be given to `restore_layout`."""
        return self.workspace.state()

    def restore_layout(self, state: bytes) -> bool:
        """Bring back a layout; False, with nothing changed, when `state` is none."""
        return self.workspace.restore(state)

    # ---- from outside

    def fit(self) -> None:
        """Sizes that follow from the look of the parts, once they wear it."""
        self._heading.setMinimumHeight(self.menuBar().sizeHint().height())
        self.workspace.share_heights()

    def set_heading(self, text: str) -> None:
        """File and scene, at the right of the menu and in the title bar."""
        self._heading.setText(text)
        self.menuBar().setCornerWidget(self._heading)  # again, because the bar asks for its size only then
        self.setWindowTitle(f"{text}  –  cryogui" if text else "cryogui")

    @property
    def menu_bar(self) -> QMenuBar:
        """The menus."""
        bar = self.menuBar()
        assert bar is not None
        return bar

    @property
    def images(self) -> QWidget:
        """The row of measured, forward and residual images."""
        return self._centre.images

    def show_images(self, shown: bool) -> None:
        """Whether there are images to show; without them the volume has their place too."""
        self._centre.images.setVisible(shown)

    def show_sweep(self, is_running: bool) -> None:
        """Offer the parameters to sweep, or to stop."""
        self._microscope.show_sweep(is_running)

    @property
    def panes(self) -> tuple[ImagePane, ...]:
        """Every image pane, those of hidden tabs too."""
        return tuple(self.findChildren(ImagePane))

    def pane_in_question(self) -> ImagePane:
        """The pane under the pointer, else the one with the keyboard, else the first."""
        shown = [pane for pane in self.panes if pane.isVisible()]
        for pane in shown:
            if pane.underMouse():
                return pane
        focus: QObject | None = self.focusWidget()
        while focus is not None:
            if isinstance(focus, ImagePane):
                return focus
            focus = focus.parent()
        measured = self.parts.measured
        return measured if measured in shown or not shown else shown[0]

    def focusNextPrevChild(self, next: bool) -> bool:
        """Tab goes as one reads: messages, left panels, images, strip, tabs, page, panels below and right."""
        parts, workspace = self.parts, self.workspace
        centre = (parts.measured, parts.forward, parts.residual, parts.strip, parts.tabs.bar, parts.tabs)
        sides = (workspace.panels_at(area) for area in ("left", "bottom", "right"))
        left, below, right = sides
        return move_focus(self, (parts.messages, *left, *centre, *below, *right), next)

    def event(self, event: QEvent | None) -> bool:
        """Tell when a repaint is complete: Qt draws what is out of date while it handles UpdateRequest."""
        handled = super().event(event)
        if event is not None and event.type() == QEvent.Type.UpdateRequest:
            self.painted.emit()
        return handled

    def closeEvent(self, event: QCloseEvent | None) -> None:
        """Disappear at once, unless something speaks against it; whoever listens may wait for work to end."""
        if event is not None and not self.may_close():
            event.ignore()
            return
        self.hide()
        self.workspace.close_floating()
        self.closing.emit()
        super().closeEvent(event)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """In a low window pictures come before the details of reconstructions."""
        super().resizeEvent(event)
        self.parts.reconstruction.fit_into(self.height())

    # ---- from the user

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:
        """Files may be dropped anywhere."""
        if event is not None and event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent | None) -> None:
        """Open what was dropped."""
        if event is None:
            return
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.filesDropped.emit(paths)

    def _on_actions_open(self) -> None:
        paths, _ = QFileDialog.getOpenFileNames(self, "Open", "", OPENABLE)
        if paths:
            self.filesChosen.emit(paths)

    def _on_reconstruction_file_requested(self) -> None:
        path, _ = QFileDialog.getOpenFileName(
            self, "Volume as the object x", "", "Volumes (*.mrc *.map *.rec *.ccp4);;All files (*)"
        )
        if path:
            self.volumeChosen.emit(path)


def _fitting(size: QSize) -> QSize:
    """As much of `size` as the screen has room for, with the window's title bar above it."""
    screen, style = QGuiApplication.primaryScreen(), QApplication.style()
    if screen is None or style is None:
        return size
    title = QSize(0, style.pixelMetric(QStyle.PixelMetric.PM_TitleBarHeight))
    return size.boundedTo(screen.availableGeometry().size() - title)
