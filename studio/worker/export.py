"""The export job: review and fit are computed afresh, then the bundle is written, and the log told."""

from pathlib import Path
from typing import Any

import numpy as np

from studio.compiler.firmware import build_virtual
from studio.compiler.zig import builder
from studio.core.board import Board, Core, find_board
from studio.core.build import Build
from studio.core.bundle import Bundle, Look, export_bundle
from studio.core.checklist import Tier, standard_checklist
from studio.core.checks.check import Check
from studio.core.checks.hidden import check_export
from studio.core.checks.personal import this_computer
from studio.core.dataset import load_split
from studio.core.errors import StudioError
from studio.core.formats.delivery import ExportFormat, Files
from studio.core.formats.table import usual_format
from studio.core.pipeline import fit_of
from studio.core.printing import print_pdf
from studio.core.project import Project
from studio.core.results import Results
from studio.core.review import Event, Journal, Level, NotAdmitted, Review, logged, now
from studio.core.review.signing import KeyFile, sign_bytes
from studio.core.reviewed import review_of, target_of
from studio.core.storage import read_error
from studio.core.tflite import read
from studio.worker.build import sources_of
from studio.worker.delivery import deliver
from studio.worker.phone_metadata import with_metadata
from studio.worker.report import Report
from studio.worker.runner import stored

_MOST_SCANNED = 20_000


def export(
    project: Project,
    results: Results,
    folder: str,
    report: Report,
    level: Level = Level.RELEASE,
    journal: str = "",
    key: KeyFile | None = None,
) -> Bundle:
    """Write the bundle of what was computed for `project` to `folder`, through the review's gate.

    `journal` is the file of the review's log, read here and told how it went; `key` seals the bundle.
    """
    report(0.1, "Writing the bundle")
    log = Journal(Path(journal)) if journal else None
    rows = log.refresh() if log is not None else ()
    broken = log.broken if log is not None else ""
    at = now()
    reviewed = review_of(project, results, logged(rows, standard_checklist(), broken), at)
    if results.candidate is None or results.evaluation is None or reviewed is None:
        raise StudioError("There is nothing to export yet. Load a model and data, and wait for the accuracy.")
    board = find_board(project.board)
    format_ = project.export_format or usual_format(board)
    try:
        delivery = deliver(
            project.name,
            results.candidate,
            results.build,
            results.dataset,
            results.evaluation,
            board,
            project.export_engine,
            project.export_sensor,
            made_up=reviewed.tier.reaches(Tier.PEOPLE),
        )
        if format_ is ExportFormat.PHONE:
            delivery = with_metadata(delivery)
        report(0.5, "Writing the bundle")
        bundle = export_bundle(
            results.candidate,
            results.build,
            results.evaluation,
            board,
            fit_of(project, results),
            reviewed,
            delivery,
            format_,
            Path(folder),
            target=target_of(project),
            rows=rows,
            level=level,
            at=at,
            dataset=results.dataset,
            firmware=_image(results.build, board, level),
            builder=builder(),
            print_pdf=print_pdf,
            look=_look(results, reviewed),
            seal=(lambda content: sign_bytes(content, key)) if key is not None else None,
        )
    except StudioError as error:
        if log is not None and not log.broken:
            event = Event.EXPORT_REFUSED if isinstance(error, NotAdmitted) else Event.EXPORT_FAILED
            _tell(log, event, {"level": level.value, "why": str(error)}, reviewed, at)
        raise
    if log is not None:
        told = {
            "level": level.value,
            "files": len(bundle.files),
            "format": format_.value,
            "sums_sha256": bundle.sums_sha256,
            "manifest_sha256": bundle.manifest_sha256,
        }
        _tell(log, Event.EXPORTED, told, reviewed, at)
    return bundle


def _look(results: Results, reviewed: Review) -> Look:
    """C16 on all that is about to be written: paths and names of this computer, samples of the data."""
    candidate, dataset = results.candidate, results.dataset

    def look(files: Files) -> Check:
        if candidate is None or dataset is None:
            return check_export(files, reviewed.tier, this_computer())
        taken = read(Path(candidate.artifact).read_bytes())
        first = taken.tensors[taken.inputs[0]]
        outputs = int(np.prod(taken.tensors[taken.outputs[0]].shape[1:]))
        samples = np.concatenate(
            [
                load_split(Path(dataset.path), split.name, first.shape[1:], outputs).x[:_MOST_SCANNED]
                for split in dataset.splits
            ]
        )
        return check_export(files, reviewed.tier, this_computer(), samples, stored(samples, first))

    return look


def _tell(log: Journal, event: Event, payload: dict[str, Any], reviewed: Review, at: str) -> None:
    signer = reviewed.signoff.by if reviewed.signoff else ""
    log.append(event, payload, time=at, actor=signer, subject_hash=reviewed.subject.hash)


def _image(build: Build | None, board: Board, level: Level) -> bytes | None:
    """The image for the virtual Cortex-M4 board; a bench build's says that it is one."""
    if build is None or not build.firmware or not board.virtual or board.core is not Core.CORTEX_M4:
        return None
    bench = level is Level.BENCH
    path = build_virtual(sources_of(build), optimize=build.optimize, unreviewed=bench).elf_path
    try:
        return path.read_bytes()
    except OSError as error:
        raise read_error(path, error) from error
