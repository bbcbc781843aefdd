"""What lies behind the checks of the answers (C1 to C7, C17): recalls, changes, curves, bins, groups, baselines."""

from dataclasses import dataclass

from studio.core.evaluation import Estimate


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the test set: a class (`column` "") or a value of a group column, or of two ("hand × place").

    `share` is the share of right answers (a class's recall) with its interval, None where there are no samples;
    `float_share` the same before compression. `telling` is False where the interval is too wide to say anything.
    """

    column: str
    value: str
    n: int
    share: Estimate | None
    float_share: float | None = None
    telling: bool = True


@dataclass(frozen=True, slots=True)
class Recalls:
    """C1 for classes: `macro` is the mean of the classes' recalls, `worst` the lowest one, that of `worst_label`.

    `clustered_by` is the group column whose samples are alike, for which `macro` has a wider interval ("": none).
    """

    macro: Estimate | None
    worst: Estimate | None
    worst_label: str
    classes: tuple[Part, ...]
    clustered_by: str = ""


@dataclass(frozen=True, slots=True)
class Fit:
    """C1 for numbers, in the target's unit: mean absolute error, its 95 % quantile, the mean error (bias), and R².

    The quantile is None where there are too few samples for its interval.
    """

    absolute: Estimate
    quantile_95: Estimate | None
    bias: Estimate
    explained: Estimate


@dataclass(frozen=True, slots=True)
class Separation:
    """C1 for anomalies: areas under the ROC curve, whole and up to 10 % false alarms (McClish: 0.5 is chance).

    `found` and `false_alarms` are the shares of anomalous and normal samples above `threshold` of the error, which was
    chosen on validation data.
    """

    auc: Estimate
    partial_auc: float
    threshold: float | None
    found: Estimate | None
    false_alarms: Estimate | None


@dataclass(frozen=True, slots=True)
class Paired:
    """C2: the change that compression made to the same samples; `p` of one as large where there is none.

    `broken` samples were right before and wrong after, `mended` the reverse (0 both for numbers).
    """

    change: Estimate
    p: float
    broken: int = 0
    mended: int = 0


@dataclass(frozen=True, slots=True)
class ChangedSample:
    """A sample whose answer changed: class numbers, and the scores of the answers given."""

    row: int
    truth: int
    before: int
    after: int
    float_score: float
    score: float


@dataclass(frozen=True, slots=True)
class HarmedPart:
    """A class or group and what compression did to it.

    `p` is the one-sided chance of so many more broken than mended ones, `holm` the same corrected for the number of
    parts; `harmed` says that this is no chance; `fell` that it lost more right answers than the limit allows.
    """

    column: str
    value: str
    n: int
    broken: int
    mended: int
    p: float
    holm: float
    harmed: bool
    fell: bool


@dataclass(frozen=True, slots=True)
class Harm:
    """C3: every sample that compression broke, and others that changed; the share of broken ones."""

    broken: tuple[ChangedSample, ...]
    mended: tuple[ChangedSample, ...]
    still_wrong: tuple[ChangedSample, ...]
    broken_share: Estimate
    parts: tuple[HarmedPart, ...]


@dataclass(frozen=True, slots=True)
class DetectionPoint:
    """A threshold, with the shares of misses and of false alarms at it."""

    threshold: float
    misses: float
    false_alarms: float


@dataclass(frozen=True, slots=True)
class DetectionCurve:
    """C4 for one class against the rest (detection error tradeoff, DET).

    `misses` and `false_alarms` are the shares at the threshold; `misses_at_most` is the one-sided 95 % bound.
    `points` are all thresholds that the int8 output can reach, `float_points` those before compression, thinned out;
    empty for all but the worst classes.
    """

    label: str
    positives: int
    negatives: int
    misses: Estimate | None
    false_alarms: Estimate | None
    misses_at_most: float | None
    points: tuple[DetectionPoint, ...]
    float_points: tuple[DetectionPoint, ...]


@dataclass(frozen=True, slots=True)
class Detection:
    """C4: the curves of the worst of `judged` classes, the worst first.

    `highest` is the largest score that the output can hold and `step` what lies between two (None: float output);
    `reachable` is False where no score can reach `threshold`. `tied_share` counts samples whose top score is `highest`.
    """

    threshold: float
    highest: float | None
    step: float | None
    reachable: bool
    tied_share: float
    curves: tuple[DetectionCurve, ...]
    judged: int


@dataclass(frozen=True, slots=True)
class AlarmsAt:
    """False alarms per hour at a threshold."""

    threshold: float
    alarms: int
    per_hour: Estimate


@dataclass(frozen=True, slots=True)
class AlarmRate:
    """C5: false alarms in `hours` of recordings without an event; Poisson bounds (Garwood).

    `projected` says that there was no continuous recording, and single clips were counted instead. `processing` names
    what stood between scores and alarms.
    """

    alarms: int
    hours: float
    per_hour: Estimate
    at_most: float
    projected: bool
    processing: str
    curve: tuple[AlarmsAt, ...] = ()


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Samples of similar confidence: their mean confidence, and the share of right answers."""

    n: int
    confidence: float
    accuracy: Estimate


@dataclass(frozen=True, slots=True)
class Reliability:
    """C6: how far confidence is from the share of right answers (expected calibration error, ECE).

    A perfectly calibrated model would show an error up to `chance_95` in 95 of 100 test sets of this size. `brier` is
    the mean squared distance of all scores from the truth.
    """

    bins: tuple[ReliabilityBin, ...]
    calibration_error: float
    chance_95: float
    brier: float
    float_calibration_error: float


@dataclass(frozen=True, slots=True)
class GroupColumn:
    """One group column: the largest difference between two of its values, and the chance of it.

    `p` is that of a permutation test, `holm` the same corrected for the number of columns. The test kept the values of
    the column `whole` together, `blocks` of them ("": samples were permuted), and stayed within each value of `within`
    ("": within nothing); the gap then is that of the shares measured against each value's own. `telling` is False where
    no answers could have made a gap significant.
    """

    column: str
    gap: float
    lowest: str
    highest: str
    p: float
    holm: float
    whole: str = ""
    within: str = ""
    blocks: int = 0
    telling: bool = True


@dataclass(frozen=True, slots=True)
class Slices:
    """C7: the group columns, the most telling first, and the share of right answers in each value."""

    columns: tuple[GroupColumn, ...]
    cells: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Baseline:
    """A simple way to answer, in words, and how well it does on the test set."""

    rule: str
    accuracy: Estimate


@dataclass(frozen=True, slots=True)
class Baselines:
    """C17: the simple ways, the best first; `gain` is the model's accuracy minus the best one's."""

    baselines: tuple[Baseline, ...]
    gain: Estimate
