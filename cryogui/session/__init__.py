"""What the user looks at and has set, how it changes, and what a change makes necessary. No Qt here."""

from cryogui.session.resolve import Need, resolve
from cryogui.session.state import ObjectChoice, SceneKey, SceneState, Session, Snapshot
from cryogui.session.store import Store

__all__ = ["Need", "ObjectChoice", "SceneKey", "SceneState", "Session", "Snapshot", "Store", "resolve"]
