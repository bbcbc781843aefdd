"""C1 and C2 for autoencoders whose samples are marked: how well the error tells anomalous samples from normal ones."""

import math

import numpy as np
import numpy.typing as npt

from studio.core.anomaly import auc
from studio.core.checks.accuracy import TITLE
from studio.core.checks.answer_details import Paired, Separation
from studio.core.checks.check import Check, Measured, Verdict, told
from studio.core.checks.compression import COMPARED, verdict_of
from studio.core.checks.intervals import needed, share, show_p
from studio.core.checks.limits import Limits
from studio.core.evaluation import Estimate
from studio.core.phrases import phrase

Errors = npt.NDArray[np.float32]
Marks = npt.NDArray[np.bool_]

_Z = 1.959963984540054  # 97.5 % quantile of the normal distribution
_PART = 0.1  # of the false alarms, for the partial area


def has_both(anomalous: Marks | None) -> bool:
    """True where some samples are marked as anomalous and some are not."""
    return anomalous is not None and bool(anomalous.any()) and not bool(anomalous.all())


def check_separation(errors: Errors, anomalous: Marks, normal: Errors | None, limits: Limits) -> Check:
    """C1 for anomalies: the area under the ROC curve with Newcombe's interval, and the rates at a threshold.

    `errors` [N] and `anomalous` [N] are of the test set; the threshold is the quantile of `normal` (errors of normal
    validation samples; None: not known) that leaves the usual share of false alarms. Chosen there, not on the test set.
    """
    from sklearn.metrics import roc_auc_score

    found = auc(errors, anomalous)
    partial = float(roc_auc_score(anomalous, errors, max_fpr=_PART))
    threshold = caught = alarms = None
    words = []
    if normal is not None and len(normal):
        threshold = float(np.quantile(normal, 1 - limits.usual_false_alarm_share))
        above = errors > threshold
        caught = share(int((above & anomalous).sum()), int(anomalous.sum()))
        alarms = share(int((above & ~anomalous).sum()), int((~anomalous).sum()))
        if caught and alarms:
            words.append(
                phrase(
                    "At the threshold {threshold} it finds {share} % of the anomalies, with {alarms} % false alarms.",
                    threshold=f"{threshold:.3g}",
                    share=f"{caught.value * 100:.0f}",
                    alarms=f"{alarms.value * 100:.0f}",
                )
            )
    n = len(errors)
    few = min(int(anomalous.sum()), int((~anomalous).sum())) < limits.fewest_samples
    chance = found.low <= 0.5
    if few:
        words.append(phrase("Fewer than {fewest} of a kind cannot tell.", fewest=limits.fewest_samples))
    elif chance and found.value <= 0.5:
        words.append(phrase("That is no better than chance (0.5)."))
    elif chance:
        words.append(phrase("That may be chance (0.5)."))
    return Check(
        "C1",
        phrase(TITLE),
        Verdict.CANNOT_TELL if few else Verdict.FAIL if chance else Verdict.PASS,
        told(_of_pairs(n, found), *words),
        value=found.value,
        ci=(found.low, found.high),
        n=n,
        method=phrase("mid-ranks, Newcombe"),
        needed=2 * limits.fewest_samples if few else 0,
        detail=Separation(found, partial, threshold, caught, alarms),
        measured=(Measured("min_accuracy", found.value),),
    )


def _of_pairs(n: int, found: Estimate) -> str:
    return phrase(
        "On {n} test samples the error tells anomalous from normal in {share} % of pairs (AUC {area}; 95 %: {low} to "
        "{high}).",
        n=n,
        share=f"{found.value * 100:.1f}",
        area=f"{found.value:.3f}",
        low=f"{found.low:.3f}",
        high=f"{found.high:.3f}",
    )


def check_separation_change(float_errors: Errors, errors: Errors, anomalous: Marks, margin: float) -> Check:
    """C2 for anomalies: did the area under the ROC curve fall by more than `margin`? See `area_change`."""
    n = len(errors)
    found, p = area_change(float_errors, errors, anomalous)
    verdict = verdict_of(found.low, found.high, margin)
    loss = f"{margin:.3f}"
    words = {
        Verdict.PASS: phrase("A loss of more than {loss} is ruled out.", loss=loss),
        Verdict.FAIL: phrase("More than allowed is lost. Compress less."),
        Verdict.CANNOT_TELL: phrase(
            "{n} samples cannot rule out a loss of {loss}. Test with more.", n=n, loss=loss
        ),
    }
    changed = phrase(
        "The area under the ROC curve (AUC) changed by {change} (95 %: {low} to {high}; p {p}).",
        change=f"{found.value:+.3f}",
        low=f"{found.low:+.3f}",
        high=f"{found.high:+.3f}",
        p=show_p(p),
    )
    return Check(
        "C2",
        phrase(COMPARED),
        verdict,
        told(changed, words[verdict]),
        value=found.value,
        ci=(found.low, found.high),
        n=n,
        method=phrase("DeLong"),
        limit=-margin,
        needed=needed(n, found, -margin) if verdict is Verdict.CANNOT_TELL else 0,
        detail=Paired(found, p),
    )


def area_change(before: Errors, after: Errors, anomalous: Marks) -> tuple[Estimate, float]:
    """The change of the area under the ROC curve on the same samples, with its interval and p-value.

    By placements with mid-ranks (DeLong, 1988), which ties do not disturb and which needs no resampling. Where no pair
    changed there is no variance to estimate: the interval then is as wide as Newcombe's of the area itself.
    """
    areas, marked, normal = zip(*(_placements(errors, anomalous) for errors in (before, after)), strict=True)
    change = float(areas[1] - areas[0])
    apart = (marked[1] - marked[0], normal[1] - normal[0])
    variance = sum(float(values.var(ddof=1)) / len(values) for values in apart if len(values) > 1)
    if variance <= 0:
        known = auc(after, anomalous)
        half = min(known.value - known.low, known.high - known.value) or known.high - known.low
        return Estimate(change, change - half, change + half), 1.0
    half = _Z * math.sqrt(variance)
    p = math.erfc(abs(change) / math.sqrt(2 * variance))
    return Estimate(change, change - half, change + half), p


def _placements(
    errors: Errors, anomalous: Marks
) -> tuple[float, npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """The area, and for each anomalous and each normal sample the share of the others it is told from."""
    high, low = np.sort(errors[anomalous]), np.sort(errors[~anomalous])

    def below(values: Errors, ordered: Errors) -> npt.NDArray[np.float64]:
        both = np.searchsorted(ordered, values, "left") + np.searchsorted(ordered, values, "right")
        return both / (2 * len(ordered))

    marked, normal = below(errors[anomalous], low), 1 - below(errors[~anomalous], high)
    return float(marked.mean()), marked, normal
