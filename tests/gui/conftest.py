"""Small tiers made for the window's tests, and mocks of its views."""

from __future__ import annotations

import gc
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import create_autospec

import numpy as np
import pytest
from PyQt6 import sip
from PyQt6.QtCore import pyqtSignal

from cryogui.spec import Parameter, SpecRanges
from cryogui.tiers import Microscope, SceneData, TiltGeometry, write_tier

N, TILTS = 24, 9


class Wire:
    """Stands in for a Qt signal of a mocked view."""

    def __init__(self) -> None:
        self._slots: list[Callable[..., Any]] = []

    def connect(self, slot: Callable[..., Any]) -> None:
        self._slots.append(slot)

    def emit(self, *values: Any) -> None:
        for slot in self._slots:
            slot(*values)


def mock_view(cls: type) -> Any:
    """A mock with the methods of `cls` and signals that can be emitted."""
    view = create_autospec(cls, instance=True)
    for name, member in inspect.getmembers(cls):
        if isinstance(member, pyqtSignal):
            setattr(view, name, Wire())
    return view


def ball(n: int = N) -> np.ndarray:
    """A round body and a smaller one beside it, [z, y, x]."""
    z, y, x = np.mgrid[:n, :n, :n] - n // 2
    big = np.exp(-(x**2 + y**2 + z**2) / 18.0)
    small = 0.7 * np.exp(-((x - 5) ** 2 + (y + 3) ** 2 + (z - 2) ** 2) / 6.0)
    return (big + small).astype(np.float32)


RANGES = SpecRanges(
    (
        Parameter("tilt_axis_offset", -0.6, 1.2, 0.0, "px"),
        Parameter("tilt_angle_accuracy", -0.2, 0.4, 0.0, "deg/tilt"),
        Parameter("dose_induced_shrinkage", -2.0, 4.0, 0.0, "%"),
        Parameter("ctf_per_tilt_variation", -0.15, 0.15, 0.0, "um"),
        Parameter("missing_wedge", 26.0, 38.0, 30.0, "deg"),
    )
)
TRUE_SPEC = RANGES.nominal.replace(tilt_axis_offset=0.5)


def measured(x: np.ndarray, angles: np.ndarray) -> np.ndarray:
    """The tilt series of `x` under TRUE_SPEC with a little noise, [tilt, y, x]."""
    from cryogui.physics.ctf import Optics
    from cryogui.physics.tilt import SingleAxisTilt

    n = x.shape[0]
    model = SingleAxisTilt(
        x.shape,
        (n, n),
        angles,
        optics=Optics(10.0, phase_shift_rad=np.pi / 2),
        defocus_A=np.full(len(angles), 6000.0),
        dose_before=np.arange(len(angles)) * 3.0,
        total_dose=3.0 * len(angles),
    )
    y = model.apply(x, TRUE_SPEC)
    noise = np.random.default_rng(0).normal(0, 0.05 * y.std(), y.shape)
    return (y + noise).astype(np.float32)


@pytest.fixture(scope="session")
def tier_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tier of two scenes: the first with its truth, the second without."""
    angles, x = np.linspace(-60, 60, TILTS), ball()
    microscope = Microscope(10.0, 300.0, 2.7, 0.1, np.pi / 2, 1e4, 0.01, 1.0)
    geometry = TiltGeometry(angles, np.arange(TILTS) * 3.0, np.full(TILTS, 6000.0), 3.0 * TILTS)
    y = measured(x, angles)
    seen = SceneData(y, RANGES, microscope, geometry, {"scene": "two bodies"}, x, TRUE_SPEC)
    blind = SceneData(y, RANGES, microscope, geometry, {"scene": "unknown"})
    path = tmp_path_factory.mktemp("tiers") / "small.h5"
    write_tier(path, [seen, blind], variant="cryo_et", tier="public", spec_dag=["Π", "D"])
    return path


@pytest.fixture(scope="module", autouse=True)
def widgets_end_on_their_own_thread(qapp: Any) -> Iterator[None]:
    """As in the program: no other thread comes to destroy what is left of windows that were closed."""
    from cryogui.app.collector import collect_on_this_thread

    collect_on_this_thread(qapp)
    yield
    gc.collect()


@pytest.fixture(scope="session", autouse=True)
def machine_without_opengl(qapp: Any) -> str | None:
    """Why this machine cannot draw in 3-D, asked before any window could have spoilt it."""
    from cryogui.app.views.opengl import probe

    return probe().missing


@pytest.fixture
def has_opengl(machine_without_opengl: str | None) -> None:
    """Skips the test where there is nothing to draw with; what a window breaks later is a failure."""
    if machine_without_opengl is not None:
        pytest.skip(machine_without_opengl)


@pytest.fixture
def program(qapp: Any) -> Iterator[Any]:
    """The whole program in a shown window; closed afterwards."""
    from cryogui.app.main import new_program

    made = new_program()
    made.screen.window.show()
    yield made
    if not sip.isdeleted(made.screen.window):  # closed by the test itself
        made.screen.window.close()


@pytest.fixture
def opened(program: Any, tier_path: Path) -> Any:
    """The program with the small tier in it, at rest."""
    from cryogui.app.measure import settle

    program.open([tier_path])
    settle(program)
    return program


@pytest.fixture(scope="module")
def shared(qapp: Any, tier_path: Path) -> Iterator[Any]:
    """One window with the small tier in it for all tests of a module; ask for it through `lent`."""
    from cryogui.app.main import new_program
    from cryogui.app.measure import settle

    made = new_program()
    made.screen.window.show()
    made.open([tier_path])
    settle(made)
    yield made
    made.screen.window.close()


@pytest.fixture
def lent(shared: Any) -> Iterator[Any]:
    """As `opened`, in less time: the window the module shares, whose session is afterwards as it was.

    For tests that let go of sliders and leave files, layout and theme as they found them.
    """
    from cryogui.app.measure import settle

    session = shared.store.session
    yield shared
    assert not shared.spec.dragging, "a slider was left held"
    shared.store.forget()
    shared.store.update(session, None)
    shared.screen.messages.dismiss()
    settle(shared)
