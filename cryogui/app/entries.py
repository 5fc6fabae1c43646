"""Every menu entry and key: the one table from which menus, the palette and the list of keys are made."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """One action: attribute name, menu (or menu/submenu), words, keys (the first is shown), what it needs to
    be enabled, and one sentence of help that tooltips, the status line and the palette show."""

    name: str
    menu: str
    text: str
    keys: tuple[str, ...] = ()
    needs: str = ""  # a key of WHY_NOT, or nothing
    checkable: bool = False
    after_separator: bool = False
    help: str = ""


WHY_NOT = {
    "scene": "no file is open",
    "tier": "no tier of the challenge is open",
    "images": "this file holds no images",
    "planes": "there is neither a series nor a volume",
    "series": "this file holds one image only",
    "parameters": "nothing here can be calibrated",
    "calibration": "no strategy can calibrate what is open",
    "method": "there is no forward model to reconstruct with",
    "padded": "the forward model has no wider detector",
    "running": "nothing is running",
    "run": "no reconstruction is running",
}
"""Why an entry that needs something is disabled."""

# Black and white level move by these shares of their distance; keys F1 to F8 in this order, as in 3dmod.
LEVEL_STEPS = (
    ("black_down", "Black level lower", (-0.05, 0.0), "Show more of what is darkest."),
    ("black_up", "Black level higher", (0.05, 0.0), "Let more of what is dark become black."),
    ("white_down", "White level lower", (0.0, -0.05), "Let more of what is bright become white."),
    ("white_up", "White level higher", (0.0, 0.05), "Show more of what is brightest."),
    ("contrast_down", "Less contrast", (-0.05, 0.05), "Spread black and white further apart."),
    ("contrast_up", "More contrast", (0.05, -0.05), "Bring black and white closer together."),
    ("brightness_down", "Darker", (0.05, 0.05), "Move black and white up together."),
    ("brightness_up", "Brighter", (-0.05, -0.05), "Move black and white down together."),
)

_STEPPED = "A slice where the pointer or the keyboard is in one, else an image of the series."
_POINTED = "Of the pane under the pointer, or the one with the keyboard."

ENTRIES = (
    Entry("open", "File", "Open …", ("Ctrl+O",), help="Open tiers, tilt series, particle images or volumes."),
    Entry("reopen", "File", "Reopen last session",
          help="Open the files of last time, with everything as it was left."),
    Entry("demo_et", "File", "Demo: tilt series", after_separator=True,
          help="Open simulated tilt series of three specimens, with their truth."),
    Entry("demo_spa", "File", "Demo: particles", help="Open simulated particle images, with their truth."),
    Entry("save_session", "File", "Save session", ("Ctrl+S",), "scene", after_separator=True,
          help="Write what is open, set and looked at into a file from which all of it comes back."),
    Entry("save_session_as", "File", "Save session as …", ("Ctrl+Shift+S",), "scene",
          help="Write the session into another file."),
    Entry("export_pane", "File", "Export pane …", ("Ctrl+E",), "scene", after_separator=True,
          help=f"Save a pane as a picture (PNG, SVG), or what it shows as data. {_POINTED}"),
    Entry("export_data", "File", "Export series or volume …", (), "scene",
          help="Save the measured, expected or residual images, or a volume, as MRC or TIFF."),
    Entry("export_movie", "File", "Export movie …", (), "scene",
          help="Render a parameter's sweep, the series or the slices of a volume as GIF or MP4."),
    Entry("report", "File", "Report (PDF) …", (), "scene",
          help="One page about the scene: metadata, spec, scores, pictures and the residual of every image."),
    Entry("submit", "File", "Submit …", (), "tier", after_separator=True,
          help="Answer every scene of the tier that is open, check and write the answers, and score them."),
    Entry("check_submission", "File", "Check a submission …", (), "tier",
          help="Hold anybody's submission against the tier that is open, and score it."),
    Entry("close_file", "File", "Close file", ("Ctrl+W",), "scene", after_separator=True,
          help="Close the file whose scene is shown."),
    Entry("quit", "File", "Quit", ("Ctrl+Q",), after_separator=True, help="Close the window."),
    Entry("undo", "Edit", "Undo", ("Ctrl+Z",), help="Take back the last change of spec or view."),
    Entry("redo", "Edit", "Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), help="Bring back what was taken back."),
    Entry("take_snapshot", "Edit", "Snapshot", ("Ctrl+T",), "scene",
          help="Keep spec and view as they are now under a name, to come back to or compare with."),
    Entry("copy_script", "Edit", "Copy as script", ("Ctrl+Shift+C",), "scene", after_separator=True,
          help="Command lines that compute and draw what the window shows, on the clipboard."),
    Entry("reset", "Edit", "Reset parameters", ("Ctrl+Backspace",), "parameters", after_separator=True,
          help="Every unlocked parameter back to its nominal value."),
    Entry("run", "Edit", "Reconstruct", ("Ctrl+R",), "method", after_separator=True,
          help="Reconstruct under the present parameters, x ≈ H(θ)⁺ y, by the method chosen."),
    Entry("pause_run", "Edit", "Pause or continue reconstruction", ("Ctrl+Shift+R",), "run",
          help="Have the reconstruction that runs rest after its step, or go on."),
    Entry("follow_run", "Edit", "Show reconstructions while they run", ("Shift+R",), checkable=True,
          help="A run becomes the object x: slices, 3-D, ŷ and residual follow it."),
    Entry("unfold_runs", "Edit", "Options and progress of reconstructions", ("R",), checkable=True,
          help="Unfold the method's options, convergence, scores and the queue below the bar."),
    Entry("calibrate", "Edit", "Calibrate", ("Ctrl+K",), "calibration",
          help="Find the unlocked parameters from the images, by the strategy chosen; one step to undo."),
    Entry("valley", "Edit", "Valley mode", ("V",), "parameters", checkable=True,
          help="While one parameter moves, those that make up for it follow, along the floor of the misfit."),
    Entry("cancel", "Edit", "Cancel", ("Esc",), "running",
          help="Stop the sweep, the calibration, what is being computed, or the reconstruction."),
    Entry("exclude", "Edit", "Exclude or include this image", ("X",), "series", after_separator=True,
          help="Leave the image shown out of residual, scores and reconstruction, or count it again."),
    Entry("include_all", "Edit", "Include all images", ("Shift+X",), "series",
          help="Count every image again."),
    Entry("next_plane", "View", "Next slice or image", ("PgUp",), "planes", help=_STEPPED),
    Entry("previous_plane", "View", "Previous slice or image", ("PgDown",), "planes", help=_STEPPED),
    Entry("first_plane", "View", "First slice or image", ("End",), "planes", help=_STEPPED),
    Entry("middle_plane", "View", "Middle slice or image", ("Ins",), "planes", help=_STEPPED),
    Entry("last_plane", "View", "Last slice or image", ("Home",), "planes", help=_STEPPED),
    Entry("next_image", "View", "Next image", ("2",), "series", after_separator=True,
          help="The next image of the series, whatever is under the pointer."),
    Entry("previous_image", "View", "Previous image", ("1",), "series",
          help="The image before in the series, whatever is under the pointer."),
    Entry("play", "View", "Play images", ("P",), "series",
          help="Run through the images of the series, around and around."),
    Entry("zoom_in", "View", "Zoom in", ("=",), "scene", after_separator=True, help=_POINTED),
    Entry("zoom_out", "View", "Zoom out", ("-",), "scene", help=_POINTED),
    Entry("view_all", "View", "View all", ("0",), "scene", help=f"Fit the image into its pane. {_POINTED}"),
    Entry("auto_contrast", "View", "Auto contrast", ("Shift+A",), "scene", after_separator=True,
          help=f"Black and white from the image's own percentiles. {_POINTED}"),
    Entry("contrast", "View", "Contrast and colours …", ("H",), "scene",
          help=f"Histogram, black and white as numbers, presets and colour map. {_POINTED}"),
    *(
        Entry(name, "View/Levels", text, (f"F{number}",), "scene",
              after_separator=number > 1 and number % 2 == 1, help=f"{what} {_POINTED}")
        for number, (name, text, _, what) in enumerate(LEVEL_STEPS, start=1)
    ),
    Entry("invert", "View", "Invert grey levels", ("F11",), "scene",
          help=f"Exchange black and white. {_POINTED}"),
    Entry("false_colour", "View", "False colour", ("F12",), "scene",
          help=f"Colours in place of grey, and back. {_POINTED}"),
    Entry("spectrum_of_pane", "View", "Power spectrum", ("F",), "scene",
          help=f"The power spectrum, with the model's CTF² over it. {_POINTED}"),
    Entry("enlarge_volume", "View", "3-D alone", ("3",), "scene", checkable=True,
          help="Give 3-D the place of slices and images, and back; a double click in it does the same."),
    Entry("residual_in_noise", "View", "Residual in noise units", ("N",), "images", checkable=True,
          help="Show (y − ŷ)/σ: what exceeds ±3 is hardly noise."),
    Entry("colour_bars", "View", "Colour bars", ("B",), checkable=True,
          help="Show beside every image which value has which grey or colour."),
    Entry("flip_y", "View", "Flip Y to match IMOD", ("Y",), checkable=True,
          help="Draw images with their origin at the bottom left, as 3dmod does."),
    Entry("padded", "View", "Detector wider than its frame (nothing wraps round)", (), "padded", True,
          help="Compute ŷ on a larger frame, so that nothing that leaves it comes back at the other side."),
    Entry("console", "View/Panels", "Console", ("F9", "Ctrl+`"), checkable=True,
          help="A Python prompt with the arrays on show by name; its commands never stop the window."),
    Entry("reset_layout", "View/Panels", "Reset layout", after_separator=True,
          help="Every panel back to where it stood at first."),
    Entry("larger", "View", "Larger interface", ("Ctrl++", "Ctrl+="), after_separator=True,
          help="Scale letters, buttons and panels up."),
    Entry("smaller", "View", "Smaller interface", ("Ctrl+-",),
          help="Scale letters, buttons and panels down."),
    Entry("find_action", "Help", "Find an action …", ("Ctrl+Shift+P",),
          help="Search everything that can be done by its name, and do it."),
    Entry("tour", "Help", "Tour", help="What is where, in five steps."),
    Entry("show_keys", "Help", "Keys", ("?",), help="Every key and what it does."),
    Entry("show_log", "Help", "Show log", help="What the program has noted: for a report of a defect."),
    Entry("about", "Help", "About cryogui", help="Version and licence."),
)  # fmt: skip

THEMES = (
    ("dark", "Dark", "A dark window, in which images stand out."),
    ("light", "Light", "A light window, for bright rooms and projectors."),
    ("system", "Like the system", "Dark or light as the desktop is, also when it changes."),
)

TAB_KEYS = (
    ("Alt+1 … Alt+9, Alt+0", "Choose a tab"),
    ("Space", "Compare: flip between A and B"),
    ("Ctrl+arrows", "Compare: move the line between A and B"),
    ("PgUp, PgDown", "In a slider or number: by 1/20 of its range, until a picture is clicked"),
)

POINTER_KEYS = (
    ("Wheel", "Zoom the pane"),
    ("Left drag", "Pan the pane"),
    ("Click", "Move the cursor in every pane"),
    ("Ctrl+wheel", "Next or previous image or slice"),
    ("Drag the colour bar", "Set black and white; click it for the histogram"),
    ("X, Y, Z in 3-D", "Look along an axis, as the slice across it; H goes home"),
    ("Right click", "View all, contrast and colours of the pane"),
    ("Click, drag", "Landscape: set both parameters to what is under the pointer"),
    ("Click, Ctrl+click", "Sampling: go to the image of a line or dot; leave it out or take it back"),
    ("Space, Enter, ↓", "Forward model: switch a step off or on, open it, go to its parameters"),
)


def keys_table() -> list[tuple[str, str]]:
    """(keys, what they do) for the list of keys."""
    rows = [(" or ".join(entry.keys), entry.text) for entry in ENTRIES if entry.keys]
    return [*rows, *TAB_KEYS, *POINTER_KEYS]
