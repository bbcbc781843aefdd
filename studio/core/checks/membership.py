"""C10: whether the device's scores give away which samples, and so whose, it was trained on."""

import numpy as np
import numpy.typing as npt

from studio.core.anomaly import auc
from studio.core.checklist import Tier
from studio.core.checks.check import Check, Verdict, told
from studio.core.checks.data_details import Attack, Membership
from studio.core.checks.limits import Limits
from studio.core.phrases import phrase, phrase_later

TITLE = phrase_later("Training data that can be told by the answers")

Scores = npt.NDArray[np.float64]

_FEW_FALSE = 0.01  # share of false positives
_FEWEST_FOR_IT = 1000  # samples that were not trained on
_MOST_TIES = 0.05
_FLOOR = 1e-12


def sureness(scores: npt.NDArray[np.float32], y: npt.NDArray[np.int64]) -> Scores:
    """The logarithm of each true class's score [N]."""
    return np.log(np.maximum(scores[np.arange(len(y)), y].astype(np.float64), _FLOOR))


def closeness(scores: npt.NDArray[np.float32], y: npt.NDArray[np.float32]) -> Scores:
    """How near each answer [N, K] is to its target: minus the mean absolute error [N]."""
    far: Scores = np.abs(scores - y).mean(axis=1, dtype=np.float64)
    return -far


def check_membership(
    members: dict[str, Scores],
    others: dict[str, Scores],
    gap: float,
    tier: Tier,
    limits: Limits,
) -> Check:
    """C10: the best attack by a threshold on the true class's score, on either model.

    `members` [M] and `others` [N] are the scores of training and of test samples by each model ("int8", "float32"):
    whoever reads the flash has both. `gap` is the accuracy on training minus that on test. Areas by mid-ranks with
    Newcombe's interval, because int8 scores tie: a true-positive rate at 1 % false ones reads as 0 there, which is no
    safety, and is left out. An attack that fails is no proof of privacy.
    """
    sizes = {min(len(scores), len(others[model])) for model, scores in members.items()}
    if not sizes or min(sizes) < limits.fewest_samples:
        words = phrase("There is no training set, or too little of it, to compare the test set with.")
        return Check("C10", phrase(TITLE), Verdict.CANNOT_TELL, words, needed=limits.fewest_samples)
    attacks = tuple(_attack(model, members[model], others[model]) for model in members)
    strongest = max(attacks, key=lambda attack: attack.auc.value)
    found = strongest.auc
    verdict = Verdict.CANNOT_TELL
    if found.low > limits.membership_fail and tier.rank >= Tier.PEOPLE.rank:
        verdict = Verdict.FAIL
    elif found.low > limits.membership_warn:
        verdict = Verdict.WARN
    elif found.high <= limits.membership_fail:
        verdict = Verdict.PASS
    words = {
        Verdict.FAIL: phrase(
            "Train with fewer epochs, more data or distillation, and keep scores on the device."
        ),
        Verdict.WARN: phrase("The model remembers samples: keep the scores on the device, send labels only."),
        Verdict.PASS: phrase("This simple attack fails, which does not prove privacy."),
        Verdict.CANNOT_TELL: phrase("The samples are too few to tell."),
    }[verdict]
    higher = phrase(
        "A training sample has the higher score in {share} % of pairs with another (95 %: {low} to {high} %; half is "
        "chance), by the {model} model.",
        share=f"{found.value * 100:.0f}",
        low=f"{found.low * 100:.0f}",
        high=f"{found.high * 100:.0f}",
        model=strongest.model,
    )
    n = len(members[strongest.model]) + len(others[strongest.model])
    return Check(
        "C10",
        phrase(TITLE),
        verdict,
        told(higher, words),
        value=found.value,
        ci=(found.low, found.high),
        n=n,
        method=phrase("mid-ranks, Newcombe"),
        limit=limits.membership_warn,
        detail=Membership(
            attacks, 0.5 + gap / 2, len(members[strongest.model]), len(others[strongest.model])
        ),
    )


def _attack(model: str, members: Scores, others: Scores) -> Attack:
    from sklearn.metrics import roc_curve

    scores = np.concatenate([members, others])
    is_member = np.arange(len(scores)) < len(members)
    false, true, _ = roc_curve(is_member, scores, drop_intermediate=False)
    ties = tied_share(members, others)
    caught = None
    if len(others) >= _FEWEST_FOR_IT and ties <= _MOST_TIES:
        caught = float(true[np.searchsorted(false, _FEW_FALSE, "right") - 1])
    ranks = np.unique(scores, return_inverse=True)[1].astype(np.float32)
    return Attack(model, auc(ranks, is_member), float((true - false).max()), ties, caught)


def tied_share(a: npt.NDArray[np.floating], b: npt.NDArray[np.floating]) -> float:
    """The share of pairs, one of each, with equal values."""
    values, places = np.unique(np.concatenate([a, b]), return_inverse=True)
    first, second = (np.bincount(part, minlength=len(values)) for part in np.split(places, [len(a)]))
    return float((first.astype(np.float64) * second).sum() / (len(a) * len(b)))
