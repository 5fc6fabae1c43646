"""The look of the window: named colours, a dark and a light theme, one style sheet, one set of fonts.

Colours carry meaning: grey is data, `accent` is what the user can move, `good`, `warn` and `bad` are
verdicts and nothing else, and each slice plane owns one colour. Standard widgets take their look from
`apply_theme`; widgets that paint themselves ask `palette()` while painting, so a change of theme reaches
them with Qt's own StyleChange event.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Literal

from PyQt6.QtCore import QObject, Qt
from PyQt6.QtGui import QColor, QFont, QPalette
from PyQt6.QtWidgets import QApplication, QWidget

from cryogui.app.style_sheet import QSS

Mode = Literal["dark", "light", "system"]


@dataclass(frozen=True)
class Palette:
    """Named colours of one theme, as '#rrggbb'."""

    name: str
    ground: str  # behind the cards
    bar: str  # menu and status bars
    card: str
    field: str  # inside spin boxes and lists
    raised: str  # buttons, chosen tab
    border: str
    track: str  # slider grooves
    text: str
    muted: str
    faint: str
    handle: str
    accent: str
    accent_fill: str  # ground of the one main button
    on_accent: str
    spark: str
    shadowed: str  # bars of images that do not count
    good: str
    warn: str
    bad: str
    xy: str
    xz: str
    yz: str
    oblique: str
    canvas: str  # behind images
    on_canvas: str
    residual_centre: str
    curve_1: str  # curves of a kind that stand for nothing but themselves
    curve_2: str
    curve_3: str
    curve_4: str


DARK = Palette(
    name="dark", ground="#181a1e", bar="#121417", card="#202328", field="#181a1e", raised="#2a2e34",
    border="#343940", track="#343940", text="#e0e3e7", muted="#9aa1aa", faint="#6b727b", handle="#e0e3e7",
    accent="#5a9bdc", accent_fill="#2d557d", on_accent="#f2f5f8", spark="#6e7d8c", shadowed="#5c6066",
    good="#5fbe82", warn="#e6aa50", bad="#dc5f5a", xy="#e6be50", xz="#6ebe78", yz="#6ea0e6",
    oblique="#c78ade", canvas="#000000", on_canvas="#f2f5f8", residual_centre="#101216",
    curve_1="#c9a0f0", curve_2="#56c7c9", curve_3="#ee97bf", curve_4="#c2b59b",
)  # fmt: skip

LIGHT = Palette(
    name="light", ground="#eceef1", bar="#e2e5e9", card="#fafbfc", field="#ffffff", raised="#eef0f3",
    border="#cdd2d8", track="#d3d8de", text="#1d2126", muted="#565e68", faint="#8a929c", handle="#ffffff",
    accent="#1f6fbf", accent_fill="#2a6cb0", on_accent="#ffffff", spark="#7c8a98", shadowed="#b4b9c0",
    good="#23824a", warn="#a86400", bad="#c23a34", xy="#c08a00", xz="#2f8f45", yz="#3b74cf",
    oblique="#9147b3", canvas="#000000", on_canvas="#f2f5f8", residual_centre="#f7f7f7",
    curve_1="#7a48b8", curve_2="#0f7f86", curve_3="#b83a78", curve_4="#6f6046",
)  # fmt: skip


class _State(QObject):
    """What the process shows now; a QObject so that it can follow the system's colour scheme."""

    def __init__(self) -> None:
        super().__init__()
        self.palette, self.mode, self.scale = DARK, "dark", 1.0
        self.base_point_size: float | None = None
        self.follows = False


_state = _State()


def palette() -> Palette:
    """The colours in use now."""
    return _state.palette


def px(length: float) -> int:
    """A length given for scale 1, in the pixels of the present interface scale; at least 1."""
    return max(1, round(length * _state.scale))


def colour(name: str, alpha: float = 1.0) -> QColor:
    """A palette colour by name ('accent', 'good', …), optionally translucent; not to be changed."""
    return tint(getattr(_state.palette, name), alpha)


def on_canvas(name: str, alpha: float = 1.0) -> QColor:
    """A palette colour as it is drawn over images, which are dark in every theme."""
    return tint(getattr(DARK, name), alpha)


@lru_cache(maxsize=256)
def tint(colour: str, alpha: float = 1.0) -> QColor:
    """'#rrggbb' made translucent: once for all, as painting asks for the same few again and again."""
    result = QColor(colour)
    result.setAlphaF(alpha)
    return result


