"""On-target validation: what a board answered to test samples, next to the host's C and to the float model."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from studio.core.checks.check import Check, Verdict, told
from studio.core.checks.data_details import Agreement
from studio.core.checks.limits import standard_limits
from studio.core.dataset import balanced_rows
from studio.core.evaluation import Estimate
from studio.core.evidence import wilson
from studio.core.phrases import phrase, phrase_count, phrase_later
from studio.core.study import Histogram

TITLE = phrase_later("Board against this computer")

_ROWS_KEPT = 100
_MOST_SHARE = 1.05  # clocks of both ends differ a little
Numbers = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Times:
    """A distribution of microseconds: half of them are below `p50`, 95 % below `p95`."""

    p50: int
    p95: int
    worst: int


@dataclass(frozen=True, slots=True)
class Questions:
    """What the board is asked: test samples as the model stores them, and the answer of the host's C to each.

    `rows` are the samples' numbers in the test split; one entry of `inputs` and `expected` for each.
    """

    model_sha256: str
    rows: tuple[int, ...]
    inputs: tuple[bytes, ...]
    expected: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Heard:
    """What came over the link: for each answered question its place, bytes and times.

    `unsteady` places answered otherwise than the host at first and as the host when asked again. `sent_bytes` and
    `received_bytes` count all that was on the wire within `seconds`, resent frames included; `link_bytes_per_s` is what
    the line carries in one direction (0: not known). `stopped` says why not all was asked ("": all was).
    """

    board: str
    clock_hz: int
    places: tuple[int, ...]
    answers: tuple[bytes, ...]
    inference_us: tuple[int, ...]
    round_trip_us: tuple[int, ...]
    seconds: float
    sent_bytes: int
    received_bytes: int
    link_bytes_per_s: float = 0.0
    unsteady: tuple[int, ...] = ()
    resent: int = 0
    resets: int = 0
    reconnects: int = 0
    stopped: str = ""


@dataclass(frozen=True, slots=True)
class Validation:
    """A board's answers to `samples` of the `asked` test samples, compared.

    `equal` of them are element by element those of the host's C; `worst_difference` is in steps of the output's
    storable numbers, `differing_rows` (the first 100) are numbers in the test split. `same_label` counts top answers
    like the float model's, `float_difference` is the worst score apart from it. Accuracies (None where the model gives
    numbers instead of classes) carry Wilson's 95 % interval; on the same samples all three. Times are the board's own
    (`inference`) and those between question and answer (`round_trip`, of samples that were asked once); the tuples hold
    every single one.
    """

    board: str
    model_sha256: str
    clock_hz: int
    asked: int
    samples: int
    equal: int
    unsteady: int
    worst_difference: int
    differing_rows: tuple[int, ...]
    same_label: int | None
    float_difference: float | None
    board_accuracy: Estimate | None
    host_accuracy: Estimate | None
    float_accuracy: Estimate | None
    inference: Times | None
    round_trip: Times | None
    inference_us: tuple[int, ...]
    round_trip_us: tuple[int, ...]
    seconds: float
    sent_bytes: int
    received_bytes: int
    link_bytes_per_s: float
    resent: int
    resets: int
    reconnects: int
    stopped: str = ""

    @property
    def bytes_per_s(self) -> float:
        """What went over the busier direction of the line, each second."""
        return max(self.sent_bytes, self.received_bytes) / self.seconds if self.seconds > 0 else 0.0

    @property
    def link_share(self) -> float | None:
        """The part of the line's byte rate that was used.

        None where that rate is not known, or was surpassed: native USB does not heed the baud rate.
        """
        share = self.bytes_per_s / self.link_bytes_per_s if self.link_bytes_per_s else None
        return None if share is None or share > _MOST_SHARE else min(share, 1.0)

    def check(self) -> Check:
        """C18: does this board answer as the same C on this computer, element by element?"""
        fewest = standard_limits().board_samples
        enough = self.samples >= fewest
        differing = self.samples - self.equal
        steady = differing - self.unsteady
        if steady:
            verdict = Verdict.FAIL
        elif not enough:
            verdict = Verdict.CANNOT_TELL
        else:
            verdict = Verdict.WARN if self.unsteady else Verdict.PASS
        words = [answered_alike(self.board, self.equal, self.samples)]
        if steady:
            words.append(
                phrase_count(
                    "The worst difference is {count:,} step. Flash the exported firmware again.",
                    "The worst difference is {count:,} steps. Flash the exported firmware again.",
                    self.worst_difference,
                )
            )
        if self.unsteady:
            words.append(
                phrase(
                    "{number} answered otherwise at first, and exactly when asked again: check the cable.",
                    number=self.unsteady,
                )
            )
        if self.stopped:
            left = self.asked - self.samples
            words.append(phrase("{number} more were not answered: {why}", number=left, why=self.stopped))
        elif not enough and not steady:
            words.append(phrase("Fewer than {fewest} samples cannot prove more.", fewest=fewest))
        return Check(
            "C18",
            phrase(TITLE),
            verdict,
            told(*words),
            value=self.equal / self.samples if self.samples else None,
            ci=wilson(self.equal, self.samples),
            n=self.samples,
            method=phrase("element by element, over the link"),
            limit=1.0,
            seconds=self.seconds,
            needed=0 if enough else fewest,
            detail=Agreement(
                self.board, self.equal, self.worst_difference, self.model_sha256, self.model_sha256
            ),
        )


def answered_alike(board: str, equal: int, samples: int) -> str:
    """How many of the samples a board answered as this computer, in a sentence."""
    return phrase(
        "The {board} answered {equal} of {samples} test samples exactly as this computer.",
        board=board,
        equal=equal,
        samples=samples,
    )


def questions(
    model_sha256: str,
    x: Numbers,
    expected: Numbers,
    y: Numbers,
    count: int,
    rows: npt.NDArray[np.int64] | None = None,
) -> Questions:
    """Up to `count` samples, the same number of each class where possible.

    `x` [N, ...] and `expected` [N, K] as the model stores them, `y` [N] classes or [N, K] numbers; `rows` [N] are their
    numbers in the split where only a part of it is given.
    """
    chosen = balanced_rows(y, count)
    numbers = chosen if rows is None else rows[chosen]
    return Questions(
        model_sha256,
        tuple(int(row) for row in numbers),
        tuple(np.ascontiguousarray(x[row]).tobytes() for row in chosen),
        tuple(np.ascontiguousarray(expected[row]).tobytes() for row in chosen),
    )


def compare(
    asked: Questions,
    heard: Heard,
    output_type: str,
    scale: float,
    zero_point: int,
    y: Numbers,
    float_scores: Numbers | None,
) -> Validation:
    """Lay the board's answers beside the host's and the float model's, element by element.

    `scale` and `zero_point` are the output's; `y` and `float_scores` [M, K] are indexed by the place in `asked`, not by
    the row of the split. Answers are taken for classes where `y` is [M] of whole numbers and there are several outputs.
    """
    places = np.array(heard.places, np.int64)
    board = _stored(heard.answers, output_type)
    host = _stored([asked.expected[place] for place in heard.places], output_type)
    apart = steps_apart(board, host)
    differs = apart.max(axis=1) > 0
    unsteady = np.isin(places, np.array(heard.unsteady, np.int64))
    is_classes = y.ndim == 1 and np.issubdtype(y.dtype, np.integer) and board.ndim == 2 and board.shape[1] > 1
    truths = y[places] if len(places) else y[:0]
    floats = None if float_scores is None else float_scores.reshape(len(float_scores), -1)[places]
    scores = (board.astype(np.float64) - zero_point) * scale
    return Validation(
        board=heard.board,
        model_sha256=asked.model_sha256,
        clock_hz=heard.clock_hz,
        asked=len(asked.rows),
        samples=len(places),
        equal=int((~differs & ~unsteady).sum()),
        unsteady=int((unsteady & ~differs).sum()),
        worst_difference=int(apart.max(initial=0)),
        differing_rows=tuple(asked.rows[place] for place in places[differs][:_ROWS_KEPT]),
        same_label=int((board.argmax(1) == floats.argmax(1)).sum())
        if is_classes and floats is not None
        else None,
        float_difference=None if floats is None or not len(places) else float(np.abs(scores - floats).max()),
        board_accuracy=_accuracy(board, truths) if is_classes else None,
        host_accuracy=_accuracy(host, truths) if is_classes else None,
        float_accuracy=_accuracy(floats, truths) if is_classes and floats is not None else None,
        inference=times(heard.inference_us),
        round_trip=times(heard.round_trip_us),
        inference_us=heard.inference_us,
        round_trip_us=heard.round_trip_us,
        seconds=heard.seconds,
        sent_bytes=heard.sent_bytes,
        received_bytes=heard.received_bytes,
        link_bytes_per_s=heard.link_bytes_per_s,
        resent=heard.resent,
        resets=heard.resets,
        reconnects=heard.reconnects,
        stopped=heard.stopped,
    )


def times(values: tuple[int, ...]) -> Times | None:
    """The distribution of some times in microseconds; None without any."""
    if not values:
        return None
    p50, p95 = np.percentile(values, (50, 95), method="inverted_cdf")
    return Times(int(p50), int(p95), max(values))


def spread(values: tuple[int, ...], bins: int = 40) -> Histogram | None:
    """How often times occur, in bins of equal width; None without any. The slowest 1 % stand in the last bin."""
    if not values:
        return None
    low, high = float(min(values)), float(np.percentile(values, 99, method="inverted_cdf"))
    if high - low < bins:  # microseconds: the clock has no finer ones
        middle = (low + high) / 2
        low, high = middle - bins / 2, middle + bins / 2
    counts, _ = np.histogram(np.minimum(values, high), bins, (low, high))
    return Histogram(low, high, tuple(int(count) for count in counts))


def steps_apart(a: Numbers, b: Numbers) -> npt.NDArray[np.int64]:
    """How many storable numbers lie between two arrays of one type, element by element."""
    if a.dtype == np.float32:
        a, b = (_in_order(values) for values in (a, b))
    return np.abs(a.astype(np.int64) - b.astype(np.int64))


def _in_order(values: Numbers) -> npt.NDArray[np.int64]:
    """Float32 values as whole numbers that grow with them, one from each to the next."""
    bits = np.ascontiguousarray(values).view(np.int32).astype(np.int64)
    return np.where(bits < 0, -(1 << 31) - bits, bits)


def _stored(answers: tuple[bytes, ...] | list[bytes], output_type: str) -> Numbers:
    kind = np.dtype(output_type).newbyteorder("<")
    return (
        np.frombuffer(b"".join(answers), kind).astype(output_type).reshape(len(answers), -1 if answers else 1)
    )


def _accuracy(scores: Numbers, truths: Numbers) -> Estimate | None:
    n = len(truths)
    if not n:
        return None
    hits = int((scores.argmax(1) == truths).sum())
    return Estimate(hits / n, *wilson(hits, n))
