"""The challenge tab: what the challenge asks for, of the file shown or of either variant."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PyQt6.QtWidgets import QWidget

from cryogui.app.pages.page import Page
from cryogui.resources import TIERS, VARIANTS
from cryogui.session import Need, Session

if TYPE_CHECKING:
    from cryogui.app.library import OpenFile
    from cryogui.challenge.card import Card


class ChallengePage(Page):
    """Follows the file shown, until the user asks for the other variant."""

    name = "challenge"
    title = "Challenge"
    tooltip = "What the challenge asks for: forward model, mismatch, ranges, scoring and submissions"

    def make(self) -> QWidget:
        """The rules below a line of choices."""
        from cryogui.app.pages.challenge_view import ChallengeView

        self.view = ChallengeView()
        self.view.variantChosen.connect(self._on_view_variant_chosen)
        self.view.enlargeRequested.connect(lambda on: self._change("Size of the challenge", enlarged=on))
        return self.view

    def update(self, needs: frozenset[Need], session: Session) -> None:
        """Everything: it is only looked at."""
        variant = self._variant(session)
        self.view.set_look(variant, session.challenge.enlarged)
        self.view.rules.set_card(self._card(variant))

    def _file(self) -> OpenFile | None:
        """The file shown, where it is one of a challenge's."""
        model = self.engine.model
        file = None if model is None else self.engine.library.files.get(model.key.path)
        return file if file is not None and file.tier.variant in VARIANTS else None

    def _variant(self, session: Session) -> str:
        file = self._file()
        return session.challenge.variant or (VARIANTS[0] if file is None else file.tier.variant)

    def _card(self, variant: str) -> Card:
        from cryogui.challenge.card import Card, Wanted

        file = self._file()
        if file is None or file.tier.variant != variant or file.tier.tier not in TIERS:
            return Card.blank(variant)
        scenes = tuple(
            Wanted(model.scene.name, None if model.operator is None else model.operator.x_shape)
            for model in file.models
        )
        return Card(variant, file.tier.tier, Path(file.path).name, scenes)

    # ---- from the user

    def _on_view_variant_chosen(self, variant: str) -> None:
        file = self._file()
        follows = file is not None and file.tier.variant == variant
        self._change("Variant of the challenge", variant="" if follows else variant)

    def _change(self, step: str, **changes: Any) -> None:
        session = self.store.session
        self.store.update(replace(session, challenge=replace(session.challenge, **changes)), step)
