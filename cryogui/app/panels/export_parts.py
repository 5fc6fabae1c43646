"""What the export dialogs are made of: choices of looks, the file's name, a preview, how far it is."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtCore import QObject, QSignalBlocker, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QImage, QPainter, QPaintEvent
from PyQt6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from cryogui.app import theme
from cryogui.app.export.plate import Look
from cryogui.app.panels.choice_box import ChoiceBox
from cryogui.app.views.progress import ProgressLine

SCALES = (1, 2, 3, 4)
SWITCHES = (
    ("words", "Title", "The pane's name and which image it shows"),
    ("scale_bar", "Scale bar", "A bar of a round length in Å, nm or µm"),
    ("colour_bar", "Colour bar", "Which value has which grey or colour, with its unit"),
    ("marks", "Cursor, lines, axes", "The cross, slice lines, tilt axis and the triad of axes"),
    (
        "visible_part",
        "Visible part only",
        "What the pane shows now, zoomed and panned, in place of all of it",
    ),
    ("white_page", "White page", "Words on white, for papers and slides; else as dark as the window"),
)
"""Fields of a look, in words."""


class LookForm(QWidget):
    """Size and switches of a picture."""

    changed = pyqtSignal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scale = ChoiceBox()
        self.scale.addItems([f"× {scale}" for scale in SCALES])
        self.scale.setAccessibleName("size of the picture")
        self.scale.setToolTip("× 1 is about as large as on the screen; take more for print")
        self.scale.activated.connect(lambda index: self.changed.emit())
        self.switches: dict[str, QCheckBox] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.px(14))
        grid.setVerticalSpacing(theme.px(5))
        for number, (name, words, tooltip) in enumerate(SWITCHES):
            switch = QCheckBox(words)
            switch.setToolTip(tooltip)
            switch.toggled.connect(lambda on: self.changed.emit())
            self.switches[name] = switch
            grid.addWidget(switch, number // 2, number % 2)
        self.set_look(look)

    def set_look(self, look: Look) -> None:
        """Show another look, without a signal."""
        with QSignalBlocker(self):
            self.scale.setCurrentIndex(SCALES.index(look.scale))
            for name, switch in self.switches.items():
                switch.setChecked(getattr(look, name))

    @property
    def look(self) -> Look:
        """What is chosen."""
        switches = {name: switch.isChecked() for name, switch in self.switches.items()}
        return Look(scale=SCALES[self.scale.currentIndex()], **switches)


class FileField(QObject):
    """A file to be written: proposed until the user names one. Its ending follows the format.

    edit: the path. foot: below it a note, and a button that browses.
    """

    changed = pyqtSignal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._is_own = False
        self._ending = ""
        self.edit = QLineEdit()
        self.edit.setAccessibleName("file to write")
        self.edit.setMinimumWidth(theme.px(300))
        self.edit.textEdited.connect(self._on_edit_edited)
        self.browse = QPushButton("Browse …")
        self.browse.setToolTip("Choose folder and name")
        self.browse.clicked.connect(self._on_browse_clicked)
        self.browse.setAutoDefault(False)
        self.note = QLabel()
        theme.set_role(self.note, role="muted")
        self.foot = QWidget()
        row = QHBoxLayout(self.foot)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.note, 1)
        row.addWidget(self.browse)

    @property
    def path(self) -> Path:
        """The file named."""
        path = Path(self.edit.text().strip()).expanduser()
        return path if path.suffix else path.with_name(f"{path.name or 'picture'}{self._ending}")

    def forget(self) -> None:
        """Take the next proposal, whatever the user has named before."""
        self._is_own = False

    def propose(self, folder: Path, stem: str, ending: str) -> None:
        """Name a file, unless the user has; the ending is always this one."""
        self._ending = ending
        if self._is_own:
            path = self.path
            self.edit.setText(str(path.with_suffix(ending)))
        else:
            self.edit.setText(str(folder / f"{stem}{ending}"))
        self._draw_note()

    def _draw_note(self) -> None:
        exists = self.path.exists()
        self.note.setText("This file exists and will be replaced." if exists else "")
        self.edit.setToolTip(str(self.path))

    def _on_edit_edited(self) -> None:
        self._is_own = True
        self._draw_note()
        self.changed.emit()

    def _on_browse_clicked(self) -> None:
        kind = self._ending.lstrip(".").upper()
        chosen, _ = QFileDialog.getSaveFileName(
            self.edit, "Export as", str(self.path), f"{kind} (*{self._ending});;All files (*)"
        )
        if chosen:
            self._is_own = True
            self.edit.setText(chosen)
            self._draw_note()
            self.changed.emit()

    def refresh(self) -> None:
        """Look again whether the file is there."""
        self._draw_note()


class Preview(QWidget):
    """A picture as large as fits, and a line of words below it or in its place."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image: QImage | None = None
        self._words = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("preview")

    def sizeHint(self) -> QSize:
        """Room for a pane."""
        return QSize(theme.px(420), theme.px(380))

    def minimumSizeHint(self) -> QSize:
        """Enough to recognise something."""
        return QSize(theme.px(240), theme.px(180))

    @property
    def image(self) -> QImage | None:
        """What is shown."""
        return self._image

    @property
    def words(self) -> str:
        """What is said."""
        return self._words

    def set_picture(self, image: QImage | None, words: str) -> None:
        """Show `image`, or `words` alone."""
        self._image, self._words = image, words
        self.setAccessibleDescription(words)
        self.update()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """The picture, shrunk smoothly and never blown up."""
        painter = QPainter(self)
        area = self.rect()
        line = painter.fontMetrics().height() + theme.px(6)
        painter.setPen(theme.colour("muted"))
        if self._image is None:
            words = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(area.adjusted(theme.px(20), 0, -theme.px(20), 0), int(words), self._words)
            return
        painter.drawText(
            area.adjusted(0, area.height() - line, 0, 0), int(Qt.AlignmentFlag.AlignCenter), self._words
        )
        room = area.adjusted(0, 0, 0, -line)
        size = self._image.size()
        if size.width() > room.width() or size.height() > room.height():
            size = size.scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = room.adjusted(0, 0, 0, 0)
        place.setSize(size)
        place.moveCenter(room.center())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(place, self._image)
        painter.setPen(theme.colour("border"))
        painter.drawRect(place.adjusted(-1, -1, 0, 0))


class Outcome(QWidget):
    """How far an export is, and what has come of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line, self.text = ProgressLine(), QLabel(" ")
        self.text.setWordWrap(True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.text.setAccessibleName("outcome of the export")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(10))
        row.addWidget(self.line)
        row.addWidget(self.text, 1)
        self.show_text("")

    def minimumSizeHint(self) -> QSize:
        """Room for two lines from the start: nothing else is crushed when there is something to say."""
        return super().minimumSizeHint().expandedTo(QSize(0, 2 * self.fontMetrics().lineSpacing()))

    def sizeHint(self) -> QSize:
        """The same room at least."""
        return super().sizeHint().expandedTo(self.minimumSizeHint())

    def show_progress(self, fraction: float | None, text: str) -> None:
        """An export is under way."""
        self.line.setVisible(True)
        self.line.set_fraction(fraction)
        self._say(text, "plain")

    def show_text(self, text: str, tone: str = "plain") -> None:
        """It has ended; tone 'good' or 'bad'."""
        self.line.setVisible(False)
        self._say(text, tone)

    def _say(self, text: str, tone: str) -> None:
        self.text.setText(text or " ")
        theme.set_role(self.text, tone=tone)
