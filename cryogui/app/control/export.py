"""The export dialog: what there is to choose, what it would look like, and having it written."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QStandardPaths
from PyQt6.QtGui import QImage
from PyQt6.QtWidgets import QWidget

from cryogui.app.control.export_lane import ExportLanes
from cryogui.app.engine import Engine
from cryogui.app.explain import explain
from cryogui.app.scheduler import Scheduler
from cryogui.app.screen import Screen
from cryogui.app.views.image_pane import ImagePane
from cryogui.errors import UserError
from cryogui.session import Store

if TYPE_CHECKING:
    from cryogui.app.export.source import Source
    from cryogui.app.export.subjects import Subject
    from cryogui.app.panels.export_dialog import ExportDialog

_NOTHING_TO_SEE = "The values themselves, one after the other."


class ExportController:
    """Everything that draws and writes is imported with the first export: no start waits for it."""

    def __init__(self, store: Store, engine: Engine, scheduler: Scheduler, screen: Screen) -> None:
        self._store, self._engine, self._scheduler, self._screen = store, engine, scheduler, screen
        self.lanes = ExportLanes(store, scheduler, screen)
        self._dialog: ExportDialog | None = None
        self._subjects: Sequence[Subject] = ()
        self._folder: Path | None = None
        actions = screen.actions
        actions.export_pane.triggered.connect(self._on_actions_export_pane)
        actions.export_data.triggered.connect(self._on_actions_export_data)
        engine.scene_shown.connect(lambda model: self._refresh())
        self.adopt(screen.window)

    def adopt(self, content: QWidget) -> None:
        """Take on the image panes within `content`: their menus offer an export."""
        for pane in content.findChildren(ImagePane):
            pane.exportRequested.connect(partial(self.show, pane.name))

    def show(self, name: str) -> None:
        """Open the dialog with the subject called `name` chosen."""
        if self._dialog is None:
            self._dialog = self._new_dialog()
        self._dialog.file.forget()
        self._dialog.outcome.show_text("")
        self._refresh(name)
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()

    @property
    def dialog(self) -> ExportDialog | None:
        """The dialog; None before it was first opened."""
        return self._dialog

    def source(self) -> Source | None:
        """The scene as it stands now; None without one."""
        from cryogui.app.export.source import Source

        model, session = self._engine.model, self._store.session
        if model is None or session.current is None or not self._engine.is_revealed:
            return None
        return Source.of(model, session.scene, session.residual_in_noise, session.flip_y)

    def folder(self) -> Path:
        """Where the last export went; at first beside the file, or where the user keeps documents."""
        if self._folder is None:
            current = self._store.session.current
            beside = Path(current.path).parent if current is not None else None
            caches = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericCacheLocation)
            if beside is not None and Path(caches) not in beside.parents:
                return beside
            return Path(
                QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
                or Path.home()
            )
        return self._folder

    def note_folder(self, path: Path) -> None:
        """An export goes to `path`: propose its folder next time."""
        self._folder = path.parent

    # ---- the dialog

    def _new_dialog(self) -> ExportDialog:
        from cryogui.app.panels.export_dialog import ExportDialog

        dialog = ExportDialog(self._screen.window)
        dialog.choiceChanged.connect(self._on_dialog_choice_changed)
        dialog.exportRequested.connect(self._on_dialog_export_requested)
        dialog.cancelRequested.connect(lambda: self.lanes.cancel(dialog.outcome))
        dialog.activated.connect(self._refresh)
        return dialog

    def _refresh(self, name: str | None = None) -> None:
        """The window has changed, or another subject is to be chosen."""
        if self._dialog is None:
            return
        from cryogui.app.export.choices import subjects_on
        from cryogui.app.panels.export_dialog import Offer

        self._subjects = subjects_on(self._screen, self.source())
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
        dialog.file.propose(self.folder(), self._stem(subject), dialog.ending)
        try:
            draw = subject.preview(dialog.look)
        except UserError as error:
            dialog.preview.set_picture(None, str(error))
            return
        if draw is None:
            self._scheduler.cancel("export preview")
            dialog.preview.set_picture(None, _NOTHING_TO_SEE)
            return
        self._scheduler.request(
            "export preview", (subject.name, dialog.look), lambda token: draw(),
            lambda image, newest: self._show_preview(image),
            lambda error: dialog.preview.set_picture(None, explain(error)[0]), "Drawing a preview",
        )  # fmt: skip

    def _show_preview(self, image: QImage) -> None:
        dialog = self._dialog
        if dialog is None:
            return
        scale = dialog.look.scale
        words = "as data" if dialog.ending not in (".png", ".svg") else "as drawing"
        if dialog.ending == ".png":
            words = f"{image.width() * scale} × {image.height() * scale} pixels"
        dialog.preview.set_picture(image, words)

    def _stem(self, subject: Subject) -> str:
        from cryogui.app.export.subjects import file_name

        source = self.source()
        if source is None:
            return file_name("cryogui", subject.name)
        is_of_image = subject.name in ("measured", "forward", "residual", "images") and subject.has_look
        number = f"{source.state.image_index + 1}" if is_of_image and source.model.image_count > 1 else ""
        return file_name(source.name, subject.name, number)

    def _on_dialog_export_requested(self, path: Path) -> None:
        dialog, subject = self._dialog, self._subject()
        if dialog is None or subject is None:
            return
        self.note_folder(path)
        try:
            from cryogui.export import ending_of

            writer = subject.writer(ending_of(path, subject.endings), dialog.look)
            dialog.set_running(True)
            self.lanes.write(path, writer, dialog.outcome, lambda: self._on_ended(dialog))
        except UserError as error:
            dialog.set_running(False)
            dialog.outcome.show_text(str(error), "bad")

    def _on_ended(self, dialog: ExportDialog) -> None:
        dialog.set_running(False)
        dialog.file.refresh()

    # ---- from the user

    def _on_actions_export_pane(self) -> None:
        self.show(self._screen.window.pane_in_question().name)

    def _on_actions_export_data(self) -> None:
        from cryogui.app.export.choices import data_of

        data = data_of(self.source())
        if data:
            self.show(data[0].name)
