"""How well the present spec explains the data, in three large numbers and a quiet row."""

from __future__ import annotations

from math import isfinite

from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from cryogui.app import theme
from cryogui.app.views.card import Card, ElidedLabel

# Residual over noise floor: noise explained as well, explained, doubtful, and beyond that not explained.
_BELOW, _NEAR, _FAR = 0.8, 1.15, 1.6
_MISSING = "—"
_MANY = 10.0
_WHITENESS = (
    "Power of the residual over that of the noise, mean over all rings of spatial frequency: 1 is white, "
    "more is not explained, less was fitted to the noise. Beside it the ring that is least like the noise; "
    "the tab Spectrum shows all of them."
)
_BLIND = "0.4·PSNR (10…50 dB) + 0.4·SSIM + 0.2·consistency."
_SCORED = (
    "PSNR, SSIM and both scores are of x where x was reconstructed or loaded, and of the quick "
    "reconstruction where x is the truth itself; ‖r‖/‖y‖ and consistency are always of x."
)


def is_below_noise(residual: float, noise_floor: float | None) -> bool:
    """Whether a residual is so clearly below the noise that x must hold some of it."""
    return bool(noise_floor) and residual < _BELOW * (noise_floor or 0.0)


def residual_tone(residual: float | None, noise_floor: float | None) -> str:
    """Verdict colour of a residual: judged against the noise, plain where the noise is unknown.

    Clearly below the noise is no success: x then holds the noise of these very images.
    """
    if residual is None or not noise_floor:
        return "plain"
    ratio = residual / noise_floor
    if is_below_noise(residual, noise_floor):
        return "warn"
    return "good" if ratio <= _NEAR else "warn" if ratio <= _FAR else "bad"


def floor_note(residual: float | None, noise_floor: float | None) -> tuple[str, str]:
    """The line under the numbers and its tone: the residual in units of the noise floor."""
    if not noise_floor:
        return "", "plain"
    tone = residual_tone(residual, noise_floor)
    if residual is None:
        return f"noise floor {noise_floor:.3f}", tone
    if is_below_noise(residual, noise_floor):
        return f"below the noise floor {noise_floor:.3f}: x was fitted to these images", tone
    return f"{residual / noise_floor:.1f} × noise floor {noise_floor:.3f}", tone


class _Figure(QWidget):
    """A caption over a large number, or beside a small one."""

    def __init__(self, caption: str, tooltip: str, large: bool) -> None:
        super().__init__()
        self._tooltip = tooltip
        self.caption, self.number = ElidedLabel(caption), QLabel(_MISSING)
        self.caption.set_help(tooltip)
        theme.set_role(self.caption, role="muted")
        theme.set_role(self.number, role="large figure" if large else "figure")
        self.number.setAccessibleName(caption)
        layout = QVBoxLayout(self) if large else QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0 if large else theme.px(6))
        layout.addWidget(self.caption)
        layout.addWidget(self.number)
        if not large:
            layout.addStretch(1)
        self.setToolTip(tooltip)

    def show_value(self, text: str | None, tone: str, stale: bool, missing: str) -> None:
        """A number in its verdict's colour; without one a dash, whose tooltip says why."""
        self.number.setText(_MISSING if text is None else text)
        theme.set_role(self.number, tone="stale" if stale or text is None else tone)
        reason = f"<br>Not available: {missing}" if text is None and missing else ""
        self.setToolTip(self._tooltip + reason)
        self.number.setAccessibleDescription(self.number.text())


