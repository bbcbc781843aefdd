"""Do a bundle's code and papers follow from its model and record? They are made again and compared byte for byte."""

import html
import io
import zipfile
import zlib
from pathlib import Path
from typing import Any

from studio import __version__
from studio.core.errors import StudioError
from studio.core.formats.delivery import (
    Delivery,
    ExportFormat,
    Files,
    archive_name,
    bench,
    extras_folder,
    image_name,
    model_file,
    model_name,
)
from studio.core.formats.vectors import VECTOR_FILES, read_vectors
from studio.core.making import edition_of_studio
from studio.core.papers import CARD, README, SHEET
from studio.core.review.document import Recorded
from studio.core.review.findings import (
    BY_HASH,
    CODE,
    FIGURES,
    LOG_FILE,
    MANIFEST,
    PAPERS,
    PDF,
    RECORD,
    RECORD_SCHEMA,
    UNCOMPARED,
    Finding,
)
from studio.core.review.gate import Level
from studio.core.review.log import Row
from studio.core.review.rebuilt import rebuilt
from studio.core.review.remade import (
    Compiler,
    Record,
    code_of,
    papers_of,
    record_of,
    why_not_of_the_subject,
)

_MOST_UNPACKED = 1 << 28
_SHOWN = 4
_EDITION = 12
_ZIP_FILE = 0o600 << 16
"""How a plain file is marked in a .zip by Python, on every system."""

_ZIP_ENTRY, _ZIP_END = 30 + 46, 22
"""Bytes of a .zip's two headers for each entry, without its name, and of its end (APPNOTE.TXT 4.3.7, .12, .16)."""


def follows(
    there: Files,
    manifest: dict[str, Any],
    recorded: Recorded,
    rows: tuple[Row, ...],
    compiler: Compiler | None,
) -> list[Finding]:
    """What is not as the studio would write it. `there` is what the manifest names, as far as it is there.

    Without `compiler` the code is compared by its hashes alone. Where another edition of the studio exported, and this
    one writes something else, that is UNCOMPARED, and the papers are asked for the sentences that they must hold.
    """
    told = manifest.get("making")
    edition = str(told.get("edition", "")) if isinstance(told, dict) else ""
    same = edition == edition_of_studio()
    model = model_file_of(recorded)
    if FIGURES not in there or model not in there:
        return _said(there, recorded)  # what is missing was said already
    if not edition:
        words = (
            f"{MANIFEST} does not say what made code and papers, and from what, so they cannot be made again."
        )
        return [Finding(CODE, False, words), *_said(there, recorded)]
    try:
        record = record_of(manifest, recorded, rows, there[RECORD], there[FIGURES], there[model])
        about = [Finding(PAPERS, False, why) for why in why_not_of_the_subject(record)]
        if same and manifest.get("studio") != __version__:
            about.append(Finding(PAPERS, False, f"{MANIFEST} names another version of the studio."))
        code = _code(there, record, compiler)
        built = [] if any(not one.holds for one in code) else _built(there, record, compiler)
        found = [*_papers(there, record), *code, *built]
    except (
        StudioError,
        ValueError,
        TypeError,
        LookupError,
        ArithmeticError,
    ) as error:  # figures that cannot be
        if same:
            return [Finding(PAPERS, False, str(error)), *_said(there, recorded)]
        return [_note(UNCOMPARED, f"{_other(manifest, edition)} {error}"), *_said(there, recorded)]
    differing = [one.sentence for one in found if not one.holds]
    if same or not differing:
        return [*about, *found]
    more = f" (and {len(differing) - _SHOWN} more)" if len(differing) > _SHOWN else ""
    words = f"{_other(manifest, edition)} Made again with this one: {' '.join(differing[:_SHOWN])}{more}"
    return [*about, _note(UNCOMPARED, words), *_said(there, recorded)]


def model_file_of(recorded: Recorded) -> str:
    """The name of the bundle's .tflite, by what the record says that it is."""
    return model_name(recorded.level == Level.BENCH)


def _papers(there: Files, record: Record) -> list[Finding]:
    found = [
        Finding(PAPERS, False, f"{name} is not what the studio prints of this record.")
        for name, content in papers_of(record).items()
        if name in there and there[name] != content
    ]
    return found or [
        Finding(PAPERS, True, "Model card, datasheet, README and record say what the answers, checks and figures give.")
    ]  # fmt: skip


def _code(there: Files, record: Record, compiler: Compiler | None) -> list[Finding]:
    delivery = marked(record)
    own = _own_names(delivery)
    lies = {name: content for name, content in there.items() if name not in own}
    if record.format_ is ExportFormat.ARDUINO:
        archive = archive_name(delivery)
        beside = [name for name in lies if name != archive]
        lies = _unpacked(archive, lies[archive]) if archive in lies else {}
        extras = {extras_folder(delivery) + name: there[name] for name in own if name in there}
        extras = {name: content for name, content in extras.items() if not name.endswith(".elf")}
        found = [_differs(f"{archive}: {name}") for name in extras if lies.pop(name, None) != extras[name]]
        found += [_more(name) for name in beside]
    else:
        found = []
    if compiler is None:
        words = "The code was not generated again here: it was compared by its hashes alone."
        return [*found, _note(CODE, words)]
    vectors = next((c for n, c in lies.items() if n.rsplit("/", 1)[-1] in VECTOR_FILES), b"")
    code = code_of(record, read_vectors(vectors), compiler.generate)
    found += [_differs(name) for name, content in code.items() if lies.get(name) != content]
    found += [_more(name) for name in lies if name not in code]
    if found:
        return found
    count = f"All {len(code)} files" if len(code) != 1 else "The one file"
    words = f"{count} of the format: as the studio generates from this model and record."
    return [Finding(CODE, True, words)]


