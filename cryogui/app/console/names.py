"""The names at the prompt: what the window shows now, looked up when used, and not to be written to."""

from __future__ import annotations

import builtins
import copy
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cryogui.app.console.namespace import LiveNames, WindowThread, read_only
from cryogui.errors import UserError
from cryogui.session import Session, Store
from cryogui.session.scene_model import SceneModel

if TYPE_CHECKING:
    from cryogui.physics.live import LiveModel
    from cryogui.spec import Spec

MEANINGS = {
    "y": "measured images [image, y, x]",
    "image": "number of the image shown, from 0",
    "forward": "that image as the model expects it, ŷ; also yhat",
    "residual": "that image, y − ŷ; also r",
    "x": "the object of the forward model [z, y, x]",
    "truth": "the true object, where the file has it",
    "quick": "the newest quick reconstruction",
    "spec": "the sliders, a mapping from name to value",
    "nominal": "the same as the file states them",
    "ranges": "the sliders' ranges",
    "scene": "the scene as read from the file",
    "model": "image(i, spec), misfit(spec), slice(spec, i), reconstruct(spec)",
    "operator": "the forward operator H(θ): apply(x, spec), adjoint(y, spec)",
}
"""What the names stand for; None where the window has no such thing."""

CALLS = {
    "set(name=value, …)": "move sliders, as one step that can be undone",
    "show(array, title)": "an array in a window of its own",
    "save(array, path)": "write it: .npy, .mrc, .map, .tif",
    "help_me()": "this list",
}


