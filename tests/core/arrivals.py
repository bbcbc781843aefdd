"""Results as a board might have sent them, for tests of what is done with them."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from studio.core.arrivals import NOT_SAID, Arrivals

NAMES = ("idle", "shake", "tap")


def arrivals(
    scores: npt.ArrayLike,
    *,
    times: npt.ArrayLike | None = None,
    begin_s: float = 0.0,
    names: Sequence[str] = NAMES,
    classifies: bool = True,
    samples: npt.ArrayLike | None = None,
    truths: npt.ArrayLike | None = None,
    inference_us: int = 1500,
    at_s: float = 1_790_000_000.0,
) -> Arrivals:
    """Results [n, K], ten a second from `begin_s` on where no `times` are given."""
    rows = np.asarray(scores, np.float32).reshape(-1, len(names))
    count = len(rows)
    clock = begin_s + np.arange(count) / 10 if times is None else np.asarray(times, np.float64)
    unknown = np.full(count, NOT_SAID, np.int64)
    return Arrivals(
        tuple(names),
        classifies,
        at_s,
        clock,
        rows,
        np.rint(clock * 1e6).astype(np.int64),
        np.arange(1, count + 1),
        np.full(count, inference_us, np.int64),
        unknown if samples is None else np.asarray(samples, np.int64),
        unknown.astype(np.int32) if truths is None else np.asarray(truths, np.int32),
    )


def saying(labels: Sequence[int], **more: object) -> Arrivals:
    """Results whose highest scores are these, by number."""
    return arrivals(np.eye(len(NAMES))[list(labels)] * 0.9, **more)  # type: ignore[arg-type]
