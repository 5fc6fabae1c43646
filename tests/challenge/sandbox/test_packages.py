from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cryogui.challenge.sandbox import packages
from cryogui.challenge.sandbox.algorithm import Algorithm, find_algorithm
from cryogui.challenge.sandbox.packages import fetch_packages, pinned
from cryogui.challenge.sandbox.run import Trial, run_once
from cryogui.errors import UserError
from tests.challenge.sandbox.sandboxes import ENOUGH


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    return tmp_path / "requirements.txt"


def test_pinned_names_are_taken(listed: Path) -> None:
    listed.write_text(
        "# what it needs\nscipy==1.14.0  # for filters\n\nA.b-c_d[x,y]==2!1.0.post1+local.1\nscipy==1.14.0\n"
    )
    assert pinned(listed) == ["A.b-c_d[x,y]==2!1.0.post1+local.1", "scipy==1.14.0"]


@pytest.mark.parametrize(
    "line",
    [
        "scipy", "scipy>=1", "scipy==1.*", "-r other.txt", "--index-url=https://example.org/", "-e .",
        "./local", "/etc/passwd", "git+https://example.org/x", "scipy @ https://example.org/x.whl",
        "scipy==1 --hash=x",
        "scipy==1; python_version>'3'", "scipy==1 --config-settings=x", "--no-binary=:all:", "sci\\\npy==1",
        "${HOME}==1", "scipy==1\x0b--pre",
    ],
)  # fmt: skip
def test_anything_else_is_refused(line: str, listed: Path) -> None:
    listed.write_text(f"numpy==2.0.0\n{line}\n")
    with pytest.raises(UserError, match="name==version"):
        pinned(listed)


def test_long_lists_are_refused(listed: Path) -> None:
    listed.write_text("\n".join(f"a{n}==1" for n in range(201)))
    with pytest.raises(UserError, match="200"):
        pinned(listed)
    listed.write_bytes(b"#" * (65 << 10))
    with pytest.raises(UserError, match="KiB"):
        pinned(listed)


def test_packages_are_fetched_once_and_as_wheels(listed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[list[str]] = []

    def pip(command: list[str], cwd: Path, **_: object) -> subprocess.CompletedProcess[str]:
        calls.append(command)
        assert os.listdir(cwd) == [Path(command[-1]).name]  # it would build an archive called 'a==1.zip'
        target = Path(command[command.index("--target") + 1])
        target.mkdir()
        (target / "wanted.py").write_text(Path(command[-1]).read_text())
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(packages.subprocess, "run", pip)
    listed.write_text("b==1\na==2\n")
    folder = fetch_packages(listed)
    assert folder is not None and (folder / "wanted.py").read_text() == "a==2\nb==1"
    assert fetch_packages(listed) == folder and len(calls) == 1
    assert "--only-binary=:all:" in calls[0] and calls[0][0] == sys.executable
    listed.write_text("# nothing\n")
    assert fetch_packages(listed) is None


def test_nothing_is_kept_of_packages_that_cannot_be_had(
    listed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = subprocess.CompletedProcess([], 1, "", "ERROR: No matching distribution found for a==1\n")
    monkeypatch.setattr(packages.subprocess, "run", lambda *_, **__: failed)
    listed.write_text("a==1")
    with pytest.raises(UserError, match=r"No matching distribution found for a==1"):
        fetch_packages(listed)
    assert not list((listed.parent / "cache").glob("cryogui/algorithms/*"))


def test_a_pip_in_the_folder_that_one_is_in_is_not_run(listed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listed.write_text("surely-there-is-no-such-package==1")
    (listed.parent / "pip.py").write_text("open('ran', 'w')")
    monkeypatch.chdir(listed.parent)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(UserError, match="cannot be had as wheels"):
        fetch_packages(listed)
    assert not (listed.parent / "ran").exists()


def test_a_script_has_a_name_of_one_line_and_no_more_than_fits_in_memory(tmp_path: Path) -> None:
    script = tmp_path / "mine\n| 1 | forged \x1b[1m\udcff.py"
    script.write_text("")
    assert find_algorithm(str(script)).name == "mine | 1 | forged [1m.py"
    with script.open("wb") as file:
        file.truncate((16 << 20) + 1)
    with pytest.raises(UserError, match="16 MiB"):
        find_algorithm(str(script))


def test_what_is_named_is_found(tmp_path: Path) -> None:
    script = tmp_path / "mine.py"
    script.write_text("")
    assert find_algorithm(str(script)) == Algorithm("mine.py", script)
    folder = tmp_path / "ours"
    folder.mkdir()
    with pytest.raises(UserError, match=r"has no main\.py"):
        find_algorithm(str(folder))
    (folder / "main.py").write_text("")
    assert find_algorithm(str(folder)) == Algorithm("ours/", folder)
    for image in ("method", "example.org:5000/group/method:1.0", "method@sha256:0123"):
        assert find_algorithm(image).is_image
        assert find_algorithm(image).name == ("method:latest" if image == "method" else image)
    for odd in ("missing.py", "--privileged", "a b", "-v/:/x", "../method"):
        with pytest.raises(UserError, match="no script, folder or container image"):
            find_algorithm(odd)


@pytest.mark.parametrize("isolation", ["bubblewrap", "none"])
def test_a_folder_runs_with_its_modules_and_packages(isolation: str, tmp_path: Path, request) -> None:
    if isolation == "bubblewrap":
        request.getfixturevalue("bubblewrap")
    folder, extra, given = tmp_path / "folder", tmp_path / "extra", tmp_path / "given"
    for place, name, text in (
        (
            folder,
            "main.py",
            "import sys, helper, extra\nopen(sys.argv[2], 'w').write(helper.WORD + extra.WORD)",
        ),
        (folder, "helper.py", "WORD = 'helper '"),
        (extra, "extra.py", "WORD = 'extra'"),
    ):
        place.mkdir(exist_ok=True)
        (place / name).write_text(text)
    given.write_bytes(b"")
    trial = Trial(Algorithm("folder", folder, extra), given, ENOUGH)
    outcome = run_once(trial, isolation, tmp_path / "result")
    assert outcome.failed is None, outcome
    assert (tmp_path / "result").read_text() == "helper extra"
