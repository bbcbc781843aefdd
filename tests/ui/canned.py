"""A worker that answers every job at once with results made beforehand, so that pages meet the real session."""

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QTimer

from studio.core.bundle import Bundle
from studio.core.checklist import Tier
from studio.core.checks.limits import Limits
from studio.core.checks.panel import Panel
from studio.core.codec import from_json
from studio.core.project import Project
from studio.core.results import Results
from studio.core.study import LayerReport
from studio.ui.session import Session
from studio.ui.worker_client import WorkerClient, WorkerState


class CannedWorker(WorkerClient):
    """Answers jobs from `results`; a job in `refusals` fails with its sentence, `export` gives `bundle`.

    Between `pause` and `go_on` it keeps its answers to itself.
    """

    def __init__(self, results: Results, bundle: Bundle | None = None) -> None:
        super().__init__(["/bin/false"])
        self.results = results
        self.bundle = bundle
        self.refusals: dict[str, str] = {}
        self.jobs: list[tuple[str, dict[str, Any]]] = []
        self._number = 0
        self._kept: list[tuple[int, str, dict[str, Any]]] | None = None

    @property
    def state(self) -> WorkerState:
        return WorkerState.READY

    def start(self) -> None:
        pass

    def stop(self) -> None:
        pass

    def cancel(self) -> None:
        pass

    def close(self) -> None:
        pass

    def pause(self) -> None:
        self._kept = []

    def go_on(self) -> None:
        kept, self._kept = self._kept or [], None
        for number, job, arguments in kept:
            self._answer(number, job, arguments)

    def request(self, job: str, arguments: dict[str, Any]) -> int:
        self._number += 1
        number = self._number
        self.jobs.append((job, arguments))
        QTimer.singleShot(0, lambda: self._answer(number, job, arguments))
        return number

    def _answer(self, number: int, job: str, arguments: dict[str, Any]) -> None:
        if self._kept is not None:
            self._kept.append((number, job, arguments))
            return
        if job in self.refusals:
            self.failed.emit(number, self.refusals[job], None)
            return
        build = self.results.build
        values = {
            "load": self.results.model,
            "inspect_data": self.results.dataset,
            "compress": self.results.candidate,
            "compile_candidate": replace(build, measurement=None, firmware="") if build else None,
            "preview": self.results.preview or self.results.evaluation,
            "evaluate": self.results.evaluation,
            "inspect_layers": self.results.insides or LayerReport("", 0, ()),
            "measure": build,
            "export": self.bundle,
            "review_checks": self._panel(arguments) if job == "review_checks" else None,
        }
        self.answered.emit(number, values[job])

    def _panel(self, arguments: dict[str, Any]) -> Panel | None:
        """The panel that there is, for the tier and limits that were asked for."""
        if self.results.panel is None:
            return None
        limits = from_json(Limits, arguments["limits"])
        return replace(self.results.panel, tier=Tier(arguments["tier"]), limits=limits)


def canned_session(
    results: Results, project: Project, bundle: Bundle | None = None
) -> tuple[Session, CannedWorker]:
    """A session whose worker has these results; the pipeline runs as soon as events are processed."""
    worker = CannedWorker(results, bundle)
    session = Session(worker, studies_worker=CannedWorker(results))
    session.change(project)
    return session, worker
