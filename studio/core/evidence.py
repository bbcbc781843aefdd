"""The checks of the review: pure functions on the answers of both models, with their statistics."""

import math

import numpy as np
import numpy.typing as npt

from studio.core.evaluation import (
    FLIPS_KEPT,
    CheckResult,
    ClassScore,
    Flipped,
    Flips,
    GroupScore,
    Verdict,
)

Scores = npt.NDArray[np.float32]
Classes = npt.NDArray[np.int64]

_Z = 1.959963984540054  # 97.5 % quantile of the normal distribution


def wilson(hits: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a share by Wilson's score method (1927); (0, 1) where there are no samples."""
    if n == 0:
        return 0.0, 1.0
    share, z2 = hits / n, _Z * _Z
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def mcnemar(broken: int, mended: int) -> float:
    """The exact two-sided p-value that broken and mended answers are equally likely (McNemar, binomial)."""
    n = broken + mended
    if n == 0:
        return 1.0
    ways = sum(math.comb(n, k) for k in range(min(broken, mended) + 1))
    return float(min(1.0, 2 * ways / 2**n))


def change_interval(broken: int, mended: int, n: int) -> tuple[float, float]:
    """The 95 % interval of the change in accuracy for paired answers (Agresti and Min, 2005)."""
    b, c, total = broken + 0.5, mended + 0.5, n + 2
    change = (c - b) / total
    half = _Z * math.sqrt(max(b + c - (c - b) ** 2 / total, 0.0)) / total
    return max(-1.0, change - half), min(1.0, change + half)


def _show_p(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"= {p:.2f}" if p >= 0.01 else f"= {p:.3f}"


def flips(y: Classes, float_answers: Classes, answers: Classes) -> Flips:
    """Count the samples whose answer differs between the float and the compressed model."""
    changed = float_answers != answers
    return Flips(
        broken=int((changed & (float_answers == y)).sum()),
        mended=int((changed & (answers == y)).sum()),
        still_wrong=int((changed & (float_answers != y) & (answers != y)).sum()),
    )


def flipped(
    y: Classes, float_answers: Classes, answers: Classes, rows: npt.NDArray[np.int64] | None = None
) -> Flipped:
    """Which samples `flips` counts, the first FLIPS_KEPT of each kind; `rows` are their numbers in the split."""
    numbers = np.arange(len(y)) if rows is None else rows
    changed = float_answers != answers
    kinds = (float_answers == y, answers == y, (float_answers != y) & (answers != y))
    broken, mended, wrong = (
        tuple(int(row) for row in numbers[changed & kind][:FLIPS_KEPT]) for kind in kinds
    )
    return Flipped(broken, mended, wrong)


def class_scores(
    y: Classes, float_answers: Classes, answers: Classes, labels: tuple[str, ...]
) -> tuple[ClassScore, ...]:
    """Recall and precision of each class by both models; a recall of 0 where the test set has no sample of it."""
    classes = len(labels)
    counts = np.bincount(y, minlength=classes)
    right, said = [], []
    for guess in (float_answers, answers):
        right.append(np.bincount(y[guess == y], minlength=classes))
        said.append(np.bincount(guess, minlength=classes))
    found = []
    for index, label in enumerate(labels):
        n = int(counts[index])
        recall = [float(hits[index]) / n if n else 0.0 for hits in right]
        precision = [
            float(hits[index] / times[index]) if times[index] else None
            for hits, times in zip(right, said, strict=True)
        ]
        found.append(ClassScore(label, n, recall[0], recall[1], precision[0], precision[1]))
    return tuple(found)


def confusion(y: Classes, answers: Classes, classes: int) -> tuple[tuple[int, ...], ...]:
    """Counts [true class][answered class]."""
    table = np.zeros((classes, classes), np.int64)
    np.add.at(table, (y, answers), 1)
    return tuple(tuple(int(count) for count in row) for row in table)


def group_scores(
    y: Classes, float_answers: Classes, answers: Classes, groups: dict[str, npt.NDArray[np.str_]]
) -> tuple[GroupScore, ...]:
    """Accuracy of both models for each value of each group column."""
    found = []
    for column, values in sorted(groups.items()):
        for value in np.unique(values):
            rows = values == value
            right = [float((guess[rows] == y[rows]).mean()) for guess in (float_answers, answers)]
            found.append(GroupScore(column, str(value), int(rows.sum()), right[0], right[1]))
    return tuple(found)


def check_accuracy(y: Classes, answers: Classes) -> CheckResult:
    """C1: accuracy with its Wilson interval; with fewer than 30 samples it cannot tell."""
    n, hits = len(y), int((answers == y).sum())
    low, high = wilson(hits, n)
    verdict = Verdict.CANNOT_TELL if n < 30 else Verdict.PASS
    return CheckResult(
        "C1",
        "Accuracy",
        verdict,
        f"{hits} of {n} test samples are answered rightly: between {low * 100:.0f} and {high * 100:.0f} % "
        "of such samples will be, with 95 % confidence.",
        value=hits / n,
        ci=(low, high),
        n=n,
        method="Wilson",
    )


def check_compression(found: Flips, n: int, margin: float) -> CheckResult:
    """C2: is the compressed model no worse than the float model by more than `margin`?

    Passes when the interval's lower end is above −margin, fails when its upper end is below.
    """
    low, high = change_interval(found.broken, found.mended, n)
    change = (found.mended - found.broken) / n
    verdict = Verdict.PASS if low > -margin else Verdict.FAIL if high < -margin else Verdict.CANNOT_TELL
    words = {
        Verdict.PASS: f"a loss of more than {margin * 100:.1f} points is ruled out.",
        Verdict.FAIL: f"more than the {margin * 100:.1f} points allowed are lost. Compress less.",
        Verdict.CANNOT_TELL: f"{n} samples cannot rule out a loss of {margin * 100:.1f} points. Test with more.",
    }
    return CheckResult(
        "C2",
        "Compressed against original",
        verdict,
        f"Accuracy changed by {change * 100:+.1f} points ({found.broken} answers broken, {found.mended} mended, "
        f"McNemar p {_show_p(mcnemar(found.broken, found.mended))}); {words[verdict]}",
        value=change,
        ci=(low, high),
        n=n,
        method="Agresti-Min",
        limit=-margin,
    )


def check_broken_samples(found: Flips, n: int) -> CheckResult:
    """C3: how many samples did compression break; any is worth a look."""
    verdict = Verdict.PASS if found.broken == 0 else Verdict.WARN
    look = (
        "None of the answers that were right became wrong." if not found.broken else "Look at each of them."
    )
    return CheckResult(
        "C3",
        "Samples that compression broke",
        verdict,
        f"{found.total} of {n} answers changed, {found.broken} from right to wrong. {look}",
        value=found.broken / n,
        ci=wilson(found.broken, n),
        n=n,
        method="Wilson",
    )


def check_misses(scores: tuple[ClassScore, ...], table: tuple[tuple[int, ...], ...]) -> CheckResult:
    """C4: missed detections and false alarms of the class that fares worst, taken at the top answer."""
    present = [(score, index) for index, score in enumerate(scores) if score.n]
    if not present:
        return CheckResult(
            "C4", "Missed detections and false alarms", Verdict.CANNOT_TELL, "No class has samples."
        )
    worst, index = min(present, key=lambda pair: pair[0].recall)
    missed = worst.n - table[index][index]
    total = sum(sum(row) for row in table)
    alarms = sum(row[index] for row in table) - table[index][index]
    low, high = wilson(missed, worst.n)
    few = worst.n < 30
    return CheckResult(
        "C4",
        "Missed detections and false alarms",
        Verdict.CANNOT_TELL if few else Verdict.PASS if missed / worst.n <= 0.1 else Verdict.WARN,
        f"'{worst.label}' fares worst: {missed} of {worst.n} missed (95 %: up to {high * 100:.0f} %), "
        f"{alarms} false alarms in {total - worst.n} other samples."
        + (" Fewer than 30 samples cannot prove more." if few else ""),
        value=missed / worst.n,
        ci=(low, high),
        n=worst.n,
        method="Wilson",
        limit=0.1,
    )


def check_groups(
    right: npt.NDArray[np.bool_],
    groups: dict[str, npt.NDArray[np.str_]],
    *,
    allowed_gap: float = 0.05,
    repeats: int = 2000,
    seed: int = 0,
) -> CheckResult:
    """C7: the widest accuracy gap between groups of one column.

    The gap's p-value comes from permuting the column (`repeats` times); Holm's correction over columns.
    A group whose Wilson half-width exceeds 10 points makes the verdict "cannot tell" at best.
    """
    if not groups:
        return CheckResult(
            "C7",
            "Groups",
            Verdict.CANNOT_TELL,
            "The data has no group columns (person, device, place…), so nothing can be said about groups.",
        )
    generator = np.random.default_rng(seed)
    rows = []
    for column, values in sorted(groups.items()):
        names, codes = np.unique(values, return_inverse=True)
        if len(names) < 2:
            continue
        counts = np.bincount(codes)
        share = np.bincount(codes, right) / counts
        gap = float(share.max() - share.min())
        # Permuting the column draws each group's right answers from a multivariate hypergeometric distribution.
        shuffled = generator.multivariate_hypergeometric(counts, int(right.sum()), size=repeats) / counts
        gaps = shuffled.max(axis=1) - shuffled.min(axis=1)
        above = int((gaps >= gap - 1e-12).sum())
        unsure = any(
            (wilson(round(s * n), int(n))[1] - wilson(round(s * n), int(n))[0]) / 2 > 0.10
            for s, n in zip(share, counts, strict=True)
        )
        low, high = int(share.argmin()), int(share.argmax())
        rows.append(
            (
                (above + 1) / (repeats + 1),
                gap,
                column,
                names[low],
                share[low],
                names[high],
                share[high],
                unsure,
            )
        )
    if not rows:
        return CheckResult("C7", "Groups", Verdict.CANNOT_TELL, "Each group column holds one value only.")
    rows.sort(key=lambda row: row[0])
    significant = []
    for place, row in enumerate(rows):
        if row[0] * (len(rows) - place) > 0.05:
            break
        significant.append(row)
    p, gap, column, low_name, low_share, high_name, high_share, _ = max(
        significant or rows, key=lambda row: (row[1], -row[0])
    )
    if significant and gap > allowed_gap:
        verdict, words = Verdict.WARN, "This gap is not chance. Collect more data there or name the limit."
    elif any(row[7] for row in rows) or (not significant and gap > allowed_gap):
        verdict, words = (
            Verdict.CANNOT_TELL,
            "The groups are too small to tell. Test with more samples of each.",
        )
    else:
        verdict, words = Verdict.PASS, "No gap beyond chance was found."
    return CheckResult(
        "C7",
        "Groups",
        verdict,
        f"{column}: '{low_name}' {low_share * 100:.0f} %, '{high_name}' {high_share * 100:.0f} % right "
        f"(permutation p {_show_p(p)}). {words}",
        value=gap,
        n=len(right),
        method="permutation, Holm",
        limit=allowed_gap,
        seed=seed,
    )


def check_regression(y: Scores, float_scores: Scores, scores: Scores, margin: float) -> CheckResult:
    """C2 for numbers: did the mean absolute error grow by more than `margin` times the target's spread?

    The interval of the mean paired change is normal-theory: mean ± 1.96 s/√n.
    """
    worse = (np.abs(scores - y) - np.abs(float_scores - y)).mean(axis=1)
    n = len(worse)
    spread = float(y.std()) or 1.0
    mean = float(worse.mean()) / spread
    half = _Z * float(worse.std(ddof=1) if n > 1 else 1.0) / math.sqrt(n) / spread
    verdict = (
        Verdict.PASS
        if mean + half < margin
        else Verdict.FAIL
        if mean - half > margin
        else Verdict.CANNOT_TELL
    )
    return CheckResult(
        "C2",
        "Compressed against original",
        verdict,
        f"The mean absolute error changed by {mean * 100:+.1f} % of the target's spread "
        f"(95 %: {(mean - half) * 100:+.1f} to {(mean + half) * 100:+.1f} %); allowed are {margin * 100:.0f} %.",
        value=-mean,
        ci=(-(mean + half), -(mean - half)),
        n=n,
        method="paired mean",
        limit=-margin,
    )


def check_host_device(samples: int, equal: int, worst: int) -> CheckResult:
    """C18: does the board answer as the same C on this computer, element by element?"""
    verdict = Verdict.CANNOT_TELL if samples < 32 else Verdict.PASS if equal == samples else Verdict.FAIL
    words = (
        "" if equal == samples else f" The worst difference is {worst} steps of 1/256. Report this as a bug."
    )
    return CheckResult(
        "C18",
        "Board against this computer",
        verdict,
        f"The virtual Cortex-M4 board answered {equal} of {samples} test samples exactly as this computer.{words}",
        value=equal / samples if samples else None,
        ci=wilson(equal, samples),
        n=samples,
        method="element by element",
        limit=1.0,
    )
