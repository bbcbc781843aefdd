"""The export: an export format's files with manifest and review, written only for an approved review."""

import hashlib
import io
import json
import os
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from studio import __version__
from studio.core.board import Board, Core
from studio.core.build import Build, Fit
from studio.core.codec import to_json
from studio.core.errors import StudioError
from studio.core.evaluation import Evaluation
from studio.core.formats.delivery import Delivery, ExportFormat, Files
from studio.core.formats.table import FORMATS, why_not
from studio.core.formats.use import use
from studio.core.formatting import show_bytes, show_share, show_time
from studio.core.recipe import Candidate
from studio.core.review import Review
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
) -> Bundle:
    """Write the bundle to `folder` and return it.

    Refuses an unapproved review, a review of something else, a candidate whose bytes changed since, a format that
    the board does not take, and a folder that holds files of others. A build is needed for microcontrollers; without
    one (phone, Linux) the bundle carries the .tflite and what runs it.
    """
    if not reviewed.approved:
        more = f" ({len(reviewed.reasons) - 1} more)" if len(reviewed.reasons) > 1 else ""
        raise StudioError(f"The review does not allow the export yet. {reviewed.reasons[0]}{more}")
    if reviewed.subject.model_sha256 != candidate.sha256:
        raise StudioError("The review is about another model than the one to export. Review this one.")
    if sha256_of(Path(candidate.artifact)) != candidate.sha256:
        raise StudioError("The compressed model's file changed since it was reviewed. Compress it again.")
    if build is None and not board.takes_float:
        why = candidate.recipe.scheme.why_not_on_microcontrollers or "Build it first."
        raise StudioError(f"The {board.name} needs C code. {why}")
    if refused := why_not(format_, board, delivery.engine):
        raise StudioError(f"{refused} Choose another format on the Export page.")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / "manifest.json").is_file():
        raise StudioError(f"{folder} holds other files. Choose a new or empty folder.")
    contents = _contents(candidate, build, evaluation, board, fit, reviewed, delivery, format_)
    files = tuple(
        BundleFile(name, len(content), hashlib.sha256(content).hexdigest())
        for name, content in sorted(contents.items())
    )
    manifest = {
        "studio": __version__,
        "model_sha256": candidate.sha256,
        "source_model_sha256": candidate.model_sha256,
        "data_sha256": candidate.data_sha256,
        "recipe": to_json(candidate.recipe),
        "board": board.id,
        "format": format_.value,
        "engine": delivery.engine.value,
        "subject_hash": reviewed.subject.hash,
        "fit": to_json(fit) if fit else None,
        "files": [to_json(file) for file in files],
    }
    contents["manifest.json"] = _json(manifest)
    contents["SHA256SUMS"] = "".join(f"{file.sha256}  {file.name}\n" for file in files).encode()
    _write_all(folder, contents)
    return Bundle(str(folder), files, reviewed.subject.hash)


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


def _contents(
    candidate: Candidate,
    build: Build | None,
    evaluation: Evaluation,
    board: Board,
    fit: Fit | None,
    reviewed: Review,
    delivery: Delivery,
    format_: ExportFormat,
) -> Files:
    record: Files = {
        "model.tflite": delivery.tflite,
        "review.json": _json({"approved": reviewed.approved, **to_json(reviewed)}),
        "evaluation.json": _json({**to_json(evaluation), "predictions": ""}),
        "README.md": _readme(candidate, evaluation, board, fit, reviewed, delivery, format_).encode(),
    }
    files = FORMATS[format_](delivery)
    if format_ is ExportFormat.ARDUINO:
        extras = {f"{delivery.name}/extras/{name}": content for name, content in record.items()}
        files = {f"{delivery.name}.zip": zipped({**files, **extras})}
    if build is not None and build.firmware and board.virtual and board.core is Core.CORTEX_M4:
        files[f"{board.id}.elf"] = _read(Path(build.firmware))
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
    limit = next(
        (item.answer.text for item in reviewed.items if item.question.id == "P8" and item.answer), ""
    )
    lines = ["# A model exported by TinyML Studio", ""]
    if limit:
        lines += [f"**Know this limit first:** {limit}", ""]
    lines += [
        f"- Model: {candidate.recipe.title}, SHA-256 `{candidate.sha256}`",
        f"- {evaluation.metric.capitalize()} on {evaluation.n} test samples: "
        f"{show_share(evaluation.accuracy, evaluation.n)} "
        f"(before compression {show_share(evaluation.float_accuracy, evaluation.n)}), "
        f"computed by {evaluation.engine.value}",
        f"- Board: {board.name} ({board.source})",
        f"- Review: tier {reviewed.tier.value}, signed by {reviewed.signoff.by if reviewed.signoff else 'nobody'}",
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
    lines += ["", "`SHA256SUMS` names every file's hash: `sha256sum --check SHA256SUMS`."]
    return "\n".join(lines) + "\n"


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise read_error(path, error) from error


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()
