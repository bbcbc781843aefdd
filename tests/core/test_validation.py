"""On-target validation: a board's answers beside the host's C and the float model."""

from dataclasses import replace

import numpy as np
import pytest

from studio.core.checks.board import check_board, check_validation
from studio.core.checks.check import Verdict
from studio.core.checks.data_details import Agreement
from studio.core.checks.limits import standard_limits
from studio.core.codec import from_json, to_json
from studio.core.validation import (
    Heard,
    Questions,
    Validation,
    compare,
    questions,
    steps_apart,
    times,
)

N = 40
SCALE, ZERO = 1 / 256, -128


def asked(n: int = N) -> tuple[Questions, np.ndarray, np.ndarray]:
    """Questions on `n` samples of two classes, the truths and the float scores; the host is right on all but one."""
    y = np.arange(n) % 2
    scores = np.where(np.arange(2) == y[:, None], 0.75, 0.25)
    scores[0] = scores[0, ::-1]
    stored = np.rint(scores / SCALE + ZERO).astype(np.int8)
    x = np.arange(n * 3, dtype=np.int8).reshape(n, 3)
    return questions("ab" * 32, x, stored, y, n), y, scores.astype(np.float32)


def heard(given: Questions, **changes: object) -> Heard:
    n = len(given.rows)
    plain = Heard(
        board="Nano", clock_hz=64_000_000, places=tuple(range(n)), answers=given.expected, inference_us=(12_000,) * n,
        round_trip_us=tuple(range(1000, 1000 + n)), seconds=2.0, sent_bytes=20_000, received_bytes=4_000,
        link_bytes_per_s=11_520.0,
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type]


def compared(given: Questions, came: Heard, y: np.ndarray, scores: np.ndarray | None) -> Validation:
    return compare(given, came, "int8", SCALE, ZERO, y, scores)


def test_a_board_that_answers_as_the_host_passes() -> None:
    given, y, scores = asked()
    found = compared(given, heard(given), y, scores)
    check = found.check()
    assert (check.id, check.verdict, check.n, check.value) == ("C18", Verdict.PASS, N, 1.0)
    assert "The Nano answered 40 of 40 test samples exactly as this computer." in check.sentence
    assert found.board_accuracy == found.host_accuracy == found.float_accuracy
    assert found.board_accuracy is not None
    assert found.board_accuracy.value == 39 / 40
    assert 0.86 < found.board_accuracy.low < 0.9 < found.board_accuracy.high < 1
    assert found.same_label == N
    assert found.float_difference is not None
    assert found.float_difference <= SCALE / 2


def test_one_answer_that_differs_fails_and_is_named() -> None:
    given, y, scores = asked()
    wrong = np.frombuffer(given.expected[7], np.int8).copy()
    wrong[1] -= 3
    answers = (*given.expected[:7], wrong.tobytes(), *given.expected[8:])
    found = compared(given, heard(given, answers=answers), y, scores)
    assert (found.equal, found.worst_difference, found.differing_rows) == (39, 3, (7,))
    assert found.check().verdict is Verdict.FAIL
    assert "worst difference is 3 steps" in found.check().sentence


def test_an_answer_that_was_right_only_at_the_second_try_warns() -> None:
    given, y, scores = asked()
    found = compared(given, heard(given, unsteady=(3,)), y, scores)
    assert (found.equal, found.unsteady) == (39, 1)
    assert found.check().verdict is Verdict.WARN
    assert "check the cable" in found.check().sentence


def test_few_samples_cannot_tell() -> None:
    given, y, scores = asked(20)
    check = compared(given, heard(given), y, scores).check()
    assert check.verdict is Verdict.CANNOT_TELL
    assert "Fewer than 32 samples" in check.sentence


def test_what_was_answered_before_a_stop_is_kept_and_said() -> None:
    given, y, scores = asked()
    came = heard(
        given,
        places=tuple(range(34)),
        answers=given.expected[:34],
        inference_us=(1,) * 34,
        stopped="it was cancelled.",
    )
    found = compared(given, came, y, scores)
    assert (found.asked, found.samples, found.equal) == (40, 34, 34)
    assert "6 more were not answered: it was cancelled." in found.check().sentence


def test_nothing_answered_is_no_evidence() -> None:
    given, y, scores = asked()
    came = heard(given, places=(), answers=(), inference_us=(), round_trip_us=(), stopped="it was cancelled.")
    found = compared(given, came, y, scores)
    assert found.check().verdict is Verdict.CANNOT_TELL
    assert found.inference is None
    assert found.board_accuracy is None


def test_samples_are_chosen_from_each_class_alike_and_keep_their_numbers() -> None:
    y = np.array([0] * 90 + [1] * 10)
    x = np.arange(100, dtype=np.int8).reshape(100, 1)
    given = questions("ab" * 32, x, x, y, 20, np.arange(100) + 1000)
    assert sum(row >= 1090 for row in given.rows) == 10
    assert given.inputs[0] == bytes([given.rows[0] - 1000])


def test_numbers_instead_of_classes_have_no_accuracy() -> None:
    y = np.linspace(-1, 1, N, dtype=np.float32).reshape(N, 1)
    stored = np.rint(y / SCALE).clip(-128, 127).astype(np.int8)
    given = questions("ab" * 32, stored, stored, y, N)
    found = compare(given, heard(given), "int8", SCALE, 0, y, y)
    assert found.board_accuracy is None
    assert found.same_label is None
    assert found.check().verdict is Verdict.PASS


def test_the_share_of_the_lines_rate_counts_the_busier_direction() -> None:
    given, y, scores = asked()
    found = compared(given, heard(given), y, scores)
    assert found.bytes_per_s == 10_000
    assert found.link_share == pytest.approx(10_000 / 11_520)
    assert compared(given, heard(given, link_bytes_per_s=0.0), y, scores).link_share is None
    assert compared(given, heard(given, seconds=0.1), y, scores).link_share is None  # USB heeds no baud rate


def test_times_are_values_that_occurred() -> None:
    found = times(tuple(range(1, 101)))
    assert found is not None
    assert (found.p50, found.p95, found.worst) == (50, 95, 100)


def test_steps_between_floats_are_storable_numbers() -> None:
    one = np.array([[1.0, 0.0, -0.0]], np.float32)
    two = np.array([[np.nextafter(np.float32(1), np.float32(2)), np.float32(1e-45), 0.0]], np.float32)
    assert steps_apart(one, two).tolist() == [[1, 1, 0]]


def test_a_validation_can_be_kept_as_json() -> None:
    given, y, scores = asked()
    found = compared(given, heard(given), y, scores)
    assert from_json(Validation, to_json(found), "validation") == found


def test_a_model_swapped_on_the_board_fails_whatever_it_answers() -> None:
    given, y, scores = asked()
    found = compared(given, heard(given), y, scores)
    assert check_validation(found, given.model_sha256).verdict is Verdict.PASS
    swapped = check_validation(found, "cd" * 32)
    assert swapped.verdict is Verdict.FAIL
    assert "abababababab" in swapped.sentence
    assert isinstance(swapped.detail, Agreement)
    assert (swapped.detail.board_model, swapped.detail.host_model) == ("ab" * 32, "cd" * 32)


def test_the_virtual_board_is_held_to_every_element() -> None:
    assert check_board(128, 128, 0).verdict is Verdict.PASS
    assert check_board(128, 127, 1).verdict is Verdict.FAIL
    few = check_board(5, 5, 0)
    assert (few.verdict, few.needed) == (Verdict.CANNOT_TELL, standard_limits().board_samples)
