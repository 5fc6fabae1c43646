"""How one snapshot is drawn in the list: its picture, below it name and figure, then where it belongs."""

from __future__ import annotations

from PyQt6.QtCore import QModelIndex, QRect, QSize, Qt
from PyQt6.QtGui import QFontMetrics, QPainter, QPixmap
from PyQt6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from cryogui.app import theme

CARD = Qt.ItemDataRole.UserRole
"""The role of (picture, place, figure, whether its file is open)."""

PICTURE_WIDTH, PICTURE_HEIGHT = 160, 53
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class SnapshotDelegate(QStyledItemDelegate):
    """Paints the rows of the list of snapshots, and puts the editor of a name where the name stands."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        """A picture and two lines."""
        return QSize(theme.px(PICTURE_WIDTH), 3 * _gap() + theme.px(PICTURE_HEIGHT) + 2 * _line_height())

    def paint(self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """The row in the colours of the theme, framed when chosen."""
        if painter is None:
            return
        pixmap, place, figure, is_open = index.data(CARD)
        painter.save()
        self._paint_ground(painter, option)
        inside = _inside(option.rect)
        _paint_picture(painter, inside, pixmap)
        name_line, place_line = _lines(inside)
        painter.setFont(theme.small_font())
        painter.setPen(theme.colour("muted"))
        width = painter.fontMetrics().horizontalAdvance(figure)
        painter.drawText(name_line, _RIGHT, figure)
        _paint_words(painter, place_line, place)
        font = QApplication.font()
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(theme.colour("text" if is_open else "faint"))
        _paint_words(painter, name_line.adjusted(0, 0, -(width + _gap()), 0), index.data())
        painter.restore()

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        is_hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if not (is_chosen or is_hovered):
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.colour("accent" if is_chosen else "border"))
        painter.setBrush(theme.colour("raised"))
        frame = option.rect.adjusted(0, 0, -1, -1)
        painter.drawRoundedRect(frame, theme.px(4), theme.px(4))

    def updateEditorGeometry(
        self, editor: QWidget | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        """The name is edited where it stands, over the whole width."""
        if editor is not None:
            line, _ = _lines(_inside(option.rect))
            editor.setGeometry(line.adjusted(-_gap(), -theme.px(3), _gap(), theme.px(3)))


def _gap() -> int:
    return theme.px(5)


def _line_height() -> int:
    return QFontMetrics(QApplication.font()).height()


def _inside(row: QRect) -> QRect:
    return row.adjusted(_gap(), _gap(), -_gap(), -_gap())


def _lines(inside: QRect) -> tuple[QRect, QRect]:
    """Where name and place stand."""
    top, height = inside.top() + theme.px(PICTURE_HEIGHT) + _gap(), _line_height()
    return (
        QRect(inside.left(), top, inside.width(), height),
        QRect(inside.left(), top + height, inside.width(), height),
    )


def _paint_picture(painter: QPainter, inside: QRect, pixmap: QPixmap) -> None:
    """The picture at the left, as large as its place allows."""
    if pixmap.isNull():
        return
    area = QSize(min(inside.width(), theme.px(PICTURE_WIDTH)), theme.px(PICTURE_HEIGHT))
    size = pixmap.size().scaled(area, Qt.AspectRatioMode.KeepAspectRatio)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawPixmap(QRect(inside.topLeft(), size), pixmap)


def _paint_words(painter: QPainter, area: QRect, words: str) -> None:
    painter.drawText(area, _LEFT, shortened(words, painter.fontMetrics(), area.width()))


def shortened(words: str, metrics: QFontMetrics, width: int) -> str:
    """The beginning of `words` as far as it fits, with one ellipsis: a name may bring its own at the end."""
    if metrics.horizontalAdvance(words) <= width:
        return words
    begun = words.rstrip("…, ")
    if begun != words and metrics.horizontalAdvance(f"{begun}…") <= width:
        return f"{begun}…"
    return metrics.elidedText(begun, Qt.TextElideMode.ElideRight, width)
