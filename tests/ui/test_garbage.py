"""Garbage is collected in the window's thread, whoever makes it."""

import gc
import threading
import weakref

from pytestqt.qtbot import QtBot


class Knot:
    """Something that only the collector can take away."""

    def __init__(self) -> None:
        self.itself = self


def test_what_another_thread_makes_of_memory_ends_no_cycle_there_but_here(qtbot: QtBot) -> None:
    ended_in: list[int] = []
    knot = Knot()
    weakref.finalize(knot, lambda: ended_in.append(threading.get_ident()))
    del knot

    kept: list[list[int]] = []

    def allocate() -> None:
        kept.extend([number] for number in range(200_000))

    busy = threading.Thread(target=allocate)
    busy.start()
    busy.join()
    assert not gc.isenabled()
    assert ended_in == []
    qtbot.waitUntil(lambda: bool(ended_in), timeout=20_000)
    assert ended_in == [threading.get_ident()]
