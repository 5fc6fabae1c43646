"""Draws every image pane with the zoom, inversion and colours it has in the session."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from PyQt6.QtCore import QRectF

from cryogui.app.views.image_pane import ImagePane
from cryogui.session import Need, Session
from cryogui.session.looks import PaneLook


class LookPresenter:
    """Knows the panes by name, those made later too."""

    def __init__(self) -> None:
        self._panes: dict[str, ImagePane] = {}

    def take(self, panes: Iterable[ImagePane], session: Session) -> None:
        """Draw these panes too from now on."""
        for pane in panes:
            assert pane.name and pane.name not in self._panes, (
                f"a pane needs a name of its own: {pane.name!r}"
            )
            self._panes[pane.name] = pane
            _draw(pane, session.look(pane.name))

    def draw(self, needs: Collection[Need], session: Session) -> None:
        """Bring the panes up to `session`."""
        if Need.LOOKS in needs:
            looks = dict(session.looks)
            for name, pane in self._panes.items():
                _draw(pane, looks.get(name, PaneLook()))


def _draw(pane: ImagePane, look: PaneLook) -> None:
    pane.set_inverted(look.inverted)
    pane.set_colours(look.colours)
    pane.set_view(None if look.view is None else QRectF(*look.view), look.view_of)
