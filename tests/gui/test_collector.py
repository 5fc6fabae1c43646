"""Garbage is collected on the window's thread only: a widget must not end on another."""

from __future__ import annotations

import gc
import threading
from typing import Any

from cryogui.app.collector import Collector, collect_old, collect_on_this_thread


class Ring:
    """Garbage that only a collection finds; tells on which thread it ended."""

    def __init__(self, ended: list[int]) -> None:
        self.itself, self.ended = self, ended

    def __del__(self) -> None:
        self.ended.append(threading.get_ident())


def test_another_thread_collects_nothing(qapp: Any) -> None:
    collect_on_this_thread(qapp)
    ended: list[int] = []

    def litter() -> None:
        for _ in range(20_000):
            Ring(ended)

    other = threading.Thread(target=litter)
    other.start()
    other.join()
    assert ended == []
    collect_old()
    assert set(ended) == {threading.get_ident()}


def test_young_garbage_goes_by_itself(qapp: Any, qtbot: Any) -> None:
    collect_on_this_thread(qapp)
    ended: list[int] = []
    Ring(ended)
    qtbot.waitUntil(lambda: ended == [threading.get_ident()], timeout=3000)


def test_there_is_one_collector(qapp: Any) -> None:
    collect_on_this_thread(qapp)
    collect_on_this_thread(qapp)
    assert len(qapp.findChildren(Collector)) == 1
    assert not gc.isenabled()
