"""File → Report: one page about the scene, computed and written beside the window."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtWidgets import QFileDialog

from cryogui.app.control.export_site import ExportSite
from cryogui.app.panels.message_bar import Topic
from cryogui.errors import UserError

if TYPE_CHECKING:
    from cryogui.app.export.source import Source
    from cryogui.export import Progress

_ENDING = ".pdf"


class ReportController:
    """Asks for a file, and has the report of the scene as it stands now written into it."""

    def __init__(self, site: ExportSite) -> None:
        self._site, self._screen = site, site.screen
        self._screen.actions.report.triggered.connect(self._on_actions_report)

    def write(self, path: Path) -> None:
        """Write the report to `path`; what becomes of it is said in the status line or the message bar."""
        source = self._site.source()
        if source is None:
            return
        self._site.note_folder(path)
        try:
            self._site.lanes.write(path, lambda path, progress: _write(source, path, progress))
        except UserError as error:
            self._screen.messages.show_error(str(error), error.detail, Topic.EXPORT)

    def _on_actions_report(self) -> None:
        proposed = self._site.folder / f"{self._site.stem('report')}{_ENDING}"
        chosen, _ = QFileDialog.getSaveFileName(
            self._screen.window, "Report", str(proposed), f"PDF (*{_ENDING})"
        )
        if chosen:
            self.write(Path(chosen) if Path(chosen).suffix.lower() == _ENDING else Path(chosen + _ENDING))


def _write(source: Source, path: Path, progress: Progress) -> None:
    from cryogui.app.export.report import report_of
    from cryogui.app.export.report_page import write_report

    write_report(path, report_of(source, lambda fraction: progress(round(100 * fraction), 100)))
