"""10,000 random sequences of edits, recompressions, answers, overrides, signatures and exports: none slips through.

What the gate is told lives in `Answers`, `Subject` and a real chained log; the test keeps books of its own, in simple
words (what was answered for what, what was opened, what was signed), and compares at every export.
"""

from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from studio.core.checklist import Tier
from studio.core.checks.check import Check, Verdict
from studio.core.errors import StudioError
from studio.core.review import (
    Answers,
    Choice,
    Event,
    Judged,
    Judgement,
    Level,
    Override,
    Review,
    Role,
    Row,
    SignOff,
    Subject,
    admitted,
    answered,
    confirmed,
    logged,
    review,
)
from studio.core.review.log import head_of, next_row
from studio.core.review.noticed import evidence_opened
from tests.core.review.whole import CHECKLIST, REASON, look, rows, use

EXAMPLES = 10_000
CHECK_IDS = ("C1", "C2", "C3", "C4", "C12", "C16", "C18")
VERDICTS = (Verdict.PASS, Verdict.PASS, Verdict.PASS, Verdict.FAIL, Verdict.CANNOT_TELL)
ITEMS = (*(question.id for question in CHECKLIST.questions), *CHECK_IDS)
USES = ("bench", "senses_people", "can_harm", "acts_alone", "prohibited")
# The design's table, written out again: from which tier a missing answer blocks, and what an answer is about.
BLOCKS = {
    "D1": 1, "D2": 2, "D3": 1, "D4": 3, "D5": 2, "D6": 0, "D7": 2, "D8": 1,
    "V1": 1, "V2": 2, "V3": 2, "V4": 3, "V5": 1, "V6": 2, "V7": 2, "V8": 3,
    "P1": 1, "P2": 2, "P3": 2, "P4": 2, "P5": 2, "P6": 3, "P7": 2, "P8": 1,
}  # fmt: skip
ABOUT = {
    **{f"D{number}": ("use",) for number in range(1, 9)},
    **{f"V{number}": ("data",) for number in range(1, 7)},
    "V7": ("model", "data"), "V8": ("model", "data"), "P6": ("model", "board"), "P8": ("model",),
    **dict.fromkeys(("P1", "P2", "P3", "P4", "P5", "P7"), ("use", "board")),
}  # fmt: skip
FAILS_FROM = {"C1": 0, "C2": 0, "C3": 2, "C4": 0, "C12": 0, "C16": 0, "C18": 0}
DAY = date(2026, 11, 26)

exports = {"released": 0, "refused": 0}


@dataclass
class Book:
    """What really happened, in the test's own words."""

    about: dict[str, dict[str, int]] = field(default_factory=dict)
    opened: set[tuple[str, Verdict, int]] = field(default_factory=set)
    overridden: dict[str, tuple[bool, date]] = field(default_factory=dict)
    signed: object = None


