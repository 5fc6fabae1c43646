"""What the window shows and does as command lines of `cryogui`: pure functions of a session.

A line is written so that it can be run anywhere: every value that differs from the nominal one is in it.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePath

from cryogui.session.resolve import Need, resolve
from cryogui.session.state import Session, Tab

PROGRAM = "cryogui"

SESSION_FILE = "view.cryogui"
NO_COMMAND = "has no command of its own"

_LOOKS = {Need.LEVELS, Need.LOOKS, Need.FLIP, Need.VOLUME_LOOK, Need.PLANES}
_COMPUTED = {Need.SCENE, Need.SPEC, Need.OBJECT, Need.BLOCKS, Need.EXCLUSION}


@dataclass(frozen=True)
class Line:
    """One command line, without quotes, and what it does; or why there is none when `argv` is empty."""

    about: str
    argv: tuple[str, ...] = ()

    @property
    def command(self) -> str:
        """The line as a shell takes it; empty where there is none."""
        return shlex.join(self.argv)

    @property
    def brief(self) -> str:
        """The line as it is shown: files by their names, without folders."""
        return shlex.join(PurePath(word).name if PurePath(word).is_absolute() else word for word in self.argv)

    @property
    def text(self) -> str:
        """The line with what it does above it, for a script."""
        return f"# {self.about}\n{self.command}" if self.argv else f"# {self.about}"


@dataclass(frozen=True)
class SceneFacts:
    """What a line must know of the scene beside the session.

    nominal: values that need not be said. has_model: whether there is a forward model. image_count: 0 for a
    bare volume. run_path: the file of the run that is the object, '' where none is.
    """

    nominal: Mapping[str, float] = field(default_factory=dict)
    has_model: bool = True
    image_count: int = 1
    run_path: str = ""


class Script:
    """The command lines for one session whose scene has these facts."""

    def __init__(self, session: Session, facts: SceneFacts) -> None:
        self._session, self._facts = session, facts
        self._state = session.scene

    # ---- for what the user sees

    def present(self) -> list[Line]:
        """Everything on the screen: the numbers, the pictures, the window."""
        if self._session.current is None:
            return [self.opening()]
        lines = [self.opening()]
        if self._facts.has_model:
            lines.append(self.misfit())
        panes = ("measured", "forward", "residual") if self._facts.has_model else ("measured",)
        if self._facts.image_count:
            lines += [self.image(pane) for pane in panes]
        else:
            lines += [self.plane(name) for name in ("xy", "xz", "yz")]
        return [*lines, self.report(), self.window()]

    def opening(self) -> Line:
        """The window with the open files."""
        return Line("the window with these files", (PROGRAM, *self._session.files))

    def misfit(self) -> Line:
        """‖r‖/‖y‖ and consistency under the present spec."""
        if not self._facts.has_model:
            return self._unless_model()
        return Line("‖r‖/‖y‖ and consistency", self._command("forward", *self._of_scene()))

    def window(self) -> Line:
        """A picture of the window as it is, but for what has no option."""
        tab = self._session.tab.replace("_", "-")
        image = ("--image", str(self._state.image_index)) if self._facts.image_count else ()
        return Line(
            "the window, but for zoom and contrast",
            self._command("snapshot", *self._of_scene(), *image, "--tab", tab, "--out", "window.png"),
        )

    def saved(self) -> Line:
        """A picture of the window with all that has no option: it needs the session as a file."""
        argv = (PROGRAM, "snapshot", SESSION_FILE, "--out", "window.png")
        return Line(f"the window as it is: save the session as {SESSION_FILE} first (Ctrl+S)", argv)

    def image(self, what: str) -> Line:
        """The image shown of the series `what` ('measured', 'forward' or 'residual') as a picture."""
        if not self._facts.image_count:
            return Line("this file holds no images")
        if what != "measured" and not self._facts.has_model:
            return self._unless_model()
        number = str(self._state.image_index)
        name = f"{what}_{number}.png"
        options = ("--what", what, "--image", number, "--out", name)
        return self._export(f"the {what} image {number}", *options)

    def plane(self, name: str) -> Line:
        """The slice of the object shown in the pane `name` ('xy', 'xz' or 'yz')."""
        z, y, x = (str(round(p)) for p in self._state.position)
        number = {"xy": z, "xz": y, "yz": x}[name]
        options = ("--what", "object", "--plane", name, "--slice", number, "--out", f"{name}_{number}.png")
        return self._export(f"the slice {name} {number} of the object", *options)

    def quick(self) -> Line:
        """The quick reconstruction under the present spec, as a volume."""
        if not self._facts.has_model:
            return self._unless_model()
        options = ("--what", "quick", "--out", "reconstruction.mrc")
        return self._export("the quick reconstruction under these parameters", *options)

    def reconstruction(self) -> Line:
        """What Run does: the method chosen with its options, or the quick reconstruction."""
        look = self._session.reconstruction
        if not look.method or not self._facts.has_model:
            return self.quick()
        options = ["--method", look.method]
        for name, value in look.options_of(look.method).items():
            options += ["--param", f"{name}={str(value).lower() if isinstance(value, bool) else value}"]
        if look.half_sets:
            options.append("--halves")
        argv = self._command("reconstruct", *self._of_measurement(), *options, "--out", "reconstruction.h5")
        return Line("the reconstruction by the method chosen", argv)

    def data(self) -> Line:
        """The measured images, or the volume of a file without images, as data."""
        if not self._facts.image_count:
            return self._export("the volume as data", "--what", "truth", "--out", "volume.mrc")
        return self._export("the measured images as data", "--what", "measured", "--out", "measured.mrc")

    def live_slice(self) -> Line:
        """The plane of the live slice."""
        if not self._facts.has_model:
            return self._unless_model()
        options = ("--what", "live-slice", "--out", "live_slice.png")
        return self._export("the middle plane reconstructed under these parameters", *options)

    def sweep(self, name: str, label: str) -> Line:
        """A movie of one parameter from end to end of its range."""
        image = ("--image", str(self._state.image_index))
        options = ("--sweep", name, *image, "--out", f"{name}.mp4")
        return Line(
            f"a movie of {label} swept over its range", self._command("movie", *self._of_scene(), *options)
        )

    def series(self) -> Line:
        """A movie of the images one after the other."""
        if not self._facts.has_model:
            return self._unless_model()
        argv = self._command("movie", *self._of_scene(), "--tilt", "--out", "series.mp4")
        return Line("a movie of the series, image by image", argv)

    def report(self) -> Line:
        """One page about the scene."""
        image = ("--image", str(self._state.image_index)) if self._facts.image_count else ()
        return Line(
            "a report of the scene on one page",
            self._command("report", *self._of_scene(), *image, "--out", "report.pdf"),
        )

    # ---- for what the user did or can do

    def step(self, before: Session) -> Line:
        """What brings about the same as the step from `before` to this session."""
        needs = resolve(before, self._session)
        if needs & _COMPUTED and self._facts.has_model:
            return self.misfit()
        if needs & {Need.PICTURE} and self._facts.image_count:
            return self.image("measured")
        return self.saved() if needs & _LOOKS else self.window()

    def action(self, name: str) -> Line:
        """What does the same as the menu entry `name` would, now."""
        if name in _OPENING:
            return self.opening()
        if self._session.current is None:
            return Line(f"no file is open: this {NO_COMMAND}")
        make = _ACTIONS.get(name)
        if make is not None:
            return make(self)
        return Line(NO_COMMAND)

    def pane(self, name: str) -> Line:
        """What writes the picture in the image pane `name`."""
        if name in ("measured", "forward", "residual"):
            return self.image(name)
        if name in ("xy", "xz", "yz"):
            return self.plane(name)
        if name == "live_slice":
            return self.live_slice()
        return self.window()

    def at_tab(self, tab: Tab) -> Script:
        """The lines as they would be with another tab shown."""
        return Script(replace(self._session, tab=tab), self._facts)

    # ---- options

    def _export(self, about: str, *options: str) -> Line:
        return Line(about, self._command("export", *self._of_scene(), *options))

    def _command(self, command: str, *options: str) -> tuple[str, ...]:
        key = self._session.current
        assert key is not None  # asked before
        return (PROGRAM, command, key.path, "--scene", str(key.scene), *options)

    def _of_scene(self) -> tuple[str, ...]:
        """All that the state differs in from a scene just opened."""
        x = self._object_options() if self._facts.has_model else ()
        return *x, *self._of_measurement()

    def _object_options(self) -> tuple[str, ...]:
        x = self._state.object
        known = {"truth": "true", "quick": "quick", "file": x.path, "run": self._facts.run_path}
        word = known.get(x.source, "")
        return ("--x", word) if word else ()

    def _of_measurement(self) -> tuple[str, ...]:
        """The spec, and what of images and forward model counts."""
        state = self._state
        options: list[str] = []
        for name, value in state.spec.items():
            if self._facts.nominal.get(name) != value:
                options += ["--set", f"{name}={value!r}"]
        if state.padded:
            options.append("--padded")
        if state.excluded:
            options += ["--exclude", ",".join(map(str, sorted(state.excluded)))]
        if state.switched_off:
            options += ["--without", ",".join(sorted(state.switched_off))]
        return tuple(options)

    def _unless_model(self) -> Line:
        return Line("this scene has no forward model to compute with")


def as_script(lines: list[Line]) -> str:
    """The lines as a shell script's text."""
    return "\n".join(line.text for line in lines) + "\n"


