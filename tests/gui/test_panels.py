"""Scores, data and messages: what they show, what they say, what they keep quiet about."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget

from cryogui.app import theme
from cryogui.app.panels.data_panel import DataPanel, FileEntry, SceneEntry
from cryogui.app.panels.message_bar import MessageBar
from cryogui.app.panels.scoreboard import ScoreBoard, floor_note, residual_tone
from cryogui.app.present.pictures import OWN_RESIDUAL
from cryogui.app.views.card import ElidedLabel
from cryogui.app.views.figure_table import FigureTable


@dataclass(frozen=True)
class Issue:
    severity: str
    where: str
    what: str
    mend: str


@pytest.mark.parametrize(
    ("residual", "floor", "tone"),
    [
        (0.12, 0.12, "good"),
        (0.17, 0.12, "warn"),
        (0.3, 0.12, "bad"),
        (0.11, 0.12, "good"),
        (0.08, 0.12, "warn"),  # over-fitted
        (0.0, 0.12, "warn"),
        (0.3, None, "plain"),
        (None, 0.1, "plain"),
    ],
)
def test_residual_is_judged_against_the_noise(residual, floor, tone) -> None:
    assert residual_tone(residual, floor) == tone


@pytest.mark.parametrize(
    ("residual", "floor", "words", "tone"),
    [
        (0.376, 0.1, "3.8 × noise floor 0.100", "bad"),
        (0.101, 0.1, "1.0 × noise floor 0.100", "good"),
        (0.05, 0.1, "below the noise floor 0.100: x was fitted to these images", "warn"),
        (None, 0.1, "noise floor 0.100", "plain"),
        (0.3, None, "", "plain"),
    ],
)
def test_the_note_puts_the_residual_in_terms_of_the_noise(residual, floor, words, tone) -> None:
    assert floor_note(residual, floor) == (words, tone)


def test_nothing_below_the_scores_moves_when_the_note_becomes_longer(qtbot) -> None:
    board = ScoreBoard()
    window, below = QWidget(), QLabel("a slider")
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    column.addWidget(board)
    column.addWidget(below, 1)
    window.resize(340, 300)
    window.show()
    heights = []
    for note in ("", "1.0 × noise floor 0.124", f"1.0 × noise floor 0.124. {OWN_RESIDUAL}."):
        board.set_note(note)
        QApplication.processEvents()
        heights.append(below.y())
    assert len(set(heights)) == 1
    assert board.note.heightForWidth(320) > board.note.fontMetrics().height() * 1.5, "the last is two lines"


def test_scores_are_shown_and_dimmed_when_stale(qtbot) -> None:
    board = ScoreBoard()
    qtbot.addWidget(board)
    board.set_misfit(0.312, 0.688, 0.124)
    board.set_scores(26.84, 0.897, 0.645, 0.541)
    assert board.residual.number.text() == "0.312"
    assert board.residual.number.property("tone") == "bad"
    assert board.psnr.number.text() == "26.8 dB"
    board.set_misfit(0.312, 0.688, 0.124, stale=True)
    assert board.residual.number.property("tone") == "stale"


def test_a_missing_score_is_a_dash_that_says_why(qtbot) -> None:
    board = ScoreBoard()
    qtbot.addWidget(board)
    board.set_scores(None, None, None, None, reason="the truth is withheld in this tier.")
    assert board.blind.number.text() == "—"
    assert "withheld" in board.blind.toolTip()
    board.set_scores(20.0, 0.5, 0.4, 0.45)
    assert "withheld" not in board.blind.toolTip()


FILES = (
    FileEntry(
        "a.h5",
        "/data/a.h5",
        (
            SceneEntry("crowded cytosol", (("pixel", "10.0 Å"),), ("no truth in this file",)),
            SceneEntry("vesicles", (("pixel", "8.0 Å"),)),
        ),
        (Issue("error", "/y", "y holds <infinite> values.", "Record it again."),),
    ),
    FileEntry("b.mrc", "/data/b.mrc", (SceneEntry("91 tilts"),)),
)


@pytest.fixture
def panel(qtbot) -> DataPanel:
    widget = DataPanel()
    qtbot.addWidget(widget)
    widget.set_files(FILES)
    return widget


def words(panel: DataPanel) -> list[str]:
    return [label.text() for label in panel._scroll.widget().findChildren(QLabel)]


def test_setters_choose_silently_and_show_facts(qtbot, panel) -> None:
    with qtbot.assertNotEmitted(panel.sceneChosen):
        panel.set_current(0, 0)
    shown = words(panel)
    assert "10.0 Å" in shown
    assert "· no truth in this file" in shown
    assert any("&lt;infinite&gt;" in text and "Record it again." in text for text in shown)


def test_choosing_a_scene_is_announced_once(qtbot, panel) -> None:
    heard: list[tuple[int, int]] = []
    panel.sceneChosen.connect(lambda *args: heard.append(args))
    panel.tree.setCurrentItem(panel.tree.topLevelItem(0).child(1))
    panel.tree.setCurrentItem(panel.tree.topLevelItem(1))  # a file means its first scene
    assert heard == [(0, 1), (1, 0)]


def test_a_file_without_issues_says_so_and_counts_its_notes(panel) -> None:
    panel.set_current(1, 0)
    assert "✓ sound file" in words(panel)
    panel.set_files((FileEntry("c.h5", "/c.h5", (SceneEntry("one", (), ("no truth", "no pixel size")),)),))
    panel.set_current(0, 0)
    assert "sound file, 2 notes" in words(panel)


def test_choice_stays_when_files_are_added(panel) -> None:
    panel.set_current(0, 1)
    panel.set_files((*FILES, FileEntry("c.h5", "/data/c.h5")))
    assert panel.tree.currentItem().text(0) == "vesicles"
    assert "8.0 Å" in words(panel)


def test_delete_key_asks_to_close_the_file(qtbot, panel) -> None:
    with qtbot.waitExposed(panel):
        panel.show()
    panel.activateWindow()
    panel.set_current(1, 0)
    panel.tree.setFocus()
    with qtbot.waitSignal(panel.closeRequested) as closed:
        panel.tree.actions()[0].trigger()
    assert closed.args == [1]


def test_without_files_the_panel_tells_how_to_open_one(panel) -> None:
    panel.set_files(())
    assert not panel.hint.isHidden()
    assert panel.tree.isHidden()


def test_busy_path_is_named(panel) -> None:
    panel.set_busy("/somewhere/big.mrc")
    assert panel.caption_label.text() == "opening big.mrc …"
    panel.set_busy(None)
    assert panel.caption_label.text() == ""


def test_error_is_shown_copied_and_dismissed(qtbot) -> None:
    bar = MessageBar()
    qtbot.addWidget(bar)
    assert bar.isHidden()
    bar.show_error("a.h5 is cut short; copy it again.", "OSError: truncated")
    assert not bar.isHidden()
    assert bar.detail.isHidden()
    bar.detail_button.click()
    assert not bar.detail.isHidden()
    bar.copy_button.click()
    assert QApplication.clipboard().text() == "a.h5 is cut short; copy it again.\n\nOSError: truncated"
    with qtbot.waitSignal(bar.dismissed):
        qtbot.mouseClick(bar.close_button, Qt.MouseButton.LeftButton)
    assert bar.isHidden()


def test_markup_in_a_message_is_not_obeyed(qtbot) -> None:
    bar = MessageBar()
    qtbot.addWidget(bar)
    bar.show_error("<b>x</b>")
    assert bar.sentence.textFormat() == Qt.TextFormat.PlainText


def test_shortened_text_is_told_in_a_tooltip(qtbot) -> None:
    label = ElidedLabel("a rather long name of a file.h5")
    qtbot.addWidget(label)
    label.resize(60, 20)
    label.show()
    assert label.toolTip() == label.text()
    label.resize(600, 20)
    assert label.toolTip() == ""


def test_a_table_shows_every_column_and_cuts_long_words(qtbot) -> None:
    table = FigureTable("scores", "of runs")
    qtbot.addWidget(table)
    table.resize(520, 200)
    table.show()
    long = "epochs 3, batch 8, refinements 5, and more of the like"
    table.set_cells(["", "a", "b", "c", "d"], [["PSNR", *["28.1 dB"] * 4], ["options", *[long] * 4]])
    header = table.horizontalHeader()
    assert header.length() <= table.viewport().width()
    assert min(header.sectionSize(at) for at in range(5)) >= theme.px(40)
    table.set_cells(["", "a"], [["a rather long name", "28.1 dB"]])
    assert header.sectionSize(0) >= table.sizeHintForColumn(0)
