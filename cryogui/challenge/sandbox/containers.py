"""Algorithms that come as container images, run by podman or docker."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from pathlib import Path

from cryogui.challenge.sandbox.limits import Limits
from cryogui.challenge.sandbox.supervised import Verdict, Watched
from cryogui.challenge.sandbox.supervisor import MEMORY

ENGINES = ("podman", "docker")
_INPUT, _OUTPUT = "/data/input.h5", "/out/output.h5"
_NOBODY = 65534
_NOT_RUN, _NOT_FOUND, _KILLED = 125, 127, 137  # exit statuses of `run`
_PROXIES = ("http_proxy", "https_proxy", "ftp_proxy", "no_proxy", "all_proxy")
_PROBE_SECONDS = 60.0


def find_engine(image: str) -> str | None:
    """The engine that runs containers of this image as they are to be run; None when none does.

    Each is asked to run a program that no image has: one that gets as far as missing it takes every option,
    has the image, and would have started it.
    """
    for engine in filter(shutil.which, ENGINES):
        command = [
            engine,
            "run",
            "--rm",
            *_confined(engine, Limits()),
            "--entrypoint",
            "/cryogui-probe",
            image,
        ]
        try:
            done = subprocess.run(command, capture_output=True, timeout=_PROBE_SECONDS, check=False)
        except (subprocess.TimeoutExpired, OSError):
            continue
        if done.returncode == _NOT_FOUND:
            return engine
    return None


def output(staging: Path) -> Path:
    """Where the output of a container lies."""
    return staging / "out" / Path(_OUTPUT).name


def watched(engine: str, image: str, given: Path, staging: Path, limits: Limits) -> Watched:
    """The image run once; `staging` gets a folder for its output."""
    folder = output(staging).parent
    folder.mkdir()
    folder.chmod(0o777)  # whatever user the engine makes of the one inside; `staging` is private
    name = f"cryogui-{secrets.token_hex(8)}"
    command = [
        engine, "run", "--name", name, *_confined(engine, limits),
        "--volume", f"{given}:{_INPUT}:ro,z", "--volume", f"{folder}:{Path(_OUTPUT).parent}:z",
        image, _INPUT, _OUTPUT,
    ]  # fmt: skip
    return Watched(
        command, dict(os.environ), watched=str(folder), ending=[engine, "rm", "--force", "--volumes", name]
    )


def failure(verdict: Verdict) -> str | None:
    """Why a container left no output that could be looked at; None when it ended well."""
    if verdict.failed is not None or verdict.status == 0:
        return verdict.failed
    return {_NOT_RUN: "not started", _KILLED: MEMORY}.get(verdict.status or 0, "exit status")


def _confined(engine: str, limits: Limits) -> list[str]:
    """The options that take everything away from a container."""
    user = os.getuid() or _NOBODY
    scratch = f"rw,nosuid,nodev,size={limits.scratch_bytes}"
    options = [
        "--pull", "never", "--network", "none", "--read-only", "--cap-drop", "ALL",
        "--security-opt", "no-new-privileges", "--user", f"{user}:{user}", "--hostname", "sandbox",
        "--pids-limit", str(limits.processes), "--memory", str(limits.memory_bytes),
        "--memory-swap", str(limits.memory_bytes), "--ulimit", "core=0",
        "--ulimit", f"fsize={max(limits.output_bytes, limits.scratch_bytes)}",
        "--tmpfs", f"/tmp:{scratch}", "--shm-size", str(limits.scratch_bytes), "--log-driver", "none",
    ]  # fmt: skip
    if engine == "podman":
        return [*options, "--http-proxy=false", *(["--userns", "keep-id"] if os.getuid() else [])]
    # docker sets these from its settings, with whatever name and password they hold
    names = [*_PROXIES, *map(str.upper, _PROXIES)]
    return [*options, *(word for name in names for word in ("--env", f"{name}="))]
