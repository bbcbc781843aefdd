"""C1 and C2 for numbers: how far answers are from their targets, and whether compression took them further."""

import numpy as np
import numpy.typing as npt

from studio.core.checks.accuracy import TITLE
from studio.core.checks.answer_details import Fit, Paired
from studio.core.checks.check import Check, Verdict
from studio.core.checks.compression import COMPARED, verdict_of
from studio.core.checks.intervals import mean, needed, quantile, show_p
from studio.core.checks.limits import Limits
from studio.core.evaluation import Errors, Estimate

Values = npt.NDArray[np.float32]


def check_fit(y: Values, scores: Values, errors: Errors, limits: Limits) -> Check:
    """C1 for numbers [N, K]: the mean absolute error and the mean error (bias) with Student's intervals.

    The 95 % quantile of the errors has an interval from order statistics; `errors` gives R² with its own. R² is 0 for
    always answering the mean of the targets: a model that is no nearer fails, one that may not be cannot tell.
    """
    n = len(y)
    apart = (scores - y).astype(np.float64).mean(axis=1)
    away = np.abs(scores - y).astype(np.float64).mean(axis=1)
    absolute, bias, worst = mean(away), mean(apart), quantile(away, 0.95)
    few = n < limits.fewest_samples
    leaning = bias.low > 0 or bias.high < 0
    spread = float(y.std()) or 1.0
    serious = leaning and abs(bias.value) > limits.error_margin * spread
    words = f" They lean to one side: by {bias.value:+.3g} in the mean." if leaning else ""
    words += f" Fewer than {limits.fewest_samples} samples cannot tell." if few else ""
    shown = errors.explained
    verdict = Verdict.WARN if serious else Verdict.PASS
    if few:
        verdict = Verdict.CANNOT_TELL
    elif not np.ptp(y, axis=0).any():
        verdict = Verdict.CANNOT_TELL
        words += " All targets are the same, so that none can be told from another. Test with others too."
    elif shown.value <= 0:
        verdict = Verdict.FAIL
        words += (
            " Always answering the mean of the targets (R² = 0) would be as near: the model does no better."
        )
    elif shown.low <= 0:
        verdict = Verdict.WARN if serious else Verdict.CANNOT_TELL
        words += (
            f" R² may be {shown.low:.3f}: {n} samples cannot tell whether the model is nearer than always "
        )
        words += "answering the mean of the targets (R² = 0)."
    return Check(
        "C1",
        TITLE,
        verdict,
        f"On {n} test samples answers are {absolute.value:.3g} off in the mean (95 %: {absolute.low:.3g} to "
        f"{absolute.high:.3g}), 95 of 100 within {worst.value:.3g}; R² is {shown.value:.3f}.{words}",
        value=shown.value,
        ci=(shown.low, shown.high),
        n=n,
        method="bootstrap percentiles (R²), Student (errors), order statistics (quantile)",
        needed=limits.fewest_samples if few else 0,
        detail=Fit(absolute, worst, bias, shown),
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
    meant = "input" if rebuilds else "target"
    words = {
        Verdict.PASS: "a growth beyond that is ruled out.",
        Verdict.FAIL: "it grew by more. Compress less.",
        Verdict.CANNOT_TELL: f"{n} samples cannot tell. Test with more.",
    }
    return Check(
        "C2",
        COMPARED,
        verdict,
        f"The mean absolute error changed by {-found.value * 100:+.1f} % of the {meant}'s spread (95 %: "
        f"{-found.high * 100:+.1f} to {-found.low * 100:+.1f} %, Wilcoxon p {show_p(p)}); allowed are "
        f"{margin * 100:.0f} %: {words[verdict]}",
        value=found.value,
        ci=(found.low, found.high),
        n=n,
        method="paired mean, Student",
        limit=-margin,
        needed=needed(n, found, -margin) if verdict is Verdict.CANNOT_TELL else 0,
        detail=Paired(found, p),
    )


def signed_rank_p(differences: npt.NDArray[np.float64]) -> float:
    """The p-value of Wilcoxon's signed-rank test that paired differences are as often above 0; 1 where all are 0."""
    from scipy.stats import wilcoxon

    apart = differences[differences != 0]
    return float(wilcoxon(apart).pvalue) if len(apart) else 1.0