class Desk:
    """A review that anything may happen to."""

    def __init__(self, ready: int) -> None:
        self.now = {"use": 0, "data": 0, "model": 0, "board": 0}
        self.verdicts = dict.fromkeys(CHECK_IDS, Verdict.PASS)
        self.round = 0
        self.day = DAY
        self.book = Book()
        self.answers = Answers(intake=use(), use="use 0", limits={"max_miss_share": 0.5})
        self.log: tuple[Row, ...] = rows(())
        if ready:
            for question in CHECKLIST.questions:
                self.answer(question.id, 0)
            for name in CHECK_IDS:
                self.open(name)
        if ready > 1:
            self.sign()

    def another(self) -> "Desk":
        """One just like it."""
        found = copy(self)
        found.now, found.verdicts = dict(self.now), dict(self.verdicts)
        book = self.book
        found.book = Book(
            {name: dict(about) for name, about in book.about.items()},
            set(book.opened),
            dict(book.overridden),
            book.signed,
        )
        return found

    @property
    def at(self) -> str:
        return f"{self.day}T12:00:00+00:00"

    @property
    def subject(self) -> Subject:
        data, board = str(self.now["data"]), str(self.now["board"])
        return Subject(self.model, "f", data, data, data, "r", "p", CHECKLIST.sha256, "1", board)

    @property
    def model(self) -> str:
        return f"model {self.now['model']}"

    @property
    def samples(self) -> dict[str, tuple[int, ...]]:
        return {"C3": (self.now["model"],)}

    @property
    def checks(self) -> tuple[Check, ...]:
        return tuple(
            Check(name, name, verdict, f"Round {self.round}.", n=self.round)
            for name, verdict in self.verdicts.items()
        )

    @property
    def said(self) -> object:
        """All that a signature is for."""
        words = sorted((one.id, one.choice, one.text, one.judged) for one in self.answers.answers)
        intake = tuple(sorted((self.answers.intake or {}).items()))
        overrides = tuple(sorted((one.item, one.expires, one.reason) for one in self.answers.overrides))
        limits = tuple(sorted(self.answers.limits.items()))
        checks = tuple(self.verdicts.items())
        return (
            words,
            intake,
            overrides,
            limits,
            self.answers.use,
            tuple(self.now.values()),
            checks,
            self.round,
        )

    def tell(self, event: Event, payload: dict[str, object]) -> None:
        row = next_row(
            head_of(self.log), event, payload, time=self.at, actor="Ada", subject_hash=self.subject.hash
        )
        self.log = (*self.log, row)

    def answer(self, name: str, choice: int) -> None:
        question = CHECKLIST.question(name)
        judged = (Judged(self.now["model"], Judgement.RIGHT),) if name == "V7" else ()
        text = f"What we know of {name}, said in a sentence of some length."
        choices = (Choice.YES, Choice.NO, Choice.NOT_APPLICABLE, Choice.YES)
        given_now = answered(question, choices[choice % 4], text, self.subject, self.answers, judged=judged)
        self.answers = self.answers.with_answer(given_now)
        self.book.about[name] = dict(self.now)

    def blank(self, name: str) -> None:
        known = self.answers.answer(name)
        if known is not None:
            self.answers = self.answers.with_answer(replace(known, text=" "))
            self.book.about.pop(name, None)

    def confirm(self, name: str) -> None:
        known = self.answers.answer(name)
        if known is None:
            return
        self.answers = confirmed(CHECKLIST.question(name), self.answers, self.subject)
        if name in self.book.about:
            self.book.about[name] = dict(self.now)

    def open(self, name: str) -> None:
        check = next(one for one in self.checks if one.id == name)
        self.tell(*evidence_opened(check))
        self.book.opened.add((name, self.verdicts[name], self.round))

    def override(self, name: str, kind: int) -> None:
        days = (30, 90, 200, -1, 1)[kind % 5]
        ends = self.day + timedelta(days=days)
        reason = "Because." if kind % 7 == 0 else REASON
        given_now = Override(name, "Ada", self.at, reason, "A risk.", "A measure.", str(ends))
        self.answers = self.answers.with_override(given_now)
        whole = 0 <= days <= 90 and kind % 7 != 0 and name not in ("C16", "V1", "D6")
        self.book.overridden[name] = (whole, ends)

    def sign(self) -> None:
        found = self.look()
        self.answers = self.answers.signed(found.signature("Ada", self.at))
        self.answers = self.answers.signed(found.signature("Grace", self.at, Role.SECOND))
        self.book.signed = self.said

    def look(self) -> Review:
        facts = logged(self.log, CHECKLIST, "")
        return review(CHECKLIST, self.answers, self.checks, self.subject, facts, self.samples, at=self.at)

    def may_be_released(self) -> bool:
        """By the test's own books."""
        intake = self.answers.intake or {}
        yes = {name for name, is_so in intake.items() if is_so}
        if "prohibited" in yes or len(intake) < len(CHECKLIST.intake):
            return False
        tier = 3 if "can_harm" in yes else 2 if "senses_people" in yes else 0 if yes == {"bench"} else 1
        over = {name for name, (whole, ends) in self.book.overridden.items() if whole and self.day <= ends}
        for name, from_tier in BLOCKS.items():
            known, question = self.answers.answer(name), CHECKLIST.question(name)
            told = known is not None and name in self.book.about
            if name in ("V1", "D6") and told and known is not None and known.choice is not Choice.YES:
                return False
            blocks = tier >= from_tier or (name == "P5" and "acts_alone" in yes)
            if not blocks or name in over:
                continue
            if not told or known is None:
                return False
            if any(self.book.about[name][part] != self.now[part] for part in ABOUT[name]):
                return False
            shown = [check for check in question.checks if check in CHECK_IDS]
            if any((check, self.verdicts[check], self.round) not in self.book.opened for check in shown):
                return False
            wants = name in ("D3", "D8") and known.choice is not Choice.NOT_APPLICABLE
            if wants and not self.answers.limits:
                return False
            if name == "V7" and [one.row for one in known.judged] != [self.now["model"]]:
                return False
        for name, verdict in self.verdicts.items():
            fails = verdict is Verdict.FAIL and tier >= FAILS_FROM[name]
            unsure = verdict is Verdict.CANNOT_TELL and name == "C2" and tier >= 2
            if (fails or unsure) and name not in over:
                return False
        return self.book.signed == self.said and self.answers.signoff is not None

    def export(self, model: str, board: str) -> None:
        """An export that goes through must be one that the books allow, of what they are about."""
        try:
            # Its decision is left out: `admitted` makes its own, afresh.
            asked = replace(
                BLANK,
                entered=self.answers,
                checks=self.checks,
                subject=self.subject,
                logged=logged(self.log, CHECKLIST, ""),
                samples=self.samples,
            )
            admission = admitted(asked, Level.RELEASE, model, board, self.at)
        except StudioError:
            exports["refused"] += 1
            assert not (self.may_be_released() and (model, board) == (self.model, str(self.now["board"]))), (
                "refused although nothing is open"
            )
            return
        exports["released"] += 1
        assert self.may_be_released()
        assert (model, board) == (self.model, str(self.now["board"]))
        assert admission.tier is not Tier.STOP


