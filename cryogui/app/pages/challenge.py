"""The challenge tab: what the challenge asks for, and how well it was answered; of the file shown or of
either variant."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PyQt6.QtWidgets import QFileDialog, QWidget

from cryogui.app.engine import Engine
from cryogui.app.explain import explain
from cryogui.app.pages.page import Page
from cryogui.app.panels.message_bar import Topic
from cryogui.app.scheduler import Cancelled, Scheduler
from cryogui.app.screen import Screen
from cryogui.app.standings import Standings
from cryogui.files import write_bytes
from cryogui.resources import TIERS, VARIANTS
from cryogui.session import Need, Session, Store

if TYPE_CHECKING:
    from cryogui.app.library import OpenFile
    from cryogui.challenge.boards import Row
    from cryogui.challenge.card import Card

FORMATS = {".csv": "Tables (*.csv)", ".md": "Markdown (*.md)"}
NOTE_MS = 5000


class ChallengePage(Page):
    """Follows the file shown, until the user asks for the other variant."""

    name = "challenge"
    title = "Challenge"
    tooltip = "What the challenge asks for, and leaderboards of what is published and was measured here"

    def __init__(
        self,
        store: Store,
        engine: Engine,
        scheduler: Scheduler,
        screen: Screen,
        adopt: Callable[[QWidget], None],
        standings: Standings,
    ) -> None:
        self._standings = standings
        self._is_board = False  # what was drawn last
        super().__init__(store, engine, scheduler, screen, adopt)
        standings.changed.connect(lambda: self.refresh(Need.CHALLENGE_LOOK))
        standings.failed.connect(self._on_standings_failed)

    def make(self) -> QWidget:
        """The rules and the leaderboard below a line of choices."""
        from cryogui.app.pages.challenge_view import ChallengeView

        self.view = ChallengeView()
        view, board = self.view, self.view.leaderboard
        view.viewChosen.connect(lambda name: self._change("View of the challenge", view=name))
        view.variantChosen.connect(self._on_view_variant_chosen)
        view.enlargeRequested.connect(lambda on: self._change("Size of the challenge", enlarged=on))
        board.boardChosen.connect(lambda name: self._change("Choose board", board=name))
        board.tierChosen.connect(self._on_board_tier_chosen)
        board.publishedToggled.connect(lambda on: self._change("Published rows", published=on))
        board.exportRequested.connect(self._on_board_export_requested)
        board.table.sortChosen.connect(self._on_table_sort_chosen)
        board.table.removeRequested.connect(self._on_table_remove_requested)
        return view

    # ---- drawing

    def update(self, needs: frozenset[Need], session: Session) -> None:
        """What is in front; the entries are looked at again whenever it is turned to."""
        variant, look = self._variant(session), session.challenge
        was_board, self._is_board = self._is_board, look.view == "leaderboard"
        self.view.set_look(look.view, variant, look.enlarged)
        if not self._is_board:
            self.view.rules.set_card(self._card(variant))
            return
        if not was_board or needs & {Need.TAB, Need.FILES}:
            self._standings.read()
        self._draw_board(session)

    def _draw_board(self, session: Session) -> None:
        from cryogui.app.pages.challenge_rows import column_of

        look, board = session.challenge, self.view.leaderboard
        board.set_choice(look.board, self._tier(session), look.published)
        board.set_rows(self._rows(session), column_of(look.sort), look.descending)

    def _rows(self, session: Session) -> list[Row]:
        """Those listed, in the order chosen."""
        from cryogui.app.pages.challenge_rows import column_of, ordered
        from cryogui.challenge.boards import board

        look = session.challenge
        rows = board(self._variant(session), look.board, self._tier(session), self._standings.entries)
        shown = [row for row in rows if look.published or row.source == "measured"]
        return ordered(shown, column_of(look.sort), look.descending)

    def _file(self) -> OpenFile | None:
        """The file shown, where it is one of a challenge's."""
        model = self.engine.model
        file = None if model is None else self.engine.library.files.get(model.key.path)
        return file if file is not None and file.tier.variant in VARIANTS else None

    def _variant(self, session: Session) -> str:
        file = self._file()
        return session.challenge.variant or (VARIANTS[0] if file is None else file.tier.variant)

    def _tier(self, session: Session) -> str:
        return session.challenge.tier or self._tier_of_file(self._variant(session)) or "overall"

    def _tier_of_file(self, variant: str) -> str:
        """The tier of the file shown; '' where it is none of this variant's."""
        file = self._file()
        is_its = file is not None and file.tier.variant == variant and file.tier.tier in TIERS
        return file.tier.tier if file is not None and is_its else ""

    def _card(self, variant: str) -> Card:
        from cryogui.challenge.card import Card, Wanted

        file, tier = self._file(), self._tier_of_file(variant)
        if file is None or not tier:
            return Card.blank(variant)
        scenes = tuple(
            Wanted(model.scene.name, None if model.operator is None else model.operator.x_shape)
            for model in file.models
        )
        return Card(variant, tier, Path(file.path).name, scenes)

    # ---- from the user

    def _change(self, step: str, **changes: Any) -> None:
        session = self.store.session
        self.store.update(replace(session, challenge=replace(session.challenge, **changes)), step)

    def _on_view_variant_chosen(self, variant: str) -> None:
        file = self._file()
        follows = file is not None and file.tier.variant == variant
        self._change("Variant of the challenge", variant="" if follows else variant)

    def _on_board_tier_chosen(self, tier: str) -> None:
        follows = tier == self._tier_of_file(self._variant(self.store.session))
        self._change("Choose tier", tier="" if follows else tier)

    def _on_table_sort_chosen(self, column: str, descending: bool) -> None:
        self._change("Sort leaderboard", sort=column, descending=descending)

    def _on_table_remove_requested(self, row: Row) -> None:
        """What is gone is gone: it is asked for, in the bar above the panes."""
        from cryogui.challenge.boards import entries_behind

        gone = entries_behind(row, self._standings.entries)
        what = f"'{row.method}'" + ("" if len(gone) < 2 else f" with its {len(gone)} entries")
        self.screen.offers.offer(
            f"Delete {what} from the leaderboard? It cannot be undone.",
            {"Delete": lambda: self._standings.remove(gone), "Keep": lambda: None},
        )

    def _on_board_export_requested(self, ending: str) -> None:
        name = f"leaderboard_{self._variant(self.store.session)}{ending}"
        path, _ = QFileDialog.getSaveFileName(self.screen.window, "Leaderboard", name, FORMATS[ending])
        if path:
            self.export(Path(path) if Path(path).suffix else Path(path).with_suffix(ending))

    def export(self, path: Path) -> None:
        """Write the rows listed, as CSV or for a Markdown file, in the background."""
        from cryogui.challenge.boards import to_csv, to_markdown

        rows = self._rows(self.store.session)
        text = to_markdown(rows) if path.suffix.lower() == ".md" else to_csv(rows)

        def done(result: object, newest: bool) -> None:
            self.screen.messages.retract(Topic.EXPORT)
            self.screen.status.showMessage(f"Written: {path}", NOTE_MS)

        def failed(error: BaseException) -> None:
            if not isinstance(error, Cancelled):
                self.screen.messages.show_error(*explain(error), Topic.EXPORT)

        self.scheduler.request(
            ("leaderboard as a file", path), None, lambda token: write_bytes(path, text.encode()), done,
            failed, "Writing the leaderboard",
        )  # fmt: skip

    def _on_standings_failed(self, error: Exception) -> None:
        self.screen.messages.show_error(*explain(error), Topic.HISTORY)
