"""One step of the forward model as a card: title, switch, small picture, a figure, and its parameters."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSignalBlocker, Qt, pyqtSignal
from PyQt6.QtGui import (
    QFont,
    QFontMetricsF,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PyQt6.QtWidgets import QToolTip, QWidget

from cryogui.app import theme
from cryogui.app.views.chip import Chip
from cryogui.app.views.dag_faces import ChipFace, NodeFace
from cryogui.app.views.keys import claims
from cryogui.app.views.switch import Switch

_OFF_OPACITY = 0.35
_OWN_KEYS = (
    Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up,
    Qt.Key.Key_Down,
)  # fmt: skip


class DagNode(QWidget):
    """A node that opens when clicked or entered. Setters are silent; what the user does are signals."""

    opened = pyqtSignal()
    switched = pyqtSignal(bool)
    stepped = pyqtSignal(int)  # to the neighbour at the left (−1) or right (+1)
    parameterChosen = pyqtSignal(str)
    parameterPointed = pyqtSignal(str)  # '' when the pointer leaves

    def __init__(self, face: NodeFace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.face = face
        self.chips = tuple(self._new_chip(chip) for chip in face.chips)
        self.switch = Switch(self)
        self.switch.setVisible(not face.is_end)
        self.switch.setEnabled(not face.stays)
        self.switch.clicked.connect(self.switched)
        self._image: QImage | None = None
        self._headline = ""
        self._is_open = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(face.tooltip)
        self.set_on(face.is_on)

    def _new_chip(self, face: ChipFace) -> Chip:
        chip = Chip(face, self)
        chip.clicked.connect(lambda: self.parameterChosen.emit(face.name))
        chip.pointed.connect(lambda on: self.parameterPointed.emit(face.name if on else ""))
        return chip

    # ---- setters, silent

    def set_on(self, is_on: bool) -> None:
        """Draw the step as taking part, or as left out."""
        with QSignalBlocker(self.switch):
            self.switch.setChecked(is_on)
        verb = "off" if is_on else "on"
        self.switch.setToolTip(self.face.stays or f"Switch {self.face.title.lower()} {verb} (Space)")
        self.switch.setAccessibleName(f"{self.face.title}: switch {verb}")
        self._describe()
        self.update()

    def set_open(self, is_open: bool) -> None:
        """Mark it as the one whose picture is shown large."""
        self._is_open = is_open
        self.update()

    def set_headline(self, words: str) -> None:
        """The figure under the picture."""
        if words != self._headline:
            self._headline = words
            self._describe()
            self.update()

    def set_image(self, image: QImage | None) -> None:
        """The small picture."""
        self._image = image
        self.update()

    def set_acting(self, names: frozenset[str]) -> None:
        """Parameters that change something now; chips of others are dimmed."""
        for chip in self.chips:
            chip.setEnabled(chip.face.name in names)

    @property
    def is_on(self) -> bool:
        """Whether the step takes part."""
        return self.switch.isChecked()

    @property
    def headline(self) -> str:
        """The figure under the picture."""
        return self._headline

    @property
    def image(self) -> QImage | None:
        """The small picture."""
        return self._image

    def _describe(self) -> None:
        state = "" if self.face.is_end else ", on" if self.is_on else ", off"
        self.setAccessibleName(f"{self.face.symbol} {self.face.title}{state}")
        self.setAccessibleDescription(f"{self._headline}. Enter opens it, Space switches it off and on.")

    # ---- geometry

    def least_width(self) -> int:
        """Room for title, switch and the chips in at most two rows."""
        if not self.face.has_picture:
            return theme.px(28)
        chips = [chip.sizeHint().width() + theme.px(3) for chip in self.chips]
        rows = 2 if len(chips) > 4 else 1
        return max(theme.px(54 if self.face.is_end else 64), sum(chips) // rows + theme.px(10))

    def height_for(self, width: int) -> int:
        """The height at which the picture fills the width."""
        side = width - 2 * theme.px(6) if self.face.has_picture else 0
        return side + self._height_of_words()

    def _height_of_words(self) -> int:
        chip = round(QFontMetricsF(theme.small_font()).height()) + theme.px(3)
        rows = len(self._chip_rows(max(self.width(), self.least_width()))) if self.chips else 1
        return self._title_height() + self._line_height() + rows * chip + theme.px(8)

    def _title_height(self) -> int:
        return self.fontMetrics().height() + theme.px(6)

    def _line_height(self) -> int:
        return round(QFontMetricsF(theme.small_font()).height()) + theme.px(2)

    def _picture_frame(self) -> QRectF:
        margin = theme.px(6)
        room = self.height() - self._height_of_words()
        side = max(min(self.width() - 2 * margin, room), 0)
        return QRectF((self.width() - side) / 2, self._title_height(), side, side)

    def _chip_rows(self, width: int) -> list[list[Chip]]:
        rows: list[list[Chip]] = [[]]
        room = left = width - theme.px(8)
        for chip in self.chips:
            needed = chip.sizeHint().width() + theme.px(3)
            if needed > left and rows[-1]:
                rows.append([])
                left = room
            rows[-1].append(chip)
            left -= needed
        return rows

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Switch at the top right, chips in centred rows at the bottom."""
        self._arrange()

    def _arrange(self) -> None:
        hint, margin = self.switch.sizeHint(), theme.px(6)
        top = (self._title_height() - hint.height()) // 2
        self.switch.setGeometry(QRect(QPoint(self.width() - hint.width() - margin, top), hint))
        if not self.chips:
            return
        rows = self._chip_rows(self.width())
        height, gap = self.chips[0].sizeHint().height(), theme.px(3)
        y = self.height() - len(rows) * (height + gap) - theme.px(2)
        for row in rows:
            total = sum(chip.sizeHint().width() + gap for chip in row) - gap
            x = (self.width() - total) // 2
            for chip in row:
                chip.setGeometry(x, y, chip.sizeHint().width(), height)
                x += chip.width() + gap
            y += height + gap

    def changeEvent(self, event: QEvent | None) -> None:
        """Sizes follow the interface scale."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.StyleChange:
            self._arrange()

    # ---- painting

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Card, title, picture and figure; all but the frame faded while it is off."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_card(painter)
        painter.setOpacity(1.0 if self.is_on else _OFF_OPACITY)
        self._paint_title(painter)
        if self.face.has_picture:
            frame = self._picture_frame()
            _paint_picture(painter, frame, self._image)
            painter.setFont(theme.small_font())
            painter.setPen(theme.colour("text"))
            below = QRectF(0, frame.bottom() + theme.px(1), self.width(), self._line_height())
            words = QFontMetricsF(painter.font()).elidedText(
                self._headline, Qt.TextElideMode.ElideRight, below.width() - theme.px(4)
            )
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, words)

    def _paint_card(self, painter: QPainter) -> None:
        thick = theme.px(2) if self._is_open or self.hasFocus() else 1
        border = "accent" if self._is_open or self.hasFocus() else "border"
        style = Qt.PenStyle.SolidLine if self.is_on else Qt.PenStyle.DashLine
        painter.setPen(QPen(theme.colour(border), thick, style))
        painter.setBrush(theme.colour("raised" if self._is_open else "field"))
        card = QRectF(self.rect()).adjusted(thick / 2, thick / 2, -thick / 2, -thick / 2)
        painter.drawRoundedRect(card, theme.px(5), theme.px(5))
        if self.hasFocus():
            painter.setPen(QPen(theme.colour("accent", 0.6), 1, Qt.PenStyle.DotLine))
            painter.drawRoundedRect(card.adjusted(3, 3, -3, -3), theme.px(4), theme.px(4))

    def _paint_title(self, painter: QPainter) -> None:
        font = QFont(self.font())
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(theme.colour("text"))
        if not self.face.has_picture:
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.face.symbol)
            return
        margin, height = theme.px(7), self._title_height()
        painter.drawText(
            QRectF(margin, 0, self.width(), height), Qt.AlignmentFlag.AlignVCenter, self.face.symbol
        )
        left = margin + QFontMetricsF(font).horizontalAdvance(self.face.symbol) + theme.px(6)
        right = self.width() - margin if self.face.is_end else self.switch.x() - theme.px(4)
        painter.setFont(theme.small_font())
        painter.setPen(theme.colour("muted"))
        title = QFontMetricsF(painter.font()).elidedText(
            self.face.title, Qt.TextElideMode.ElideRight, right - left
        )
        if title == self.face.title or len(title) > 6:  # a few letters with … would say nothing
            painter.drawText(QRectF(left, 0, right - left, height), Qt.AlignmentFlag.AlignVCenter, title)

    # ---- from the user

    def event(self, event: QEvent | None) -> bool:
        """Its own keys are its own, whatever the window does with them elsewhere."""
        return claims(event, _OWN_KEYS) or super().event(event)

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """Open it."""
        if event is not None and event.button() == Qt.MouseButton.LeftButton:
            self.opened.emit()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Enter opens, Space switches, arrows go to neighbours and chips."""
        if event is None:
            return
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit()
        elif key == Qt.Key.Key_Space:
            self._toggle()
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._step(-1 if key == Qt.Key.Key_Left else 1)
        elif key == Qt.Key.Key_Down and self.chips:
            self.chips[0].setFocus()
        elif key == Qt.Key.Key_Up:
            self.setFocus()
        else:
            super().keyPressEvent(event)

    def _step(self, step: int) -> None:
        """Among the chips when one has the keyboard, else to the neighbour."""
        focused = [number for number, chip in enumerate(self.chips) if chip.hasFocus()]
        if focused:
            self.chips[(focused[0] + step) % len(self.chips)].setFocus()
        else:
            self.stepped.emit(step)

    def _toggle(self) -> None:
        if self.face.is_end:
            return
        if not self.face.stays:
            self.switched.emit(not self.is_on)
        else:
            QToolTip.showText(self.mapToGlobal(self.rect().center()), self.face.stays, self)


def _paint_picture(painter: QPainter, frame: QRectF, image: QImage | None) -> None:
    """The whole image on the ground of images, in the middle of `frame`."""
    painter.fillRect(frame, theme.colour("canvas"))
    if image is None:
        return
    size = image.size().scaled(frame.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
    at = QRectF(QPointF(0, 0), size.toSizeF())
    at.moveCenter(frame.center())
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(at, image)
