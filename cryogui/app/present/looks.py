"""Draws every image pane with the zoom, inversion and colours it has in the session."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from PyQt6.QtCore import QRectF

from cryogui.app.actions import Actions
from cryogui.app.views.image_pane import ImagePane
from cryogui.session import Need, Session
from cryogui.session.looks import PaneLook


class LookPresenter:
    """Knows the panes by name, those made later too."""

    def __init__(self, actions: Actions) -> None:
        self._actions = actions
        self._panes: dict[str, ImagePane] = {}

    def take(self, panes: Iterable[ImagePane], session: Session) -> None:
        """Draw these panes too from now on."""
        for pane in panes:
            assert pane.name and pane.name not in self._panes, (
                f"a pane needs a name of its own: {pane.name!r}"
            )
            self._panes[pane.name] = pane
            self._draw_pane(pane, session.look(pane.name), session)
        self._actions.colour_bars.setChecked(session.colour_bars)

    def draw(self, needs: Collection[Need], session: Session) -> None:
        """Bring the panes up to `session`."""
        if Need.LOOKS in needs:
            looks = dict(session.looks)
            for name, pane in self._panes.items():
                self._draw_pane(pane, looks.get(name, PaneLook()), session)
            self._actions.colour_bars.setChecked(session.colour_bars)

    def _draw_pane(self, pane: ImagePane, look: PaneLook, session: Session) -> None:
        pane.set_inverted(look.inverted)
        pane.set_colours(look.colours)
        pane.set_view(None if look.view is None else QRectF(*look.view), look.view_of)
        pane.log_counts = look.log_counts
        pane.set_colour_bar(session.colour_bars)
