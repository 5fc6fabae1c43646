"""A report on one page, A4, as PDF. Lengths are in pixels of 96 to the inch; words and lines stay vectors."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PyQt6.QtCore import QMarginsF, QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QFont, QFontMetricsF, QPageLayout, QPageSize, QPainter, QPdfWriter, QPen
from PyQt6.QtWidgets import QApplication

from cryogui import __version__
from cryogui.app import theme
from cryogui.app.export.paint import LEAST_FRAME, bar_width, head_height, paint_plate
from cryogui.app.export.plate import Look, Plate
from cryogui.app.export.render import DOTS_PER_INCH
from cryogui.app.export.report import Figure, Report, SpecRow
from cryogui.app.export.report_plots import paint_bars, paint_curves
from cryogui.files import replacing

_SIDE, _TOP, _BOTTOM = 52.0, 44.0, 60.0
_GAP, _BLOCK = 14.0, 20.0
_INK = theme.LIGHT
_LOOK = Look(scale=1)
_SMALL_PT, _BODY_PT, _FIGURE_PT, _TITLE_PT = 7.0, 8.0, 13.0, 17.0
_TALLEST = 300.0  # row of pictures
_PLOTS = 120.0, 190.0  # height of the plots: at least, at most
_LEFT, _RIGHT = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight


def write_report(path: Path, report: Report) -> None:
    """Write `report` as PDF, whole or not at all. Raises UserError when the file cannot be written."""
    with replacing(path) as temporary:
        writer = QPdfWriter(str(temporary))
        writer.setResolution(DOTS_PER_INCH)
        writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
        writer.setPageMargins(QMarginsF(0, 0, 0, 0), QPageLayout.Unit.Millimeter)
        writer.setTitle(f"{report.title}  –  {report.file}")
        writer.setCreator(f"cryogui {__version__}")
        painter = QPainter()
        if not painter.begin(writer):
            raise OSError(0, "the PDF could not be begun")
        painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)
        _Page(painter, QRectF(0, 0, writer.width(), writer.height())).paint(report)
        if not painter.end():
            raise OSError(0, "the PDF could not be completed")


class _Page:
    """Draws from top to bottom; `_y` is where the next block begins."""

    def __init__(self, painter: QPainter, paper: QRectF) -> None:
        self._painter = painter
        self._area = paper.adjusted(_SIDE, _TOP, -_SIDE, -_BOTTOM)
        self._y = self._area.top()

    def paint(self, report: Report) -> None:
        """All of it."""
        self._paint_head(report)
        self._paint_figures(report.figures)
        self._paint_tables(report)
        self._paint_row(report.image, report.pictures)
        self._paint_row("object x", report.slices)
        self._paint_plots(report)
        self._paint_foot(report)

    # ---- blocks

    def _paint_head(self, report: Report) -> None:
        self._words(report.title, self._line(26), _TITLE_PT, bold=True)
        line = self._line(16)
        self._words(report.file, line, _BODY_PT, "muted")
        self._rule(4)
        for note in report.notes:
            self._words(note, self._line(13), _BODY_PT, "text")
        if report.notes:
            self._y += 4

    def _paint_figures(self, figures: Sequence[Figure]) -> None:
        """Large numbers, evenly over the width."""
        if not figures:
            return
        self._y += 4
        width = self._area.width() / max(len(figures), 4)
        for number, figure in enumerate(figures):
            left = self._area.left() + number * width
            self._words(figure.name, QRectF(left, self._y, width, 13), _SMALL_PT, "muted")
            tone = figure.tone if figure.tone not in ("", "plain") else "text"
            self._words(figure.text, QRectF(left, self._y + 12, width, 24), _FIGURE_PT, tone, bold=True)
        self._y += 38
        self._rule(6)

    def _paint_tables(self, report: Report) -> None:
        """The spec at the left, the facts of the file at the right; alone, either has the whole width."""
        top, area = self._y + 4, self._area
        split = area.width() * 0.66 if report.spec and report.facts else area.width()
        bottom = top
        if report.spec:
            bottom = self._paint_spec(report.spec, QRectF(area.left(), top, split, 0))
        if report.facts:
            left = area.left() + (split + 2 * _GAP if report.spec else 0.0)
            bottom = max(bottom, self._paint_facts(report.facts, QRectF(left, top, area.right() - left, 0)))
        self._y = bottom + _BLOCK - 6

    def _paint_spec(self, rows: Sequence[SpecRow], place: QRectF) -> float:
        has_truth = any(row.true for row in rows)
        heads = ["", "parameter", "value", "nominal", *(["true"] if has_truth else []), "range"]
        shares = [0.06, 0.30, 0.13, 0.13, *([0.13] if has_truth else []), 0.25]
        aligns = [_LEFT, _LEFT, _RIGHT, _RIGHT, *([_RIGHT] if has_truth else []), _RIGHT]
        scale = place.width() / sum(shares)

        def paint_cells(cells: Sequence[str], top: float, tints: Sequence[str], bold: Sequence[bool]) -> None:
            left = place.left()
            for cell, share, align, tint, is_bold in zip(cells, shares, aligns, tints, bold, strict=True):
                room = QRectF(left, top, share * scale, 15)
                self._words(cell, room, _BODY_PT, tint, is_bold, align)
                left += share * scale

        y, count = place.top(), len(heads)
        paint_cells(heads, y, ["muted"] * count, [False] * count)
        y += 16
        self._hairline(place.left(), place.right(), y)
        for row in rows:
            y += 1
            cells = [
                row.symbol,
                row.name,
                row.value,
                row.nominal,
                *([row.true] if has_truth else []),
                row.reach,
            ]
            tints = ["accent", "text", "text", "muted", *(["good"] if has_truth else []), "muted"]
            paint_cells(cells, y, tints, [True, False, row.moved, *[False] * (count - 3)])
            y += 15
        return y

    def _paint_facts(self, facts: Sequence[tuple[str, str]], place: QRectF) -> float:
        y = place.top()
        for name, value in facts[:12]:
            self._words(name, QRectF(place.left(), y, place.width(), 13), _SMALL_PT, "muted")
            self._words(value, QRectF(place.left(), y, place.width(), 13), _SMALL_PT, "text", False, _RIGHT)
            y += 12.5
        return y

    def _paint_row(self, heading: str, plates: Sequence[Plate]) -> None:
        """Pictures side by side, as wide as three of them and as high as their images need."""
        if not plates:
            return
        if heading:
            self._words(heading, self._line(18), _BODY_PT, bold=True)
        width = (self._area.width() - 2 * _GAP) / 3
        frame = width - bar_width(_LOOK)
        extents = [plate.extent(_LOOK) for plate in plates]
        tall = max(extent.height() / extent.width() for extent in extents) * frame
        height = min(max(tall, LEAST_FRAME.height()), _TALLEST) + head_height(_LOOK)
        for number, plate in enumerate(plates):
            left = self._area.left() + number * (width + _GAP)
            paint_plate(self._painter, QRectF(left, self._y, width, height), plate, _LOOK)
        self._y += height + _BLOCK

    def _paint_plots(self, report: Report) -> None:
        """What is left of the page, the bars as wide as the spectrum leaves room for."""
        both = report.bars is not None and report.curves is not None
        width = (self._area.width() - 2 * _GAP) * (0.62 if both else 1.0)
        height = min(max(self._area.bottom() - self._y - 18, _PLOTS[0]), _PLOTS[1])
        room = QRectF(self._area.left(), self._line(18).bottom(), width, height)
        if report.bars is not None:
            self._heading("residual of every image, ‖r‖/‖y‖", room)
            paint_bars(self._painter, room, report.bars)
            room.moveLeft(room.right() + 2 * _GAP)
            room.setRight(self._area.right())
        if report.curves is not None:
            self._heading(f"mean power over k, {report.curves.unit}", room)
            paint_curves(self._painter, room, report.curves)

    def _heading(self, text: str, room: QRectF) -> None:
        self._words(text, QRectF(room.left(), room.top() - 18, room.width(), 14), _BODY_PT, bold=True)

    def _paint_foot(self, report: Report) -> None:
        line = QRectF(self._area.left(), self._area.bottom() + 6, self._area.width(), 14)
        self._hairline(line.left(), line.right(), line.top() - 3)
        self._words(report.foot, line, _SMALL_PT, "faint")

    # ---- pieces

    def _line(self, height: float) -> QRectF:
        line = QRectF(self._area.left(), self._y, self._area.width(), height)
        self._y += height
        return line

    def _rule(self, space: float) -> None:
        self._y += space / 2
        self._hairline(self._area.left(), self._area.right(), self._y)
        self._y += space

    def _hairline(self, left: float, right: float, y: float) -> None:
        self._painter.setPen(QPen(QColor(_INK.border), 0.8))
        self._painter.drawLine(QPointF(left, y), QPointF(right, y))

    def _words(
        self, text: str, room: QRectF, points: float, tint: str = "text", bold: bool = False,
        align: Qt.AlignmentFlag = _LEFT,
    ) -> None:  # fmt: skip
        font = QFont(QApplication.font())
        font.setPointSizeF(points)
        font.setBold(bold)
        self._painter.setFont(font)
        self._painter.setPen(QColor(getattr(_INK, tint)))
        shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideMiddle, room.width())
        self._painter.drawText(room, int(align | Qt.AlignmentFlag.AlignVCenter), shown)
