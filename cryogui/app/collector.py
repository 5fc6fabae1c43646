"""Collects garbage on the window's thread only.

Python collects wherever the count happens to run over, so that a computing thread may come to destroy widgets
that nobody holds any more; Qt then crashes. Here a timer of the window's thread collects what is young, and
the program what is old when a file has been closed: that takes a moment, which a moving slider has not got.
"""

from __future__ import annotations

import gc

from PyQt6.QtCore import QCoreApplication, QObject, QTimer

INTERVAL_MS = 500


class Collector(QObject):
    """Takes the place of Python's own collections for as long as the application lives."""

    def __init__(self, application: QCoreApplication) -> None:
        super().__init__(application)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(collect_young)
        self._timer.start()


def collect_young() -> None:
    """Collect what has not survived a collection yet: a fraction of a millisecond."""
    gc.collect(1)


def collect_old() -> None:
    """Collect everything."""
    gc.collect()


def collect_on_this_thread(application: QCoreApplication) -> None:
    """From now on garbage is collected on this thread, the application's, and on no other."""
    if application.findChild(Collector) is None:
        Collector(application)
