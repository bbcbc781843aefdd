"""The review as a whole: everything entered, measured and logged about one subject, and the gate's decision on it."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from studio.core.checklist import Checklist, Tier
from studio.core.checks.check import Check
from studio.core.errors import StudioError
from studio.core.phrases import phrase, phrase_count
from studio.core.review.answers import Answers, Override, Role, SignOff
from studio.core.review.gate import SECOND, SIGNATURE, Gate, Level, Reason, decide
from studio.core.review.items import Item, Samples, checks_hash
from studio.core.review.logged import Logged
from studio.core.review.overrides import TIER, standing
from studio.core.review.signatures import wants_second
from studio.core.review.subject import Subject
from studio.core.review.tiers import tier_of, tier_used


@dataclass(frozen=True, slots=True)
class Review:
    """The outcome, with all that it follows from; `approved` where a release may be exported.

    `computed` is the tier of the intake answers, `tier` the one that counts. `at` is the time it was looked at.
    """

    checklist: Checklist
    subject: Subject
    entered: Answers
    checks: tuple[Check, ...]
    logged: Logged
    samples: Samples
    at: str
    computed: Tier
    tier: Tier
    items: tuple[Item, ...]
    gate: Gate

    @property
    def approved(self) -> bool:
        """True when nothing holds back a release."""
        return self.gate.allowed

    @property
    def reasons(self) -> tuple[str, ...]:
        """What holds back a release, in sentences."""
        return tuple(reason.text for reason in self.gate.reasons)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is printed with the export, in sentences."""
        return tuple(reason.text for reason in self.gate.warnings)

    @property
    def signoff(self) -> SignOff | None:
        """The maker's signature."""
        return self.entered.signoff

    @property
    def may_sign(self) -> bool:
        """True when nothing but signatures is missing."""
        return all(reason.place in (SIGNATURE, SECOND) for reason in self.gate.reasons)

    @property
    def wants_second(self) -> bool:
        """True where a second person has to sign too."""
        return wants_second(self.checklist, self.entered, self.tier)

    @property
    def overrides(self) -> dict[str, Override]:
        """The overrides that count, by item."""
        return standing(self.entered.overrides, self.checklist, self.subject.hash, self.at)

    @property
    def results_hidden(self) -> bool:
        """True while test results are to stay out of sight: a limit that blocks has to be set first (D3, D8)."""
        return not self.checklist.binding(self.entered.limits) and any(
            item.question.limits and item.blocks and (item.answer is None or item.needs_limit)
            for item in self.items
        )

    def item(self, question_id: str) -> Item:
        """Where the question with this id stands."""
        found = next((item for item in self.items if item.question.id == question_id), None)
        if found is None:
            raise StudioError(phrase("The checklist has no question '{question}'.", question=question_id))
        return found

    def check(self, check_id: str) -> Check | None:
        """The result of this check, if it has run."""
        return next((check for check in self.checks if check.id == check_id), None)

    def reasons_at(self, place: str) -> tuple[Reason, ...]:
        """What holds back a release at this place."""
        return tuple(reason for reason in self.gate.reasons if reason.place == place)

    def signature(self, by: str, at: str, role: Role = Role.MAKER, statement: str = "") -> SignOff:
        """A signature of `by` for exactly this; put it into the answers with `Answers.signed`."""
        checks = checks_hash(self.checks)
        return SignOff(by.strip(), at, self.subject.hash, self.entered.hash, checks, role, statement)

    def again(self, at: str) -> "Review":
        """The same looked at afresh, at another time."""
        return review(
            self.checklist, self.entered, self.checks, self.subject, self.logged, self.samples, at=at
        )


def review(
    checklist: Checklist,
    entered: Answers,
    checks: tuple[Check, ...],
    subject: Subject,
    logged: Logged | None = None,
    samples: Samples | None = None,
    *,
    at: str,
) -> Review:
    """The review of `subject` at a time (RFC 3339): where every question stands, and what the gate says."""
    facts, rows = logged or Logged(), samples or {}
    computed = tier_of(checklist, entered.intake)
    counting = standing(entered.overrides, checklist, subject.hash, at)
    tier = tier_used(checklist, entered, counting.get(TIER))
    items, decided = decide(
        subject, tier, checks, entered, entered.overrides, facts, checklist=checklist, samples=rows, now=at
    )
    return Review(
        checklist, subject, entered, checks, facts, rows, at, computed, tier, items, decided
    )  # fmt: skip


class NotAdmitted(StudioError):
    """The gate does not allow an export; the sentence says why."""


def admitted(reviewed: Review, level: Level, model_sha256: str, target: str, at: str) -> Review:
    """The review as an exporter may rely on it: looked at afresh, for this model and target; NotAdmitted if not.

    `model_sha256` is of the very bytes to be written. This is the only way to an export.
    """
    fresh = reviewed.again(at)
    reasons = fresh.gate.reasons_for(level)
    if reasons or level is Level.REFUSED:
        first = reasons[0].text if reasons else phrase("Choose a release or a bench build.")
        words = [phrase("The review does not allow the export yet. {why}", why=first)]
        if len(reasons) > 1:
            # Translators: more reasons why the review does not allow the export.
            words.append(phrase_count("({count} more)", "({count} more)", len(reasons) - 1))
        raise NotAdmitted(" ".join(words))
    if fresh.subject.model_sha256 != model_sha256:
        raise NotAdmitted(
            phrase("The review is about another model than the one to export. Review this one.")
        )
    if fresh.subject.target != target:
        raise NotAdmitted(
            phrase("The review is about another board or engine than the one to export for. Review this one.")
        )
    if level is Level.BENCH:
        return replace(fresh, gate=replace(fresh.gate, level=Level.BENCH))
    return fresh


def now() -> str:
    """The time, as the review writes it (RFC 3339, UTC)."""
    return datetime.now(UTC).isoformat(timespec="seconds")
