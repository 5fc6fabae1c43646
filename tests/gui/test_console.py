"""The console's parts without a window: running, interrupting, names, history and completion."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cryogui.app.console.completion import completions
from cryogui.app.console.history import KEPT, History
from cryogui.app.console.interpreter import LONG, Interpreter, is_complete, shown
from cryogui.app.console.namespace import LiveNames, WindowThread, read_only
from cryogui.app.console.output import PORTION, Spool
from cryogui.errors import UserError


class Bench:
    """An interpreter and what it said."""

    def __init__(self, namespace: dict[str, Any] | None = None) -> None:
        self.said: list[tuple[str, str]] = []
        self.ended = threading.Event()
        self.interpreter = Interpreter(
            {} if namespace is None else namespace,
            lambda text, kind: self.said.append((text, kind)),
            self.ended.set,
        )

    def run(self, source: str) -> str:
        """What the command prints."""
        self.start(source)
        assert self.ended.wait(10)
        return "".join(text for text, _ in self.said)

    def start(self, source: str) -> None:
        self.said.clear()
        self.ended.clear()
        self.interpreter.run(source)

    def says(self, text: str) -> Callable[[], bool]:
        return lambda: text in "".join(said for said, _ in self.said)


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


# ---- running


@pytest.mark.parametrize(
    ("source", "complete"),
    [
        ("1 + 1", True),
        ("a = 1\nb = 2", True),
        ("for i in range(3):", False),
        ("for i in range(3):\n    print(i)", False),  # more may follow …
        ("for i in range(3):\n    print(i)\n", True),  # … until an empty line ends the block
        ("(1,", False),
        ("'''one", False),
        ("1 +* 2", True),  # running it tells what is wrong
    ],
)
def test_enter_runs_what_is_complete(source: str, complete: bool) -> None:
    assert is_complete(source) is complete


def test_the_last_expression_is_shown_and_kept() -> None:
    bench = Bench()
    assert bench.run("a = 3\nb = 4\na * b") == "12\n"
    assert bench.run("_ + 1") == "13\n"
    assert bench.run("a = 5") == ""
    assert bench.run("None") == ""


def test_what_a_command_prints_is_told_apart_from_what_others_print(capsys: Any) -> None:
    bench = Bench({"threading": threading})
    there = threading.Thread(target=lambda: print("elsewhere"))
    bench.interpreter.namespace["there"] = there
    bench.run("import sys\nthere.start(); there.join()\nprint('here')\nprint('careful', file=sys.stderr)")
    assert [pair for pair in bench.said if pair[0].strip()] == [("here", "output"), ("careful", "error")]
    assert capsys.readouterr().out == "elsewhere\n"
    assert type(sys.stdout).__name__ != "_Router"  # put back when the command has ended


def test_an_exception_stays_in_the_console_with_the_lines_typed() -> None:
    bench = Bench()
    said = bench.run("def divide(a):\n    return a / 0\ndivide(3)")
    assert bench.said[-1][1] == "error"
    assert "ZeroDivisionError" in said and "return a / 0" in said
    assert "interpreter.py" not in said
    assert "SyntaxError" in bench.run("1 +* 2")
    assert "console stays" in bench.run("raise SystemExit")
    assert bench.run("1") == "1\n"


def test_an_endless_loop_is_interrupted() -> None:
    bench = Bench()
    bench.start("print('begun')\nwhile True:\n    pass")
    wait_for(bench.says("begun"))
    bench.interpreter.interrupt()
    assert bench.ended.wait(5)
    assert bench.said[-1] == ("Interrupted.\n", "error")
    assert not bench.interpreter.is_busy
    assert bench.run("2") == "2\n"


def test_a_command_that_is_deaf_is_left_to_itself() -> None:
    gate = threading.Event()
    bench = Bench({"gate": gate})
    bench.start("print('begun')\ngate.wait()\nprint('late')")
    wait_for(bench.says("begun"))
    bench.interpreter.abandon()
    assert not bench.interpreter.is_busy
    assert bench.run("2") == "2\n"
    gate.set()
    time.sleep(0.1)
    assert bench.run("3") == "3\n"  # and says nothing any more


def test_settings_of_numpy_last_from_one_command_to_the_next() -> None:
    bench = Bench({"np": np})
    bench.run("np.set_printoptions(precision=2)")
    assert bench.run("np.array([1 / 3])") == "array([0.33])\n"
    assert "0.33333333" in repr(np.array([1 / 3]))  # the program's own stay as they are


def test_a_long_list_is_shown_shortened() -> None:
    assert shown(list(range(LONG))) == repr(list(range(LONG)))
    assert shown(list(range(10**6))).endswith(f"{LONG - 1}, ...]")


def test_a_flood_is_cut_and_told() -> None:
    woken: list[int] = []
    spool = Spool(lambda: woken.append(1))
    for _ in range(3):
        spool.write("x" * PORTION, "output")
    (text, kind), (rest, note) = spool.take()
    assert (len(text), kind, note) == (PORTION, "output", "note")
    assert f"{2 * PORTION:,} characters" in rest
    assert woken == [1]
    assert spool.take() == []
    spool.write("a", "output")
    spool.write("b", "output")
    spool.write("c", "error")
    assert spool.take() == [("ab", "output"), ("c", "error")]


# ---- names


def test_live_names_are_looked_up_each_time_and_can_be_hidden() -> None:
    now = [1]
    namespace = LiveNames({"x": lambda: now[0]}, {"fixed": 0})
    bench = Bench(namespace)
    bench.run("def double():\n    return 2 * x")
    assert bench.run("x, double(), sum([x for _ in range(2)])") == "(1, 2, 2)\n"
    now[0] = 5
    assert bench.run("x, double()") == "(5, 10)\n"
    assert bench.run("x = 7\nx, double()") == "(7, 14)\n"
    assert bench.run("del x\nx") == "5\n"
    assert "NameError" in bench.run("nobody")
    assert namespace.known >= {"x", "fixed", "double"}


def test_arrays_cannot_be_written_to_nor_made_writeable() -> None:
    own = np.arange(12, dtype=np.float32).reshape(3, 4)[:, ::2]
    given = read_only(own)
    np.testing.assert_array_equal(given, own)
    assert np.shares_memory(given, own)
    with pytest.raises(ValueError, match="read-only"):
        given[0, 0] = 1
    with pytest.raises(ValueError, match="WRITEABLE"):
        given.flags.writeable = True
    assert read_only(None) is None


def test_a_task_of_the_window_gives_its_result_or_its_error() -> None:
    tasks: list[Callable[[], None]] = []
    window = WindowThread(tasks.append)
    results: list[Any] = []

    def ask() -> None:
        results.append(window.do(lambda: 3))
        try:
            window.do(lambda: 1 / 0)
        except ZeroDivisionError as error:
            results.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    for _ in range(2):
        wait_for(lambda: bool(tasks))
        tasks.pop()()
    thread.join(5)
    assert results[0] == 3 and isinstance(results[1], ZeroDivisionError)


def test_waiting_for_the_window_can_be_interrupted() -> None:
    bench = Bench({"window": WindowThread(lambda task: None)})
    bench.start("print('begun')\nwindow.do(lambda: 3)")
    wait_for(bench.says("begun"))
    bench.interpreter.interrupt()
    assert bench.ended.wait(5)
    assert bench.said[-1][0] == "Interrupted.\n"


# ---- history and completion


def test_history_is_kept_between_runs(tmp_path: Path) -> None:
    path = tmp_path / "state" / "history.jsonl"
    history = History(path)
    for command in ("y.mean()", "for i in y:\n    print(i)", "y.std()", "y.std()"):
        history.add(command)
    later = History(path)
    assert later.commands == ["y.mean()", "for i in y:\n    print(i)", "y.std()"]
    assert path.stat().st_mode & 0o077 == 0
    assert [later.older("y."), later.older("y.std()")] == ["y.std()", "y.mean()"]  # only what begins so
    assert later.older("y.mean()") is None
    assert [later.newer("y.mean()"), later.newer("y.std()")] == ["y.std()", "y."]  # and back to the draft
    assert later.newer("y.") is None


@pytest.mark.parametrize("content", ["not json\n", "[1, 2]\n", "\xff\xfe"])
def test_a_damaged_history_costs_nothing_else(tmp_path: Path, content: str) -> None:
    (tmp_path / "h.jsonl").write_text(content, encoding="latin-1")
    history = History(tmp_path / "h.jsonl")
    assert history.commands == []
    history.add("1")
    assert history.older("") == "1"


def test_the_history_does_not_grow_for_ever(tmp_path: Path) -> None:
    history = History(tmp_path / "h.jsonl")
    for number in range(2 * KEPT + 50):
        history.add(str(number))
    assert len((tmp_path / "h.jsonl").read_text().splitlines()) < 2 * KEPT
    assert History(tmp_path / "h.jsonl").commands[-1] == str(2 * KEPT + 49)


def test_tab_offers_names_attributes_and_parameters() -> None:
    y = np.zeros(3)
    namespace = LiveNames({"yhat": lambda: y}, {})

    def offered(before: str) -> tuple[str, list[str]]:
        return completions(before, namespace, namespace.known, ["defocus_error"])

    assert offered("2 * yh") == ("yh", ["yhat"])
    assert offered("yhat.mea") == ("mea", ["mean"])
    assert offered("set(de") == ("de", ["def", "defocus_error=", "del", "delattr"])
    assert offered("print(de")[1] == ["def", "del", "delattr"]
    assert not any(name.startswith("_") for name in offered("yhat.")[1])
    assert offered("yhat._")[1]
    assert offered("nobody.a") == ("a", [])
    assert offered("yhat().a") == ("a", [])  # nothing is called


def test_input_is_refused_at_once() -> None:
    from cryogui.app.console.names import _no_input

    with pytest.raises(UserError, match="not possible"):
        _no_input("name? ")
