"""C9: what the device says to inputs that belong to no class."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from studio.core.anomaly import auc
from studio.core.checks.check import Check, Verdict, told
from studio.core.checks.columns import is_background
from studio.core.checks.faults import Respond
from studio.core.checks.input_details import LogitRejection, UnknownKind, Unknowns
from studio.core.checks.intervals import sure_share
from studio.core.checks.limits import Limits
from studio.core.checks.membership import tied_share
from studio.core.checks.sensor_faults import Range
from studio.core.evaluation import Estimate
from studio.core.phrases import phrase, phrase_later
from studio.core.samples import Face, face_of, plain_shape

TITLE = phrase_later("Inputs of no class")

Values = npt.NDArray[np.float32]

_QUIET = 0.05  # of the spread, for what is left of noise where there is next to nothing
_IN_TIME = phrase_later("next to no signal"), phrase_later("moments of a recording out of order")
_NAMES = {
    Face.PICTURE: (
        phrase_later("next to nothing, without contrast"),
        phrase_later("rows of a sample out of order"),
    ),
    Face.TRACE: _IN_TIME,
    Face.WAVEFORM: _IN_TIME,
    Face.BARS: (
        phrase_later("values that are next to nothing"),
        phrase_later("values of a sample out of order"),
    ),
}


def made_up(x: Values, known: Range, *, seed: int = 0) -> dict[str, Values]:
    """Inputs of no class, as many as `x` [N, *shape] and from it: next to nothing, noise, and samples out of order.

    They bear names that fit what the samples are (`face_of`).
    """
    generator = np.random.default_rng([seed, 9])
    sides = plain_shape(x.shape[1:])
    order = np.argsort(generator.random((len(x), sides[0])), axis=1)
    shuffled = np.take_along_axis(
        x.reshape(len(x), *sides), order.reshape(*order.shape, *(1,) * (len(sides) - 1)), axis=1
    ).reshape(x.shape)
    middle = min(max(0.0, known.low), known.high)
    quiet = middle + generator.standard_normal(x.shape, np.float32) * np.float32(_QUIET * known.spread)
    noise = generator.uniform(known.low, known.high, x.shape).astype(np.float32)
    loud = np.where(generator.random(x.shape) < 0.5, known.low, known.high).astype(np.float32)
    nothing, disordered = _NAMES[face_of(x.shape[1:])]
    return {
        phrase(nothing): np.clip(quiet, known.low, known.high).astype(np.float32),
        phrase("noise over the whole range"): noise,
        phrase("noise that is clipped"): loud,
        phrase(disordered): shuffled,
    }


@dataclass(frozen=True, slots=True)
class Logits:
    """Scores before the softmax, of the model before compression: `known` [M, K] of test samples, `respond` of others.

    They do not end at 1, so that what is sure beyond measure can still be told from what is only sure.
    """

    known: Values
    respond: Respond


def check_unknowns(
    known_scores: Values,
    unknown: dict[str, Values],
    respond: Respond,
    labels: tuple[str, ...],
    limits: Limits,
    logits: Logits | str,
) -> Check:
    """C9: are the top scores of inputs of no class lower than those of known ones, and below the threshold?

    `known_scores` [N, K] are answers to the test set, `unknown` inputs [M, *shape] by their kind. Areas by mid-ranks
    with Newcombe's interval, because int8 scores tie. Rejected is what stays below the threshold or is answered with
    a class of no event. `logits` are looked at besides; a sentence says why there are none.
    """
    top = known_scores.max(axis=1)
    found = []
    for name, inputs in unknown.items():
        scores = respond(inputs)
        guess, highest = scores.argmax(axis=1), scores.max(axis=1)
        kept_back = (highest < limits.threshold) | np.array([is_background(labels[i], limits) for i in guess])
        called = int(np.bincount(guess, minlength=len(labels)).argmax())
        found.append(
            UnknownKind(
                name,
                len(inputs),
                _told_apart(top, highest),
                tied_share(top, highest),
                sure_share(int(kept_back.sum()), len(inputs)),
                labels[called],
                float((guess == called).mean()),
                _by_logits(logits, inputs, labels) if isinstance(logits, Logits) else None,
            )
        )
    found.sort(key=lambda kind: kind.rejected.value)
    first = found[0]
    short = first.rejected.value < limits.unknown_rejected
    return Check(
        "C9",
        phrase(TITLE),
        Verdict.WARN if short else Verdict.PASS,
        told(_taken(first), _cure(short), _logit_words(first)),
        value=first.rejected.value,
        ci=(first.rejected.low, first.rejected.high),
        n=first.n,
        method=phrase("Wilson; mid-ranks, Newcombe"),
        limit=limits.unknown_rejected,
        detail=Unknowns(tuple(found), "" if isinstance(logits, Logits) else logits),
    )


def _told_apart(known: Values, unknown: Values) -> Estimate:
    return auc(np.concatenate([known, unknown]), np.arange(len(known) + len(unknown)) < len(known))


def _by_logits(logits: Logits, inputs: Values, labels: tuple[str, ...]) -> LogitRejection:
    found = logits.respond(inputs)
    top, highest, guess = logits.known.max(axis=1), found.max(axis=1), found.argmax(axis=1)
    called = int(np.bincount(guess, minlength=len(labels)).argmax())
    return LogitRejection(
        _told_apart(top, highest), tied_share(top, highest), labels[called], float((guess == called).mean())
    )


def _taken(kind: UnknownKind) -> str:
    return phrase(
        "{name}: taken for an event in {share} % of {n} cases, mostly called '{called}' ({called_share} %).",
        name=f"{kind.name[0].upper()}{kind.name[1:]}",
        share=f"{(1 - kind.rejected.value) * 100:.0f}",
        n=kind.n,
        called=kind.called,
        called_share=f"{kind.called_share * 100:.0f}",
    )


def _cure(short: bool) -> str:
    if short:
        return phrase("Add a class of other things, or a check before the model.")
    return phrase("The others do better.")


def _logit_words(kind: UnknownKind) -> str:
    """How often the first kind is told from known samples by a limit on either score."""
    if kind.logits is None:
        return ""
    share, logits = f"{kind.auc.value * 100:.0f}", f"{kind.logits.auc.value * 100:.0f}"
    if kind.logits.auc.high < 0.5:
        return phrase(
            "A known sample has the higher score in {share} % of pairs with one of them; before the softmax of the "
            "uncompressed model (logits) in {logits} %; there the strange input is the surer one.",
            share=share, logits=logits,
        )  # fmt: skip
    return phrase(
        "A known sample has the higher score in {share} % of pairs with one of them; before the softmax of the "
        "uncompressed model (logits) in {logits} %.",
        share=share, logits=logits,
    )  # fmt: skip
