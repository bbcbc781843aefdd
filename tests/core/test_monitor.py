"""The monitor keeps what came lately, in bounds, and counts right answers."""

from dataclasses import replace

import numpy as np

from studio.core.frames import Hello, Result
from studio.core.monitor import Monitor, csv_header, csv_row

HELLO = Hello(0, 1, "a" * 64, 4, 3, 1 / 256, -128, 64_000_000, "board", ("idle", "shake", "tap"))
NUMBER = replace(HELLO, output_size=1, output_scale=0.5, output_zero_point=0, labels=())


def result(number: int, winner: int, *, at_us: int | None = None, sample: int = -1) -> Result:
    output = np.full(3, -128, np.int8)
    output[winner] = 127
    return Result(number, number * 10_000 if at_us is None else at_us, 800, 0, sample, output.tobytes())


def test_times_begin_at_zero_and_scores_are_real_values() -> None:
    monitor = Monitor(HELLO)
    monitor.add(result(7, 1))
    monitor.add(result(8, 2))
    assert np.allclose(monitor.times, [0.0, 0.01])
    assert np.allclose(monitor.scores, [[0, 255 / 256, 0], [0, 0, 255 / 256]])
    assert monitor.latest is not None
    assert monitor.label(monitor.latest) == "tap"


def test_history_is_bounded_and_keeps_the_newest() -> None:
    monitor = Monitor(HELLO, capacity=10)
    for number in range(57):
        monitor.add(result(number, number % 3))
    assert len(monitor.times) == 10
    assert monitor.received == 57
    assert np.allclose(monitor.times, np.arange(47, 57) / 100)
    assert monitor.scores[-1].argmax() == 56 % 3


def test_a_board_that_restarts_its_clock_does_not_send_time_backwards() -> None:
    monitor = Monitor(HELLO)
    monitor.add(result(1, 0, at_us=5_000_000))
    monitor.add(result(2, 0, at_us=6_000_000))
    monitor.add(result(0, 0, at_us=1_000))
    monitor.add(result(1, 0, at_us=501_000))
    assert np.allclose(monitor.times, [0.0, 1.0, 1.0, 1.5])


def test_results_per_second_follow_the_boards_clock() -> None:
    monitor = Monitor(HELLO)
    assert monitor.frames_per_s is None
    for number in range(5):
        monitor.add(result(number, 0, at_us=number * 20_000))
    assert monitor.frames_per_s is not None
    assert abs(monitor.frames_per_s - 50.0) < 1e-6


def test_answers_are_compared_where_the_truth_is_known() -> None:
    monitor = Monitor(HELLO, np.array([0, 1, 2]))
    monitor.add(result(0, 0, sample=0))
    monitor.add(result(1, 0, sample=1))
    monitor.add(result(2, 0, sample=99))
    monitor.add(result(3, 0))
    assert (monitor.right, monitor.compared) == (1, 2)


def test_numbers_have_no_label_but_an_expected_value() -> None:
    monitor = Monitor(NUMBER, np.array([[0.25], [1.5]], np.float32))
    one = Result(0, 0, 50, 0, 1, np.array([3], np.int8).tobytes())
    monitor.add(one)
    assert monitor.label(one) is None
    assert monitor.true_values(one) == (1.5,)
    assert monitor.names == ("output",)
    assert monitor.true_scores.tolist() == [[1.5]]
    assert monitor.compared == 0


def test_clearing_forgets_everything_but_the_board() -> None:
    monitor = Monitor(HELLO, np.array([0]))
    monitor.add(result(0, 0, sample=0))
    monitor.clear()
    assert (len(monitor.times), monitor.received, monitor.compared, monitor.latest) == (0, 0, 0, None)


def test_a_row_of_a_recording_has_all_columns() -> None:
    monitor = Monitor(HELLO, np.array([2, 1]))
    row = dict(zip(csv_header(monitor.names), csv_row(monitor, result(3, 1, sample=1)), strict=True))
    assert row["label"] == row["truth"] == "shake"
    assert row["sample"] == "1"
    assert float(row["shake"]) == round(255 / 256, 6)