def title_of(session: Session) -> str:
    """The scene a line is about, for a heading."""
    key = session.current
    return "" if key is None else f"{PurePath(key.path).name}, scene {key.scene}"


_OPENING = frozenset({"open", "reopen", "demo_et", "demo_spa"})

_OF_VIEW = (
    "zoom_in", "zoom_out", "view_all", "auto_contrast", "contrast", "invert", "false_colour", "flip_y",
    "colour_bars",    "take_snapshot", "save_session", "save_session_as",
)  # fmt: skip

_ACTIONS: dict[str, Callable[[Script], Line]] = {
    "copy_script": Script.misfit,
    **dict.fromkeys(("undo", "redo", "reset", "exclude", "include_all", "padded"), Script.misfit),
    "run": Script.reconstruction,
    "export_pane": lambda script: script.image("measured"),
    "export_data": Script.data,
    "export_movie": Script.series,
    "report": Script.report,
    "spectrum_of_pane": lambda script: script.at_tab("spectrum").window(),
    "play": Script.series,
    **dict.fromkeys(("next_image", "previous_image"), lambda script: script.image("measured")),
    **dict.fromkeys(
        ("next_plane", "previous_plane", "first_plane", "middle_plane", "last_plane"),
        lambda script: script.plane("xy") if script._session.tab == "volume" else script.image("measured"),
    ),
    "residual_in_noise": lambda script: script.image("residual"),
    **dict.fromkeys(_OF_VIEW, Script.saved),
}
