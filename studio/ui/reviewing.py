"""The review at hand in the window: what a page may ask of it and change, with every step written to its log."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from studio.core.checklist import Checklist, Tier, standard_checklist
from studio.core.errors import StudioError
from studio.core.phrases import phrase
from studio.core.project import Project
from studio.core.results import Results
from studio.core.review import (
    Answers,
    Choice,
    Head,
    Judged,
    Judgement,
    Level,
    Logged,
    Override,
    Raised,
    Review,
    Role,
    Row,
    SignOff,
    Subject,
    answered,
    confirmed,
    now,
    read_answers,
    review,
    write_answers,
)
from studio.core.review.answers_file import quotes_results
from studio.core.review.items import was_opened
from studio.core.review.made_for import made_for
from studio.core.review.noticed import (
    News,
    evidence_opened,
    export_refused,
    news_of_answers,
    news_of_results,
    news_of_review,
)
from studio.core.review.signing import KeyFile
from studio.core.reviewed import (
    checks_are_due,
    checks_of,
    review_of,
    samples_of,
    source_of_project,
    subject_of,
    target_of,
)
from studio.ui.review_log import ReviewLog

Change = Callable[[Project, str], None]


class Reviewing(QObject):
    """The review of the session's project. All methods act on what is at hand now.

    Changes go through the session, so that they can be undone; what the log says cannot. `reviewer` is the name that
    stands in the log and with answers; the page sets it. `changed` comes whenever the review may look different,
    `failed` with a sentence where the log could not be written or read: what was done then does not count until it is.
    """

    changed = Signal()
    failed = Signal(str)

    def __init__(
        self, at_hand: Callable[[], tuple[Project, Results]], change: Change, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.checklist: Checklist = standard_checklist()
        self.reviewer = ""
        self._at_hand = at_hand
        self._change = change
        self._log = ReviewLog(self.checklist, self)
        self._log.failed.connect(self.failed)
        self._known: tuple[Project, Results, Logged] | None = None
        self._review: Review | None = None
        self._opened: dict[str, KeyFile] = {}  # by their public halves; never written anywhere

    @property
    def entered(self) -> Answers:
        """What was entered so far."""
        return self._at_hand()[0].entered

    @property
    def review(self) -> Review | None:
        """Where the review stands, or None before there is a compressed model."""
        project, results = self._at_hand()
        known = self._known
        if known is None or known[0] is not project or known[1] is not results or known[2] is not self.logged:
            self._review = review_of(project, results, self.logged)
            self._known = (project, results, self.logged)
        return self._review

    @property
    def awaits_checks(self) -> bool:
        """True while checks for the present tier and limits are still to come: what is signed now would not hold."""
        return checks_are_due(*self._at_hand())

    @property
    def preliminary(self) -> Review:
        """The review; before there is a compressed model, one about nothing that shows tier and questions."""
        found = self.review
        if found is not None:
            return found
        return review(self.checklist, self.entered, (), self._subject(), self.logged, at=now())

    @property
    def logged(self) -> Logged:
        """What the log says."""
        return self._log.facts

    @property
    def rows(self) -> tuple[Row, ...]:
        """The log itself, the oldest row first."""
        return self._log.rows

    @property
    def head(self) -> Head:
        """Where the log ends."""
        return self._log.head

    @property
    def journal_path(self) -> Path | None:
        """The log's file, or None while there is no model that it could be about."""
        return self._log.path

    def set_intake(self, intake_id: str, yes: bool) -> None:
        """Answer a question about the use."""
        entered = self.entered
        self._enter(entered.unsigned(intake={**(entered.intake or {}), intake_id: yes}))

    def set_use(self, text: str, out_of_scope: tuple[str, ...] = ()) -> None:
        """Say in words what it is for, and what not. Answers about the use are stale then, if there are any."""
        if (text, out_of_scope) != (self.entered.use, self.entered.out_of_scope):
            self._enter(self.entered.unsigned(use=text, out_of_scope=out_of_scope), merge="use")

    def set_limit(self, limit_id: str, value: float | None) -> None:
        """Set a limit, or take it away (None). Loosening it after results were seen is printed.

        Raises StudioError for what is no such limit.
        """
        rule = self.checklist.limit(limit_id)
        self.checklist.check_limits({limit_id: rule.least if value is None else value})
        limits = {name: known for name, known in self.entered.limits.items() if name != limit_id}
        if value is not None:
            limits[limit_id] = value
        if limits != self.entered.limits:
            self._enter(self.entered.unsigned(limits=limits), merge=f"limit {limit_id}")

    def answer(self, question_id: str, choice: Choice, text: str) -> None:
        """Answer a question for what is at hand; it is a draft until its evidence was opened."""
        entered, question = self.entered, self.checklist.question(question_id)
        before = entered.answer(question_id)
        if before is not None and (before.choice, before.text) == (choice, text):
            return
        judged = before.judged if before is not None else ()
        given = answered(
            question, choice, text, self._subject(), entered, by=self.reviewer, at=now(), judged=judged
        )
        merge = f"answer {question_id}" if before is not None and before.choice is choice else ""
        self._enter(entered.with_answer(given), merge)

    def confirm(self, question_id: str) -> None:
        """Give a stale answer again as it stands. Evidence that says something else now has to be opened again."""
        question = self.checklist.question(question_id)
        subject = self._subject()
        self._enter(confirmed(question, self.entered, subject, by=self.reviewer, at=now()))

    def judge(self, question_id: str, row: int, judgement: Judgement | None) -> None:
        """Say of a sample (its number in the test split) what V7 or V8 asks; None takes it back."""
        entered, question = self.entered, self.checklist.question(question_id)
        known = entered.answer(question_id)
        if known is None:
            known = answered(question, Choice.NO, "", self._subject(), entered, by=self.reviewer, at=now())
        others = tuple(one for one in known.judged if one.row != row)
        judged = others if judgement is None else (*others, Judged(row, judgement))
        if judged != known.judged:
            given = replace(known, judged=tuple(sorted(judged, key=lambda one: one.row)))
            self._enter(entered.with_answer(given), merge=f"judge {question_id}")

    def samples(self, question_id: str) -> tuple[int, ...]:
        """The samples (numbers in the test split) that this question wants to be looked at."""
        return samples_of(self._at_hand()[1]).get(self.checklist.question(question_id).judges, ())

    def open_evidence(self, check_id: str) -> None:
        """Note that the person has what this check says before them. Call it when they open it, not before."""
        check = next((one for one in checks_of(self._at_hand()[1]) if one.id == check_id), None)
        if check is not None and not was_opened(check, self.logged):
            self._write([evidence_opened(check)])
            self.changed.emit()

    def refused(self, level: Level) -> None:
        """Note that an export was asked for that the gate does not allow."""
        if (reviewed := self.review) is not None:
            self._write([export_refused(reviewed, level)])
            self.changed.emit()

    def override(
        self, item: str, reason: str, risk: str, measure: str, expires: str, tier: Tier | None = None
    ) -> None:
        """Go on although `item` (a question, a check, or "tier") blocks; `expires` as in `Override`."""
        given = Override(item, self.reviewer, now(), reason, risk, measure, expires, tier)
        self._enter(self.entered.with_override(given))

    def withdraw(self, item: str) -> None:
        """Take an override back."""
        self._enter(self.entered.without_override(item))

    def raise_tier(self, tier: Tier | None) -> None:
        """Review at a higher tier than the use leads to; None takes that back."""
        raised = Raised(tier, self.reviewer) if tier is not None else None
        self._enter(self.entered.unsigned(raised=raised))

    def signature(self, name: str, role: Role = Role.MAKER, statement: str = "") -> SignOff:
        """A signature under what is at hand, for `put_under`; StudioError where there is nothing to sign yet."""
        reviewed = self.review
        if reviewed is None:
            raise StudioError(phrase("There is nothing to sign yet. Open a model and data first."))
        if self.awaits_checks:
            raise StudioError(
                phrase("The checks are being computed anew. Sign once their results are there.")
            )
        if not name.strip():
            raise StudioError(phrase("A signature needs a name. Enter yours."))
        return reviewed.signature(name, now(), role, statement)

    def put_under(self, signature: SignOff, key: KeyFile | None = None) -> None:
        """Sign: put this under the review. The `key` it was signed with seals what is exported (`seal`)."""
        if key is not None:
            self._opened[signature.key] = key
        self._enter(self.entered.signed(signature))

    @property
    def seal(self) -> KeyFile | None:
        """The key that the maker signed with, where it was opened in this window."""
        signed = self.entered.signoff
        return self._opened.get(signed.key) if signed is not None and signed.key else None

    def open_seal(self, public: str, key: KeyFile) -> None:
        """Seal with the `key` that the maker signed with earlier; StudioError where its `public` half is another."""
        signed = self.entered.signoff
        if signed is None or public != signed.key:
            raise StudioError(
                phrase(
                    "{file} is another key than the review is signed with. Choose that one.",
                    file=Path(key.path).name,
                )
            )
        self._opened[public] = key
        self.changed.emit()

    def load(self, path: Path) -> None:
        """Put the answers of a TOML file in the place of those at hand. StudioError where it is none.

        They are suggestions: whoever signs has to have before their eyes what is signed, so what the file says of
        signatures, of evidence that was opened and of samples that were looked at is left out.
        """
        project, results = self._at_hand()
        source = source_of_project(project, results)
        read = read_answers(path, self.checklist, self._subject(), now(), source)
        entered = read.unsigned(answers=tuple(replace(answer, judged=()) for answer in read.answers))
        self._write(news_of_answers(self.rows, entered, "file", quotes_results=quotes_results(path)))
        self._enter(entered)

    def saved_as(self) -> str:
        """The answers as the text of a TOML file, with the evidence that was opened and what all of it is for."""
        project, results = self._at_hand()
        checks = checks_of(results)
        opened = {one.id for one in checks if was_opened(one, self.logged)}
        answers = tuple(
            replace(answer, stated=tuple(one for one in self._asked(answer.id) if one in opened))
            for answer in self.entered.answers
        )
        source = source_of_project(project, results)
        made = made_for(source, checks) if source and checks else None
        return write_answers(replace(self.entered, answers=answers), made)

    def project_opened(self, file: Path | None) -> None:
        """Another project is at hand; its log is beside its file."""
        self._log.project_opened(file, self._at_hand()[0].log)
        self.notice()

    def project_saved(self, file: Path) -> None:
        """The project is in this file now; the log comes along."""
        self._log.project_saved(file)
        self.notice()

    @Slot()
    def check_log(self) -> None:
        """Read the log from its first row on and verify the chain; where it holds, the log says who checked it."""
        self.notice()
        self._log.check(self.reviewer, self._subject().hash)
        self.changed.emit()

    def notice(self) -> None:
        """Write to the log what is new in the answers and results; called whenever they change."""
        project, results = self._at_hand()
        self._log.read(project.model)
        if self._log.path is not None:
            news = [*news_of_answers(self.rows, project.entered)]
            whole = checks_of(results) if results.panel is not None else ()
            news += news_of_results(self.rows, results.evaluation, whole)
            self._write(news)
            if (reviewed := self.review) is not None:
                self._write(news_of_review(self.rows, reviewed))
        self.changed.emit()

    def _asked(self, question_id: str) -> tuple[str, ...]:
        return self.checklist.question(question_id).checks

    def _enter(self, entered: Answers, merge: str = "") -> None:
        project, _ = self._at_hand()
        self._change(replace(project, entered=entered), merge)

    def _subject(self) -> Subject:
        project, results = self._at_hand()
        found = subject_of(project, results)
        return found or Subject("", checklist_sha256=self.checklist.sha256, target=target_of(project))

    def _write(self, news: Iterable[News]) -> None:
        self._log.write(news, self.reviewer, self._subject().hash)