def _built(there: Files, record: Record, compiler: Compiler | None) -> list[Finding]:
    """Image and golden vectors, and what could not be made again though all else was."""
    delivery = marked(record)
    archive = archive_name(delivery)
    lies = {**there, **(_unpacked(archive, there[archive]) if archive in there else {})}
    vectors = next((c for n, c in lies.items() if n.rsplit("/", 1)[-1] in VECTOR_FILES), b"")
    found, left = rebuilt(there, record, delivery, read_vectors(vectors), compiler)
    if PDF in there:
        left.append(f"{PDF} (printed by Qt from {SHEET})")
    left.append(f"{FIGURES} (the figures that no paper prints)")
    return [*found, _note(BY_HASH, f"Compared by hash only: {', '.join(left)}.")]


def marked(record: Record) -> Delivery:
    """The delivery as it was exported: with a bench build's mark where it is one."""
    return bench(record.delivery) if record.recorded.level == Level.BENCH else record.delivery


def _own_names(delivery: Delivery) -> set[str]:
    record = {RECORD, RECORD_SCHEMA, LOG_FILE, FIGURES, PDF, README, CARD, SHEET}
    return {model_file(delivery), image_name(delivery), *record}


def _unpacked(name: str, content: bytes) -> Files:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            names = [entry.filename for entry in entries]
            due = sum(
                _ZIP_ENTRY + 2 * len(entry.filename.encode()) + entry.compress_size for entry in entries
            )
            if (
                len(set(names)) != len(names)
                or sum(entry.file_size for entry in entries) > _MOST_UNPACKED
                or any(entry.external_attr != _ZIP_FILE for entry in entries)  # a link, for example
                or due + _ZIP_END != len(content)  # something that other programs may take for an entry
            ):
                raise StudioError(f"{name} is not a .zip as the studio writes it.")
            return {each: archive.read(each) for each in names}
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise StudioError(f"{name} cannot be unpacked ({error}).") from error


def _said(there: Files, recorded: Recorded) -> list[Finding]:
    """Whether the papers at least hold each check's sentence and each override in full, and the limit before them."""
    answer = recorded.entered.answer("P8")
    limit = _plain(answer.text) if answer is not None else ""
    wanted = [(f"what check {check.id} says", check.sentence) for check in recorded.checks]
    for one in recorded.entered.overrides:
        wanted += [(f"the override of {one.item}", words) for words in (one.reason, one.risk, one.measure)]
    found = []
    for name in (CARD, SHEET):
        if name in there:
            text = _plain(there[name].decode("utf-8", "replace"))
            missing = dict.fromkeys(what for what, words in wanted if _plain(words) not in text)
            front = min(
                (at for one in recorded.checks if (at := text.find(_plain(one.sentence))) >= 0),
                default=len(text),
            )
            if limit not in text[:front]:
                missing["the limit that those affected must know, before all else"] = None
            found += [Finding(PAPERS, False, f"{name} does not hold {what}.") for what in missing]
    if found:
        return found
    return [
        _note(PAPERS, f"{CARD} and {SHEET} hold the limit, every check and every override of the record.")
    ]


def _plain(text: str) -> str:
    """The words alone, without what Markdown and HTML need around them."""
    found = html.unescape(html.unescape(text)).replace("\\|", "|")
    return " ".join(found.split())


def _other(manifest: dict[str, Any], edition: str) -> str:
    version = manifest.get("studio", "of unknown version")
    return (
        f"Another edition of the studio exported it ({version}, {edition[:_EDITION]}…; this is {__version__}, "
        f"{edition_of_studio()[:_EDITION]}…), so code and papers could not be compared: verify with that edition."
    )


def _differs(name: str) -> Finding:
    return Finding(CODE, False, f"{name} is not what the studio generates from this model.")


def _more(name: str) -> Finding:
    return Finding(CODE, False, f"{name} is named by {MANIFEST}, but the studio does not write it.")


def _note(what: str, sentence: str) -> Finding:
    return Finding(what, True, sentence, note=True)


def read_all(folder: Path, names: tuple[str, ...]) -> Files:
    """The files with these names below `folder`, as far as they can be read."""
    found: Files = {}
    for name in names:
        path = (folder / name).resolve()
        if path.is_relative_to(folder.resolve()) and path.is_file():
            try:
                found[name] = path.read_bytes()
            except OSError:  # said to be missing elsewhere
                continue
    return found
