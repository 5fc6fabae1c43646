"""Runs what is typed at the prompt, each command in a thread of its own, so that none can stop the window."""

from __future__ import annotations

import ast
import codeop
import contextvars
import ctypes
import linecache
import reprlib
import sys
import threading
import traceback
import warnings
from collections.abc import Callable
from typing import Any, Literal

from cryogui.app.console.output import captured
from cryogui.errors import UserError

Kind = Literal["command", "output", "error", "note"]

ANSWER_SECONDS = 1.0
"""A command that does not heed an interrupt for so long can be left to itself by another."""

TURN_SECONDS = 0.001
"""How long a loop in Python keeps the window waiting for its turn, from the first command on."""

LONG = 1000
"""Containers with more entries than this are shown shortened."""


class Command:
    """One command being run."""

    def __init__(self, number: int, source: str) -> None:
        self.source, self.name = source, f"<console {number}>"
        self.thread: threading.Thread | None = None


class Interpreter:
    """Runs one command at a time in `namespace`.

    tell(text, kind) is called from the command's thread with all it prints. ended() is called from there too,
    once the prompt is free again; an interrupt that comes when all is over may prevent it, so look at
    `is_busy` as well. Every method is called on the window's thread.
    """

    def __init__(
        self, namespace: dict[str, Any], tell: Callable[[str, Kind], None], ended: Callable[[], None]
    ) -> None:
        self.namespace, self._tell, self._ended = namespace, tell, ended
        self._running: Command | None = None
        self._count = 0
        self._context = contextvars.copy_context()  # np.errstate and the like last from one to the next

    @property
    def is_busy(self) -> bool:
        """Whether a command is being run."""
        running = self._running
        return running is not None and running.thread is not None and running.thread.is_alive()

    def run(self, source: str) -> None:
        """Start a command; nothing while another runs."""
        if self.is_busy:
            return
        sys.setswitchinterval(TURN_SECONDS)
        self._count += 1
        command = self._running = Command(self._count, source)
        work = self._context.run
        command.thread = threading.Thread(target=work, args=(self._run, command), name="console", daemon=True)
        command.thread.start()

    def interrupt(self) -> None:
        """Raise KeyboardInterrupt in the running command, at its next step in Python."""
        if self._running is not None and self._running.thread is not None:
            _raise_in(self._running.thread, KeyboardInterrupt)

    def abandon(self) -> None:
        """Leave the running command to itself: it cannot be stopped, but the prompt is free."""
        if self._running is not None:
            self.interrupt()  # should it ever come back to Python
            self._running = None
            self._context = self._context.copy()

    # ---- in the command's thread

    def _run(self, command: Command) -> None:
        def tell(text: str, kind: Kind) -> None:
            if self._running is command:
                self._tell(text, kind)

        try:
            with captured(lambda text: tell(text, "output"), lambda text: tell(text, "error")):
                self._execute(command)
        except SystemExit:
            tell("The console stays while the window is open; Ctrl+Q closes the window.\n", "note")
        except BaseException as error:
            tell(_traceback(error, command), "error")
        finally:
            if self._running is command:
                self._running = None
                self._ended()

    def _execute(self, command: Command) -> None:
        """Run every statement; when the last is an expression, show its value and call it `_`."""
        lines = command.source.splitlines(keepends=True)
        linecache.cache[command.name] = len(command.source), None, lines, command.name
        tree = ast.parse(command.source, command.name)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, command.name, "exec"), self.namespace)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), command.name, "eval"), self.namespace)
            if value is not None:
                self.namespace["_"] = value
                print(shown(value))


def is_complete(source: str) -> bool:
    """Whether Enter should run this rather than begin another line.

    What cannot be parsed is complete: running it tells what is wrong.
    """
    lines = source.split("\n")
    if len(lines) > 1 and lines[-1][:1].isspace() and lines[-1].strip():
        return False  # inside a block, which an empty line ends
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return codeop.compile_command(source, symbol="exec") is not None
    except (SyntaxError, ValueError, OverflowError):
        return True


def shown(value: object) -> str:
    """The value as the prompt shows it; a long container shortened, for nobody reads a million numbers."""
    if isinstance(value, list | tuple | dict | set | frozenset) and len(value) > LONG:
        brief = reprlib.Repr()
        brief.maxlist = brief.maxtuple = brief.maxdict = brief.maxset = brief.maxfrozenset = LONG
        return brief.repr(value)
    return repr(value)


def _traceback(error: BaseException, command: Command) -> str:
    """As Python would print it, without the frames of this module; a sentence for the user as it is."""
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename != command.name:
        trace = trace.tb_next
    if isinstance(error, KeyboardInterrupt):
        return "Interrupted.\n"
    if isinstance(error, UserError):
        return f"{error}\n"
    return "".join(traceback.format_exception(type(error), error, trace))


def _raise_in(thread: threading.Thread, error: type[BaseException]) -> None:
    """Raise `error` in a thread at its next bytecode; nothing when the thread has ended."""
    if thread.ident is not None and thread.is_alive():
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(error))
