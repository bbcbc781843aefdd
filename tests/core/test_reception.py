"""What comes of a board's words: results only after its hello, history that goes on, labels, logs and other models."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from studio.core.arrivals import Arrivals
from studio.core.frames import Hello, Log, Result, Stats
from studio.core.live_events import EventKind, LiveEvent, label_events
from studio.core.post_processing import LabelEvent, PostProcessing
from studio.core.reception import NewMonitor, Reception
from studio.core.text_decoders import Line, Reading

HELLO = Hello(0, 2, "a" * 64, 4, 2, 1 / 256, -128, 64_000_000, "board", ("idle", "shake"))


def result(number: int, winner: int = 1) -> Result:
    output = np.full(2, -128, np.int8)
    output[winner] = 127
    return Result(number, number * 10_000, 800, 0, -1, output.tobytes())


def kinds(found: Sequence[object]) -> list[str]:
    return [type(one).__name__ for one in found]


def events(found: Sequence[object], kind: EventKind) -> list[str]:
    return [one.words for one in found if isinstance(one, LiveEvent) and one.kind is kind]


def test_results_before_the_hello_of_this_connection_do_not_count() -> None:
    reception = Reception()
    reception.expect_words(None)
    assert reception.hear([result(1)], 0.0, 1.0) == []
    found = reception.hear([HELLO, result(2)], 1.0, 2.0)
    assert kinds(found)[:2] == ["NewMonitor", "LiveEvent"]
    assert reception.monitor is not None
    assert reception.monitor.received == 1
    reception.expect_words(None)  # the cable was out, and who knows what was flashed meanwhile
    assert reception.hear([result(3)], 2.0, 3.0) == []


def test_the_history_goes_on_when_the_same_board_says_hello_again() -> None:
    reception = Reception()
    reception.hear([HELLO, result(1)], 0.0, 1.0)
    first = reception.monitor
    reception.expect_words(None)
    found = reception.hear([HELLO, result(2)], 1.0, 2.0)
    assert reception.monitor is first
    assert first is not None
    assert len(first.history) == 2
    assert events(found, EventKind.MODEL) == []


def test_another_model_with_the_same_labels_is_said_and_its_tally_begins_anew() -> None:
    reception = Reception()
    reception.expect_words(np.array([0, 1]))
    reception.hear([HELLO, replace(result(1), sample=1)], 0.0, 1.0)
    assert reception.monitor is not None
    assert reception.monitor.right == 1
    found = reception.hear([replace(HELLO, model_sha256="b" * 64)], 1.0, 2.0)
    assert "no longer aaaaaaaa…" in events(found, EventKind.MODEL)[0]
    assert reception.monitor.compared == 0
    assert len(reception.monitor.history) == 1


def test_other_labels_or_another_place_begin_another_history() -> None:
    reception = Reception()
    reception.hear([HELLO, result(1)], 0.0, 1.0)
    found = reception.hear([replace(HELLO, labels=("yes", "no"))], 1.0, 2.0)
    assert isinstance(found[0], NewMonitor)
    reception.expect_another()
    assert isinstance(reception.hear([replace(HELLO, labels=("yes", "no"))], 2.0, 3.0)[0], NewMonitor)


def test_words_are_heard_in_their_order_and_results_in_one_piece() -> None:
    reception = Reception()
    found = reception.hear(
        [HELLO, result(1, 0), result(2, 0), Log(3, "hot"), result(4), Stats(5, 1, 2, 3)], 0.0, 1.0
    )
    arrived = [one for one in found if isinstance(one, Arrivals)]
    assert [len(one) for one in arrived] == [2, 1]
    assert events(found, EventKind.LOG) == ["hot"]
    assert events(found, EventKind.LABEL) == ["idle began (100 %)", "idle ended (0 %)", "shake began (100 %)"]
    assert isinstance(found[-1], Stats)


def test_a_board_that_prints_names_is_followed_also_when_names_come_later(tmp_path: Path) -> None:
    reception = Reception(tmp_path)
    reception.hear([Reading(("x",), (1.0,)), Reading(("y",), (5.0,))], 10.0, 11.0)
    reception.hear([Reading(("z", "x"), (7.0, 2.0)), Line("hello")], 11.0, 12.0)
    monitor = reception.monitor
    assert monitor is not None
    assert monitor.names == ("x", "y", "z")
    assert monitor.latest is not None
    assert monitor.latest.scores == (2.0, 5.0, 7.0)
    assert np.allclose(monitor.times, [0.5, 1.0, 2.0])
    assert not monitor.classifies


def test_shares_that_sum_up_to_one_are_taken_for_classes() -> None:
    reception = Reception()
    reception.set_post_processing(PostProcessing(threshold=0.6))
    found = reception.hear([Reading(("a", "b"), (0.2, 0.8))], 0.0, 1.0)
    assert events(found, EventKind.LABEL) == ["b began (80 %)"]


def test_a_flood_of_lines_and_labels_is_cut_short() -> None:
    reception = Reception()
    lines = reception.hear([Line(f"line {number}") for number in range(500)], 0.0, 1.0)
    assert len(lines) == 20
    reception.hear([HELLO], 1.0, 2.0)
    found = reception.hear([result(number, number % 2) for number in range(1, 200)], 2.0, 3.0)
    assert len(events(found, EventKind.LABEL)) == 1
    assert "too fast" in events(found, EventKind.LABEL)[0]


def test_labels_are_never_said_to_be_older_than_what_came_before() -> None:
    found = label_events((LabelEvent(1.0, 0, True, 0.9),), ("a",), 100.0, 9.0, 95.0)
    assert found[0].at_s == 95.0
    assert found[0].clock.count(":") == 2
