"""The movie dialog: what the scene allows, one frame as a preview, and having all of them written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtGui import QImage

from cryogui.app.control.export_site import ExportSite
from cryogui.app.explain import explain
from cryogui.errors import UserError

if TYPE_CHECKING:
    from cryogui.app.export.film import FilmChoice, Kind
    from cryogui.app.export.plate import Plate
    from cryogui.app.export.source import Source
    from cryogui.app.export.subjects import Writer
    from cryogui.app.panels.movie_dialog import MovieDialog, MovieOffer
    from cryogui.export import Progress

_PREVIEW = "movie preview"  # its lane
_NO_CHOICE = "Nothing here can be shown as a movie: choose at least one pane."


class MovieController:
    """Frames are computed by the forward model and drawn beside the window, which stays in use."""

    def __init__(self, site: ExportSite) -> None:
        self._site, self._screen = site, site.screen
        self._dialog: MovieDialog | None = None
        self._screen.actions.export_movie.triggered.connect(lambda: self.show())
        site.engine.scene_shown.connect(lambda model: self._refresh())

    @property
    def dialog(self) -> MovieDialog | None:
        """The dialog; None before it was first opened."""
        return self._dialog

    def show(self, parameter: str = "") -> None:
        """Open the dialog, ready for a sweep of `parameter` where one is named."""
        if self._dialog is None:
            self._dialog = self._new_dialog()
        self._dialog.file.forget()
        if not self._dialog.is_running:
            self._dialog.outcome.show_text("")
        self._refresh(parameter)
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()

    def _new_dialog(self) -> MovieDialog:
        from cryogui.app.panels.movie_dialog import MovieDialog

        dialog = MovieDialog(self._screen.window)
        dialog.choiceChanged.connect(self._on_dialog_choice_changed)
        dialog.exportRequested.connect(self._on_dialog_export_requested)
        dialog.cancelRequested.connect(lambda: self._site.lanes.cancel(dialog.outcome))
        dialog.activated.connect(self._refresh)
        return dialog

    def _refresh(self, parameter: str = "") -> None:
        if self._dialog is not None:
            self._dialog.set_offer(offer_of(self._site.source()), parameter)
            self._on_dialog_choice_changed()

    def _on_dialog_choice_changed(self) -> None:
        """Propose a name, and draw the middle frame beside the window."""
        dialog, source = self._dialog, self._site.source()
        if dialog is None:
            return
        choice = dialog.choice
        dialog.file.propose(self._site.folder, self._site.stem(*_name_parts(choice)), dialog.ending)
        if choice is None or source is None:
            self._site.scheduler.cancel(_PREVIEW)
            dialog.preview.set_picture(None, _NO_CHOICE)
            return
        small, templates = replace(choice, look=replace(choice.look, scale=1)), self._templates(choice)

        def draw() -> tuple[QImage, int]:
            from cryogui.app.export.film import Film
            from cryogui.app.export.render import as_image

            film = Film(source, small, templates)
            return as_image(film.sheet(min(film.steps // 3, film.count - 1)), 2), film.count

        self._site.scheduler.request(
            _PREVIEW, (source.model.key, choice), lambda token: draw(),
            lambda result, newest: self._show_preview(dialog, choice, *result),
            lambda error: dialog.preview.set_picture(None, explain(error)[0]), "Drawing a preview",
        )  # fmt: skip

    @staticmethod
    def _show_preview(dialog: MovieDialog, choice: FilmChoice, image: QImage, count: int) -> None:
        scale = choice.look.scale
        size = f"{image.width() * scale} × {image.height() * scale} pixels"
        dialog.preview.set_picture(image, f"{count} frames, {count / choice.fps:.1f} s, {size}")

    def _templates(self, choice: FilmChoice) -> dict[str, Plate]:
        """How the panes draw now, those that show an image."""
        from cryogui.app.export.plate import Plate

        names = {pane.name: pane for pane in self._screen.window.panes}
        plates = {name: Plate.of(names[name]) for name in choice.panes if name in names}
        return {name: plate for name, plate in plates.items() if plate is not None}

    def _on_dialog_export_requested(self, path: Path) -> None:
        dialog, source = self._dialog, self._site.source()
        choice = dialog.choice if dialog is not None else None
        if dialog is None or source is None or choice is None:
            return
        from cryogui.export import MOVIE_ENDINGS, ending_of

        try:
            ending_of(path, MOVIE_ENDINGS)
            self._site.lanes.write_from(dialog, path, _writer(source, choice, self._templates(choice)))
        except UserError as error:
            dialog.outcome.show_text(str(error), "bad")
        else:
            self._site.note_folder(path)


def offer_of(source: Source | None) -> MovieOffer:
    """What movies the scene allows."""
    from cryogui.app.panels.movie_dialog import MovieOffer

    if source is None:
        return MovieOffer(())
    model, has_live = source.model, source.live is not None
    kinds: list[Kind] = []
    if has_live and model.acting:
        kinds.append("sweep")
    if model.image_count > 1 and not model.is_sinogram:
        kinds.append("series")
    if source.x is not None:
        kinds.append("slices")
    ranges = model.scene.ranges
    parameters = tuple((name, ranges[name].description.label) for name in model.acting) if has_live else ()
    panes = ("measured", "forward", "residual", "live_slice") if has_live else ("measured",)
    return MovieOffer(tuple(kinds), parameters, panes)


def _writer(source: Source, choice: FilmChoice, templates: dict[str, Plate]) -> Writer:
    def write(path: Path, progress: Progress) -> None:
        from cryogui.app.export.film import Film
        from cryogui.export import write_movie

        film = Film(source, choice, templates)
        write_movie(path, film.count, film.frame, choice.fps, progress)

    return write


def _name_parts(choice: FilmChoice | None) -> tuple[str, ...]:
    if choice is None:
        return ("movie",)
    if choice.kind == "slices":
        return (choice.kind, *choice.panes)
    return (choice.parameter if choice.kind == "sweep" else choice.kind,)
