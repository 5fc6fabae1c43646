"""One line for whatever went wrong: several messages are counted, and each goes with its cause."""

from __future__ import annotations

from typing import Any

import pytest
from PyQt6.QtWidgets import QApplication

from cryogui.app.panels.message_bar import MessageBar, Topic


@pytest.fixture
def bar(qtbot: Any) -> MessageBar:
    made = MessageBar()
    qtbot.addWidget(made)
    return made


def test_several_refusals_are_counted_and_all_kept(bar: MessageBar) -> None:
    bar.show_error("a.h5 is no tier.", "", Topic.FILES)
    bar.show_error("b.h5 is cut short.", "OSError: truncated", Topic.FILES)
    bar.show_error("b.h5 is cut short.", "OSError: truncated", Topic.FILES)
    assert bar.sentence.text() == "2 files were refused."
    assert not bar.detail_button.isHidden()
    bar.copy_button.click()
    for part in ("2 files were refused.", "a.h5 is no tier.", "b.h5 is cut short.", "OSError: truncated"):
        assert part in QApplication.clipboard().text()


def test_a_message_goes_with_its_cause_and_the_others_stay(bar: MessageBar) -> None:
    bar.show_error("a.h5 is no tier.", "", Topic.FILES)
    bar.show_error("There is not enough memory.", "", Topic.SCENE)
    assert bar.sentence.text() == "a.h5 is no tier. There is not enough memory."
    bar.retract(Topic.SCENE)
    assert bar.sentence.text() == "a.h5 is no tier."
    assert not bar.isHidden()
    bar.retract(Topic.FILES)
    assert bar.isHidden()


def test_what_was_dismissed_is_not_counted_again(bar: MessageBar) -> None:
    bar.show_error("a.h5 is no tier.", "", Topic.FILES)
    bar.dismiss()
    bar.show_error("b.h5 is no tier.", "", Topic.FILES)
    assert bar.sentence.text() == "b.h5 is no tier."


@pytest.mark.parametrize(
    ("detail", "hidden"), [("", True), ("a.h5 is no tier.", True), ("OSError: truncated", False)]
)
def test_a_detail_that_repeats_the_sentence_is_not_offered(
    bar: MessageBar, detail: str, hidden: bool
) -> None:
    bar.show_error("a.h5 is no tier.", detail, Topic.FILES)
    assert bar.detail_button.isHidden() is hidden


def test_a_list_of_findings_does_not_begin_with_the_sentence_again(bar: MessageBar) -> None:
    bar.show_error("a.mrc is cut short.", "a.mrc is cut short.\na.mrc has no stamp.", Topic.FILES)
    assert bar.detail.toPlainText() == "a.mrc has no stamp."
