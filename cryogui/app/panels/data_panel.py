"""Files and their scenes, the facts of the chosen one, and every issue found while opening."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Protocol

from PyQt6.QtCore import QEvent, QSignalBlocker, QSize, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QAction, QKeySequence
from PyQt6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from cryogui.app import theme
from cryogui.app.views.card import Card, ElidedLabel, rule

_TONES = {"error": "bad", "warning": "warn", "note": "muted"}
_ROW_HEIGHT = 23
_MARKS = {"error": "✕", "warning": "!", "note": "·"}


class IssueLike(Protocol):
    """What the panel needs to know of an issue."""

    @property
    def severity(self) -> str: ...
    @property
    def where(self) -> str: ...
    @property
    def what(self) -> str: ...
    @property
    def mend(self) -> str: ...


@dataclass(frozen=True)
class SceneEntry:
    """One scene as the panel shows it."""

    title: str
    facts: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()  # what is missing, in plain words


@dataclass(frozen=True)
class FileEntry:
    """One open file as the panel shows it."""

    title: str
    path: str
    scenes: tuple[SceneEntry, ...] = ()
    issues: tuple[IssueLike, ...] = ()


class DataPanel(Card):
    """Chooses a scene and tells what is known of it."""

    sceneChosen = pyqtSignal(int, int)  # file, scene
    closeRequested = pyqtSignal(int)

    least_width = 100

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Data", parent=parent)
        self._files: tuple[FileEntry, ...] = ()
        self._current: tuple[int, int] | None = None
        self._restyle = QTimer(self)
        self._restyle.setSingleShot(True)
        self._restyle.timeout.connect(self._on_restyle)
        self.tree = self._new_tree()
        self.hint = QLabel("Open a tier, a tilt series or a volume: Ctrl+O, or drop the file here.")
        self.hint.setWordWrap(True)
        theme.set_role(self.hint, role="muted")
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setAccessibleName("what is known of the scene")
        self._scroll.setToolTip("What the file says, what it lacks, and what was found on opening")
        self.body.addWidget(self.hint)
        self.body.addWidget(self.tree, 2)
        self.body.addWidget(self._scroll, 3)
        self._show_about()

    def _new_tree(self) -> QTreeWidget:
        tree = QTreeWidget()
        tree.setHeaderHidden(True)
        tree.setRootIsDecorated(False)
        tree.setIndentation(theme.px(16))
        tree.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        tree.setAccessibleName("open files and their scenes")
        tree.setToolTip("Choose a scene; Delete closes its file")
        tree.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        tree.currentItemChanged.connect(lambda item, _: self._on_item_chosen(item))
        close = QAction("Close file", tree)
        close.setShortcut(QKeySequence(Qt.Key.Key_Delete))
        close.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        close.triggered.connect(self._on_close)
        tree.addAction(close)
        return tree

    # ---- setters, silent

    def set_files(self, files: Sequence[FileEntry]) -> None:
        """Show these files; the choice stays where it still exists."""
        self._files = tuple(files)
        with QSignalBlocker(self.tree):
            self.tree.clear()
            for index, entry in enumerate(self._files):
                self.tree.addTopLevelItem(self._file_item(index, entry))
            self.tree.expandAll()
        rows = sum(1 + len(entry.scenes) for entry in self._files)
        self.tree.setMaximumHeight((rows + 1) * theme.px(_ROW_HEIGHT))
        current = self._current
        self._current = None
        if current is not None and self._exists(*current):
            self.set_current(*current)
        else:
            self._show_about()

    def set_current(self, file_index: int, scene_index: int) -> None:
        """Choose a scene and show its facts."""
        self._current = (file_index, scene_index) if self._exists(file_index, scene_index) else None
        with QSignalBlocker(self.tree):
            top = self.tree.topLevelItem(file_index) if self._current else None
            self.tree.setCurrentItem(top.child(scene_index) if top is not None else None)
        self._show_about()

    def set_busy(self, path: str | None) -> None:
        """Say that `path` is being opened; None when it is done."""
        self.set_caption("" if path is None else f"opening {path.rsplit('/', 1)[-1]} …")

    def _exists(self, file_index: int, scene_index: int) -> bool:
        return 0 <= file_index < len(self._files) and 0 <= scene_index < len(self._files[file_index].scenes)

    def changeEvent(self, event: QEvent | None) -> None:
        """Colours and sizes of a new theme, once Qt has told every widget: none may go while it does."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.StyleChange:
            self._restyle.start()

    def _on_restyle(self) -> None:
        # A method and no lambda: PyQt then lets go of a panel that Python collects while the timer runs.
        self.set_files(self._files)

    # ---- tree

    def _file_item(self, index: int, entry: FileEntry) -> QTreeWidgetItem:
        item = _tree_item(entry.title, "text")
        font = item.font(0)
        font.setBold(True)
        item.setFont(0, font)
        item.setToolTip(0, entry.path)
        item.setData(0, Qt.ItemDataRole.UserRole, (index, 0))
        for number, scene in enumerate(entry.scenes):
            child = _tree_item(scene.title, "muted")
            child.setToolTip(0, scene.title)
            child.setData(0, Qt.ItemDataRole.UserRole, (index, number))
            item.addChild(child)
        return item

    def _on_item_chosen(self, item: QTreeWidgetItem | None) -> None:
        if item is None:
            return
        file_index, scene_index = item.data(0, Qt.ItemDataRole.UserRole)
        if (file_index, scene_index) != self._current and self._exists(file_index, scene_index):
            self.set_current(file_index, scene_index)
            self.sceneChosen.emit(file_index, scene_index)

    def _on_close(self) -> None:
        item = self.tree.currentItem()
        if item is not None:
            self.closeRequested.emit(item.data(0, Qt.ItemDataRole.UserRole)[0])

    # ---- facts and issues

    def _show_about(self) -> None:
        self.hint.setVisible(not self._files)
        self.tree.setVisible(bool(self._files))
        page = QWidget()
        theme.set_role(page, role="page")
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, theme.px(4), 0)
        column.setSpacing(theme.px(5))
        if self._current is not None:
            entry = self._files[self._current[0]]
            scene = entry.scenes[self._current[1]]
            column.addWidget(rule())
            for name, value in scene.facts:
                column.addLayout(_fact_row(name, value))
            for note in scene.notes:
                column.addWidget(_wrapped(f"· {note}", "muted"))
            column.addWidget(rule())
            for label in _issue_labels(entry.issues, len(scene.notes)):
                column.addWidget(label)
        column.addStretch(1)
        self._scroll.setWidget(page)


