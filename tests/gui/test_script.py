"""Copy as script: what is copied computes what the window shows."""

from __future__ import annotations

import json
import shlex
from typing import Any

import pytest
from PyQt6.QtWidgets import QApplication

from cryogui import cli
from cryogui.app.measure import settle, until
from cryogui.app.views.pane_menu import pane_menu
from tests.gui.conftest import RANGES


def copied() -> str:
    return QApplication.clipboard().text()


def lines(text: str, command: str) -> list[list[str]]:
    """The arguments of every line of `text` that runs `command`."""
    split = [shlex.split(line) for line in text.splitlines() if not line.startswith("#")]
    return [words[1:] for words in split if words[1] == command]


def answer(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    capsys.readouterr()
    assert cli.main([*arguments, "--json"]) == 0
    result: dict[str, Any] = json.loads(capsys.readouterr().out)
    return result


STATES = {
    "as opened": {},
    "quick": {"object": "quick"},
    "padded": {"padded": True},
    "images left out": {"excluded": frozenset({0, 8}), "object": "quick"},
    "without defocus": {"switched_off": frozenset({"C"})},
}


@pytest.mark.parametrize("name", STATES)
def test_the_numbers_copied_are_those_of_the_window(
    opened: Any, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    from cryogui.session import ObjectChoice

    state = dict(STATES[name])
    if "object" in state:
        state["object"] = ObjectChoice(state["object"])  # type: ignore[arg-type]
    opened.spec.set_values({"tilt_axis_offset": 1 / 3, "missing_wedge": 33.3})
    opened.store.update(opened.store.session.with_scene(**state), "Set all")
    settle(opened)
    opened.screen.actions.copy_script.trigger()
    (forward,) = lines(copied(), "forward")
    result = answer(forward, capsys)
    assert result["spec"] == dict(opened.store.session.scene.spec)
    assert result["residual"] == pytest.approx(opened.pictures.residual, rel=1e-4)


def test_a_blind_scene_is_told_by_its_number(opened: Any, capsys: pytest.CaptureFixture[str]) -> None:
    opened.screen.data.sceneChosen.emit(0, 1)
    settle(opened)
    opened.screen.actions.copy_script.trigger()
    (forward,) = lines(copied(), "forward")
    result = answer(forward, capsys)
    assert result["scene"] == opened.engine.model.scene.name
    assert result["residual"] == pytest.approx(opened.pictures.residual, rel=1e-4)


def test_a_pane_offers_the_line_that_writes_it(opened: Any) -> None:
    opened.view.show_image(3)
    settle(opened)
    for pane, told in (
        (opened.screen.residual, ("--what", "residual", "--image", "3")),
        (opened.screen.ortho.panes["xz"], ("--plane", "xz", "--slice", "12")),
    ):
        menu = pane_menu(pane)
        (action,) = [each for each in menu.actions() if each.text() == "Copy as script"]
        action.trigger()
        (export,) = lines(copied(), "export")
        assert " ".join(told) in " ".join(export)
        menu.deleteLater()
    assert "Copied: cryogui export" in opened.screen.status.currentMessage()


def group(view: Any, title: str) -> Any:
    """The group whose title begins so; None where there is none."""
    items = (view.list.topLevelItem(n) for n in range(view.list.topLevelItemCount()))
    return next((item for item in items if item.text(0).startswith(title)), None)


def rows(view: Any, title: str) -> dict[str, str]:
    item = group(view, title)
    if item is None:
        return {}
    return {item.child(n).text(0): item.child(n).text(1) for n in range(item.childCount())}


def test_the_history_is_a_script_of_every_step(opened: Any) -> None:
    opened.console.show_page("script")
    view = opened.script.view
    assert not view.copy_group_button.isEnabled()
    opened.spec.set_values({"tilt_axis_offset": 0.5})
    opened.view.show_image(2)
    until(lambda: len(rows(view, "Done")) == 2, 5)
    (first, image), (second, spec) = rows(view, "Done").items()
    assert (first, second) == ("Show image", "Set spec")
    assert "--image 2" in image and "tilt_axis_offset=0.5" in spec
    view.copy_group_button.click()
    assert [words[0] for words in (*lines(copied(), "forward"), *lines(copied(), "export"))] == [
        "forward", "export",
    ]  # fmt: skip
    assert copied().index("Set spec") < copied().index("Show image")
    opened.screen.actions.undo.trigger()
    until(lambda: list(rows(view, "Done")) == ["Set spec"], 5)


def test_every_action_and_sweep_is_listed_and_can_be_found(opened: Any) -> None:
    opened.console.show_page("script")
    view = opened.script.view
    listed = rows(view, "To do")
    assert listed["File → Quit"] == "has no command of its own"
    assert listed["Edit → Reconstruct"].startswith("cryogui export small.h5")
    for name in RANGES.names:
        assert any(f"--sweep {name}" in command for command in listed.values())
    view.search.setText("sweep missing")
    item = group(view, "To do")
    shown = [item.child(n).text(0) for n in range(item.childCount()) if not item.child(n).isHidden()]
    assert shown == ["Sweep missing wedge"]
    view.list.itemActivated.emit(item.child(item.childCount() - 1), 0)
    assert "--sweep missing_wedge" in copied()
