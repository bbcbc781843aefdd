"""C2 and C3 for classes: what compression changed, whether that is too much, and whom it harmed."""

import numpy as np
import numpy.typing as npt

from studio.core.answers import Answers, Kind
from studio.core.checks.accuracy import rows_of
from studio.core.checks.answer_details import ChangedSample, Harm, HarmedPart, Paired
from studio.core.checks.check import Check, Verdict, told
from studio.core.checks.intervals import holm, needed, show_p, sure_share
from studio.core.checks.limits import Limits
from studio.core.evaluation import FLIPS_KEPT, Estimate
from studio.core.evidence import change_interval
from studio.core.phrases import phrase, phrase_count, phrase_later

COMPARED = phrase_later("Compressed against original")
BROKEN = phrase_later("Samples that compression broke")


def no_twin(check_id: str, title: str, n: int) -> Check:
    """What C2 and C3, whose `title` is COMPARED or BROKEN, say of a model that arrived compressed."""
    words = phrase(
        "The model arrived compressed, so there is no original to compare with: 'before' is the same file run by "
        "LiteRT. Load the float model to compare."
    )
    return Check(check_id, phrase(title), Verdict.CANNOT_TELL, words, n=n)


def check_compression(answers: Answers, margin: float) -> Check:
    """C2: is the compressed model no worse than the float model by more than `margin` (non-inferiority)?

    Passes when the interval's lower end is above −margin, fails when its upper end is below. A p-value that finds no
    difference does not pass: few samples never find one.
    """
    from scipy.stats import binomtest

    y, n = answers.y, len(answers)
    if not n:
        return Check("C2", phrase(COMPARED), Verdict.CANNOT_TELL, phrase("The test set has no samples."))
    broken = int(((answers.before == y) & (answers.after != y)).sum())
    mended = int(((answers.before != y) & (answers.after == y)).sum())
    low, high = change_interval(broken, mended, n)
    change = (mended - broken) / n
    p = float(binomtest(min(broken, mended), broken + mended, 0.5).pvalue) if broken + mended else 1.0
    verdict = verdict_of(low, high, margin)
    loss = f"{margin * 100:.1f}"
    words = {
        Verdict.PASS: phrase("A loss of more than {loss} points is ruled out.", loss=loss),
        Verdict.FAIL: phrase("More than the {loss} points allowed are lost. Compress less.", loss=loss),
        Verdict.CANNOT_TELL: phrase(
            "{n} samples cannot rule out a loss of {loss} points. Test with more.", n=n, loss=loss
        ),
    }
    changed = phrase(
        "Accuracy changed by {change} points ({broken} answers broken, {mended} mended, McNemar p {p}).",
        change=f"{change * 100:+.1f}",
        broken=broken,
        mended=mended,
        p=show_p(p),
    )
    more = needed(n, Estimate(change, low, high), -margin) if verdict is Verdict.CANNOT_TELL else 0
    return Check(
        "C2",
        phrase(COMPARED),
        verdict,
        told(changed, words[verdict]),
        value=change,
        ci=(low, high),
        n=n,
        method=phrase("Agresti-Min"),
        limit=-margin,
        needed=more,
        detail=Paired(Estimate(change, low, high), p, broken, mended),
    )


def verdict_of(low: float, high: float, margin: float) -> Verdict:
    """PASS where a loss of more than `margin` is ruled out, FAIL where it is certain, and CANNOT_TELL between."""
    return Verdict.PASS if low > -margin else Verdict.FAIL if high < -margin else Verdict.CANNOT_TELL


