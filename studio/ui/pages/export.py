"""The Export page: for which board, does it fit, and the files, once the review allows it."""

import re
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QSettings, QStandardPaths, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from studio.core.board import Board, boards, find_board
from studio.core.build import fit
from studio.core.bundle import Bundle
from studio.core.checklist import Tier
from studio.core.errors import StudioError
from studio.core.formats.delivery import ExportEngine, ExportFormat, SensorStub
from studio.core.formats.table import usual_format, why_not
from studio.core.pipeline import fit_of, needs_c
from studio.core.project import Project
from studio.core.review import Level
from studio.core.steps import Step
from studio.ui.choosing import choose_folder
from studio.ui.flashing import Flashing
from studio.ui.icons import icon
from studio.ui.sealing import Sealing
from studio.ui.session import Session
from studio.ui.theme import GRID, set_role
from studio.ui.widgets.board_list import BoardList
from studio.ui.widgets.bundle_list import BundleList
from studio.ui.widgets.fit_card import FitCard
from studio.ui.widgets.flash_panel import FlashPanel
from studio.ui.widgets.format_choices import FormatChoices
from studio.ui.widgets.layouts import Card, Inside, label, row
from studio.ui.widgets.notice import Notice, Tone
from studio.ui.widgets.scrolled import Scrolled
from studio.ui.widgets.seal_line import SealLine

_SETTING = "parent"
_SHOWN_REASONS = 3
_TRIAL = "_UNREVIEWED"