class ConsoleNames:
    """What the prompt's names stand for.

    model: the model of the scene shown. set_values and show_array do what their names say, on the window's
    thread.
    """

    def __init__(
        self,
        store: Store,
        model: Callable[[], SceneModel | None],
        window: WindowThread,
        set_values: Callable[[dict[str, float]], None],
        show_array: Callable[[np.ndarray, str], None],
    ) -> None:
        self._store, self._find_model, self._window = store, model, window
        self._set_values, self._show_array = set_values, show_array

    def namespace(self) -> LiveNames:
        """A namespace for the interpreter."""
        live = {name: getattr(self, f"_{name}") for name in MEANINGS}
        fixed = {
            "__name__": "__console__", "__doc__": None, "np": np, "input": _no_input,
            "set": self.set, "show": self.show, "save": self.save, "help_me": self.help_me,
        }  # fmt: skip
        return LiveNames({**live, "yhat": self._forward, "r": self._residual}, fixed)

    # ---- functions

    def set(self, *items: Any, **values: float) -> Any:
        """Move the sliders named to these values, as one step that can be undone: set(defocus_error=40).

        Without names it is Python's own `set`.
        """
        if not values:
            return builtins.set(*items)
        if items:
            raise UserError("Name what is to be set: set(name=value, …).")
        numbers = {name: _number(name, value) for name, value in values.items()}
        self._window.do(lambda: self._set_checked(numbers))
        return None

    def _set_checked(self, values: dict[str, float]) -> None:
        model, locked = self._find_model(), self._store.session.scene.locked
        known = model.parameters if model is not None else ()
        for name, value in values.items():
            if name not in known or model is None:
                raise UserError(f"There is no parameter '{name}'; there are: {', '.join(known) or 'none'}.")
            if name in locked:
                raise UserError(f"{name} is locked; unlock it first.")
            parameter = model.scene.ranges[name]
            if parameter.clip(value) != value:
                raise UserError(
                    f"{name} goes from {parameter.minimum:g} to {parameter.maximum:g} "
                    f"{parameter.display_unit}, and {value:g} lies outside."
                )
        self._set_values(values)

    def show(self, array: Any, title: str = "") -> None:
        """Show an image [y, x], or a volume or series plane by plane, in a window of its own."""
        shown = np.asarray(array)
        if shown.dtype.kind not in "biuf" or shown.ndim not in (2, 3) or not shown.size:
            raise UserError(
                f"Only real images [y, x] and volumes [z, y, x] can be shown; this is {_form(shown)}."
            )
        values = np.array(shown, np.float32)  # what is shown stays as it is now
        self._window.do(lambda: self._show_array(values, title or _form(shown)))

    def save(self, array: Any, path: str | Path) -> Path:
        """Write an array whole or not at all: .npy as it is; .mrc, .map or .tif as float32, with the pixel
        size of the scene."""
        from cryogui.export.images import write_image
        from cryogui.files import replacing

        target, values = Path(path).expanduser(), np.asarray(array)
        if target.suffix.lower() == ".npy":
            with replacing(target) as temporary, open(temporary, "wb") as file:
                np.save(file, values, allow_pickle=False)
            return target
        if values.dtype.kind not in "biuf" or values.ndim not in (2, 3) or not values.size:
            raise UserError(
                f"Images are real and have two or three axes, and this is {_form(values)}: use .npy."
            )
        model = self._find_model()
        pixel_size = None if model is None else model.scene.voxel_size_A or model.scene.pixel_size_A
        is_volume = model is not None and values.shape == model.volume_shape
        write_image(target, values, pixel_size, "volume" if is_volume else "series")
        return target

    def help_me(self) -> None:
        """Print every name with what it is now and what it means."""
        print(self.banner())

    def banner(self) -> str:
        """All names, one a line."""
        rows = [(name, _form(getattr(self, f"_{name}")()), meaning) for name, meaning in MEANINGS.items()]
        width = max(len(form) for _, form, _ in rows)
        lines = [f"{name:<9} {form:<{width}}  {meaning}" for name, form, meaning in rows]
        lines += [f"{call:<{width + 10}}  {meaning}" for call, meaning in CALLS.items()]
        model = self._find_model()
        names = ", ".join(model.parameters) if model is not None else ""
        return "\n".join([*lines, *([f"parameters: {names}"] if names else [])])

    # ---- values

    @property
    def _session(self) -> Session:
        return self._store.session

    @property
    def parameters(self) -> tuple[str, ...]:
        """What can be set."""
        model = self._find_model()
        return () if model is None else model.parameters

    def _y(self) -> Any:
        model = self._find_model()
        if model is None:
            return None
        return read_only(model.live.measured.images if model.live is not None else model.scene.y)

    def _image(self) -> int:
        return self._session.scene.image_index

    def _forward(self) -> Any:
        model, state = self._find_model(), self._session.scene
        return None if model is None else read_only(model.forward(state.image_index, state.spec))

    def _residual(self) -> Any:
        model, state = self._find_model(), self._session.scene
        if model is None:
            return None
        measured, forward = model.measured(state.image_index), model.forward(state.image_index, state.spec)
        return None if measured is None or forward is None else read_only(measured - forward)

    def _x(self) -> Any:
        model = self._find_model()
        return None if model is None else read_only(model.x)

    def _truth(self) -> Any:
        model = self._find_model()
        return None if model is None or not model.has_truth else read_only(model.scene.x_true)

    def _quick(self) -> Any:
        model = self._find_model()
        return None if model is None else read_only(model.quick)

    def _spec(self) -> Spec:
        return self._session.scene.spec

    def _nominal(self) -> Spec | None:
        model = self._find_model()
        return None if model is None else model.scene.ranges.nominal

    def _ranges(self) -> Any:
        model = self._find_model()
        return None if model is None else model.scene.ranges

    def _scene(self) -> Any:
        model = self._find_model()
        if model is None:
            return None
        scene = model.scene
        return replace(
            scene,
            read_y=scene.read_y and (lambda: read_only(scene.y)),
            read_x=scene.read_x and (lambda: read_only(scene.x_true)),
        )

    def _model(self) -> LiveModel | None:
        """A twin: giving it another object leaves the window's alone."""
        model = self._find_model()
        return None if model is None or model.live is None else copy.copy(model.live)

    def _operator(self) -> Any:
        model = self._find_model()
        if model is None:
            return None
        return model.operator if model.live is None else model.live.operator


def _form(value: Any) -> str:
    """Shape and kind in a few characters."""
    if value is None:
        return "None"
    if isinstance(value, int | float):
        return str(value)
    shape, kind = getattr(value, "shape", None), getattr(value, "dtype", None)
    if shape is not None and kind is not None:
        return f"{'×'.join(map(str, shape))} {kind}"
    return type(value).__name__


def _number(name: str, value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = float("nan")
    if not np.isfinite(number):
        raise UserError(f"{value!r} is no value for {name}: give a finite number.")
    return number


def _no_input(prompt: str = "") -> str:
    raise UserError("input() is not possible here: put the value into the command.")
