"""C1 and C2 for numbers: how far answers are from their targets, and whether compression took them further."""

import numpy as np
import numpy.typing as npt

from studio.core.checks.accuracy import TITLE
from studio.core.checks.answer_details import Fit, Paired
from studio.core.checks.check import Check, Measured, Verdict, told
from studio.core.checks.compression import COMPARED, verdict_of
from studio.core.checks.intervals import fewest_for_quantile, mean, needed, quantile, show_p
from studio.core.checks.limits import Limits
from studio.core.evaluation import Errors, Estimate
from studio.core.phrases import phrase

Values = npt.NDArray[np.float32]


def check_fit(y: Values, scores: Values, errors: Errors, limits: Limits) -> Check:
    """C1 for numbers [N, K]: the mean absolute error and the mean error (bias) with Student's intervals.

    The 95 % quantile of the errors has an interval from order statistics, if there are samples enough; `errors` gives
    R² with its own. R² is 0 for always answering the mean of the targets: a model that is no nearer fails, one that may
    not be cannot tell.
    """
    n = len(y)
    apart = (scores - y).astype(np.float64).mean(axis=1)
    away = np.abs(scores - y).astype(np.float64).mean(axis=1)
    absolute, bias, worst = mean(away), mean(apart), quantile(away, 0.95)
    few = n < limits.fewest_samples
    leaning = bias.low > 0 or bias.high < 0
    spread = float(y.std()) or 1.0
    serious = leaning and abs(bias.value) > limits.error_margin * spread
    words = []
    if leaning:
        words.append(phrase("They lean to one side: by {bias} in the mean.", bias=f"{bias.value:+.3g}"))
    if worst is None:
        fewest = fewest_for_quantile(0.95)
        words.append(
            phrase(
                "How far 95 of 100 errors go takes {fewest} samples to tell: {worst} is of these samples alone.",
                fewest=fewest,
                worst=_within(away),
            )
        )
    if few:
        words.append(phrase("Fewer than {fewest} samples cannot tell.", fewest=limits.fewest_samples))
    shown = errors.explained
    verdict = Verdict.WARN if serious else Verdict.PASS
    if few:
        verdict = Verdict.CANNOT_TELL
    elif not np.ptp(y, axis=0).any():
        verdict = Verdict.CANNOT_TELL
        words.append(
            phrase("All targets are the same, so that none can be told from another. Test with others too.")
        )
    elif shown.value <= 0:
        verdict = Verdict.FAIL
        words.append(
            phrase(
                "Always answering the mean of the targets (R² = 0) would be as near: the model does no better."
            )
        )
    elif shown.low <= 0:
        verdict = Verdict.WARN if serious else Verdict.CANNOT_TELL
        words.append(
            phrase(
                "R² may be {low}: {n} samples cannot tell whether the model is nearer than always answering the mean "
                "of the targets (R² = 0).",
                low=f"{shown.low:.3f}",
                n=n,
            )
        )
    return Check(
        "C1",
        phrase(TITLE),
        verdict,
        told(_off(n, absolute, _within(away), shown), *words),
        value=shown.value,
        ci=(shown.low, shown.high),
        n=n,
        method=phrase("bootstrap percentiles (R²), Student (errors), order statistics (quantile)"),
        needed=limits.fewest_samples if few else 0,
        detail=Fit(absolute, worst, bias, shown),
        measured=(Measured("min_accuracy", shown.value),),
    )


def _within(away: npt.NDArray[np.float64]) -> str:
    return f"{np.quantile(away, 0.95):.3g}"


def _off(n: int, absolute: Estimate, worst: str, explained: Estimate) -> str:
    return phrase(
        "On {n} test samples answers are {error} off in the mean (95 %: {low} to {high}), 95 of 100 within {worst}; R² "
        "is {explained}.",
        n=n,
        error=f"{absolute.value:.3g}",
        low=f"{absolute.low:.3g}",
        high=f"{absolute.high:.3g}",
        worst=worst,
        explained=f"{explained.value:.3f}",
    )


def check_errors(
    y: Values, float_scores: Values, scores: Values, margin: float, *, rebuilds: bool = False
) -> Check:
    """C2 for numbers [N, K]: did the mean absolute error grow by more than `margin` times the target's spread?

    The paired change with Student's interval, as a share of the spread; `p` by Wilcoxon's signed ranks. The value is
    negative where the error grew, as for classes. With `rebuilds` (autoencoders) the targets are the inputs themselves.
    """
    n = len(y)
    spread = float(y.std()) or 1.0
    better = ((np.abs(float_scores - y) - np.abs(scores - y)).astype(np.float64)).mean(axis=1) / spread
    found = mean(better)
    if n < 2:
        found = Estimate(found.value, -1.0, 1.0)
    p = signed_rank_p(better)
    verdict = verdict_of(found.low, found.high, margin)
    allowed = f"{margin * 100:.0f}"
    words = {
        Verdict.PASS: phrase("Allowed are {share} %: a growth beyond that is ruled out.", share=allowed),
        Verdict.FAIL: phrase("Allowed are {share} %: it grew by more. Compress less.", share=allowed),
        Verdict.CANNOT_TELL: phrase(
            "Allowed are {share} %: {n} samples cannot tell. Test with more.", share=allowed, n=n
        ),
    }
    return Check(
        "C2",
        phrase(COMPARED),
        verdict,
        told(_changed(found, p, rebuilds), words[verdict]),
        value=found.value,
        ci=(found.low, found.high),
        n=n,
        method=phrase("paired mean, Student"),
        limit=-margin,
        needed=needed(n, found, -margin) if verdict is Verdict.CANNOT_TELL else 0,
        detail=Paired(found, p),
    )


def _changed(found: Estimate, p: float, rebuilds: bool) -> str:
    change, low, high = (f"{-one * 100:+.1f}" for one in (found.value, found.high, found.low))
    if rebuilds:
        return phrase(
            "The mean absolute error changed by {change} % of the input's spread (95 %: {low} to {high} %, Wilcoxon p "
            "{p}).",
            change=change, low=low, high=high, p=show_p(p),
        )  # fmt: skip
    return phrase(
        "The mean absolute error changed by {change} % of the target's spread (95 %: {low} to {high} %, Wilcoxon p "
        "{p}).",
        change=change, low=low, high=high, p=show_p(p),
    )  # fmt: skip


def signed_rank_p(differences: npt.NDArray[np.float64]) -> float:
    """The p-value of Wilcoxon's signed-rank test that paired differences are as often above 0; 1 where all are 0."""
    from scipy.stats import wilcoxon

    apart = differences[differences != 0]
    return float(wilcoxon(apart).pvalue) if len(apart) else 1.0
