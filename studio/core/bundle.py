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
from studio.core.formats.delivery import (
    Delivery,
    ExportFormat,
    Files,
    archive_name,
    bench,
    extras_folder,
    image_name,
    model_file,
)
from studio.core.formats.table import FORMATS, why_not
from studio.core.making import making_of
from studio.core.papers import SHEET, papers
from studio.core.recipe import Candidate
from studio.core.review import Level, NotAdmitted, Review, Row, admitted, now
from studio.core.review.document import document, schema
from studio.core.review.findings import FIGURES, LOG_FILE, MANIFEST, PDF, RECORD, RECORD_SCHEMA, SEAL, SUMS
from studio.core.review.log import head_of, line_of
from studio.core.storage import read_error, sha256_of, write_atomically, write_error


@dataclass(frozen=True, slots=True)
class BundleFile:
    """One exported file: its path in the bundle, its size and its SHA-256."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """What was exported, and where; with the hashes of SHA256SUMS and manifest.json, which name all the rest.

    `files` are those that they name. `sealed_by` is the public key (hex) whose seal is in SIGNATURE.json; "": none.
    """

    folder: str
    files: tuple[BundleFile, ...]
    subject_hash: str
    level: Level = Level.RELEASE
    sums_sha256: str = ""
    manifest_sha256: str = ""
    sealed_by: str = ""


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
    builder: str = "",
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
    `firmware` an image for the virtual board, built by `builder`. `print_pdf` prints the datasheet, `seal` signs the
    whole bundle, `look` is check C16 on the format's files: what it fails is not written, whatever else was decided.
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
    check_folder(folder)
    making = making_of(delivery, build, dataset, builder if firmware is not None else "")
    if level is Level.BENCH:
        delivery = bench(delivery)
    read = papers(admission, evaluation, dataset, delivery, fit, format_)
    record = {**_record(admission, evaluation, rows, delivery), **read}
    if print_pdf is not None and (paper := print_pdf(read[SHEET])) is not None:
        record[PDF] = paper
    code = FORMATS[format_](delivery)
    if look is not None and (seen := look(code)).verdict is Verdict.FAIL:
        raise NotAdmitted(f"The export would give away what it must not. {seen.sentence}")
    contents = _contents(record, code, delivery, format_, firmware)
    files = tuple(
        BundleFile(name, len(content), hashlib.sha256(content).hexdigest())
        for name, content in sorted(contents.items())
    )
    manifest = {
        "studio": __version__,
        "level": level.value,
        "model_sha256": candidate.sha256,
        "model_file": model_file(delivery),
        "source_model_sha256": admission.subject.float_model_sha256,
        "data_sha256": candidate.data_sha256,
        "recipe": to_json(candidate.recipe),
        "board": board.id,
        "format": format_.value,
        "engine": delivery.engine.value,
        "subject_hash": admission.subject.hash,
        "log": to_json(admission.logged.head),
        "fit": to_json(fit) if fit else None,
        "making": to_json(making),
        "files": [to_json(file) for file in files],
    }
    contents[MANIFEST] = _json(manifest)
    contents[SUMS] = "".join(f"{file.sha256}  {file.name}\n" for file in files).encode()
    key = ""
    if seal is not None:
        key, signature = seal(hashlib.sha256(contents[SUMS] + contents[MANIFEST]).digest())
        contents[SEAL] = _json(
            {"key": key, "signature": signature, "over": f"SHA-256 of {SUMS} and {MANIFEST}"}
        )
    _write_all(folder, contents)
    return Bundle(
        str(folder),
        files,
        admission.subject.hash,
        level,
        sums_sha256=hashlib.sha256(contents[SUMS]).hexdigest(),
        manifest_sha256=hashlib.sha256(contents[MANIFEST]).hexdigest(),
        sealed_by=key,
    )


def check_folder(folder: Path) -> None:
    """Raise StudioError where an export to `folder` would lie among other files; an earlier export may be there."""
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MANIFEST).is_file():
        raise StudioError(f"{folder} holds other files. Choose a new or empty folder.")


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
        for name in (*names, SEAL):  # an old seal is none of what comes now
            file = (folder / name).resolve()
            if file.is_relative_to(folder.resolve()):
                file.unlink(missing_ok=True)
    except (ValueError, KeyError, TypeError):
        raise StudioError(
            f"{manifest} is not of an export by the studio. Choose a new or empty folder."
        ) from None
    except OSError as error:
        raise write_error(folder, error) from error


def _record(admission: Review, evaluation: Evaluation, rows: tuple[Row, ...], delivery: Delivery) -> Files:
    """What goes with every format: the model, and the review's record with its log and figures."""
    return {
        model_file(delivery): delivery.tflite,
        RECORD: document(admission),
        RECORD_SCHEMA: schema(),
        LOG_FILE: b"".join(line_of(row) for row in rows),
        FIGURES: _json({**to_json(evaluation), "predictions": ""}),
    }


def _contents(
    record: Files,
    code: Files,
    delivery: Delivery,
    format_: ExportFormat,
    firmware: bytes | None,
) -> Files:
    files = code
    if format_ is ExportFormat.ARDUINO:
        extras = {f"{extras_folder(delivery)}{name}": content for name, content in record.items()}
        files = {archive_name(delivery): zipped({**files, **extras})}
    if firmware is not None:
        files[image_name(delivery)] = firmware
    return {**record, **files}


def zipped(files: Files) -> bytes:
    """The files as a .zip; the same files always make the same bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise read_error(path, error) from error


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()
