"""The review's log in the window: which file it is in, what it says, and what is written to it."""

from collections.abc import Iterable
from pathlib import Path
from uuid import uuid4

from PySide6.QtCore import QObject, Signal

from studio.core.checklist import Checklist
from studio.core.errors import StudioError
from studio.core.review import (
    Event,
    Head,
    Journal,
    Logged,
    Row,
    copy_journal,
    journal_beside,
    journal_unsaved,
    logged,
    now,
)
from studio.core.review.noticed import News


class ReviewLog(QObject):
    """The log of the project at hand: beside its file, or of its model's own until there is a file.

    `failed` comes with a sentence where the log could not be written or read.
    """

    failed = Signal(str)

    def __init__(self, checklist: Checklist, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._checklist = checklist
        self._journal: Journal | None = None
        self._began = _this_beginning()
        self._file: Path | None = None
        self._facts = Logged()
        self._heads: dict[Path, Head] = {}  # where each log ended when it was last seen: of each model one
        self._sentence = ""

    @property
    def facts(self) -> Logged:
        """What the log says."""
        return self._facts

    @property
    def rows(self) -> tuple[Row, ...]:
        """The log itself, the oldest row first."""
        return self._journal.rows if self._journal is not None else ()

    @property
    def head(self) -> Head:
        """Where the log ends."""
        return self._heads.get(self._journal.path, Head()) if self._journal is not None else Head()

    @property
    def path(self) -> Path | None:
        """The log's file, or None while there is no model that it could be about."""
        return self._journal.path if self._journal is not None else None

    def project_opened(self, file: Path | None, head: Head) -> None:
        """Another project is at hand, in this `file`, which says that its log ended at `head`."""
        self._file, self._journal, self._facts = file, None, Logged()
        self._heads = {journal_beside(file): head} if file is not None else {}
        self._began = _this_beginning()

    def project_saved(self, file: Path) -> None:
        """The project is in this file now; the log comes along."""
        if self._journal is not None and file != self._file:
            try:
                copy_journal(self._journal.path, journal_beside(file))
            except StudioError as error:
                self.failed.emit(str(error))
        self._heads[journal_beside(file)] = self.head
        self._file, self._journal = file, None

    def read(self, model: str) -> None:
        """Find the log of the project, whose model's file is `model` ("": none yet), and what it says now."""
        self._find(model)
        broken = ""
        if self._journal is not None:
            try:
                broken = self._journal.take_up(self.head, now())
            except StudioError as error:
                broken = str(error)
        self._draw_together(broken)
        self._say(broken)

    def write(self, news: Iterable[News], actor: str, subject_hash: str) -> None:
        """Put these at its end, in the name of `actor`; nothing is put on top of what was changed."""
        if self._journal is None or self._facts.broken:
            return
        try:
            for event, payload in news:
                self._journal.append(event, payload, time=now(), actor=actor, subject_hash=subject_hash)
        except StudioError as error:
            self._say(str(error))
        self._draw_together(self._journal.broken)

    def check(self, actor: str, subject_hash: str) -> None:
        """Read all of it from the disk anew and verify each row; where it holds, a row in the name of `actor` says so.

        That row comes on top as any other, so what an export says of the log's head holds as before.
        """
        if self._journal is None:
            return
        self._journal = Journal(self._journal.path)
        broken = ""
        try:
            broken = self._journal.take_up(self.head, now())
        except StudioError as error:
            broken = str(error)
        self._draw_together(broken)
        self._say(broken)
        head = self._journal.head
        self.write([(Event.LOG_VERIFIED, {"rows": head.rows, "head": head.hash})], actor, subject_hash)

    def _find(self, model: str) -> None:
        if self._file is not None:
            path = journal_beside(self._file)
        elif model:
            path = journal_unsaved(model, self._began)
        else:
            self._journal = None
            return
        if self._journal is None or self._journal.path != path:
            self._journal = Journal(path)

    def _draw_together(self, broken: str) -> None:
        head = self._journal.head if self._journal is not None else Head()
        if self._journal is not None and not broken:
            self._heads[self._journal.path] = head
        if (head, broken) != (self._facts.head, self._facts.broken):
            self._facts = logged(self.rows, self._checklist, broken)

    def _say(self, sentence: str) -> None:
        if sentence and sentence != self._sentence:
            self.failed.emit(sentence)
        self._sentence = sentence


def _this_beginning() -> str:
    return uuid4().hex
