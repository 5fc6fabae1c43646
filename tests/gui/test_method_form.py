"""A form is made from any method's options: fields of the right kind, limits, units, help, and silence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QCheckBox

from cryogui.app.panels.choice_box import ChoiceBox
from cryogui.app.panels.method_form import MethodForm
from cryogui.reconstruct import methods
from cryogui.reconstruct.options import option, options_of


@dataclass(frozen=True)
class Everything:
    iterations: int = option(20, "iterations", "How often.", low=1, high=500)
    weight: float = option(2e-4, "TV weight", "How smooth.", low=0.0)
    cutoff: float = option(-12.5, "cut-off", "Where it ends.", unit="Å", low=-100, high=100)
    positive: bool = option(True, "positivity", "Nothing below zero.")
    window: str = option("hann", "window", "Of the ramp.", choices=("none", "hann", "cosine"))


OPTIONS = options_of(Everything)
VALUES = {each.name: each.default for each in OPTIONS}


@pytest.fixture
def form(qtbot: Any) -> Any:
    made = MethodForm()
    qtbot.addWidget(made)
    made.told = []
    made.valueChanged.connect(lambda name, value: made.told.append((name, value)))
    made.set_options(OPTIONS)
    made.set_values(VALUES)
    return made


def enter(field: Any, text: str) -> None:
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


def test_every_option_has_a_field_that_says_what_it_is(form: Any) -> None:
    assert list(form.fields) == [each.name for each in OPTIONS]
    for option_, field in zip(OPTIONS, form.fields.values(), strict=True):
        assert option_.help in field.toolTip() and option_.range_words in field.toolTip()
        assert field.accessibleName().startswith(option_.label)
    assert isinstance(form.fields["positive"], QCheckBox)
    assert isinstance(form.fields["window"], ChoiceBox)
    assert form.told == []


def test_values_are_shown_as_they_are_without_idle_zeros(form: Any) -> None:
    texts = {name: form.fields[name].text() for name in ("iterations", "weight", "cutoff")}
    assert texts == {"iterations": "20", "weight": "0.0002", "cutoff": "−12.5 Å"}
    assert form.fields["positive"].isChecked() and form.fields["window"].currentText() == "hann"


def test_what_is_entered_is_told_once_and_in_its_kind(form: Any) -> None:
    enter(form.fields["iterations"], "35")
    enter(form.fields["weight"], "0.0013")
    enter(form.fields["cutoff"], "-7.25")
    form.fields["positive"].click()
    form.fields["window"].setCurrentIndex(2)
    form.fields["window"].activated.emit(2)
    assert form.told == [
        ("iterations", 35), ("weight", 0.0013), ("cutoff", -7.25), ("positive", False), ("window", "cosine"),
    ]  # fmt: skip
    assert type(form.told[0][1]) is int


def test_limits_hold_while_typing(form: Any) -> None:
    enter(form.fields["iterations"], "9000")
    enter(form.fields["weight"], "-3")
    assert all(low.checked(form.fields[low.name].number) is not None for low in OPTIONS[:2])


def test_another_method_takes_the_place_of_the_one_before(form: Any) -> None:
    form.set_options(OPTIONS[:1], "")
    assert list(form.fields) == ["iterations"]
    form.set_options((), "No options.")
    assert form.fields == {} and not form._words.isHidden() and form._words.text() == "No options."


def test_every_registered_method_has_a_form(form: Any) -> None:
    for method in methods():
        form.set_options(method.option_list)
        form.set_values({each.name: each.default for each in method.option_list})
        assert list(form.fields) == [each.name for each in method.option_list]
    assert form.told == []
