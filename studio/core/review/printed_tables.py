"""The tables of a printed review, each row a name and what it holds: results, effort, hardware, data and hashes."""

from studio.core.board import Board
from studio.core.build import Fit, Source
from studio.core.dataset import Dataset, Task
from studio.core.evaluation import Engine, Evaluation
from studio.core.formats.delivery import Delivery
from studio.core.formatting import show_bytes, show_time
from studio.core.metric import Metric, metric_of
from studio.core.phrases import phrase, phrase_count, phrase_later
from studio.core.review.record import Review

Pairs = tuple[tuple[str, str], ...]

METRICS = {
    Metric.ACCURACY: phrase_later("Accuracy"),
    Metric.R2: phrase_later("R²"),
    Metric.AUC: phrase_later("AUC"),
}
ENGINES = {
    Engine.STUDIO_C: phrase_later("the exported C, built for this computer"),
    Engine.LITERT: phrase_later("LiteRT on this computer"),
}
_SOURCES = {
    Source.MEASURED: phrase_later("{need} of {limit}, measured"),
    Source.ESTIMATED: phrase_later("{need} of {limit}, estimated"),
}
_PACES = {
    Source.MEASURED: phrase_later("The model takes {time} for an answer once its input is there (measured)."),
    Source.ESTIMATED: phrase_later(
        "The model takes {time} for an answer once its input is there (estimated)."
    ),
}
_SPLITS = {
    "train": phrase_later("Train"),
    "validation": phrase_later("Validation"),
    "test": phrase_later("Test"),
}


def results(evaluation: Evaluation, reviewed: Review) -> Pairs:
    """How well the model answers."""
    metric, n = metric_of(evaluation, None), evaluation.n
    low, high = evaluation.accuracy_ci
    check = reviewed.check("C1")
    if evaluation.task is Task.CLASSIFICATION and check is not None and check.ci is not None:
        low, high = check.ci  # which knows whose samples are alike
    value = metric.show(evaluation.accuracy, n)
    words = phrase_count("{value} on {count} test sample", "{value} on {count} test samples", n, value=value)
    if metric is Metric.ACCURACY:
        words = phrase_count(
            "{value} of {count} test sample", "{value} of {count} test samples", n, value=value
        )
    rows = [
        (phrase(METRICS[metric]), words),
        (
            phrase("95 % interval"),
            phrase("{low} to {high}", low=metric.show(low, n), high=metric.show(high, n)),
        ),
        (phrase("Before compression"), metric.show(evaluation.float_accuracy, n)),
        (phrase("Computed by"), phrase(ENGINES[evaluation.engine])),
    ]
    if evaluation.errors is not None:
        rows.insert(1, (phrase("Mean absolute error"), f"{evaluation.errors.absolute.value:.3g}"))
    return tuple(rows)


def hashes(reviewed: Review) -> Pairs:
    """What the review is bound to."""
    subject, head = reviewed.subject, reviewed.logged.head
    return (
        (phrase("Subject"), subject.hash),
        (phrase("Model (.tflite)"), subject.model_sha256),
        (phrase("Model before compression"), subject.float_model_sha256),
        (phrase("Test data"), subject.test_sha256),
        (
            phrase("Log"),
            phrase_count("{hash} after {count} row", "{hash} after {count} rows", head.rows, hash=head.hash),
        ),
    )


def effort(reviewed: Review) -> Pairs:
    """What went into the review, by its log."""
    facts = reviewed.logged
    time = phrase("less than a minute (pauses left out)")
    if facts.minutes is None:
        time = phrase("not known: the answers came from a file")
    elif facts.minutes >= 1:
        time = phrase_count(
            "{count} minute (pauses left out)", "{count} minutes (pauses left out)", round(facts.minutes)
        )
    return (
        (phrase("Time spent in the review"), time),
        (phrase("Test set opened"), phrase_count("once", "{count} times", facts.test_set_openings)),
        (phrase("Overrides"), str(len(reviewed.entered.overrides))),
        (phrase("Refused exports before"), str(facts.refusals)),
    )


def hardware(board: Board, fit: Fit | None, delivery: Delivery) -> Pairs:
    """The board, and what the model needs of it."""
    rows = [(phrase("Board"), board.name), (phrase("Sensor in the example"), delivery.sensor.words)]
    if fit is not None:
        for name, gauge, show in (
            (phrase("One inference"), fit.compute, show_time),
            (phrase("Memory (RAM)"), fit.memory, show_bytes),
            (phrase("Storage (flash)"), fit.storage, show_bytes),
        ):
            need, limit = show(gauge.need), show(gauge.limit)
            rows.append((name, phrase(_SOURCES[gauge.source], need=need, limit=limit)))
    rows.append((phrase("Power"), phrase("not measured")))
    return tuple(rows)


def pace(fit: Fit | None) -> str:
    """How long an answer takes on the board, and how many there can be, as sentences."""
    if fit is None or fit.compute.need <= 0:
        return phrase("How long an answer takes is not known.")
    words = phrase(_PACES[fit.compute.source], time=show_time(fit.compute.need))
    most = 1_000_000 / fit.compute.need
    rate = phrase(
        "That allows for {rate} answers a second at most; how often it answers depends on the program around it.",
        rate=f"{most:,.0f}" if most >= 10 else f"{most:.2g}",
    )
    return f"{words} {rate}"


def data(dataset: Dataset | None) -> Pairs:
    """The splits and the columns of groups."""
    if dataset is None:
        # Translators: there is no data.
        none = phrase("none")
        return ((phrase("Data"), none),)
    rows = [
        (
            phrase(_SPLITS[split.name]) if split.name in _SPLITS else split.name.capitalize(),
            phrase_count("{count} sample", "{count} samples", split.samples),
        )
        for split in dataset.splits
    ]
    groups = ", ".join(dataset.groups) or phrase("none: nothing can be said about groups")
    rows.append((phrase("Group columns"), groups))
    return tuple(rows)
