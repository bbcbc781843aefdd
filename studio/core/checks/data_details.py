"""What lies behind the checks of data, files and boards (C10, C12 to C16, C18): leaks, counts and findings."""

from dataclasses import dataclass

from studio.core.evaluation import Estimate


@dataclass(frozen=True, slots=True)
class Attack:
    """How well training samples are told from others by the answers of one model.

    `advantage` is the largest true-positive minus false-positive rate; `caught_at_1_percent` the true-positive rate at
    1 % false positives (None: too few samples or too many ties to say).
    """

    model: str
    auc: Estimate
    advantage: float
    tied_share: float
    caught_at_1_percent: float | None


@dataclass(frozen=True, slots=True)
class Membership:
    """C10: attacks on both models, and what guessing by right answers alone achieves (gap attack; 0.5 is chance)."""

    attacks: tuple[Attack, ...]
    gap_attack: float
    members: int
    others: int


@dataclass(frozen=True, slots=True)
class Leak:
    """Two samples in different splits that are the same, or nearly (`similarity` below 1)."""

    split: str
    row: int
    other_split: str
    other_row: int
    similarity: float
    how: str


@dataclass(frozen=True, slots=True)
class Overlap:
    """Values of a group column that are in training and in test, and how many test samples they have."""

    column: str
    values: tuple[str, ...]
    samples: int
    matters: bool


@dataclass(frozen=True, slots=True)
class Leaks:
    """C12: what is in more than one split; `exact` and `near` count test samples, `leaks` lists the first pairs.

    `regroup_by` is the column to divide the data by so that no value is in two splits ("": none helps).
    """

    leaks: tuple[Leak, ...]
    exact: int
    near: int
    overlaps: tuple[Overlap, ...]
    regroup_by: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """How many samples of a class (`column` "") or a group's value are in training and in test."""

    column: str
    value: str
    train: int
    test: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """C13: counts, the most frequent class against the rarest, and the evenness (entropy, 1: all alike)."""

    counts: tuple[Count, ...]
    ratio: float | None
    evenness: float


@dataclass(frozen=True, slots=True)
class Suspect:
    """A sample whose label the model doubts: class numbers, and how sure it is of both."""

    row: int
    label: int
    looks_like: int
    label_score: float
    score: float


@dataclass(frozen=True, slots=True)
class TrainingSuspects:
    """Suspects among `n` training samples, by a quick classifier that had not seen them.

    `found_share` is how much of a class it finds, in the mean of the classes: too little to say anything where not
    `telling`, and `suspects` is empty then.
    """

    suspects: tuple[Suspect, ...]
    count: int
    n: int
    found_share: float
    telling: bool


@dataclass(frozen=True, slots=True)
class Suspects:
    """C14: test samples to look at, the most doubtful first; `count` is their number where the list was cut.

    `training` is None where there are no training samples apart from the test set, or too few.
    """

    suspects: tuple[Suspect, ...]
    count: int
    training: TrainingSuspects | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in a file that tells of a person or a computer: `kind` in plain words, `place` inside the file.

    `shown` is its beginning with most characters covered; `serious` where it must not be in an export; `names` where it
    is people's names; `goes` where a copy of the file can be made without it.
    """

    file: str
    place: str
    kind: str
    shown: str
    serious: bool
    names: bool = False
    goes: bool = False


@dataclass(frozen=True, slots=True)
class FoundKind:
    """All findings of one kind: how many, in how many files, and the first of these; flags as those of `Finding`."""

    kind: str
    count: int
    files: int
    such_as: tuple[str, ...]
    serious: bool
    goes: bool


@dataclass(frozen=True, slots=True)
class Findings:
    """C15 and C16: what was found in `scanned` files; `count` is the number where the list was cut.

    `unread` more files could not be looked at, or not to the end. `kinds` has every kind, of all that was found.
    """

    findings: tuple[Finding, ...]
    count: int
    scanned: int
    unread: int = 0
    kinds: tuple[FoundKind, ...] = ()


@dataclass(frozen=True, slots=True)
class Agreement:
    """C18: a board's answers against those of the same C on this computer; SHA-256 of the models on both."""

    board: str
    equal: int
    worst_steps: int
    board_model: str = ""
    host_model: str = ""
