"""What boards were measured to do with the present candidate: reports that are kept, found again and handed out."""

from PySide6.QtCore import QObject, Signal

from studio.core.board_report import BoardReport, LayerClock, keep_report, reports_of
from studio.core.recipe import Candidate
from studio.ui.aside import Aside


class BoardReports(QObject):
    """Reports of the candidate at hand, the newest first; reading and writing is done beside the window's thread.

    `changed` says that there are others, `validated` gives the newest validation that said anything, `failed` a
    sentence where a report could not be kept (it still counts until the studio ends).
    """

    changed = Signal()
    validated = Signal(object)
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.reports: tuple[BoardReport, ...] = ()
        self._sha256 = ""
        self._aside = Aside(self)

    @property
    def clock(self) -> LayerClock | None:
        """The newest times of the candidate's layers on a board that could tell them."""
        clocks = (report.layers for report in self.reports)
        return next((clock for clock in clocks if clock is not None and clock.known), None)

    def follow(self, candidate: Candidate | None) -> None:
        """The candidate is this one now."""
        sha256 = candidate.sha256 if candidate is not None else ""
        if sha256 == self._sha256:
            self._say()  # the same model may have come back after another recipe
            return
        self._sha256 = sha256
        self._set(())
        if sha256:
            self._aside.run(
                lambda: reports_of(sha256), lambda found: self._found(sha256, found), self.failed.emit
            )

    def take(self, report: BoardReport) -> None:
        """A board was measured just now: keep what it said."""
        if report.validation.model_sha256 == self._sha256:
            others = (one for one in self.reports if one.validation.board != report.validation.board)
            self._set((report, *others))
        self._aside.run(lambda: keep_report(report), lambda _: None, self.failed.emit)

    def _found(self, sha256: str, found: tuple[BoardReport, ...]) -> None:
        if sha256 == self._sha256:
            fresh = {one.validation.board for one in self.reports}
            self._set((*self.reports, *(one for one in found if one.validation.board not in fresh)))

    def _set(self, reports: tuple[BoardReport, ...]) -> None:
        if reports != self.reports:
            self.reports = reports
            self.changed.emit()
            self._say()

    def _say(self) -> None:
        newest = next((one.validation for one in self.reports if one.validation.samples), None)
        if newest is not None:
            self.validated.emit(newest)
