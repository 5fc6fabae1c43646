from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from cryogui import __version__, cli
from cryogui.commands.output import add_json_option, say
from cryogui.errors import UserError

Run = Callable[[argparse.Namespace], dict[str, Any] | None]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Callable[[Run], ModuleType]:
    """Registers a command named 'fake' that does what the test says."""

    def register(run: Run) -> ModuleType:
        module = ModuleType("fake_command", "Does what the test says.")
        module.add_arguments = add_json_option  # type: ignore[attr-defined]
        module.run = run  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "fake_command", module)
        monkeypatch.setitem(cli.COMMANDS, "fake", ("fake_command", "what the test says"))
        return module

    return register


def python_m_cryogui(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs the program in a process of its own, with nothing that names a display unless given."""
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    kept = {name: value for name, value in os.environ.items() if name not in hidden}
    return subprocess.run(
        [sys.executable, "-m", "cryogui", *arguments],
        env=kept | environment, capture_output=True, text=True, timeout=60, check=False,
        cwd=Path(cli.__file__).parent.parent,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "told"),
    [("a\0b.h5", r"a\x00b.h5"), ("\x1b[31m.h5", r"\x1b[31m.h5"), ("a\nb.h5", r"a\nb.h5"),
     ("a\udcff.h5", r"a\udcff.h5"), ("é Å — 日本.h5", "é Å — 日本.h5")],
)  # fmt: skip
def test_names_are_told_without_speaking_to_the_terminal(name: str, told: str, command, capsys) -> None:
    for arguments in (["info", name], [name]):
        assert cli.main(arguments) == 2
        (sentence,) = capsys.readouterr().err.splitlines()
        assert told in sentence
    assert cli.main(["info", name, "--json"]) == 2
    assert told in json.loads(capsys.readouterr().out)["error"]


def test_results_are_told_without_speaking_to_the_terminal(command, capsys) -> None:
    def run(args: argparse.Namespace) -> dict[str, Any]:
        say("reading \x1b[2J")
        return {"name": "no\x1b[31mred", "rows": 3}

    command(run)
    assert cli.main(["fake"]) == 0
    assert capsys.readouterr() == ("name: no\\x1b[31mred\nrows: 3\n", "reading \\x1b[2J\n")


def test_json_is_one_strict_object_and_nothing_else(command, capsys) -> None:
    def run(args: argparse.Namespace) -> dict[str, Any]:
        print("a library chatting")
        return {"a": np.float32(0.5), "b": np.arange(3), "c": float("nan"), "d": (1, None), "e": Path("f")}

    command(run)
    assert cli.main(["fake", "--json"]) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out) == {"a": 0.5, "b": [0, 1, 2], "c": None, "d": [1, None], "e": "f"}
    assert "NaN" not in captured.out
    assert captured.err == "a library chatting\n"


def test_without_json_the_module_describes_its_result(command, capsys) -> None:
    module = command(lambda args: {"value": 3, "exact": 0.123456, "unknown": None})
    assert cli.main(["fake"]) == 0
    assert capsys.readouterr().out == "value: 3\nexact: 0.1235\n"
    module.describe = lambda result: f"It is {result['value']}."
    assert cli.main(["fake"]) == 0
    assert capsys.readouterr().out == "It is 3.\n"


@pytest.mark.parametrize(
    ("error", "status", "sentence"),
    [(UserError("Too small; make it larger.", "why"), 2, "Too small; make it larger."),
     (KeyboardInterrupt(), 130, "Cancelled."),
     (MemoryError(), 2, "There is not enough memory for this; choose a smaller size or fewer images.")],
)  # fmt: skip
def test_a_refusal_is_one_sentence_and_its_status(command, capsys, error, status, sentence) -> None:
    def run(args: argparse.Namespace) -> None:
        raise error

    command(run)
    assert cli.main(["fake"]) == status
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", f"{sentence}\n")
    assert cli.main(["fake", "--json"]) == status
    captured = capsys.readouterr()
    assert json.loads(captured.out) == {"error": sentence}
    assert captured.err == f"{sentence}\n"


def test_a_defect_shows_its_traceback_and_is_no_refusal(command, capsys) -> None:
    def run(args: argparse.Namespace) -> None:
        raise ZeroDivisionError("by nought")

    command(run)
    assert cli.main(["fake", "--json"]) == 1
    captured = capsys.readouterr()
    assert "Traceback" in captured.err
    assert "by nought" in json.loads(captured.out)["error"]


@pytest.mark.parametrize("arguments", [["fake", "--jso"], ["fake", "--json", "surplus"], ["--nonsense"]])
def test_bad_arguments_are_refused_in_one_line(command, capsys, arguments) -> None:
    command(lambda args: {})
    assert cli.main(arguments) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_mistyped_command_or_file_is_refused_before_any_window(capsys) -> None:
    assert cli.main(["inof"]) == 2
    assert "'inof'" in capsys.readouterr().err


def test_version(capsys) -> None:
    with pytest.raises(SystemExit) as leaving:
        cli.main(["--version"])
    assert leaving.value.code == 0
    assert capsys.readouterr().out == f"cryogui {__version__}\n"


def test_help_lists_every_command(capsys) -> None:
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    shown = capsys.readouterr().out
    assert all(name in shown for name in cli.COMMANDS)


@pytest.mark.parametrize("name", sorted(cli.COMMANDS))
def test_every_command_is_there_and_explains_its_arguments(name: str, capsys) -> None:
    with pytest.raises(SystemExit) as leaving:
        cli.main([name, "--help"])
    assert leaving.value.code == 0
    assert capsys.readouterr().out.startswith(f"usage: cryogui {name}")


def test_the_command_line_starts_without_qt_and_numba() -> None:
    code = "import sys; from cryogui import cli; cli.main(['nothing']); print(*sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"PyQt6", "numba", "scipy", "h5py", "vispy"} & set(shown.stdout.split())


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux can lack a display")
@pytest.mark.parametrize("environment", [{}, {"DISPLAY": ":6543"}, {"QT_QPA_PLATFORM": "xcb"}])
def test_no_display_is_one_sentence_and_not_an_abort(environment: dict[str, str]) -> None:
    finished = python_m_cryogui(**environment)
    assert finished.returncode == 2
    assert len(finished.stderr.splitlines()) == 1
    assert "display" in finished.stderr
