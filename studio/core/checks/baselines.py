"""C17: what simple rules would achieve; a model that does not beat them is not worth its flash."""

import numpy as np
import numpy.typing as npt

from studio.core.answers import Answers
from studio.core.checks.answer_details import Baseline, Baselines
from studio.core.checks.check import Check, Verdict, told
from studio.core.checks.intervals import sure_share
from studio.core.evaluation import Estimate
from studio.core.evidence import change_interval
from studio.core.phrases import phrase, phrase_later

TITLE = phrase_later("Against simple rules")

Values = npt.NDArray[np.float32]
Classes = npt.NDArray[np.int64]


def check_baselines(
    answers: Answers, x: Values, labels: tuple[str, ...], train_x: Values | None, train_y: Classes | None
) -> Check:
    """C17: always the most frequent class, and one threshold on the loudness, brightness or movement of a sample.

    Both are learned from the training samples where there are some (`train_x` [M, ...], `train_y` [M]), and compared on
    the same test samples `x` [N, ...] as the model, paired (Agresti and Min).
    """
    y, n = answers.y.astype(np.int64), len(answers)
    if not n:
        return Check("C17", phrase(TITLE), Verdict.CANNOT_TELL, phrase("The test set has no samples."))
    learn_x, learn_y = (train_x, train_y) if train_x is not None and train_y is not None else (x, y)
    counts = np.bincount(learn_y, minlength=len(labels))
    frequent = int(counts.argmax())
    always = phrase("always '{label}', the most frequent", label=labels[frequent])
    guesses = [(always, np.full(n, frequent))]
    for name, measure in MEASURES.items():
        threshold, below, above = best_threshold(measure(learn_x), learn_y, len(labels))
        if below != above:
            rule = phrase(
                "'{label}' where {measure} exceeds {threshold}, else '{other}'",
                label=labels[above],
                measure=phrase(name),
                threshold=f"{threshold:.3g}",
                other=labels[below],
            )
            guesses.append((rule, np.where(measure(x) > threshold, above, below)))
    found = [(Baseline(rule, sure_share(int((guess == y).sum()), n)), guess) for rule, guess in guesses]
    found.sort(key=lambda pair: -pair[0].accuracy.value)
    best, guess = found[0]
    right, simple = answers.after == y, guess == y
    lost, won = int((simple & ~right).sum()), int((right & ~simple).sum())
    gain = Estimate((won - lost) / n, *change_interval(lost, won, n))
    beaten = gain.low > 0
    compared = phrase(
        "The best simple rule ({rule}) is right in {share} %, the model in {own} %.",
        rule=best.rule,
        share=f"{best.accuracy.value * 100:.0f}",
        own=f"{right.mean() * 100:.0f}",
    )
    return Check(
        "C17",
        phrase(TITLE),
        Verdict.PASS if beaten else Verdict.WARN,
        told(compared, _outcome(beaten)),
        value=gain.value,
        ci=(gain.low, gain.high),
        n=n,
        method=phrase("paired, Agresti-Min"),
        limit=0.0,
        detail=Baselines(tuple(baseline for baseline, _ in found), gain),
    )


def _outcome(beaten: bool) -> str:
    if beaten:
        return phrase("The model beats it.")
    return phrase("The model does not beat it for certain: is it needed at all?")


def check_mean_baseline(
    y: Values, scores: Values, train_y: Values | None, *, rebuilds: bool = False
) -> Check:
    """C17 for numbers [N, K]: is the model nearer than the mean of the training targets?

    The value is the share of samples that the model answers more closely, with Wilson's interval: half is chance.
    With `rebuilds` (autoencoders) the targets are the inputs themselves.
    """
    n = len(y)
    middle = (y if train_y is None else train_y).mean(axis=0)
    model, simple = (np.abs(values - y).mean(axis=1) for values in (scores, np.broadcast_to(middle, y.shape)))
    nearer = sure_share(int((model < simple).sum()), n)
    beaten = nearer.low > 0.5
    share = f"{nearer.value * 100:.0f}"
    if rebuilds:
        rule = phrase("always the mean of the training samples")
        compared = phrase(
            "The model is nearer to the sample than the mean of all in {share} % of {n} samples.",
            share=share,
            n=n,
        )
    else:
        rule = phrase("always the mean of the training targets")
        compared = phrase(
            "The model is nearer to the target than the mean of all in {share} % of {n} samples.",
            share=share,
            n=n,
        )
    gain = Estimate(nearer.value - 0.5, nearer.low - 0.5, nearer.high - 0.5)
    return Check(
        "C17",
        phrase(TITLE),
        Verdict.PASS if beaten else Verdict.WARN,
        told(compared, _outcome(beaten)),
        value=nearer.value,
        ci=(nearer.low, nearer.high),
        n=n,
        method=phrase("sign test, Wilson"),
        limit=0.5,
        detail=Baselines((Baseline(rule, Estimate(0.5, 0.5, 0.5)),), gain),
    )


def _loudness(x: Values) -> npt.NDArray[np.float64]:
    found: npt.NDArray[np.float64] = np.sqrt(np.square(x.reshape(len(x), -1), dtype=np.float64).mean(axis=1))
    return found


def _middle(x: Values) -> npt.NDArray[np.float64]:
    found: npt.NDArray[np.float64] = x.reshape(len(x), -1).mean(axis=1, dtype=np.float64)
    return found


def _spread(x: Values) -> npt.NDArray[np.float64]:
    found: npt.NDArray[np.float64] = x.reshape(len(x), -1).std(axis=1, dtype=np.float64)
    return found


MEASURES = {
    phrase_later("the energy (root mean square)"): _loudness,
    phrase_later("the mean"): _middle,
    phrase_later("the spread"): _spread,
}


def best_threshold(values: npt.NDArray[np.float64], y: Classes, classes: int) -> tuple[float, int, int]:
    """The threshold, and the classes below and above it, that answer most of [N] values rightly."""
    order = np.argsort(values, kind="stable")
    hot = np.zeros((len(y) + 1, classes), np.int64)
    hot[1:][np.arange(len(y)), y[order]] = 1
    below = np.cumsum(hot, axis=0)
    above = below[-1] - below
    right = below.max(axis=1) + above.max(axis=1)
    ordered = values[order]
    right[1:-1][ordered[1:] == ordered[:-1]] = -1  # no threshold lies between equal values
    place = int(right.argmax())
    threshold = (
        float(ordered[0] - 1)
        if place == 0
        else float(ordered[-1])
        if place == len(y)
        else (float(ordered[place - 1] + ordered[place]) / 2)
    )
    return threshold, int(below[place].argmax()), int(above[place].argmax())
