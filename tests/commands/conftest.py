from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cryogui import cli
from cryogui.calibrate import registry
from cryogui.jobs import Queue
from cryogui.physics.ctf import Optics
from cryogui.physics.tilt import SingleAxisTilt
from cryogui.spec import Parameter, Spec, SpecRanges
from cryogui.tiers import Microscope, SceneData, TiltGeometry, write_tier
from tests.catalogues import keep_catalogue
from tests.jobs import odd_strategies

N = 16
ANGLES = np.linspace(-60.0, 60.0, 7)
RANGES = SpecRanges(
    (
        Parameter("tilt_axis_offset", -2.0, 2.0, 0.0, "px"),
        Parameter("tilt_angle_accuracy", -0.5, 0.5, 0.0, "deg/tilt"),
    )
)
TRUE = Spec.of({"tilt_axis_offset": 1.0, "tilt_angle_accuracy": 0.25})


def blob() -> np.ndarray:
    """One Gaussian beside the centre, well inside what every tilt sees."""
    z, y, x = np.meshgrid(*[np.arange(N) - N // 2] * 3, indexing="ij")
    return np.exp(-((z - 1.0) ** 2 + y**2 + (x + 2.0) ** 2) / 8.0).astype(np.float32)


@pytest.fixture(scope="session")
def public_tier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two tilt scenes without noise: sample_00 with truth (measured under TRUE), sample_01 without."""
    path = tmp_path_factory.mktemp("tiers") / "public.h5"
    optics = Optics(pixel_size_A=10.0)
    operator = SingleAxisTilt((N, N, N), (N, N), ANGLES, optics=optics, defocus_A=np.full(len(ANGLES), 3e4))
    microscope = Microscope(pixel_size_A=10.0, voltage_kV=300.0, cs_mm=2.7, amplitude_contrast=0.1)
    geometry = TiltGeometry(ANGLES, defocus_A=np.full(len(ANGLES), 3e4))
    y = operator.apply(blob(), TRUE)
    known = SceneData(y, RANGES, microscope, geometry, x_true=blob(), true_spec=TRUE)
    blind = SceneData(y, RANGES, microscope, geometry)
    write_tier(path, [known, blind], variant="cryo_et", tier="public", spec_dag=("Π", "D"))
    return path


@pytest.fixture
def answer(capsys: pytest.CaptureFixture[str]) -> Callable[..., dict[str, Any]]:
    """Runs a command with --json and returns its object; the command must succeed."""

    def run(*arguments: object) -> dict[str, Any]:
        status = cli.main([*map(str, arguments), "--json"])
        captured = capsys.readouterr()
        assert status == 0, captured.err
        result: dict[str, Any] = json.loads(captured.out)
        return result

    return run


@pytest.fixture
def refusal(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Runs a command that must be refused, and returns its sentence."""

    def run(*arguments: object) -> str:
        assert cli.main([*map(str, arguments)]) == 2
        captured = capsys.readouterr()
        assert captured.out == ""
        return captured.err

    return run


@pytest.fixture
def own_strategies(monkeypatch: pytest.MonkeyPatch) -> None:
    """The strategies of the tests of jobs, known for one test here and in workers."""
    keep_catalogue(monkeypatch, registry._catalogue)
    importlib.reload(odd_strategies)
    monkeypatch.setattr("cryogui.jobs.Queue", partial(Queue, modules=("tests.jobs.odd_strategies",)))
