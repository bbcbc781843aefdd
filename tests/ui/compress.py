"""A Compress page with its session and workers in the tests' hands."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent
from pytestqt.qtbot import QtBot

from studio.core.codec import from_json
from studio.core.project import Project
from studio.core.recipe import Recipe
from studio.core.results import Results
from studio.ui.pages.compress import CompressPage
from studio.ui.session import Session
from tests.ui import results as made
from tests.ui.canned import CannedWorker
from tests.ui.study_worker import StudyWorker

PROJECT = Project(name="gestures", model="/models/gestures.keras", data="/data/gestures")


class RecipeWorker(CannedWorker):
    """Answers like the canned one, with the recipe that was asked for, and a size that follows it."""

    def request(self, job: str, arguments: dict[str, Any]) -> int:
        if job == "compress" and self.results.candidate is not None:
            recipe = from_json(Recipe, arguments["recipe"])
            sha256 = f"{abs(hash(recipe)):064x}"[:64]
            candidate = replace(self.results.candidate, recipe=recipe, sha256=sha256)
            self.results = replace(self.results, candidate=candidate)
        return super().request(job, arguments)


class Made:
    """A page with its session and both workers."""

    def __init__(self, qtbot: QtBot, results: Results, project: Project, refusals: dict[str, str]) -> None:
        self.worker = RecipeWorker(results)
        self.worker.refusals |= refusals
        self.studies = StudyWorker()
        self.session = Session(self.worker, studies_worker=self.studies)
        self.page = CompressPage(self.session)
        self.page.resize(1056, 640)
        self.page.show()
        self.session.change(project)
        self.qtbot = qtbot
        self.settle()

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: not self.session.busy and not self.page.redraw_pending)

    @property
    def recipe(self) -> Recipe:
        return self.session.project.recipe


Make = Callable[..., Made]


def pages(qtbot: QtBot) -> Iterator[Make]:
    """Makes pages, which live until the test ends: Python must not collect one while it paints."""
    here: list[Made] = []

    def page(
        results: Results | None = None,
        project: Project = PROJECT,
        refusals: dict[str, str] | None = None,
    ) -> Made:
        here.append(Made(qtbot, results or made.results(), project, refusals or {}))
        return here[-1]

    yield page
    for one in here:
        one.session.close()
        one.page.close()
        one.page.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
