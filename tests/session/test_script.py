"""Every line is one that the command line understands, and says what the session holds."""

from __future__ import annotations

import argparse
import importlib
import shlex
from dataclasses import replace
from typing import Any

import pytest

from cryogui.app.entries import ENTRIES
from cryogui.cli import COMMANDS, _window_parser
from cryogui.session import ObjectChoice, SceneKey, SceneState, Session
from cryogui.session.run_looks import ReconstructionLook
from cryogui.session.script import Line, SceneFacts, Script, as_script
from cryogui.spec import Spec

KEY = SceneKey("/data/it's a tier (1).h5", 2)
NOMINAL = {"tilt_axis_offset": 0.0, "missing_wedge": 30.0}
STATE = SceneState(
    spec=Spec.of({"tilt_axis_offset": -0.1 - 0.2, "missing_wedge": 30.0}),
    image_index=7,
    position=(10.0, 11.0, 12.0),
    object=ObjectChoice("truth"),
)
SESSION = Session(files=(KEY.path, "/data/b.mrc")).showing(KEY, STATE)
FACTS = SceneFacts(NOMINAL, True, 41, "/data/000003.h5")


def script(session: Session = SESSION, facts: SceneFacts = FACTS, **changes: Any) -> Script:
    return Script(session.with_scene(**changes) if changes else session, facts)


def parsed(line: Line) -> argparse.Namespace:
    """The line as the shell and the command's own parser take it."""
    program, *words = shlex.split(line.command)
    assert program == "cryogui"
    if not words or words[0] not in COMMANDS:
        return _window_parser().parse_args(words)
    parser = argparse.ArgumentParser(exit_on_error=False)
    importlib.import_module(COMMANDS[words[0]][0]).add_arguments(parser)
    return parser.parse_args(words[1:])


def test_the_spec_is_told_exactly_and_only_where_it_differs() -> None:
    args = parsed(script().misfit())
    assert (str(args.tier), args.scene, args.x) == (KEY.path, "2", "true")
    (setting,) = args.set
    name, _, value = setting.partition("=")
    assert (name, float(value)) == ("tilt_axis_offset", STATE.spec["tilt_axis_offset"])


@pytest.mark.parametrize(
    ("choice", "told"),
    [
        (ObjectChoice("truth"), "true"),
        (ObjectChoice("quick"), "quick"),
        (ObjectChoice("file", "/data/my map.mrc"), "/data/my map.mrc"),
        (ObjectChoice("none"), None),
        (ObjectChoice("run", run=3), "/data/000003.h5"),
    ],
)
def test_the_object_is_told(choice: ObjectChoice, told: str | None) -> None:
    assert parsed(script(object=choice).misfit()).x == told


def test_the_model_is_told() -> None:
    state = {"padded": True, "excluded": frozenset({9, 3}), "switched_off": frozenset({"D"})}
    for line in (script(**state).misfit(), script(**state).window(), script(**state).image("forward")):
        args = parsed(line)
        assert (args.padded, args.exclude, args.without) == (True, "3,9", "D")
    args = parsed(script().misfit())
    assert (args.padded, args.exclude, args.without) == (False, "", "")


def test_pictures_are_of_what_is_shown() -> None:
    args = parsed(script().image("residual"))
    assert (args.what, args.image, args.out.name) == ("residual", 7, "residual_7.png")
    args = parsed(script().pane("xz"))
    assert (args.what, args.plane, args.slice) == ("object", "xz", 11)
    args = parsed(script(replace(SESSION, tab="live_slice")).window())
    assert (args.tab, args.image) == ("live-slice", 7)
    assert parsed(script().pane("live_slice")).what == "live-slice"
    assert parsed(script().sweep("missing_wedge", "missing wedge")).sweep == "missing_wedge"


def test_all_that_is_on_the_screen_is_told() -> None:
    lines = script().present()
    assert [line.argv[1] for line in lines[1:]] == ["forward", *["export"] * 3, "report", "snapshot"]
    assert [str(path) for path in parsed(lines[0]).files] == list(SESSION.files)
    text = as_script(lines)
    assert text.count("\ncryogui ") == len(lines)
    assert all(line.startswith(("#", "cryogui ")) for line in text.splitlines())


def test_a_volume_by_itself_has_no_model_and_no_images() -> None:
    bare = script(facts=SceneFacts({}, False, 0), spec=Spec(), object=ObjectChoice("truth"))
    assert [line.argv[1] for line in bare.present()[1:]] == [*["export"] * 3, "report", "snapshot"]
    assert not bare.misfit().argv and not bare.image("measured").argv and not bare.quick().argv
    assert parsed(bare.pane("xy")).x is None


def test_without_a_file_there_is_only_the_window() -> None:
    empty = Script(Session(), SceneFacts())
    assert [line.argv for line in empty.present()] == [("cryogui",)]
    assert empty.action("run").argv == ()


@pytest.mark.parametrize("name", [entry.name for entry in ENTRIES])
def test_every_action_has_a_line_that_can_be_run_or_says_that_there_is_none(name: str) -> None:
    line = script().action(name)
    assert line.about
    if line.argv:
        parsed(line)
    else:
        assert "no command" in line.text


@pytest.mark.parametrize(
    ("changes", "command"),
    [
        ({"spec": STATE.spec.replace(missing_wedge=31.0)}, "forward"),
        ({"excluded": frozenset({1})}, "forward"),
        ({"object": ObjectChoice("quick")}, "forward"),
        ({"image_index": 8}, "export"),
        ({"position": (1.0, 2.0, 3.0)}, "snapshot"),
        ({"levels": (("measured", (0.0, 1.0)),)}, "snapshot"),
    ],
)
def test_a_step_is_told_by_what_it_changed(changes: dict[str, Any], command: str) -> None:
    line = script(**changes).step(SESSION)
    assert line.argv[1] == command
    parsed(line)


def test_what_is_shown_is_shorter_than_what_is_copied() -> None:
    line = script().misfit()
    assert "/data" in line.command and "/data" not in line.brief


def test_run_is_told_with_the_method_and_what_was_set_of_it() -> None:
    look = ReconstructionLook(
        "sirt", options=(("sirt", (("iterations", 40), ("positive", True))),), half_sets=True
    )
    args = parsed(script(replace(SESSION, reconstruction=look)).action("run"))
    assert (str(args.tier), args.scene, args.method, args.halves) == (KEY.path, "2", "sirt", True)
    assert args.param == ["iterations=40", "positive=true"]
    assert [setting.partition("=")[0] for setting in args.set] == ["tilt_axis_offset"]


def test_without_a_method_run_is_the_quick_reconstruction() -> None:
    assert parsed(script().action("run")).what == "quick"