def small_font() -> QFont:
    """The interface font, smaller: for words painted on images and axes."""
    font = QApplication.font()
    font.setPointSizeF(font.pointSizeF() * 0.83)
    return font


def set_role(widget: QWidget, **roles: str | None) -> None:
    """Set style-sheet properties (`role='caption'`, `tone='bad'`) and let the style take notice."""
    changed = {name: value for name, value in roles.items() if widget.property(name) != value}
    if not changed:
        return
    for name, value in changed.items():
        widget.setProperty(name, value)
    style = widget.style()
    if style is not None:
        style.unpolish(widget)
        style.polish(widget)


def apply_theme(app: QApplication, mode: Mode = "system", scale: float = 1.0) -> None:
    """Dress the whole program. 'system' follows the desktop, also when it changes later; dark if unknown."""
    _state.mode, _state.scale = mode, scale
    if _state.base_point_size is None:
        _state.base_point_size = max(app.font().pointSizeF(), 9.0)
        app.setStyle("Fusion")
    _state.palette = _choose(mode)
    font = QFont(app.font())
    font.setPointSizeF(_state.base_point_size * scale)
    font.setFeature(QFont.Tag(b"tnum"), 1)  # digits of equal width: changing numbers do not jitter
    app.setFont(font)
    app.setPalette(_qt_palette(_state.palette))
    sheet = _style_sheet(_state.palette)
    if sheet != app.styleSheet():  # Qt would style everything anew
        app.setStyleSheet(sheet)
    hints = app.styleHints()
    if hints is not None and not _state.follows:
        hints.colorSchemeChanged.connect(lambda _: _follow_system(app))
        _state.follows = True


def undress(app: QApplication) -> None:
    """Take the style sheet off, so that it can be put on again.

    Qt asks some widgets (docks) for their size meanwhile, and from then on takes them for dressed: the next
    sheet would not learn of their end, and Qt would crash at the one after that.
    """
    app.setStyleSheet("")
    for widget in app.allWidgets():
        widget.setAttribute(Qt.WidgetAttribute.WA_StyleSheet, False)


@contextmanager
def undressed(app: QApplication) -> Iterator[None]:
    """While widgets are put together: Qt would style each anew whenever it becomes part of a larger one."""
    is_dressed = bool(app.styleSheet())
    undress(app)
    try:
        yield
    finally:
        if is_dressed:
            app.setStyleSheet(_style_sheet(_state.palette))


def _follow_system(app: QApplication) -> None:
    if _state.mode == "system":
        apply_theme(app, "system", _state.scale)


def _choose(mode: Mode) -> Palette:
    if mode == "system":
        hints = QApplication.styleHints()
        is_light = hints is not None and hints.colorScheme() == Qt.ColorScheme.Light
        return LIGHT if is_light else DARK
    return LIGHT if mode == "light" else DARK


def _qt_palette(colours: Palette) -> QPalette:
    role = QPalette.ColorRole
    result = QPalette()
    for key, value in {
        role.Window: colours.ground, role.WindowText: colours.text, role.Base: colours.field,
        role.AlternateBase: colours.card, role.Text: colours.text, role.PlaceholderText: colours.faint,
        role.Button: colours.raised, role.ButtonText: colours.text, role.BrightText: colours.bad,
        role.Highlight: colours.accent_fill, role.HighlightedText: colours.on_accent,
        role.ToolTipBase: colours.raised, role.ToolTipText: colours.text,
        role.Link: colours.accent, role.Accent: colours.accent,
    }.items():  # fmt: skip
        result.setColor(key, QColor(value))
    for key in (role.WindowText, role.Text, role.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, key, QColor(colours.faint))
    return result


def _style_sheet(colours: Palette) -> str:
    names = {key: value for key, value in asdict(colours).items() if key != "name"}
    sizes = {f"px{n}": f"{px(n)}px" for n in range(1, 41)}
    text = QSS
    for name, share in {"@large": 2.1, "@tight": 0.92}.items():
        text = text.replace(name, f"{share * QApplication.font().pointSizeF():.1f}pt")
    for key, value in sorted({**names, **sizes}.items(), key=lambda item: -len(item[0])):
        text = text.replace(f"@{key}", value)
    return text
