"""A bundle's code and papers made again from its model and its own record, as the exporter made them."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from studio import __version__
from studio.core.board import find_board
from studio.core.build import Fit, Optimize
from studio.core.canonical import digest
from studio.core.checklist import standard_checklist
from studio.core.checks.check import Check
from studio.core.codec import from_json
from studio.core.dataset import Dataset, Task
from studio.core.errors import StudioError
from studio.core.evaluation import Evaluation
from studio.core.formats.delivery import (
    Delivery,
    End,
    ExportEngine,
    ExportFormat,
    Files,
    bench,
    end_of,
    identifier,
    operators_of,
    plain_labels,
)
from studio.core.formats.table import FORMATS
from studio.core.making import Making, summary_of
from studio.core.papers import papers
from studio.core.phrases import phrase, phrase_later
from studio.core.recipe import Recipe
from studio.core.review.document import Recorded, document, schema
from studio.core.review.findings import FIGURES, MANIFEST, RECORD, RECORD_SCHEMA
from studio.core.review.gate import Level
from studio.core.review.log import Row
from studio.core.review.logged import logged
from studio.core.review.record import Review, review
from studio.core.tflite import read

Generate = Callable[[bytes, tuple[str, ...], Optimize, str], Files]
"""Takes a .tflite, labels, what to tune for and the recipe's title; gives the C files by name (the compiler)."""

Wanted = tuple[bytes, tuple[str, ...], Optimize, str]
"""What the compiler takes: a .tflite, labels, what to tune for and the recipe's title."""


@dataclass(frozen=True, slots=True)
class Compiler:
    """The compiler, for whoever makes a bundle's code again; each function takes what `Wanted` says first.

    `builder` names what builds machine code (`Making.builder`). `image` gives the image for the virtual board (True:
    with a bench build's mark), `answers` what the model answers to inputs, all as it stores its numbers; StudioError
    where they cannot be had to the bit.
    """

    builder: str
    generate: Generate
    image: Callable[[bytes, tuple[str, ...], Optimize, str, bool], bytes]
    answers: Callable[[bytes, tuple[str, ...], Optimize, str, tuple[bytes, ...]], tuple[bytes, ...]]


_NO_END = End((), "int8", 1.0, 0)
_ROUNDING = 1e-6
_VERSION = re.compile(r"\d+\.\d+\.\d+")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}([_@][A-Za-z0-9]{2,8})*")
"""A catalogue's name, which is a folder's: a path would let a bundle bring words of its own."""


@dataclass(frozen=True, slots=True)
class Record:
    """What a bundle says that it was made from; `details` are the recorded checks with what lies behind them.

    `data_sha256` is of the data that the manifest names.
    """

    recorded: Recorded
    rows: tuple[Row, ...]
    making: Making
    evaluation: Evaluation
    recipe: Recipe
    fit: Fit | None
    format_: ExportFormat
    delivery: Delivery
    details: tuple[Check, ...]
    data_sha256: str


