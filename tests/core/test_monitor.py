"""The monitor keeps what came, on one time line, and counts right answers."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from studio.core.frames import Hello, Result
from studio.core.monitor import Monitor

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
    assert monitor.label_of(monitor.latest.scores) == "tap"


def test_the_whole_session_is_kept() -> None:
    monitor = Monitor(HELLO)
    for number in range(57):
        monitor.add(result(number, number % 3))
    assert len(monitor.history) == monitor.received == 57
    assert np.allclose(monitor.times, np.arange(57) / 100)
    assert monitor.scores[-1].argmax() == 56 % 3


def test_a_batch_is_the_same_as_one_result_after_another(tmp_path: Path) -> None:
    one, whole = Monitor(HELLO, folder=tmp_path), Monitor(HELLO, folder=tmp_path)
    results = [result(number, number % 3, at_us=(number % 40) * 1000) for number in range(100)]
    for single in results:
        one.add(single)
    arrived = whole.add_results(results, 5.0)
    assert np.array_equal(one.times, whole.times)
    assert np.array_equal(one.scores, whole.scores)
    assert arrived.sequences.tolist() == list(range(100))
    assert arrived.at_s == 5.0
    assert one.latest == whole.latest


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


def test_a_sample_that_comes_again_is_counted_once_by_its_last_answer() -> None:
    monitor = Monitor(HELLO, np.array([0, 1]))
    for number, winner in enumerate((0, 0, 0, 1)):
        monitor.add(result(number, winner, sample=number % 2))
    assert (monitor.right, monitor.compared) == (2, 2)


def test_after_a_pause_time_goes_on_by_the_computers_clock() -> None:
    monitor = Monitor(HELLO)
    monitor.add_results([result(1, 0, at_us=8_000_000)], 100.0)
    monitor.add_results([result(0, 0, at_us=1_000)], 130.0)
    assert np.allclose(monitor.times, [0.0, 30.0])


def test_numbers_have_no_label_but_an_expected_value() -> None:
    monitor = Monitor(NUMBER, np.array([[0.25], [1.5]], np.float32))
    one = Result(0, 0, 50, 0, 1, np.array([3], np.int8).tobytes())
    monitor.add(one)
    assert monitor.label(one) is None
    assert monitor.true_values(one) == (1.5,)
    assert monitor.names == ("output",)
    assert monitor.history.newest(1)[1].tolist() == [[1.5, 1.5]]
    assert monitor.compared == 0


def test_clearing_forgets_everything_but_the_board() -> None:
    monitor = Monitor(HELLO, np.array([0]))
    monitor.add(result(0, 0, sample=0))
    monitor.clear()
    assert (len(monitor.times), monitor.received, monitor.compared, monitor.latest) == (0, 0, 0, None)
