"""Container engines, played by a program that takes their command line and does what the image would."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from cryogui.challenge.sandbox.algorithm import Algorithm
from cryogui.challenge.sandbox.containers import find_engine
from cryogui.challenge.sandbox.run import Outcome, Trial, run_once
from tests.challenge.sandbox.sandboxes import ENOUGH

# Keeps its arguments; `run` of the image 'method' does `doing` with given, out: the folders mounted.
ENGINE = """#!{python} -S
import json, os, sys, time
args = sys.argv[1:]
with open({log!r}, "a") as log:
    log.write(json.dumps(args) + "\\n")
if args[0] != "run":
    sys.exit(0)
if not {works}:
    sys.exit(125)
if "--entrypoint" in args:
    sys.exit(127)
mounts = [args[n + 1].split(":") for n, word in enumerate(args) if word == "--volume"]
(given, inside, _), (out, outside, _) = [(m[0], m[1], m[2:]) for m in mounts]
{doing}
"""
COPY = "open(os.path.join(out, 'output.h5'), 'wb').write(open(given, 'rb').read())"


class Engine:
    """A fake engine on the path."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._folder, self._log = folder / "bin", folder / "log"
        self._folder.mkdir()
        monkeypatch.setenv("PATH", str(self._folder))

    def install(self, name: str, doing: str = COPY, works: bool = True) -> None:
        path = self._folder / name
        path.write_text(ENGINE.format(python=sys.executable, log=str(self._log), doing=doing, works=works))
        path.chmod(0o755)

    def calls(self) -> list[list[str]]:
        return [json.loads(line) for line in self._log.read_text().splitlines()]


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    return Engine(tmp_path, monkeypatch)


def run(folder: Path, name: str, seconds: float = 20.0) -> Outcome:
    from dataclasses import replace

    given = folder / "given.h5"
    given.write_bytes(b"measured")
    trial = Trial(Algorithm("method:1"), given, replace(ENOUGH, seconds=seconds))
    return run_once(trial, name, folder / "result")


def test_an_engine_is_used_only_if_it_runs_containers(engine: Engine) -> None:
    assert find_engine("method") is None
    engine.install("podman", works=False)
    assert find_engine("method") is None
    engine.install("docker")
    assert find_engine("method") == "docker"
    assert [call[0] for call in engine.calls()] == ["run"] * 3


@pytest.mark.parametrize("name", ["podman", "docker"])
def test_everything_is_taken_from_a_container(name: str, engine: Engine, tmp_path: Path) -> None:
    engine.install(name)
    assert run(tmp_path, name).failed is None
    assert (tmp_path / "result").read_bytes() == b"measured"
    started, ended = engine.calls()
    assert started[-3:] == ["method:1", "/data/input.h5", "/out/output.h5"]
    options = " ".join(started[:-3])
    for option in (
        "--network none", "--read-only", "--cap-drop ALL", "--security-opt no-new-privileges", "--pull never",
        f"--pids-limit {ENOUGH.processes}", f"--memory {ENOUGH.memory_bytes}", "--tmpfs /tmp:rw,nosuid,nodev",
    ):  # fmt: skip
        assert option in options
    assert options.count("--volume") == 2 and "given.h5:/data/input.h5:ro" in options
    assert "--user 0:" not in options and "--privileged" not in options
    assert ("--http-proxy=false" if name == "podman" else "--env HTTPS_PROXY=") in options
    assert ended == ["rm", "--force", "--volumes", started[started.index("--name") + 1]]


@pytest.mark.parametrize(
    ("doing", "failed"),
    [
        ("sys.exit(125)", "not started"),
        ("sys.exit(137)", "memory limit"),
        ("sys.exit(3)", "exit status"),
        ("pass", "no output"),
        ("os.symlink(given, os.path.join(out, 'output.h5'))", "output refused"),
        ("open(os.path.join(out, 'output.h5'), 'wb').write(bytes(2 << 20))", "output too large"),
        (
            "for n in range(40): open(os.path.join(out, str(n)), 'wb').write(bytes(1 << 16))\ntime.sleep(60)",
            "output too large",
        ),
        ("time.sleep(60)", "time limit"),
    ],
)
def test_a_container_that_fails_is_removed(doing: str, failed: str, engine: Engine, tmp_path: Path) -> None:
    engine.install("podman", doing)
    seconds = 1.0 if failed == "time limit" else 20.0
    assert run(tmp_path, "podman", seconds).failed == failed
    assert engine.calls()[-1][0] == "rm"
