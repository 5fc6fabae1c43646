"""One theme dresses everything, in dark and in light."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtGui import QColor
from PyQt6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget

from cryogui.app import theme
from cryogui.app.icons import IconButton, icon
from cryogui.app.panels.choice_box import ChoiceBox
from cryogui.app.panels.data_panel import DataPanel, FileEntry, SceneEntry
from cryogui.app.panels.scoreboard import ScoreBoard
from cryogui.app.views.card import Card
from cryogui.app.window import MainWindow


@pytest.fixture(autouse=True)
def undressed(qapp: QApplication) -> Iterator[None]:
    yield
    theme.undress(qapp)
    theme.apply_theme(qapp, "dark")


def _contrast(first: str, second: str) -> float:
    def luminance(colour: str) -> float:
        channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    bright, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("palette", [theme.DARK, theme.LIGHT], ids=lambda p: p.name)
@pytest.mark.parametrize("ink", ["text", "muted", "accent", "good", "warn", "bad"])
def test_words_are_readable_on_cards(palette: theme.Palette, ink: str) -> None:
    """WCAG asks for 4.5; large figures may do with less, and these colours also write small words."""
    assert _contrast(getattr(palette, ink), palette.card) >= 4.0


@pytest.mark.parametrize("mode", ["dark", "light"])
def test_style_sheet_names_no_unknown_colour(qapp: QApplication, mode: theme.Mode) -> None:
    theme.apply_theme(qapp, mode)
    assert theme.palette().name == mode
    assert not re.search(r"@\w+", qapp.styleSheet())


def test_scale_enlarges_type_and_lengths(qapp: QApplication) -> None:
    theme.apply_theme(qapp, "dark", 1.0)
    size, length = qapp.font().pointSizeF(), theme.px(10)
    theme.apply_theme(qapp, "dark", 1.5)
    assert qapp.font().pointSizeF() == pytest.approx(1.5 * size)
    assert theme.px(10) == pytest.approx(1.5 * length)


def test_tone_colours_a_label(qtbot, qapp: QApplication) -> None:
    theme.apply_theme(qapp, "light")
    label = QLabel("0.312")
    qtbot.addWidget(label)
    theme.set_role(label, tone="bad")
    label.show()
    assert label.palette().color(label.foregroundRole()).name() == theme.LIGHT.bad


@pytest.mark.parametrize("name", ["play", "pause", "lock", "unlock", "reset", "close", "copy"])
def test_every_icon_has_ink(qapp: QApplication, name: str) -> None:
    image = icon(name, "accent").pixmap(16, 16).toImage()
    alphas = [image.pixelColor(x, y).alpha() for x in range(image.width()) for y in range(image.height())]
    assert max(alphas) > 240


def test_icon_button_follows_the_theme(qtbot, qapp: QApplication) -> None:
    theme.apply_theme(qapp, "dark")
    button = IconButton("play", "Play")
    qtbot.addWidget(button)
    button.show()
    before = button.icon().pixmap(14, 14).toImage()
    theme.apply_theme(qapp, "light")
    assert button.icon().pixmap(14, 14).toImage() != before
    assert button.accessibleName() == "Play"


def test_an_icon_is_drawn_once_for_all_buttons_and_themes(qapp: QApplication) -> None:
    theme.apply_theme(qapp, "dark")
    dark = icon("play")
    assert icon("play") is dark
    assert icon("play", "accent") is not dark
    theme.apply_theme(qapp, "light")
    assert icon("play").pixmap(16, 16).toImage() != dark.pixmap(16, 16).toImage()
    theme.apply_theme(qapp, "dark")
    assert icon("play") is dark


class Watched(QWidget):
    """Counts how often it is styled."""

    styled = 0

    def changeEvent(self, event: QEvent | None) -> None:
        super().changeEvent(event)
        self.styled += event is not None and event.type() == QEvent.Type.StyleChange


def test_the_same_theme_again_styles_nothing_anew(qtbot, qapp: QApplication) -> None:
    theme.apply_theme(qapp, "dark")
    widget = Watched()
    qtbot.addWidget(widget)
    widget.show()
    before = widget.styled
    theme.apply_theme(qapp, "dark")
    assert widget.styled == before
    theme.apply_theme(qapp, "light")
    assert widget.styled > before


def test_what_is_put_together_undressed_is_styled_once(qtbot, qapp: QApplication) -> None:
    theme.apply_theme(qapp, "dark")
    sheet = qapp.styleSheet()
    with theme.undressed(qapp):
        assert not qapp.styleSheet()
        whole = part = Watched()
        for _ in range(5):
            larger = QWidget()
            QVBoxLayout(larger).addWidget(whole)
            whole = larger
        assert part.styled == 0
    qtbot.addWidget(whole)
    assert part.styled == 1
    assert qapp.styleSheet() == sheet


def test_nothing_that_is_undressed_is_taken_for_dressed(qtbot, qapp: QApplication) -> None:
    """Qt would not tell the next style sheet that it has gone, and crash when that is taken off again."""
    theme.apply_theme(qapp, "dark")
    window = MainWindow()
    qtbot.addWidget(window)
    window.show()
    dressed = Qt.WidgetAttribute.WA_StyleSheet
    docks = list(window.workspace.panels.values())
    assert all(dock.testAttribute(dressed) for dock in docks)
    theme.undress(qapp)
    assert not any(widget.testAttribute(dressed) for widget in qapp.allWidgets())
    theme.apply_theme(qapp, "light")
    assert all(dock.testAttribute(dressed) for dock in docks)


def test_a_theme_chosen_while_undressed_is_worn_afterwards(qapp: QApplication) -> None:
    theme.apply_theme(qapp, "light")
    light = qapp.styleSheet()
    theme.apply_theme(qapp, "dark")
    with theme.undressed(qapp):
        theme.apply_theme(qapp, "light")
    assert qapp.styleSheet() == light


def test_changing_theme_and_scale_again_and_again_leaves_a_full_panel_whole(
    qtbot, qapp: QApplication
) -> None:
    """Rebuilding widgets while Qt restyles them would crash."""
    panel = DataPanel()
    qtbot.addWidget(panel)
    panel.set_files([FileEntry("a.h5", "/a.h5", (SceneEntry("vesicles", (("pixel", "8.0 Å"),)),))])
    panel.set_current(0, 0)
    panel.show()
    for mode, scale in (("light", 1.3), ("dark", 1.0), ("light", 0.8)):
        theme.apply_theme(qapp, mode, scale)
        qapp.processEvents()
    assert panel.tree.currentItem().text(0) == "vesicles"


def test_large_figures_follow_the_scale(qtbot, qapp: QApplication) -> None:
    board = ScoreBoard()
    qtbot.addWidget(board)
    board.show()
    heights = []
    for scale in (1.0, 1.5):
        theme.apply_theme(qapp, "dark", scale)
        heights.append(board.residual.number.sizeHint().height())
    assert heights[1] > 1.3 * heights[0]


@pytest.mark.parametrize("mode", ["dark", "light"])
def test_choice_box_is_flat_with_a_chevron(qtbot, qapp: QApplication, mode: theme.Mode) -> None:
    """No bevelled field at the right: every row but those of the chevron is of one colour there."""
    theme.apply_theme(qapp, mode)
    box = ChoiceBox()
    qtbot.addWidget(box)
    box.addItem("truth")
    box.resize(150, 30)
    box.show()
    image = box.grab().toImage()
    field, right = QColor(theme.palette().field), range(box.width() - 26, box.width() - 4)
    rows = {y: {image.pixelColor(x, y).rgb() for x in right} for y in range(3, box.height() - 3)}
    plain = [y for y, colours in rows.items() if colours == {field.rgb()}]
    assert len(plain) >= len(rows) - theme.px(8)
    assert len(plain) < len(rows)


@pytest.mark.parametrize("title", ["", "Data"])
def test_a_card_without_words_wastes_no_line(qtbot, title: str) -> None:
    card = Card(title)
    qtbot.addWidget(card)
    assert card.title_label.isHidden() == card.caption_label.isHidden() == (not title)
    card.set_caption("opening …")
    assert not card.caption_label.isHidden()
