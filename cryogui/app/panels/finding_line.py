"""What a calibration has found of one parameter: value with its error, verdict, and what it trades with."""

from __future__ import annotations

from html import escape

from PyQt6.QtWidgets import QHBoxLayout, QLabel, QWidget

from cryogui.app import theme
from cryogui.app.views.card import ElidedLabel
from cryogui.session.findings import Found
from cryogui.spec import Parameter

_LOOKS = {"resolved": "good", "ambiguous": "warn", "railed": "bad", "flat": "muted"}
_MEANINGS = {
    "resolved": "The images tell it more closely than its range did.",
    "ambiguous": "The images tell it hardly more closely than its range did.",
    "railed": "It stands at an end of its range: the range holds it there, not the images.",
    "flat": "The images say nothing of it.",
}
_STALE = "Found under another spec, or from other images."


class FindingLine(QWidget):
    """Hidden until there is something to say; dimmed where spec or data have changed since."""

    def __init__(self, parameter: Parameter) -> None:
        super().__init__()
        self._parameter = parameter
        self.number, self.verdict = ElidedLabel(), QLabel()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(6))
        row.addWidget(self.verdict)
        row.addWidget(self.number, 1)
        self.hide()

    def set_finding(self, found: Found | None, is_current: bool = True) -> None:
        """Show a finding, or nothing."""
        self.setVisible(found is not None)
        if found is None:
            return
        from cryogui.calibrate.words import with_error

        unit = self._parameter.display_unit
        sigma = float("inf") if found.sigma is None else found.sigma
        number = f"{with_error(found.value, sigma)} {unit}".rstrip().replace("-", "−")
        word = found.verdict.capitalize()
        self.number.setText(number)
        self.verdict.setText(word)
        tone = _LOOKS[found.verdict] if is_current else "stale"
        theme.set_role(self.verdict, role="muted" if tone == "muted" else None, tone=tone)
        theme.set_role(self.number, role="muted", tone=None if is_current else "stale")
        reasons = (_MEANINGS[found.verdict], found.trades_with, "" if is_current else _STALE)
        tooltip = "<br>".join(
            [f"<b>{escape(word)}</b>: {escape(number)}", *(escape(each) for each in reasons if each)]
        )
        for widget in (self, self.verdict, self.number):
            widget.setToolTip(tooltip)
        self.number.set_help("")
        self.number.setToolTip(tooltip)
        self.setAccessibleName(f"{self._parameter.description.label}: {number}, {word}")
        self.setAccessibleDescription(" ".join(filter(None, reasons)))
