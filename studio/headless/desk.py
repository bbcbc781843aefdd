"""The review without a window: answers from a file, their log, and what the gate says."""

from dataclasses import replace
from pathlib import Path

from studio.core.checklist import standard_checklist
from studio.core.errors import StudioError
from studio.core.places import is_sample
from studio.core.project import SUFFIX, Project
from studio.core.results import Results
from studio.core.review import (
    Answers,
    Event,
    Head,
    Journal,
    Level,
    Logged,
    Review,
    Subject,
    journal_beside,
    journal_unsaved,
    logged,
    now,
    read_answers,
)
from studio.core.review.answers_file import quotes_results
from studio.core.review.made_for import made_for, made_for_text
from studio.core.review.noticed import (
    News,
    export_refused,
    news_of_answers,
    news_of_results,
    news_of_review,
    news_of_stated,
)
from studio.core.review.signing import KeyFile, signed
from studio.core.reviewed import checks_of, review_of, source_of_project, subject_of

_RUNS = "run"
_BEFORE_RESULTS = (Event.INTAKE_SET, Event.USE_SET, Event.LIMITS_SET, Event.TIER_RAISED)


def journal_for(target: str, project: Project) -> Path:
    """Where the log of what is run is: beside the project's file, or in the cache for models and samples.

    All runs of one model share it, so that limits that were set after an earlier run showed its results are known as
    such, whichever file they stand in.
    """
    path = Path(target)
    if path.suffix == SUFFIX and path.is_file() and not is_sample(path):
        return journal_beside(path.resolve())
    return journal_unsaved(project.model, _RUNS)


class Desk:
    """Takes the answers of a file (None: the project's own), and writes the log at `path` as the work goes on.

    `known` is where the log ended when the project was saved. A log that cannot be written or read stops no work, but
    the gate lets nothing pass without one.
    """

    def __init__(self, path: Path, answers: Path | None, known: Head | None = None) -> None:
        self.path = path
        self._known = known or Head()
        self._answers = answers
        self._journal = Journal(path)
        self._checklist = standard_checklist()
        self._broken = ""
        self._facts = Logged()
        self._via = "file" if answers is not None else ""
        self._quotes = False
        self._actor = ""
        self._write((), "")

    def before_results(self, project: Project) -> Project:
        """The project with use and limits as the file has them, logged before any test result is there."""
        if self._answers is not None:
            entered = read_answers(self._answers, self._checklist, Subject(""), now())
            self._quotes = quotes_results(self._answers)
            project = replace(project, entered=entered)
        signed = project.entered.signoff
        self._actor = signed.by if signed is not None else ""
        news = self._news(project)
        self._write(tuple(one for one in news if one[0] in _BEFORE_RESULTS), "")
        return project

    def with_answers(self, project: Project, results: Results, key: KeyFile | None = None) -> Project:
        """The project with the file's answers, for what was computed; signed with a key where one is given."""
        subject = subject_of(project, results)
        if subject is None:
            return project
        checks = checks_of(results)
        self._write(news_of_results(self._journal.rows, results.evaluation, checks), subject.hash)
        if self._answers is not None:
            source = source_of_project(project, results)
            entered = read_answers(self._answers, self._checklist, subject, now(), source, checks)
            if key is not None and entered.signoff is not None and not entered.signoff.key:
                entered = entered.signed(signed(entered.signoff, key))
            project = replace(project, entered=entered)
        self._write(self._news(project), subject.hash)
        self._write(news_of_stated(self._journal.rows, project.entered, checks), subject.hash)
        return project

    def review(self, project: Project, results: Results) -> Review | None:
        """Where the review stands, with everything that the log says."""
        reviewed = review_of(project, results, self._facts)
        if reviewed is not None:
            self._write(news_of_review(self._journal.rows, reviewed), reviewed.subject.hash)
            reviewed = review_of(project, results, self._facts)
        return reviewed

    def lines_wanted(self, project: Project, results: Results) -> str:
        """What to put into the answers file once its maker stands for what was found; "" where nothing is missing."""
        signed = project.entered.signoff
        if self._answers is None or (signed is not None and signed.subject_hash):
            return ""
        return made_for_text(made_for(source_of_project(project, results), checks_of(results)))

    def refused(self, reviewed: Review, level: Level) -> None:
        """Write down that an export was asked for and refused."""
        self._write((export_refused(reviewed, level),), reviewed.subject.hash)

    def _news(self, project: Project) -> tuple[News, ...]:
        """What the answers say anew; where nobody gave any, nothing was said."""
        if project.entered == Answers():
            return ()
        return news_of_answers(self._journal.rows, project.entered, self._via, quotes_results=self._quotes)

    def _write(self, news: tuple[News, ...], subject_hash: str) -> None:
        try:
            self._broken = self._broken or self._journal.take_up(self._known, now())
            if not self._broken:
                for event, payload in news:
                    self._journal.append(
                        event, payload, time=now(), actor=self._actor, subject_hash=subject_hash
                    )
        except StudioError as error:
            self._broken = str(error)
        broken = self._broken or self._journal.broken
        self._facts = logged(self._journal.rows, self._checklist, broken)