BLANK = look(Answers())
DESKS = tuple(Desk(ready) for ready in range(3))


def forged(desk: Desk) -> None:
    """Somebody writes a signature into the file that was for something else."""
    desk.answers = replace(desk.answers, signoff=SignOff("Eve", desk.at, "0" * 64, desk.answers.hash))
    desk.book.signed = None


def step(desk: Desk, number: int) -> None:
    """One of the things that may happen, by a number."""
    what, rest = number % 16, number // 16
    name = ITEMS[rest % len(ITEMS)]
    if what == 0:
        desk.now["model"] += 1
        desk.round += 1
    elif what == 1:
        part = ("use", "data", "board")[rest % 3]
        desk.now[part] = (desk.now[part] + 1) % 3
        if part == "use":
            desk.answers = desk.answers.unsigned(use=f"use {desk.now['use']}")
    elif what == 2:
        desk.verdicts[CHECK_IDS[rest % 7]] = VERDICTS[rest // 7 % 5]
    elif what in (3, 4) and name in BLOCKS:
        desk.answer(name, rest // 31)
    elif what == 5 and name in BLOCKS:
        desk.confirm(name)
    elif what == 6 and name in BLOCKS:
        desk.blank(name)
    elif what == 7:
        desk.override(name, rest // 31)
    elif what == 8:
        which = USES[rest % len(USES)]
        intake = dict(desk.answers.intake or {})
        intake[which] = not intake[which]
        desk.answers = desk.answers.unsigned(intake=intake)
    elif what == 9:
        limits = {} if desk.answers.limits else {"max_miss_share": 0.5}
        desk.answers = desk.answers.unsigned(limits=limits)
    elif what == 10:
        desk.day += timedelta(days=(1, 31, 91)[rest % 3])
    elif what == 11:
        for check in CHECK_IDS:
            desk.open(check)
    elif what == 12:
        desk.sign()
    elif what == 13 and rest % 5 == 0:
        forged(desk)
    else:  # mostly of what is at hand, now and then of another model or for another board
        swapped, moved = rest % 5 == 0, rest % 7 == 0
        desk.export("another model" if swapped else desk.model, "9" if moved else str(desk.now["board"]))


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=True,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)
@given(st.binary(min_size=1, max_size=25))
def test_no_sequence_of_steps_exports_what_was_not_reviewed(steps: bytes) -> None:
    desk = DESKS[steps[0] % 3].another()
    for place in range(1, len(steps) - 1, 2):
        step(desk, int.from_bytes(steps[place : place + 2], "big"))
    desk.export(desk.model, str(desk.now["board"]))


def test_the_sequences_were_no_empty_talk() -> None:
    desk = Desk(2)
    before = exports["released"]
    desk.export(desk.model, "0")
    assert exports["released"] == before + 1
    if exports["refused"] > EXAMPLES / 2:  # the sequences ran before
        assert exports["released"] > EXAMPLES / 10