def _tree_item(words: str, tint: str) -> QTreeWidgetItem:
    item = QTreeWidgetItem([words])
    item.setSizeHint(0, QSize(0, theme.px(_ROW_HEIGHT)))
    item.setForeground(0, theme.colour(tint))
    return item


def _fact_row(name: str, value: str) -> QHBoxLayout:
    row, left, right = QHBoxLayout(), QLabel(name), _value_label(value)
    theme.set_role(left, role="muted")
    left.setAlignment(Qt.AlignmentFlag.AlignTop)
    right.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
    row.setSpacing(theme.px(10))
    row.addWidget(left)
    row.addWidget(right, 1)
    return row


def _value_label(value: str) -> QLabel:
    """Words wrap; a long number or path cannot, and is shortened."""
    if " " not in value:
        return ElidedLabel(value)
    label = QLabel(value)
    label.setWordWrap(True)
    return label


def _issue_labels(issues: Sequence[IssueLike], notes: int) -> list[QLabel]:
    if not issues and not notes:
        return [_wrapped("✓ sound file", "good")]
    if not issues:
        return [_wrapped(f"sound file, {notes} {'note' if notes == 1 else 'notes'}", "muted")]
    return [_issue_label(issue) for issue in issues]


def _issue_label(issue: IssueLike) -> QLabel:
    tone = _TONES.get(issue.severity, "muted")
    mend = f" <span style='color:{theme.palette().muted}'>{escape(issue.mend)}</span>" if issue.mend else ""
    label = _wrapped(f"{_MARKS.get(issue.severity, '·')} {escape(issue.what)}{mend}", tone)
    label.setTextFormat(Qt.TextFormat.RichText)
    label.setToolTip(escape(f"{issue.severity} at {issue.where}") if issue.where else escape(issue.severity))
    return label


def _wrapped(text: str, tone: str) -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    theme.set_role(label, **({"role": "muted"} if tone == "muted" else {"tone": tone}))
    return label
