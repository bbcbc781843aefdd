"""The export: an export format's files with manifest and review, written only for an approved review."""

import hashlib
import io
import json
import os
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from studio import __version__
from studio.core.board import Board
from studio.core.build import Build, Fit
from studio.core.checks.check import Check, Verdict
from studio.core.codec import to_json
from studio.core.dataset import Dataset
from studio.core.errors import StudioError
from studio.core.evaluation import Evaluation
from studio.core.formats.delivery import UNREVIEWED, Delivery, ExportFormat, Files, bench, model_file
from studio.core.formats.table import FORMATS, why_not
from studio.core.formats.use import use
from studio.core.formatting import show_bytes, show_share, show_time
from studio.core.recipe import Candidate
from studio.core.review import Level, Review, Row, admitted, now
from studio.core.review.card import model_card
from studio.core.review.datasheet import datasheet
from studio.core.review.document import document, schema
from studio.core.review.log import head_of, line_of
from studio.core.review.printed import Printed, printed
from studio.core.review.verification import LOG_FILE, MANIFEST, RECORD, SEAL, SUMS
from studio.core.storage import read_error, sha256_of, write_atomically, write_error


@dataclass(frozen=True, slots=True)
class BundleFile:
    """One exported file: its path in the bundle, its size and its SHA-256."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """What was exported, and where."""

    folder: str
    files: tuple[BundleFile, ...]
    subject_hash: str
    level: Level = Level.RELEASE


Print = Callable[[bytes], bytes | None]
"""Takes the HTML of a page, gives its PDF, or None where it cannot be printed."""

Look = Callable[[Files], Check]
"""Takes the files of the format by their path, gives check C16."""

Seal = Callable[[bytes], tuple[str, str]]
"""Takes what is to be signed, gives the public key and the signature in hex."""


def export_bundle(
    candidate: Candidate,
    build: Build | None,
    evaluation: Evaluation,
    board: Board,
    fit: Fit | None,
    reviewed: Review,
    delivery: Delivery,
    format_: ExportFormat,
    folder: Path,
    *,
    target: str,
    rows: tuple[Row, ...] = (),
    level: Level = Level.RELEASE,
    at: str = "",
    dataset: Dataset | None = None,
    firmware: bytes | None = None,
    print_pdf: Print | None = None,
    seal: Seal | None = None,
    look: Look | None = None,
) -> Bundle:
    """Write the bundle to `folder` and return it.

    The review's gate is asked again, at this time and for these very bytes. Refuses what it does not allow, a review of
    something else, a candidate whose bytes changed since, a format that the board does not take, a folder that holds
    files of others, and files that are not on the disk as they were reviewed. A build is needed for microcontrollers;
    without one (phone, Linux) the bundle carries the .tflite and what runs it.

    `target` is what it is for (`pipeline.target_of`), `rows` the review's log, `at` the time (RFC 3339; "": now),
    `firmware` an image for the virtual board. `print_pdf` prints the datasheet, `seal` signs the whole bundle, `look`
    is check C16 on the format's files: what it fails is not written, whatever else was decided.
    """
    content = _read(Path(candidate.artifact))
    admission = admitted(reviewed, level, hashlib.sha256(content).hexdigest(), target, at or now())
    if admission.logged.head != head_of(rows):
        raise StudioError(
            "The review's log is another than the one that the review was made with. Export again."
        )
    if build is None and not board.takes_float:
        why = candidate.recipe.scheme.why_not_on_microcontrollers or "Build it first."
        raise StudioError(f"The {board.name} needs C code. {why}")
    if refused := why_not(format_, board, delivery.engine):
        raise StudioError(f"{refused} Choose another format on the Export page.")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MANIFEST).is_file():
        raise StudioError(f"{folder} holds other files. Choose a new or empty folder.")
    if level is Level.BENCH:
        delivery = bench(delivery)
    told = printed(admission, evaluation, dataset, delivery, board, fit)
    record = _record(admission, evaluation, told, rows, delivery, print_pdf)
    record["README.md"] = _readme(candidate, evaluation, board, fit, admission, delivery, format_).encode()
    code = FORMATS[format_](delivery)
    if look is not None and (seen := look(code)).verdict is Verdict.FAIL:
        raise StudioError(f"The export would give away what it must not. {seen.sentence}")
    contents = _contents(record, code, board, delivery, format_, firmware)
    files = tuple(
        BundleFile(name, len(content), hashlib.sha256(content).hexdigest())
        for name, content in sorted(contents.items())
    )
    manifest = {
        "studio": __version__,
        "level": level.value,
        "model_sha256": candidate.sha256,
        "model_file": model_file(delivery),
        "source_model_sha256": candidate.model_sha256,
        "data_sha256": candidate.data_sha256,
        "recipe": to_json(candidate.recipe),
        "board": board.id,
        "format": format_.value,
        "engine": delivery.engine.value,
        "subject_hash": admission.subject.hash,
        "log": to_json(admission.logged.head),
        "fit": to_json(fit) if fit else None,
        "files": [to_json(file) for file in files],
    }
    contents[MANIFEST] = _json(manifest)
    contents[SUMS] = "".join(f"{file.sha256}  {file.name}\n" for file in files).encode()
    if seal is not None:
        key, signature = seal(hashlib.sha256(contents[SUMS] + contents[MANIFEST]).digest())
        contents[SEAL] = _json(
            {"key": key, "signature": signature, "over": f"SHA-256 of {SUMS} and {MANIFEST}"}
        )
    _write_all(folder, contents)
    return Bundle(str(folder), files, admission.subject.hash, level)


def _write_all(folder: Path, contents: dict[str, bytes]) -> None:
    """Write every file beside the folder first, then move them in: a full disk leaves an earlier export whole."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        staging = tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}.")
    except OSError as error:
        raise write_error(folder, error) from error
    with staging as place:
        for name, content in contents.items():
            write_atomically(Path(place) / name, content)
        for name, content in contents.items():
            if sha256_of(Path(place) / name) != hashlib.sha256(content).hexdigest():
                raise StudioError(
                    f"{name} is not on the disk as it was written. Check the disk, and export again."
                )
        _remove_old_files(folder)
        try:
            for name in contents:
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                os.replace(Path(place) / name, folder / name)
        except OSError as error:
            raise write_error(folder, error) from error


