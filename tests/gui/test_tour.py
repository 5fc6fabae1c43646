"""Five steps that point, wait for nothing, and go without a pointer."""

from __future__ import annotations

from typing import Any

import mrcfile
import pytest
from PyQt6.QtCore import QPoint, QRect, Qt
from PyQt6.QtTest import QTest

from cryogui.app.control.tour import STEPS
from cryogui.app.measure import pause, settle, until
from cryogui.app.views.tour_card import beside
from tests.gui.conftest import ball


@pytest.fixture
def toured(opened: Any) -> Any:
    opened.screen.window.activateWindow()
    until(opened.screen.window.isActiveWindow)
    opened.screen.actions.tour.trigger()
    return opened


def test_there_are_five_steps_and_next_ends_after_the_last(toured: Any) -> None:
    card, seen = toured.tour.card, []
    while card.isVisible():
        seen.append((card.title.text(), card.place.text(), card.next_button.text()))
        card.next_button.click()
    assert [title for title, _, _ in seen] == [step.title for step in STEPS]
    assert [place for _, place, _ in seen] == [f"{n} of 5" for n in range(1, 6)]
    assert [word for _, _, word in seen] == ["Next"] * 4 + ["Done"]
    assert card.frame.isHidden()


def test_each_step_points_at_its_part_and_lies_beside_it_within_the_window(toured: Any) -> None:
    window, card = toured.screen.window, toured.tour.card
    window.resize(1280, 800)
    settle(toured)
    for step in STEPS:
        target = step.target(toured.screen)
        area = QRect(target.mapTo(window, QPoint(0, 0)), target.size())
        assert card.frame.isVisible() and card.frame.geometry().contains(area)
        assert not card.geometry().intersects(area), step.title
        assert window.rect().contains(card.geometry())
        card.next_button.click()


def test_back_skip_and_the_keyboard(toured: Any) -> None:
    card = toured.tour.card
    assert card.next_button.hasFocus() and not card.back_button.isEnabled()
    QTest.keyClick(card.next_button, Qt.Key.Key_Return)
    assert card.place.text() == "2 of 5"
    QTest.keyClick(card.next_button, Qt.Key.Key_Space)
    assert card.place.text() == "3 of 5"
    card.back_button.setFocus()
    QTest.keyClick(card.back_button, Qt.Key.Key_Return)
    assert card.place.text() == "2 of 5"
    assert "All images at a glance" in card.next_button.accessibleName()
    QTest.keyClick(card.next_button, Qt.Key.Key_Escape)
    assert card.isHidden()
    assert card.frame.isHidden()


def test_the_window_is_in_use_meanwhile(toured: Any) -> None:
    before = toured.screen.forward.image.copy()
    toured.screen.parameters.specEdited.emit("tilt_axis_offset", 1.0)
    settle(toured)
    assert (toured.screen.forward.image != before).any()
    under = toured.screen.window.childAt(toured.tour.card.frame.geometry().center())
    assert under is not toured.tour.card.frame
    assert toured.tour.card.isVisible()


def titles(program: Any) -> list[str]:
    """All steps of the tour, which is started for it."""
    program.screen.actions.tour.trigger()
    card, seen = program.tour.card, []
    while card.isVisible():
        seen.append(card.title.text())
        assert card.place.text().startswith(f"{len(seen)} of ")
        card.next_button.click()
    return seen


def test_what_cannot_be_seen_is_left_out(opened: Any) -> None:
    opened.screen.window.workspace.panels["microscope"].close()
    settle(opened)
    assert titles(opened) == [step.title for step in STEPS if step.title != "The microscope"]


def test_a_volume_by_itself_is_told_nothing_of_images_and_parameters(program: Any, tmp_path: Any) -> None:
    with mrcfile.new(tmp_path / "x.mrc") as file:
        file.set_data(ball())
        file.set_volume()
    program.open([tmp_path / "x.mrc"])
    settle(program)
    assert titles(program) == ["Other views", "Everything by name"]


def test_the_first_tour_waits_for_the_first_complete_picture(program: Any, tier_path: Any) -> None:
    program.tour.start_with(program.engine)
    pause(50)
    assert program.tour.card.isHidden(), "nothing is open"
    program.open([tier_path])
    until(program.tour.card.isVisible)
    assert program.screen.forward.image is not None
    assert program.tour.card.place.text() == "1 of 5"
    program.tour.end()
    program.screen.parameters.specEdited.emit("tilt_axis_offset", 1.0)
    settle(program)
    assert program.tour.card.isHidden(), "once is enough"


def test_the_card_follows_the_window(toured: Any) -> None:
    card, window = toured.tour.card, toured.screen.window
    window.resize(1280, 800)
    settle(toured)
    first = card.frame.geometry()
    window.resize(1500, 900)
    settle(toured)
    pause(20)
    assert card.frame.width() > first.width()


def test_windows_of_tests_and_pictures_start_without_a_tour(program: Any) -> None:
    pause(100)
    assert program.tour.card.isHidden()


def test_that_it_was_shown_is_kept(opened: Any, tmp_path: Any) -> None:
    from cryogui.app.preferences import PreferenceFile

    assert not opened.preferences.keep_in(tmp_path / "p.json").tour_seen
    opened.tour.remember = lambda: opened.preferences.change(tour_seen=True)
    opened.tour.start()
    settle(opened)
    assert PreferenceFile(tmp_path / "p.json").read()[0].tour_seen


@pytest.mark.parametrize(
    ("target", "at"),
    [
        (QRect(100, 50, 200, 100), (150, 160)),  # below
        (QRect(100, 600, 200, 190), (150, 490)),  # above
        (QRect(700, 10, 290, 780), (590, 350)),  # at the left
        (QRect(10, 10, 290, 780), (310, 350)),  # at the right
        (QRect(0, 0, 1000, 800), (450, 350)),  # over its middle
    ],
)
def test_the_card_goes_where_there_is_room(target: QRect, at: tuple[int, int]) -> None:
    place = beside(target, QRect(0, 0, 100, 100), QRect(0, 0, 1000, 800), 10)
    assert (abs(place.x() - at[0]) <= 2) and (abs(place.y() - at[1]) <= 2)
