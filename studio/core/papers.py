"""What people read of an export: README, model card and datasheet, printed from the review's record and figures alone.

The exporter prints them, and whoever verifies a bundle prints them again, in the language of the export. How to build
with a format's tools (`use`) is English in every one.
"""

from studio.core.build import Fit, Source
from studio.core.dataset import Dataset
from studio.core.evaluation import Evaluation
from studio.core.formats.delivery import Delivery, ExportFormat, Files
from studio.core.formats.use import use
from studio.core.formatting import show_bytes, show_share, show_time
from studio.core.metric import metric_of
from studio.core.phrases import phrase, phrase_count, phrase_later
from studio.core.review.card import model_card
from studio.core.review.datasheet import datasheet
from studio.core.review.front_matter import head_of
from studio.core.review.printed import printed
from studio.core.review.printed_tables import ENGINES, METRICS
from studio.core.review.record import Review

_NEEDS = {
    Source.MEASURED: phrase_later("{resource}: {need} of {limit} (measured)"),
    Source.ESTIMATED: phrase_later("{resource}: {need} of {limit} (estimated)"),
}
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
    head = head_of(delivery.tflite, delivery.engine, format_, dataset)
    return {
        README: _readme(admission, evaluation, delivery, fit, format_).encode("utf-8", "replace"),
        CARD: model_card(told, admission, evaluation, head),
        SHEET: datasheet(told),
    }


def _readme(
    reviewed: Review, evaluation: Evaluation, delivery: Delivery, fit: Fit | None, format_: ExportFormat
) -> str:
    board = delivery.board
    answer = reviewed.entered.answer("P8")
    limit = answer.text if answer is not None else ""
    title, know = phrase("A model exported by TinyML Studio"), phrase("Know this limit first:")
    lines = [f"# {title}", ""]
    if limit:
        lines += [f"**{know}** {limit}", ""]
    if delivery.unreviewed:
        warning = phrase("UNREVIEWED bench build.")
        meaning = phrase(
            "Nobody has reviewed this model for use: it is for trials at the desk only. The program says so when it "
            "starts. What the review still lacks stands in `MODEL_CARD.md`."
        )
        lines += [f"**{warning}** {meaning}", ""]
    lines += [f"- {fact}" for fact in _facts(reviewed, evaluation, delivery, fit)]
    if fit is not None:
        failing = [phrase("Does not fit. {why}", why=why) for why in fit.sentences(board)]
        lines += [f"- {sentence}" for sentence in failing]
    if reviewed.warnings:
        heading = phrase("Open points")
        lines += ["", f"## {heading}", "", *(f"- {warning}" for warning in reviewed.warnings)]
    heading = phrase("Use: {format}", format=format_.words)
    lines += ["", f"## {heading}", "", *use(format_, delivery)]
    lines += [
        "",
        phrase(
            "`tinyml-studio review verify FOLDER` says whether this is what was reviewed. `SHA256SUMS` names every "
            "file's hash: `sha256sum --check SHA256SUMS`."
        ),
    ]
    return "\n".join(lines) + "\n"


def _facts(reviewed: Review, evaluation: Evaluation, delivery: Delivery, fit: Fit | None) -> list[str]:
    board = delivery.board
    facts = [
        phrase("Model: {recipe}, SHA-256 `{hash}`", recipe=delivery.recipe, hash=delivery.model_sha256),
        phrase_count(
            "{metric} on {count} test samples: {value} (before compression {before}), computed by {engine}",
            "{metric} on {count} test samples: {value} (before compression {before}), computed by {engine}",
            evaluation.n,
            metric=phrase(METRICS[metric_of(evaluation, None)]),
            value=show_share(evaluation.accuracy, evaluation.n),
            before=show_share(evaluation.float_accuracy, evaluation.n),
            engine=phrase(ENGINES[evaluation.engine]),
        ),
        phrase("Board: {board} ({source})", board=board.name, source=board.source),
        phrase(
            "Review: tier {tier}, signed by {who}; `DATASHEET.html` says in plain words what those affected should "
            "know",
            tier=reviewed.tier.value,
            who=reviewed.signoff.by if reviewed.signoff else phrase("nobody"),
        ),
    ]
    if fit is not None:
        for name, gauge, show in (
            (phrase("Compute"), fit.compute, show_time),
            (phrase("Memory"), fit.memory, show_bytes),
            (phrase("Storage"), fit.storage, show_bytes),
        ):
            said = {"resource": name, "need": show(gauge.need), "limit": show(gauge.limit)}
            facts.append(phrase(_NEEDS[gauge.source], **said))
    return facts
