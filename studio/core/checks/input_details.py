"""What lies behind the checks of other inputs (C8, C9, C11 and the sweep for D7): faults, unknowns and maps."""

from dataclasses import dataclass

from studio.core.evaluation import Estimate


@dataclass(frozen=True, slots=True)
class FaultPoint:
    """How many answers stay right at a level of a fault, and the mean top score."""

    level: float
    accuracy: Estimate
    confidence: float


@dataclass(frozen=True, slots=True)
class FaultCurve:
    """A fault of the sensor at several levels (in `unit`), mild first; `falls_at` is where accuracy fell too far."""

    fault: str
    unit: str
    points: tuple[FaultPoint, ...]
    falls_at: float | None


@dataclass(frozen=True, slots=True)
class SilentTest:
    """What the model says to a dead sensor: `answer` with `score`; `fires` where that would raise an event."""

    fault: str
    answer: str
    score: float
    fires: bool


@dataclass(frozen=True, slots=True)
class Faults:
    """C8: curves for each fault, and the fail-silent test; `clean` is the accuracy without any."""

    clean: Estimate
    curves: tuple[FaultCurve, ...]
    silent: tuple[SilentTest, ...]


@dataclass(frozen=True, slots=True)
class LogitRejection:
    """The same inputs by the highest score before the softmax (logit) of the model before compression.

    `auc` and `tied_share` as for the device's scores; `called` is that model's answer most often given.
    """

    auc: Estimate
    tied_share: float
    called: str
    called_share: float


@dataclass(frozen=True, slots=True)
class UnknownKind:
    """Inputs of one kind that belong to no class.

    `auc` is the share of pairs in which the known sample has the higher top score (ties half), `tied_share` the share
    of tied pairs; `rejected` stayed below the threshold; `called` is the answer most often given, by `called_share`.
    """

    name: str
    n: int
    auc: Estimate
    tied_share: float
    rejected: Estimate
    called: str
    called_share: float
    logits: LogitRejection | None = None


@dataclass(frozen=True, slots=True)
class Unknowns:
    """C9: how inputs of no class are answered; `no_logits` says why there are none ("": there are)."""

    unknowns: tuple[UnknownKind, ...]
    no_logits: str = ""


@dataclass(frozen=True, slots=True)
class Gradients:
    """Integrated gradients of an answer in the model before compression: what each patch adds to its score.

    `parts` are laid out as the map's `drops`. `change` is the score of the sample minus that of the mean of the data,
    `gap` the sum of the parts minus `change`, which is nearly 0 where they are `exact` (completeness). `agreement` is
    the rank correlation with `drops` (Spearman; None where a map is flat or the parts do not add up).
    """

    parts: tuple[float, ...]
    change: float
    gap: float
    exact: bool
    agreement: float | None


@dataclass(frozen=True, slots=True)
class EvidenceMap:
    """Where the answer to a sample comes from: how far its score falls where each patch is covered (occlusion).

    `drops` has rows × columns entries, in the shape of the sample's first two axes (columns is 1 for traces).
    `top_drop` is the fall when the tenth that matters most is covered, `random_drop` that of random tenths.
    `gradients` is a second map by another way; None where there is no model before compression.
    """

    row: int
    truth: int
    answer: int
    rows: int
    columns: int
    drops: tuple[float, ...]
    top_drop: float
    random_drop: float
    faithful: bool
    gradients: Gradients | None = None


@dataclass(frozen=True, slots=True)
class EvidenceMaps:
    """C11: maps of the costliest errors, the costliest first, and of some right answers."""

    maps: tuple[EvidenceMap, ...]


@dataclass(frozen=True, slots=True)
class SweepPoint:
    """A smaller input: what is left of the data (share), and the accuracy with it."""

    words: str
    data_share: float
    accuracy: Estimate


@dataclass(frozen=True, slots=True)
class InputSweep:
    """For D7: accuracy with coarser or fewer inputs, the full one first."""

    sweep: tuple[SweepPoint, ...]
