"""The export dialog: what there is to choose, what it would look like, and having it written."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtGui import QImage
from PyQt6.QtWidgets import QWidget

from cryogui.app.control.export_site import ExportSite
from cryogui.app.explain import explain
from cryogui.app.views.image_pane import ImagePane
from cryogui.app.views.plot import CurvePlot
from cryogui.errors import UserError

if TYPE_CHECKING:
    from cryogui.app.export.subjects import Subject
    from cryogui.app.panels.export_dialog import ExportDialog

_NOTHING_TO_SEE = "The values themselves, one after the other."
_PREVIEW = "export preview"  # its lane


class ExportController:
    """Panes, data and the window. The dialog is made, and what draws is imported, with the first export."""

    def __init__(self, site: ExportSite) -> None:
        self._site, self._screen = site, site.screen
        self._dialog: ExportDialog | None = None
        self._subjects: Sequence[Subject] = ()
        actions = self._screen.actions
        actions.export_pane.triggered.connect(self._on_actions_export_pane)
        actions.export_data.triggered.connect(self._on_actions_export_data)
        actions.exportOfPlotRequested.connect(self._show_plot)
        site.engine.scene_shown.connect(lambda model: self._refresh())
        self.adopt(self._screen.window)
        menu = self._screen.volume.mode_button.menu()
        menu.addSeparator()
        menu.addAction("Export …", partial(self.show, "3d"))

    def adopt(self, content: QWidget) -> None:
        """Take on the image panes and plots within `content`: their menus offer an export."""
        for pane in content.findChildren(ImagePane):
            pane.exportRequested.connect(partial(self.show, pane.name))
        for plot in content.findChildren(CurvePlot):
            plot.exportRequested.connect(partial(self._show_plot, plot.name))

    @property
    def dialog(self) -> ExportDialog | None:
        """The dialog; None before it was first opened."""
        return self._dialog

    def show(self, name: str) -> None:
        """Open the dialog with the subject called `name` chosen."""
        if self._dialog is None:
            self._dialog = self._new_dialog()
        self._dialog.file.forget()
        if not self._dialog.is_running:
            self._dialog.outcome.show_text("")
        self._refresh(name)
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()

    def _show_plot(self, name: str) -> None:
        from cryogui.app.export.subjects import curves_of

        self.show(curves_of(name))

    def _new_dialog(self) -> ExportDialog:
        from cryogui.app.panels.export_dialog import ExportDialog

        dialog = ExportDialog(self._screen.window)
        dialog.choiceChanged.connect(self._on_dialog_choice_changed)
        dialog.exportRequested.connect(self._on_dialog_export_requested)
        dialog.cancelRequested.connect(lambda: self._site.lanes.cancel(dialog.outcome))
        dialog.activated.connect(self._refresh)
        return dialog

    def _refresh(self, name: str | None = None) -> None:
        """The window has changed, or another subject is to be chosen."""
        if self._dialog is None:
            return
        from cryogui.app.export.choices import subjects_on
        from cryogui.app.panels.export_dialog import Offer

        self._subjects = subjects_on(self._screen, self._site.source())
        offers = [
            Offer(subject.name, subject.words, subject.endings, subject.has_look)
            for subject in self._subjects
        ]
        self._dialog.set_offers(offers, name)
        self._on_dialog_choice_changed()

    def _subject(self) -> Subject | None:
        offer = self._dialog.offer if self._dialog is not None else None
        found = [subject for subject in self._subjects if offer is not None and subject.name == offer.name]
        return found[0] if found else None

    def _on_dialog_choice_changed(self) -> None:
        """Propose a name, and draw a preview beside the window."""
        dialog, subject = self._dialog, self._subject()
        if dialog is None or subject is None:
            return
        dialog.file.propose(self._site.folder, self._site.stem(subject.name, subject.number), dialog.ending)
        try:
            draw = subject.preview(dialog.look)
        except UserError as error:
            dialog.preview.set_picture(None, str(error))
            return
        if draw is None:
            self._site.scheduler.cancel(_PREVIEW)
            dialog.preview.set_picture(None, _NOTHING_TO_SEE)
            return
        self._site.scheduler.request(
            _PREVIEW, (subject.name, dialog.look), lambda token: draw(),
            lambda image, newest: self._show_preview(dialog, image),
            lambda error: dialog.preview.set_picture(None, explain(error)[0]), "Drawing a preview",
        )  # fmt: skip

    @staticmethod
    def _show_preview(dialog: ExportDialog, image: QImage) -> None:
        scale = dialog.look.scale
        words = "as drawing" if dialog.ending == ".svg" else "as values"
        if dialog.ending == ".png":
            words = f"{image.width() * scale} × {image.height() * scale} pixels"
        dialog.preview.set_picture(image, words)

    def _on_dialog_export_requested(self, path: Path) -> None:
        dialog, subject = self._dialog, self._subject()
        if dialog is None or subject is None:
            return
        from cryogui.export import ending_of

        try:
            writer = subject.writer(ending_of(path, subject.endings), dialog.look)
            self._site.lanes.write_from(dialog, path, writer)
        except UserError as error:
            dialog.outcome.show_text(str(error), "bad")
        else:
            self._site.note_folder(path)

    # ---- from the user

    def _on_actions_export_pane(self) -> None:
        self.show(self._subject_in_question())

    def _subject_in_question(self) -> str:
        """The plot, map or 3-D view under the pointer, else the image pane in question."""
        from cryogui.app.export.subjects import curves_of
        from cryogui.app.views.landscape_view import LandscapeView

        window = self._screen.window
        plots: list[CurvePlot | LandscapeView] = list(window.findChildren(CurvePlot))
        for plot in (*plots, *window.findChildren(LandscapeView)):
            if plot.isVisible() and plot.underMouse():
                return curves_of(plot.name)
        drawing = self._screen.volume.drawing
        if drawing is not None and drawing.isVisible() and drawing.underMouse():
            return "3d"
        return self._screen.window.pane_in_question().name

    def _on_actions_export_data(self) -> None:
        from cryogui.app.export.choices import data_of

        data = data_of(self._site.source())
        if data:
            self.show(data[0].name)