def _remove_old_files(folder: Path) -> None:
    """Remove what an earlier export to this folder wrote, by its manifest; nothing else."""
    manifest = folder / "manifest.json"
    if not manifest.is_file():
        return
    try:
        names = [str(entry["name"]) for entry in json.loads(manifest.read_text(encoding="utf-8"))["files"]]
        for name in names:
            file = (folder / name).resolve()
            if file.is_relative_to(folder.resolve()):
                file.unlink(missing_ok=True)
    except (ValueError, KeyError, TypeError):
        raise StudioError(
            f"{manifest} is not of an export by the studio. Choose a new or empty folder."
        ) from None
    except OSError as error:
        raise write_error(folder, error) from error


def _record(
    admission: Review,
    evaluation: Evaluation,
    told: Printed,
    rows: tuple[Row, ...],
    delivery: Delivery,
    print_pdf: Print | None,
) -> Files:
    """What goes with every format: the model, the review's record with its log, and what people read of it."""
    sheet = datasheet(told)
    record: Files = {
        model_file(delivery): delivery.tflite,
        RECORD: document(admission),
        "review.schema.json": schema(),
        LOG_FILE: b"".join(line_of(row) for row in rows),
        "MODEL_CARD.md": model_card(told, admission, evaluation),
        "DATASHEET.html": sheet,
        "evaluation.json": _json({**to_json(evaluation), "predictions": ""}),
    }
    if print_pdf is not None and (paper := print_pdf(sheet)) is not None:
        record["DATASHEET.pdf"] = paper
    return record


def _contents(
    record: Files,
    code: Files,
    board: Board,
    delivery: Delivery,
    format_: ExportFormat,
    firmware: bytes | None,
) -> Files:
    files = code
    if format_ is ExportFormat.ARDUINO:
        extras = {f"{delivery.name}/extras/{name}": content for name, content in record.items()}
        files = {f"{delivery.name}.zip": zipped({**files, **extras})}
    if firmware is not None:
        mark = f"_{UNREVIEWED}" if delivery.unreviewed else ""
        files[f"{board.id}{mark}.elf"] = firmware
    return {**record, **files}


def zipped(files: Files) -> bytes:
    """The files as a .zip; the same files always make the same bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def _readme(
    candidate: Candidate,
    evaluation: Evaluation,
    board: Board,
    fit: Fit | None,
    reviewed: Review,
    delivery: Delivery,
    format_: ExportFormat,
) -> str:
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
        f"- Model: {candidate.recipe.title}, SHA-256 `{candidate.sha256}`",
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


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise read_error(path, error) from error


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()
