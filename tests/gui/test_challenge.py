"""The challenge tab in the real window: its rules follow the file, the theme and the width."""

from __future__ import annotations

from typing import Any

import pytest
from PyQt6.QtCore import QUrl
from PyQt6.QtGui import QTextDocument
from PyQt6.QtWidgets import QApplication

from cryogui.app import theme
from cryogui.app.measure import settle
from cryogui.app.pages.challenge import ChallengePage
from cryogui.app.pages.challenge_rules import Rules
from cryogui.app.pages.challenge_words import PICTURE
from cryogui.app.views.steps_picture import Step, drawn_steps
from cryogui.challenge.card import Card, Wanted
from cryogui.resources import VARIANTS, primitives


def page_of(program: Any) -> Any:
    return next(page for page in program.pages if isinstance(page, ChallengePage))


def shown(program: Any) -> Any:
    program.view.show_tab("challenge")
    settle(program)
    return page_of(program).view


@pytest.fixture
def rules(qtbot: Any) -> Rules:
    widget = Rules()
    qtbot.addWidget(widget)
    widget.resize(700, 500)
    widget.show()
    return widget


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_card_tells_everything_that_is_asked_for(rules: Rules, variant: str) -> None:
    card = Card(
        variant, "dev", "a.h5", (Wanted("sample_00", (24, 24, 24)), Wanted("sample_01", (24, 24, 24)))
    )
    rules.set_card(card)
    words = rules.toPlainText().replace("\xa0", " ")
    for primitive in primitives():
        assert primitive.name in words and primitive.formula in words
    for row in card.mismatch:
        assert row.name in words and row.about.label in words
    for said in (
        "dev ◂",
        "24 × 24 × 24",
        "sample_01",
        "corrected_spec",
        "clip((PSNR−10)/40, 0, 1)",
        "40 %",
        "100 $",
    ):
        assert said in words
    assert "public ◂" not in words and words.count("Primitives") == 1


def test_the_picture_of_the_steps_is_there_in_both_themes(rules: Rules, qapp: QApplication) -> None:
    rules.set_card(Card.blank("cryo_et"))
    pictures = []
    for mode in ("dark", "light"):
        theme.apply_theme(qapp, mode)
        pictures.append(rules.document().resource(QTextDocument.ResourceType.ImageResource, QUrl(PICTURE)))
    theme.undress(qapp)
    assert pictures[0].width() > 300 and pictures[0] != pictures[1]


def test_more_steps_share_the_width(qapp: QApplication) -> None:
    step = Step("C", "Convolution", "(C x)(r) = ∫ h(r − r′) x(r′) dr′")
    widths = [drawn_steps([step] * count, 600, 1.0).width() for count in (1, 2, 4)]
    assert widths[0] < widths[1] <= 600 and widths[2] <= 600


def test_a_wide_card_has_two_columns_and_says_the_same_once(rules: Rules) -> None:
    rules.set_card(Card.blank("cryo_em"))
    narrow = rules.toPlainText()
    rules.resize(1400, 500)
    assert rules.is_wide and sorted(rules.toPlainText().split()) == sorted(narrow.split())
    rules.resize(700, 500)
    assert rules.toPlainText() == narrow


def test_copying_takes_the_selection_or_all(rules: Rules, qapp: QApplication) -> None:
    rules.set_card(Card.blank("cryo_em"))
    rules.copy_all()
    assert "Structured Illumination" in qapp.clipboard().text() and not rules.textCursor().hasSelection()
    assert rules.find("Mismatch")
    rules.copy_all()
    assert qapp.clipboard().text() == "Mismatch"


def test_the_tab_follows_the_file_until_the_other_variant_is_asked_for(lent: Any) -> None:
    view = shown(lent)
    assert (
        "small.h5 is of the public tier" in view.rules.toPlainText()
        and "public ◂" in view.rules.toPlainText()
    )
    assert view.variants.currentText().startswith("Tilt series")
    view.variantChosen.emit("cryo_em")
    settle(lent)
    assert "defocus_error" in view.rules.toPlainText() and "◂" not in view.rules.toPlainText()
    view.variantChosen.emit("cryo_et")
    settle(lent)
    assert lent.store.session.challenge.variant == "" and "public ◂" in view.rules.toPlainText()


def test_the_tab_has_the_place_of_the_images_and_gives_it_back(lent: Any) -> None:
    view = shown(lent)
    assert not lent.screen.window.images.isVisible()
    view.enlarge.click()
    settle(lent)
    assert lent.screen.window.images.isVisible()


def test_without_a_file_both_variants_can_be_read(program: Any) -> None:
    view = shown(program)
    for variant, name in zip(VARIANTS, ("defocus_error", "missing_wedge"), strict=True):
        view.variantChosen.emit(variant)
        settle(program)
        assert name in view.rules.toPlainText() and "No file of this challenge" in view.rules.toPlainText()
