"""The export job: review and fit are computed afresh, then the bundle is written."""

from pathlib import Path

from studio.core.board import find_board
from studio.core.bundle import Bundle, export_bundle
from studio.core.errors import StudioError
from studio.core.formats.delivery import ExportFormat
from studio.core.formats.table import usual_format
from studio.core.pipeline import Results, fit_of, review_of
from studio.core.project import Project
from studio.worker.delivery import deliver
from studio.worker.phone_metadata import with_metadata
from studio.worker.report import Report


def export(project: Project, results: Results, folder: str, report: Report) -> Bundle:
    """Write the bundle of what was computed for `project` to `folder`, through the review's gate."""
    report(0.2, "Writing the bundle")
    reviewed = review_of(project, results)
    if results.candidate is None or results.evaluation is None or reviewed is None:
        raise StudioError("There is nothing to export yet. Load a model and data, and wait for the accuracy.")
    board = find_board(project.board)
    format_ = project.export_format or usual_format(board)
    delivery = deliver(
        project.name,
        results.candidate,
        results.build,
        results.dataset,
        results.evaluation,
        board,
        project.export_engine,
        project.export_sensor,
    )
    if format_ is ExportFormat.PHONE:
        delivery = with_metadata(delivery)
    report(0.8, "Writing the bundle")
    return export_bundle(
        results.candidate,
        results.build,
        results.evaluation,
        board,
        fit_of(project, results),
        reviewed,
        delivery,
        format_,
        Path(folder),
    )
