"""What people read of an export: README, model card and datasheet, printed from the review's record and figures alone.

The exporter prints them, and whoever verifies a bundle prints them again.
"""

from studio.core.build import Fit
from studio.core.dataset import Dataset
from studio.core.evaluation import Evaluation
from studio.core.formats.delivery import Delivery, ExportFormat, Files
from studio.core.formats.use import use
from studio.core.formatting import show_bytes, show_share, show_time
from studio.core.review.card import model_card
from studio.core.review.datasheet import datasheet
from studio.core.review.printed import printed
from studio.core.review.record import Review

README, CARD, SHEET = "README.md", "MODEL_CARD.md", "DATASHEET.html"


def papers(
    admission: Review,
    evaluation: Evaluation,
    dataset: Dataset | None,
    delivery: Delivery,
    fit: Fit | None,
    format_: ExportFormat,
) -> Files:
    """The three papers of a review as it was admitted to the export."""
    told = printed(admission, evaluation, dataset, delivery, delivery.board, fit)
    return {
        README: _readme(admission, evaluation, delivery, fit, format_).encode("utf-8", "replace"),
        CARD: model_card(told, admission, evaluation),
        SHEET: datasheet(told),
    }


def _readme(
    reviewed: Review, evaluation: Evaluation, delivery: Delivery, fit: Fit | None, format_: ExportFormat
) -> str:
    board = delivery.board
    answer = reviewed.entered.answer("P8")
    limit = answer.text if answer is not None else ""
    lines = ["# A model exported by TinyML Studio", ""]
    if limit:
        lines += [f"**Know this limit first:** {limit}", ""]
    if delivery.unreviewed:
        lines += [
            "**UNREVIEWED bench build.** Nobody has reviewed this model for use: it is for trials at the desk only. "
            "The program says so when it starts. What the review still lacks stands in `MODEL_CARD.md`.",
            "",
        ]
    lines += [
        f"- Model: {delivery.recipe}, SHA-256 `{delivery.model_sha256}`",
        f"- {evaluation.metric.capitalize()} on {evaluation.n} test samples: "
        f"{show_share(evaluation.accuracy, evaluation.n)} "
        f"(before compression {show_share(evaluation.float_accuracy, evaluation.n)}), "
        f"computed by {evaluation.engine.value}",
        f"- Board: {board.name} ({board.source})",
        f"- Review: tier {reviewed.tier.value}, signed by {reviewed.signoff.by if reviewed.signoff else 'nobody'}; "
        "`DATASHEET.html` says in plain words what those affected should know",
    ]
    if fit is not None:
        for name, gauge, show in (
            ("Compute", fit.compute, show_time),
            ("Memory", fit.memory, show_bytes),
            ("Storage", fit.storage, show_bytes),
        ):
            lines.append(f"- {name}: {show(gauge.need)} of {show(gauge.limit)} ({gauge.source.value})")
        lines += [f"- Does not fit. {sentence}" for sentence in fit.sentences(board)]
    if reviewed.warnings:
        lines += ["", "## Open points", ""] + [f"- {warning}" for warning in reviewed.warnings]
    lines += ["", f"## Use: {format_.words}", "", *use(format_, delivery)]
    lines += [
        "",
        "`tinyml-studio review verify FOLDER` says whether this is what was reviewed. `SHA256SUMS` names every file's "
        "hash: `sha256sum --check SHA256SUMS`.",
    ]
    return "\n".join(lines) + "\n"