class ScoreBoard(Card):
    """‖r‖/‖y‖, consistency and blind score large; PSNR, SSIM and standard score below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.residual = _Figure(
            "‖r‖/‖y‖", "Size of the residual against the data: 0 explains everything.", True
        )
        self.consistency = _Figure("consistency", "max(0, 1 − ‖y − ŷ‖/‖y‖) under the present spec.", True)
        self.blind = _Figure("blind score", _BLIND, True)
        self.psnr = _Figure("PSNR", "Peak signal over error in dB, against the truth.", False)
        self.ssim = _Figure("SSIM", "Structural similarity to the truth.", False)
        self.standard = _Figure("standard", "0.5·PSNR (15…45 dB) + 0.5·SSIM.", False)
        self.whiteness, self.least_white = _Figure("whiteness", _WHITENESS, False), ElidedLabel()
        self.least_white.set_help(_WHITENESS)
        theme.set_role(self.least_white, role="muted")
        self._reason = "this needs the truth, which the file does not hold."
        grid = QGridLayout()
        grid.setVerticalSpacing(theme.px(4))
        for column, (large, small) in enumerate(
            ((self.residual, self.psnr), (self.consistency, self.ssim), (self.blind, self.standard))
        ):
            grid.addWidget(large, 0, column)
            grid.addWidget(small, 1, column)
            grid.setColumnStretch(column, 1)
        self.scored = ElidedLabel()
        self.scored.set_help(_SCORED)
        theme.set_role(self.scored, role="muted")
        grid.addWidget(self.scored, 3, 0, 1, 3)
        grid.addWidget(self.whiteness, 2, 0)
        grid.addWidget(self.least_white, 2, 1, 1, 2)
        self.note = QLabel()
        self.note.setWordWrap(True)
        self.note.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        theme.set_role(self.note, role="muted")
        self.note.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._reserve_note()
        self.body.addLayout(grid)
        self.body.addWidget(self.note)
        self.body.addStretch(1)

    def set_misfit(
        self,
        residual: float | None,
        consistency: float | None,
        noise_floor: float | None = None,
        stale: bool = False,
    ) -> None:
        """How well the data are explained. A stale value is dimmed until the new one is there."""
        reason = "no forward model for this file."
        tone = residual_tone(residual, noise_floor)
        self.residual.show_value(_decimal(residual), tone, stale, reason)
        self.consistency.show_value(_decimal(consistency), "plain", stale, reason)

    def set_whiteness(self, ratio: float | None, where: str, stale: bool = False, reason: str = "") -> None:
        """The residual's power over the noise's, and where it is least like noise; None shows a dash."""
        text = None if ratio is None else f"{ratio:.2f}" if ratio < _MANY else f"{ratio:.0f}"
        tone = "plain" if ratio is None else residual_tone(ratio**0.5, 1.0)
        self.whiteness.show_value(text, tone, stale, reason)
        self.least_white.setText(where)
        theme.set_role(self.least_white, tone="stale" if stale else None)

    def set_scores(
        self,
        psnr: float | None,
        ssim: float | None,
        standard: float | None,
        blind: float | None,
        stale: bool = False,
        reason: str = "",
    ) -> None:
        """Scores against the truth; None shows a dash, and `reason` says why."""
        reason = reason or self._reason
        decibel = None if psnr is None else f"{psnr:.1f} dB"
        self.psnr.show_value(decibel, "plain", stale, reason)
        self.ssim.show_value(_decimal(ssim), "plain", stale, reason)
        self.standard.show_value(_decimal(standard), "plain", stale, reason)
        self.blind.show_value(_decimal(blind), "accent", stale, reason)

    def set_scored(self, words: str) -> None:
        """Whose PSNR, SSIM and scores stand above; nothing where there are none."""
        self.scored.setText(f"scores {words}" if words else "")

    def set_note(self, text: str, tone: str = "plain") -> None:
        """A line or two under the numbers; tone 'good', 'warn', 'bad' or 'plain'."""
        self.note.setText(text)
        theme.set_role(self.note, tone=tone if tone != "plain" else None)

    def changeEvent(self, event: QEvent | None) -> None:
        """Room for the note follows the interface scale."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.StyleChange and hasattr(self, "note"):
            self._reserve_note()

    def _reserve_note(self) -> None:
        """Two lines, used or not: sliders below must not jump under the hand when the words change."""
        self.note.setMinimumHeight(2 * self.note.fontMetrics().lineSpacing() + theme.px(2))


def _decimal(value: float | None) -> str | None:
    return None if value is None or not isfinite(value) else f"{value:.3f}"
