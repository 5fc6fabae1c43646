"""What the export dialogs have in common: a form at the left, a preview at the right, a file, an outcome."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PyQt6.QtCore import QEvent, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from cryogui.app import theme
from cryogui.app.export.plate import Look
from cryogui.app.panels.export_parts import FileField, LookForm, Outcome, Preview

Row = tuple[QLabel, QWidget]


class ExportFrame(QDialog):
    """Not modal; kept with what was chosen in it. Subclasses call `_lay_out` with their rows."""

    choiceChanged = pyqtSignal()
    exportRequested = pyqtSignal(Path)
    cancelRequested = pyqtSignal()
    activated = pyqtSignal()  # the user has turned to it: the window may have changed meanwhile

    def __init__(self, title: str, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"{title}  –  cryogui")
        self.look_form, self.file, self.preview = LookForm(look), FileField(self), Preview()
        self.look_form.changed.connect(self.choiceChanged)
        self.outcome = Outcome()
        self.export_button, self.close_button = QPushButton("Export"), QPushButton("Close")
        self.export_button.setProperty("primary", "true")
        self.export_button.setDefault(True)
        self.export_button.clicked.connect(lambda: self.exportRequested.emit(self.file.path))
        self.close_button.setAutoDefault(False)
        self.close_button.clicked.connect(self._on_close_button_clicked)
        self._is_running = False

    def set_running(self, is_running: bool) -> None:
        """While an export runs, closing means cancelling it."""
        self._is_running = is_running
        self.close_button.setText("Cancel" if is_running else "Close")
        self._enable()

    @property
    def is_running(self) -> bool:
        """Whether an export runs that was begun here."""
        return self._is_running

    @property
    def look(self) -> Look:
        """How it is to look."""
        return self.look_form.look

    @property
    def has_choice(self) -> bool:
        """Whether what is chosen can be exported."""
        return True

    def _enable(self) -> None:
        self.export_button.setEnabled(self.has_choice and not self._is_running)

    def _lay_out(self, rows: Sequence[Row]) -> None:
        form = QGridLayout()
        form.setHorizontalSpacing(theme.px(12))
        form.setVerticalSpacing(theme.px(10))
        form.setColumnStretch(1, 1)
        for number, (label, field) in enumerate(rows):
            theme.set_role(label, role="muted")
            label.setBuddy(field)
            is_tall = field.sizeHint().height() > 2 * label.sizeHint().height()
            form.addWidget(label, number, 0, Qt.AlignmentFlag.AlignTop if is_tall else Qt.AlignmentFlag(0))
            form.addWidget(field, number, 1)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        buttons.addWidget(self.export_button)
        left = QVBoxLayout()
        left.addLayout(form)
        left.addStretch(1)
        left.addWidget(self.outcome)
        left.addLayout(buttons)
        row = QHBoxLayout(self)
        row.setContentsMargins(*(theme.px(16),) * 4)
        row.setSpacing(theme.px(18))
        row.addLayout(left)
        row.addWidget(self.preview, 1)

    def event(self, event: QEvent | None) -> bool:
        """Grow with what the outcome says, rather than crush the rows above it."""
        changes_layout = event is not None and event.type() == QEvent.Type.LayoutRequest
        handled = super().event(event)
        if changes_layout:
            layout = self.layout()
            needed = max(layout.totalHeightForWidth(self.width()), layout.totalMinimumSize().height())
            self.resize(self.width(), max(self.height(), needed))
        return handled

    # ---- from the user

    def _on_close_button_clicked(self) -> None:
        if self._is_running:
            self.cancelRequested.emit()
        else:
            self.close()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Escape cancels what runs, and closes the dialog otherwise."""
        if event is not None and event.key() == Qt.Key.Key_Escape:
            self._on_close_button_clicked()
            return
        super().keyPressEvent(event)

    def changeEvent(self, event: QEvent | None) -> None:
        """Tell when the user turns to the dialog again."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.activated.emit()
