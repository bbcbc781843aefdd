"""For D7: how much is lost when the device gets less, in resolution, rate or window."""

import numpy as np
import numpy.typing as npt

from studio.core.checks.check import Check, Verdict
from studio.core.checks.faults import Judge, Respond
from studio.core.checks.input_details import InputSweep, SweepPoint
from studio.core.checks.intervals import sure_share
from studio.core.checks.limits import Limits
from studio.core.phrases import phrase, phrase_count, phrase_later
from studio.core.samples import Face, face_of, plain_shape

TITLE = phrase_later("With less input")

Values = npt.NDArray[np.float32]

_FACTORS = (2, 4)
_FEWEST_STEPS = 8  # of what is left along an axis


def smaller(x: Values) -> dict[str, tuple[float, Values]]:
    """Samples [N, *shape] that carry less, by words: the share of the data that is left, and the samples.

    They keep their shape: pixels and steps are averaged and repeated, the window's older part is the mean. A model
    trained on less input would do better, so what is measured is the least that less input can do.
    """
    shape = x.shape[1:]
    sides = plain_shape(shape)
    laid = x.reshape(len(x), *sides)
    found: dict[str, tuple[float, Values]] = {}
    if face_of(shape) is Face.PICTURE:
        for factor in _FACTORS:
            if min(sides[:2]) // factor >= _FEWEST_STEPS // 2:
                coarse = _coarser(_coarser(laid, 1, factor), 2, factor)
                words = phrase("1/{factor} of the resolution each way", factor=factor)
                found[words] = (1 / factor**2, coarse.reshape(x.shape))
        return found
    if face_of(shape) is Face.BARS:
        return found
    for factor in _FACTORS:
        if sides[0] // factor >= _FEWEST_STEPS:
            words = phrase("1/{factor} of the rate", factor=factor)
            found[words] = (1 / factor, _coarser(laid, 1, factor).reshape(x.shape))
    half = laid.copy()
    half[:, : sides[0] // 2] = laid.mean(axis=1, keepdims=True)
    if sides[0] // 2 >= _FEWEST_STEPS:
        found[phrase("half of the window")] = (0.5, half.reshape(x.shape))
    return found


def check_sweep(x: Values, respond: Respond, judge: Judge, limits: Limits) -> Check:
    """The share of right answers with less input than the samples `x` [N, *shape] have."""
    right = judge(x, respond(x))
    whole = sure_share(int(right.sum()), len(x))
    points = [SweepPoint(phrase("all of it"), 1.0, whole)]
    for words, (portion, less) in smaller(x).items():
        hits = int(judge(less, respond(less)).sum())
        points.append(SweepPoint(words, portion, sure_share(hits, len(x))))
    enough = [p for p in points[1:] if p.accuracy.value >= whole.value - limits.fault_drop]
    least = min(enough, key=lambda point: point.data_share, default=None)
    sentence = phrase("The sample is too small to take anything away.")
    if len(points) > 1:
        sentence = phrase_count(
            "The one smaller input that was tried does not do nearly as well as all of it.",
            "None of {count} smaller inputs does nearly as well as all of it.",
            len(points) - 1,
        )
    if least is not None:
        sentence = phrase(
            "{less} does nearly as well: {share} % right instead of {whole} %. Less input reveals less.",
            less=f"{least.words[0].upper()}{least.words[1:]}",
            share=f"{least.accuracy.value * 100:.0f}",
            whole=f"{whole.value * 100:.0f}",
        )
    return Check(
        "D7",
        phrase(TITLE),
        Verdict.CANNOT_TELL if len(points) == 1 else Verdict.WARN if least else Verdict.PASS,
        sentence,
        value=least.data_share if least else None,
        n=len(x),
        method=phrase("inputs averaged, the model unchanged; Wilson"),
        limit=limits.fault_drop,
        detail=InputSweep(tuple(points)),
    )


def _coarser(x: Values, axis: int, factor: int) -> Values:
    """Every `factor` neighbours along an axis as their mean; what is left over is one shorter stretch."""
    starts = np.arange(0, x.shape[axis], factor)
    sums = np.add.reduceat(x, starts, axis=axis)
    sizes = np.diff(np.append(starts, x.shape[axis]))
    means = sums / sizes.reshape([-1 if place == axis else 1 for place in range(x.ndim)])
    found: Values = np.repeat(means, sizes, axis=axis).astype(np.float32)
    return found