def record_of(
    manifest: dict[str, Any],
    recorded: Recorded,
    rows: tuple[Row, ...],
    review_json: bytes,
    evaluation_json: bytes,
    tflite: bytes,
) -> Record:
    """The record in a bundle's own files. Raises StudioError where it says too little, or what cannot be."""
    try:
        making = from_json(Making, manifest["making"], "making")
        evaluation = from_json(Evaluation, json.loads(evaluation_json), FIGURES)
        recipe = from_json(Recipe, manifest["recipe"], "recipe")
        fit = from_json(Fit, manifest["fit"], "fit") if manifest["fit"] is not None else None
        format_, engine = ExportFormat(manifest["format"]), ExportEngine(manifest["engine"])
        details = tuple(_check(entry) for entry in json.loads(review_json)["checks"])
        data_sha256 = str(manifest["data_sha256"])
        board = find_board(str(manifest["board"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise StudioError(phrase("What it was made from cannot be read ({why}).", why=error)) from error
    if why := _why_not_as_written(making):
        raise StudioError(phrase(why, manifest=MANIFEST))
    delivery = Delivery(
        name=making.name,
        title=making.title,
        summary=summary_of(evaluation),
        board=board,
        engine=engine,
        sensor=making.sensor,
        labels=plain_labels(making.dataset.labels if making.dataset is not None else ()),
        recipe=recipe.title,
        studio=__version__,
        model_sha256=recorded.subject.model_sha256,
        tflite=tflite,
        input=_NO_END,
        output=_NO_END,
        sources={},
        arena_bytes=making.arena_bytes,
        arena_measured=making.arena_measured,
        version=making.version,
    )
    return Record(
        recorded,
        rows,
        making,
        evaluation,
        recipe,
        fit,
        format_,
        delivery,
        details,
        data_sha256,
    )


def _why_not_as_written(making: Making) -> str:
    """What in it would put words of its own into code or papers; the studio cleans these before it writes them."""
    if making.name != identifier(making.name):
        return phrase_later("{manifest} names a library, which the studio does not write.")
    if making.title != " ".join(making.title.split()) or "*/" in making.title:
        return phrase_later("{manifest} names a title, which the studio does not write.")
    if not _VERSION.fullmatch(making.version):
        return phrase_later("{manifest} names a version, which the studio does not write.")
    if not _LANGUAGE.fullmatch(making.language):
        return phrase_later("{manifest} names a language, which the studio does not write.")
    return ""


def _check(entry: dict[str, Any]) -> Check:
    given = {key: value for key, value in entry.items() if key not in ("sha256", "status")}
    return from_json(Check, {**given, "verdict": entry["status"]}, "checks")


def why_not_of_the_subject(record: Record) -> tuple[str, ...]:
    """What in the record is about something else than what was reviewed, in sentences."""
    subject, dataset = record.recorded.subject, record.making.dataset
    found = []
    if digest(record.recipe) != subject.recipe_sha256:
        found.append(phrase("{manifest} names another recipe than was reviewed.", manifest=MANIFEST))
    if record.evaluation.candidate_sha256 != subject.model_sha256:
        found.append(phrase("The figures in {file} are of another model than was reviewed.", file=FIGURES))
    if record.evaluation.data_sha256 != record.data_sha256:
        found.append(
            phrase(
                "The figures in {file} are of other data than {manifest} names.",
                file=FIGURES,
                manifest=MANIFEST,
            )
        )
    if dataset is None and subject.test_sha256:
        found.append(phrase("{manifest} names no data, but some was reviewed.", manifest=MANIFEST))
    if dataset is not None and (
        record.evaluation.data_sha256 != dataset.sha256 or _split_hash(dataset, "test") != subject.test_sha256
    ):
        found.append(phrase("The figures in {file} are of other data than was reviewed.", file=FIGURES))
    if dataset is not None and (
        _split_hash(dataset, "validation") != subject.validation_sha256
        or _split_hash(dataset, "train") != subject.train_sha256
    ):
        found.append(
            phrase(
                "{manifest} names other data to train and validate with than was reviewed.", manifest=MANIFEST
            )
        )
    return (*found, *_why_not_of_the_checks(record))


def _why_not_of_the_checks(record: Record) -> tuple[str, ...]:
    """Where figures are printed that the checks, which were signed, know otherwise (C1 and C2, for classes)."""
    evaluation, checks = record.evaluation, {check.id: check for check in record.recorded.checks}
    if evaluation.task is not Task.CLASSIFICATION:
        return ()
    change = evaluation.accuracy - evaluation.float_accuracy
    return tuple(
        phrase("The accuracy in {file} is not the one of check {check}.", file=FIGURES, check=name)
        for name, value in (("C1", evaluation.accuracy), ("C2", change))
        if name in checks
        and (known := checks[name].value) is not None
        and (abs(known - value) > _ROUNDING or checks[name].n != evaluation.n)
    )


def _split_hash(dataset: Dataset, name: str) -> str:
    split = next((split for split in dataset.splits if split.name == name), None)
    return "" if split is None else split.sha256 or digest([dataset.sha256, name])


def admission_of(record: Record) -> Review:
    """The review as it was admitted to the export, worked out from its record and log."""
    recorded, checklist = record.recorded, standard_checklist()
    found = review(
        checklist,
        recorded.entered,
        record.details,
        recorded.subject,
        logged(record.rows, checklist),
        recorded.samples,
        at=recorded.created,
    )
    return replace(found, gate=replace(found.gate, level=Level.BENCH)) if _is_bench(record) else found


def papers_of(record: Record) -> Files:
    """README, model card and datasheet, and the review's own record, as they have to be."""
    admission = admission_of(record)
    delivery = bench(record.delivery) if _is_bench(record) else record.delivery
    told = papers(admission, record.evaluation, record.making.dataset, delivery, record.fit, record.format_)
    return {**told, RECORD: document(admission), RECORD_SCHEMA: schema()}


def code_of(record: Record, vectors: tuple[tuple[bytes, bytes], ...], generate: Generate) -> Files:
    """The format's files as they have to be, with these golden vectors. StudioError where there can be none."""
    model = read(record.delivery.tflite)
    taken, given = model.tensors[model.inputs[0]], model.tensors[model.outputs[0]]
    sources: Files = {}
    if record.making.optimize is not None:
        sources = generate(*wanted_of(record))
    fitting = all(len(x) == taken.bytes and len(y) == given.bytes for x, y in vectors) and len(vectors) > 0
    delivery = replace(
        record.delivery,
        input=end_of(taken),
        output=end_of(given),
        sources=sources,
        operators=operators_of(model),
        vectors=vectors if fitting else ((bytes(taken.bytes), bytes(given.bytes)),),
    )
    return FORMATS[record.format_](bench(delivery) if _is_bench(record) else delivery)


def wanted_of(record: Record) -> Wanted:
    """What the compiler took for this bundle's C."""
    labels = record.making.dataset.labels if record.making.dataset is not None else ()
    optimize = record.making.optimize or Optimize.BALANCED
    return record.delivery.tflite, labels, optimize, record.recipe.title


def _is_bench(record: Record) -> bool:
    return record.recorded.level == Level.BENCH
