"""The review: what a person answers and what was measured, bound to one exact model, and the gate before every export.

For whoever builds on it:

- `standard_checklist()` has the words: intake (`text`, `names`: the banned uses, `source`), `tiers` (words for each),
  24 questions (`text` yes/no, `say` what to write, `why`, `example` with `source` and `url`, `checks` the evidence,
  `judges`/`judgements` for V7 and V8, `limits`), `own_limits`, `notice` (show it on every page).
- `review(checklist, entered, checks, subject, logged, samples, at=now())` → `Review`: `tier`, `computed`, `items`
  (`state`, `blocks`, `unopened` evidence, `unjudged` samples, `needs_limit`, `changed` parts, `flags`, `override`),
  `gate` (`level`, `reasons` and `warnings` with `place` to link to), `may_sign`, `results_hidden`. In the app
  `reviewed.review_of(project, results, logged)` makes it; the gate inside is pure.
- `Answers` (in `Project.entered`) is everything a person enters. Change it with `with_answer`, `with_override`,
  `without_override`, `unsigned(intake=…, limits=…, use=…, raised=…)`, `signed(...)`; all but the last drop signatures.
  An answer is given for what is at hand with `answered(...)` below, a stale one confirmed with `confirmed(...)`.
- `Journal` is the log's file. Nothing is undone in it. `news_of_answers`, `news_of_results`, `news_of_review` say which
  rows are due; `evidence_opened(check)` is the row that makes an answer more than a draft.

In the window all this is `session.reviewing` (studio/ui/reviewing.py), which also writes the log; a page needs only it:
`review` (None before there is a candidate: use `preliminary`), `answer(id, choice, text)`, `confirm(id)`,
`judge(id, row, judgement)`, `set_intake(id, yes)`, `set_use(text, out_of_scope)`, `set_limit(id, value)`,
`open_evidence(check_id)`, `override(...)`, `withdraw(item)`, `raise_tier(tier)`, `sign(name, …)`, `load(path)`, `rows`;
signal `changed`.
"""

from dataclasses import replace

from studio.core.checklist import Question
from studio.core.review.answers import (
    Answer,
    Answers,
    Choice,
    Judged,
    Judgement,
    Override,
    Raised,
    Role,
    SignOff,
)
from studio.core.review.answers_file import read_answers, write_answers
from studio.core.review.gate import LOG, SECOND, SIGNATURE, USE, Gate, Level, Reason, gate
from studio.core.review.item_reasons import why_item_blocks
from studio.core.review.items import Flag, Item, Samples, State, checks_hash, evidence_hash
from studio.core.review.journal import Journal, copy_journal, journal_beside, journal_unsaved, read_journal
from studio.core.review.log import Event, Head, Row, verify_chain, verify_holds
from studio.core.review.logged import Logged, Loosened, logged
from studio.core.review.overrides import SUBJECT, TIER, why_override_fails
from studio.core.review.record import NotAdmitted, Review, admitted, now, review
from studio.core.review.subject import Subject, parts_of
from studio.core.review.tiers import tier_of, tier_used, unanswered_use

__all__ = [
    "LOG", "SECOND", "SIGNATURE", "SUBJECT", "TIER", "USE", "Answer", "Answers", "Choice", "Event", "Flag",
    "Gate", "Head", "Item", "Journal", "Judged", "Judgement", "Level", "Logged", "Loosened", "NotAdmitted", "Override",
    "Raised", "Reason", "Review", "Role", "Row", "Samples", "SignOff", "State", "Subject", "admitted",
    "answered", "checks_hash", "confirmed", "copy_journal", "evidence_hash", "gate", "journal_beside",
    "journal_unsaved", "logged", "now", "parts_of", "read_answers", "read_journal", "review", "tier_of",
    "tier_used", "unanswered_use", "verify_chain", "verify_holds", "why_item_blocks", "why_override_fails",
    "write_answers",
]  # fmt: skip


def answered(
    question: Question,
    choice: Choice,
    text: str,
    subject: Subject,
    entered: Answers,
    *,
    by: str = "",
    at: str = "",
    judged: tuple[Judged, ...] = (),
    stated: tuple[str, ...] = (),
) -> Answer:
    """An answer given now, for this subject and use."""
    parts = parts_of(subject, entered)
    about = {part.value: parts[part] for part in question.depends}
    return Answer(question.id, choice, text, by, at, about, judged, stated)


def confirmed(
    question: Question, entered: Answers, subject: Subject, *, by: str = "", at: str = ""
) -> Answers:
    """`entered` with the answer to `question` given again, as it stands, for this subject; signatures go.

    Evidence has to be opened again where it says something else now. Samples were judged with another model's answers
    before them: they are judged anew.
    """
    known = entered.answer(question.id)
    if known is None:
        return entered
    parts = parts_of(subject, entered)
    about = {part.value: parts[part] for part in question.depends}
    judged = known.judged if known.parts == about else ()
    given = replace(known, by=by or known.by, at=at or known.at, parts=about, judged=judged, stated=())
    return entered.with_answer(given)