class ExportPage(QWidget):
    """`step_wanted` names the step (core.steps.Step) that a button here leads to."""

    step_wanted = Signal(str)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._exporting = False
        self._chosen_folder = False

        self.board_list = BoardList(boards())
        self.fits = FitCard()
        self.folder = QLineEdit(placeholderText="A new or empty folder")
        self.folder.setAccessibleName("Folder to export to")
        self._choose = QPushButton(icon("open"), "Choose…")
        self.button = QPushButton("Export")
        self.trial_button = QPushButton(icon("export"), "Export a trial build")
        self.trial_button.setToolTip(
            "For your desk only: marked UNREVIEWED in its name, in its files and on boot"
        )
        self._refused = False
        self._failed: Project | None = None  # whose export failed, while that is said
        self.formats = FormatChoices()
        self.seal_line = SealLine()
        self.sealing = Sealing(session, self.seal_line, self)
        self.notice = Notice()
        self.bundle_list = BundleList()
        self.flash_panel = FlashPanel()
        self.flashing = Flashing(session, self.flash_panel, self)
        self._lay_out()

        self.board_list.board_chosen.connect(self._on_board)
        self.fits.deadline.valueChanged.connect(self._on_deadline)
        self.formats.format_chosen.connect(self._on_format)
        self.formats.engine_chosen.connect(self._on_engine)
        self.formats.sensor_chosen.connect(self._on_sensor)
        self.folder.textEdited.connect(self._on_folder_typed)
        self._choose.clicked.connect(lambda: choose_folder(self, "Export to", self.set_folder))
        self.button.clicked.connect(self._on_export)
        self.trial_button.clicked.connect(self._on_trial)
        self.notice.cure_wanted.connect(lambda: self.step_wanted.emit(Step.REVIEW))
        self.flashing.measured_changed.connect(self._show)
        self.flash_panel.grown.connect(self._on_flash_panel_grown)
        session.project_changed.connect(self._show)
        session.results_changed.connect(self._show)
        session.exported.connect(self._on_exported)
        session.failed.connect(self._on_failed)
        self._show()

    def set_folder(self, folder: Path) -> None:
        """Export to this folder; a folder with other files in it gets one of the project's own inside."""
        if folder.is_dir() and any(folder.iterdir()) and not (folder / "manifest.json").is_file():
            folder = folder / self._own_name()
        self._chosen_folder = True
        self.folder.setText(str(folder))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Qt: end what builds or flashes."""
        self.flashing.close()
        super().closeEvent(event)

    def _lay_out(self) -> None:
        board = Card("Board")
        self.board_list.setMinimumHeight(140)
        board.body.addWidget(self.board_list, 1)
        write = Card("Export")
        write.body.addWidget(self.formats)
        write.body.addLayout(row(self.folder, self._choose))
        write.body.addWidget(self.seal_line)
        write.body.addWidget(self.notice)
        write.body.addLayout(row(None, self.trial_button, self.button))  # what comes and goes moves no button
        write.body.addWidget(self.bundle_list, 1)
        wide = Inside()
        left = QVBoxLayout(wide)
        left.setContentsMargins(0, 0, GRID // 2, 0)
        left.setSpacing(GRID)
        left.addWidget(board, 1)
        left.addWidget(write)
        left.addWidget(self.flash_panel)
        across = QHBoxLayout()
        across.setSpacing(2 * GRID)
        self._left = Scrolled(wide)
        across.addWidget(self._left, 7)
        across.addWidget(Scrolled(self.fits), 4)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * GRID, 2 * GRID, 2 * GRID, GRID)
        layout.setSpacing(GRID)
        layout.addWidget(label("Export", "title"))
        layout.addLayout(across, 1)

    @Slot()
    def _show(self, *_: object) -> None:
        project = self._session.project
        self.board_list.set_board(project.board)
        self.fits.set_deadline(project.deadline_ms)
        self._show_board()
        self._show_fits()
        if not self._chosen_folder:
            self.folder.setText(str(_usual_parent() / self._own_name()))
        reviewed = self._session.reviewing.review
        approved = reviewed is not None and reviewed.approved
        set_role(self.button, "primary" if approved else "")
        self.button.setIcon(icon("export", "on_accent") if approved else icon("blocked", "danger"))
        self.button.setToolTip("" if approved else "The review blocks the export; press to see why")
        self.button.setText("Exporting…" if self._exporting else "Export")
        self.button.setEnabled(not self._exporting)
        self.trial_button.setVisible(reviewed is not None and reviewed.gate.level is Level.BENCH)
        self.trial_button.setEnabled(not self._exporting)
        if self._refused:
            self._show_refusal()
        elif self._failed is not None and self._failed != project:  # what is said is of another project
            self._failed = None
            self.notice.show_sentence("")
        self.bundle_list.set_bundle(self._session.bundle)
        self.flashing.set_bundle(self._session.bundle)

    def _show_board(self) -> None:
        board = self._board()
        self.fits.set_board(board)
        self.formats.setVisible(board is not None)
        if board is not None:
            project = self._session.project
            self.formats.set_choices(
                board, project.export_format, project.export_engine, project.export_sensor
            )

    def _show_fits(self) -> None:
        project, results = self._session.project, self._session.results
        fits = {}
        if results.build is not None:
            fits = {board.id: fit(results.build, board, project.deadline_ms * 1000) for board in boards()}
        board = self._board()
        if board is not None and (compiled := self.flashing.fit(fits.get(board.id))):
            fits[board.id] = compiled
        self.board_list.set_fits(fits)
        now = fit_of(project, results) if board is not None else None
        if now is not None and results.build is None and board is not None:  # the .tflite runs as it is
            self.board_list.set_fits({board.id: now})
        fitted = now or (fit_of(project, self._session.previous) if board is not None else None)
        fitted = self.flashing.fit(fitted)
        stale = "" if now is not None else "Measuring…" if self._session.busy else "Before the change"
        self.fits.set_fit(fitted, stale=stale)
        if fitted is not None and board is not None and not stale:
            self.fits.notice.show_sentence(" ".join(fitted.sentences(board)), Tone.DANGER)
        elif results.candidate is not None and not needs_c(project, results):
            self.fits.notice.show_sentence(
                project.recipe.scheme.why_not_on_microcontrollers or "", Tone.WARNING
            )
        else:
            problem = results.problem("compile_candidate") or results.problem("measure")
            self.fits.notice.show_sentence(problem.sentence if problem else "", Tone.WARNING)

    def _board(self) -> Board | None:
        try:
            return find_board(self._session.project.board)
        except StudioError:
            return None

    def _own_name(self) -> str:
        project = self._session.project
        return re.sub(r"[^\w.]+", "-", f"{project.name}-{project.board}").strip("-.") or "export"

    @Slot(str)
    def _on_board(self, board_id: str) -> None:
        project = replace(self._session.project, board=board_id)
        format_, board = project.export_format, find_board(board_id)
        if format_ is not None and why_not(format_, board) is not None:
            project = replace(project, export_format=None)
        if why_not(format_ or usual_format(board), board, project.export_engine) is not None:
            project = replace(project, export_engine=ExportEngine.STUDIO_C)
        self._session.change(project, merge="board")

    @Slot(int)
    def _on_deadline(self, milliseconds: int) -> None:
        self._session.change(replace(self._session.project, deadline_ms=milliseconds), merge="deadline")

    @Slot(str)
    def _on_format(self, format_: str) -> None:
        self._session.change(replace(self._session.project, export_format=ExportFormat(format_)))

    @Slot(str)
    def _on_engine(self, engine: str) -> None:
        self._session.change(replace(self._session.project, export_engine=ExportEngine(engine)))

    @Slot(str)
    def _on_sensor(self, sensor: str) -> None:
        self._session.change(replace(self._session.project, export_sensor=SensorStub(sensor)))

    @Slot()
    def _on_folder_typed(self) -> None:
        self._chosen_folder = True

    @Slot()
    def _on_export(self) -> None:
        reviewed = self._session.reviewing.review
        if reviewed is None:
            self.notice.show_sentence(
                "There is nothing to export yet. Open a model and data first; the review comes next.",
                Tone.WARNING,
            )
            return
        if not reviewed.approved:
            self._refused = True
            self._show_refusal()
            self._session.reviewing.refused(Level.RELEASE)
            return
        self._write(Level.RELEASE)

    @Slot()
    def _on_trial(self) -> None:
        self._refused = False
        self._write(Level.BENCH)

    def _write(self, level: Level) -> None:
        folder = self.folder.text().strip()
        if not folder:
            self.notice.show_sentence("Choose a folder to export to.", Tone.WARNING)
            return
        self._exporting = True
        self.notice.show_sentence("")
        self._show()
        place = Path(folder).expanduser()
        if level is Level.BENCH and not place.name.endswith(_TRIAL):  # beside a release, never in its place
            place = place.with_name(place.name + _TRIAL)
        self._session.export(place, level)

    def _show_refusal(self) -> None:
        """What the review holds against the export; kept up to date while it stands on the page."""
        reviewed = self._session.reviewing.review
        if reviewed is None or reviewed.approved:
            self._refused = False
            self.notice.show_sentence("")
            return
        if reviewed.tier is Tier.STOP:  # nothing that could be settled would change it
            self.notice.show_sentence(reviewed.reasons[0], Tone.DANGER, "Open the review")
            return
        shown = [f"• {reason}" for reason in reviewed.reasons[:_SHOWN_REASONS]]
        if len(reviewed.reasons) > _SHOWN_REASONS:
            shown.append(f"• and {len(reviewed.reasons) - _SHOWN_REASONS} more")
        words = "\n".join(["The review blocks the export:", *shown])
        self.notice.show_sentence(words, Tone.DANGER, "Open the review")

    @Slot(object)
    def _on_exported(self, bundle: Bundle) -> None:
        self._exporting = False
        _remembered().setValue(_SETTING, str(Path(bundle.folder).parent))
        self.notice.show_sentence("")
        self._show()

    @Slot()
    def _on_flash_panel_grown(self) -> None:
        """What appears there must not appear out of sight."""
        QTimer.singleShot(0, self, lambda: self._left.ensureWidgetVisible(self.flash_panel, 0, 0))

    @Slot(str, str)
    def _on_failed(self, step: str, sentence: str) -> None:
        if step == Step.EXPORT:
            self._exporting = False
            self._failed = None
            self._show()
            self._failed = self._session.project
            self.notice.show_sentence(sentence, Tone.DANGER)


def _remembered() -> QSettings:
    return QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "tinyml-studio", "export")


def _usual_parent() -> Path:
    known = _remembered().value(_SETTING, "")
    if isinstance(known, str) and known:
        return Path(known)
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return Path(documents or Path.home()) / "TinyML Studio"