def check_broken_samples(answers: Answers, labels: tuple[str, ...], limits: Limits) -> Check:
    """C3: the samples that were right before and wrong after, and the classes and groups where they gather.

    For each class and group the exact one-sided binomial test that broken ones outnumber mended ones, corrected by
    Holm over all of them; besides, a part that lost more than the limit of its right answers stands out by itself.
    """
    n = len(answers)
    if not n:
        return Check("C3", phrase(BROKEN), Verdict.CANNOT_TELL, phrase("The test set has no samples."))
    changed = answers.changed()
    broken = len(changed[Kind.BROKEN])
    parts = harmed_parts(answers, labels, limits)
    marked = [part for part in parts if part.harmed or part.fell]
    total = sum(len(samples) for samples in changed.values())
    words = phrase("None of the answers that were right became wrong.")
    if broken:
        words = phrase("Look at each of them.")
    if marked:
        words = _gathered(marked)
    counted = phrase(
        "{changed} of {n} answers changed, {broken} from right to wrong.", changed=total, n=n, broken=broken
    )
    kept = {kind: _listed(answers, samples[:FLIPS_KEPT]) for kind, samples in changed.items()}
    found = sure_share(broken, n)
    return Check(
        "C3",
        phrase(BROKEN),
        Verdict.WARN if broken else Verdict.PASS,
        told(counted, words),
        value=broken / n,
        ci=(found.low, found.high),
        n=n,
        method=phrase("Wilson; parts by exact binomial tests, Holm"),
        limit=limits.harmed_drop,
        detail=Harm(kept[Kind.BROKEN], kept[Kind.MENDED], kept[Kind.STILL_WRONG], found, parts),
    )


def _gathered(marked: list[HarmedPart]) -> str:
    """Where broken samples gather, by the first of the parts that stand out."""
    first, more = marked[0], len(marked) - 1
    where = f"'{first.value}'" if not first.column else f"{first.column} '{first.value}'"
    gathered = phrase(
        "They gather in {where}: {broken} of its {n} broken, {mended} mended (by chance p {p}).",
        where=where,
        broken=first.broken,
        n=first.n,
        mended=first.mended,
        p=show_p(first.holm),
    )
    others = (
        phrase_count("{count} more part stands out.", "{count} more parts stand out.", more) if more else ""
    )
    return told(gathered, others)


def harmed_parts(answers: Answers, labels: tuple[str, ...], limits: Limits) -> tuple[HarmedPart, ...]:
    """Every class and group value with broken or mended samples, the most harmed first."""
    from scipy.stats import binom

    y = answers.y.astype(np.int64)
    broken = (answers.before == y) & (answers.after != y)
    mended = (answers.before != y) & (answers.after == y)
    parts: list[tuple[str, str, npt.NDArray[np.int64]]] = [
        ("", label, np.flatnonzero(y == place)) for place, label in enumerate(labels)
    ]
    for column, values in sorted(answers.groups.items()):
        parts += [(column, value, rows) for value, rows in rows_of(values).items()]
    counted = [
        (column, value, len(rows), int(broken[rows].sum()), int(mended[rows].sum()))
        for column, value, rows in parts
        if len(rows)
    ]
    chances = [float(binom.sf(b - 1, b + c, 0.5)) if b else 1.0 for *_, b, c in counted]
    found = [
        HarmedPart(
            column,
            value,
            n,
            b,
            c,
            p,
            corrected,
            harmed=corrected <= limits.significance,
            fell=n >= limits.fewest_samples and (b - c) / n > limits.harmed_drop,
        )
        for (column, value, n, b, c), p, corrected in zip(counted, chances, holm(chances), strict=True)
        if b or c
    ]
    found.sort(
        key=lambda part: (not part.harmed, not part.fell, part.holm, -(part.broken - part.mended) / part.n)
    )
    return tuple(found[:_MOST_PARTS])


_MOST_PARTS = 200


def _listed(answers: Answers, samples: npt.NDArray[np.int64]) -> tuple[ChangedSample, ...]:
    return tuple(
        ChangedSample(
            int(answers.rows[sample]),
            int(answers.y[sample]),
            int(answers.before[sample]),
            int(answers.after[sample]),
            float(answers.float_scores[sample, answers.before[sample]]),
            float(answers.scores[sample, answers.after[sample]]),
        )
        for sample in samples
    )
