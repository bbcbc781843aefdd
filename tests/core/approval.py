"""Answers that let anything pass: every question answered, evidence stated, limits set, signed."""

from dataclasses import replace

from studio.core.checklist import standard_checklist
from studio.core.project import Project
from studio.core.results import Results
from studio.core.review import Answers, Choice, Judged, Judgement, answered
from studio.core.reviewed import review_of, samples_of, subject_of

AT = "2026-11-25T12:00:00+00:00"
LIMITS = {"min_accuracy": 0.01}


def approval(project: Project, results: Results, *, signed: bool = True, **yes: bool) -> Answers:
    """Answers for what was computed, with all questions about the use answered 'no' but these."""
    subject = subject_of(project, results)
    assert subject is not None
    checklist, rows = standard_checklist(), samples_of(results)
    entered = Answers(
        intake={item.id: yes.get(item.id, False) for item in checklist.intake}, limits=dict(LIMITS)
    )
    answers = tuple(
        answered(
            question,
            Choice.YES,
            f"What we know about {question.id}.",
            subject,
            entered,
            by="Ada",
            at=AT,
            judged=tuple(Judged(row, Judgement.RIGHT) for row in rows.get(question.judges, ())),
            stated=question.checks,
        )
        for question in checklist.questions
    )
    entered = replace(entered, answers=answers)
    if not signed:
        return entered
    found = review_of(replace(project, entered=entered), results)
    assert found is not None
    return entered.signed(found.signature("Ada", AT))
