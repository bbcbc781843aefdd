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
from studio.core.phrases import language, phrase, phrase_count, speaking
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
        words = phrase(
            "{manifest} does not say what made code and papers, and from what, so they cannot be made again.",
            manifest=MANIFEST,
        )
        return [Finding(CODE, False, words), *_said(there, recorded)]
    try:
        record = record_of(manifest, recorded, rows, there[RECORD], there[FIGURES], there[model])
        about = [Finding(PAPERS, False, why) for why in why_not_of_the_subject(record)]
        if same and manifest.get("studio") != __version__:
            words = phrase("{manifest} names another version of the studio.", manifest=MANIFEST)
            about.append(Finding(PAPERS, False, words))
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
    said = [
        _other(manifest, edition),
        phrase("Made again with this one: {faults}", faults=" ".join(differing[:_SHOWN])),
    ]
    if len(differing) > _SHOWN:
        said.append(phrase_count("({count} more)", "({count} more)", len(differing) - _SHOWN))
    return [*about, _note(UNCOMPARED, " ".join(said)), *_said(there, recorded)]


def model_file_of(recorded: Recorded) -> str:
    """The name of the bundle's .tflite, by what the record says that it is."""
    return model_name(recorded.level == Level.BENCH)


def _papers(there: Files, record: Record) -> list[Finding]:
    """Papers made again in the language that they speak; what is found is said in the reader's own."""
    spoken = record.making.language
    with speaking(spoken):
        made = papers_of(record) if language() == spoken else None
    if made is None:
        words = phrase(
            "The papers speak a language that this studio has no catalogue for ({language}): they were compared by "
            "their hashes alone.",
            language=spoken,
        )
        return [_note(UNCOMPARED, words), *_said(there, record.recorded)]
    found = [
        Finding(PAPERS, False, phrase("{file} is not what the studio prints of this record.", file=name))
        for name, content in made.items()
        if name in there and there[name] != content
    ]
    words = phrase("Model card, datasheet, README and record say what the answers, checks and figures give.")
    return found or [Finding(PAPERS, True, words)]


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
        words = phrase("The code was not generated again here: it was compared by its hashes alone.")
        return [*found, _note(CODE, words)]
    vectors = next((c for n, c in lies.items() if n.rsplit("/", 1)[-1] in VECTOR_FILES), b"")
    code = code_of(record, read_vectors(vectors), compiler.generate)
    found += [_differs(name) for name, content in code.items() if lies.get(name) != content]
    found += [_more(name) for name in lies if name not in code]
    if found:
        return found
    words = phrase_count(
        "The one file of the format: as the studio generates from this model and record.",
        "All {count} files of the format: as the studio generates from this model and record.",
        len(code),
    )
    return [Finding(CODE, True, words)]


def _built(there: Files, record: Record, compiler: Compiler | None) -> list[Finding]:
    """Image and golden vectors, and what could not be made again though all else was."""
    delivery = marked(record)
    archive = archive_name(delivery)
    lies = {**there, **(_unpacked(archive, there[archive]) if archive in there else {})}
    vectors = next((c for n, c in lies.items() if n.rsplit("/", 1)[-1] in VECTOR_FILES), b"")
    found, left = rebuilt(there, record, delivery, read_vectors(vectors), compiler)
    if PDF in there:
        left.append(phrase("{pdf} (printed by Qt from {sheet})", pdf=PDF, sheet=SHEET))
    left.append(phrase("{file} (the figures that no paper prints)", file=FIGURES))
    words = phrase("Compared by hash only: {files}.", files=", ".join(left))
    return [*found, _note(BY_HASH, words)]


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
                raise StudioError(phrase("{file} is not a .zip as the studio writes it.", file=name))
            return {each: archive.read(each) for each in names}
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise StudioError(phrase("{file} cannot be unpacked ({why}).", file=name, why=error)) from error


def _said(there: Files, recorded: Recorded) -> list[Finding]:
    """Whether the papers at least hold each check's sentence and each override in full, and the limit before them."""
    found = [
        Finding(PAPERS, False, why)
        for name in (CARD, SHEET)
        if name in there
        for why in _missing(name, _plain(there[name].decode("utf-8", "replace")), recorded)
    ]
    words = phrase(
        "{card} and {sheet} hold the limit, every check and every override of the record.",
        card=CARD,
        sheet=SHEET,
    )
    return found or [_note(PAPERS, words)]


def _missing(name: str, text: str, recorded: Recorded) -> list[str]:
    """What the paper `name` with this `text` does not hold, in sentences."""
    found = [
        phrase("{paper} does not hold what check {check} says.", paper=name, check=one.id)
        for one in recorded.checks
        if _plain(one.sentence) not in text
    ]
    found += [
        phrase("{paper} does not hold the override of {item}.", paper=name, item=one.item)
        for one in recorded.entered.overrides
        if any(_plain(words) not in text for words in (one.reason, one.risk, one.measure))
    ]
    places = [at for one in recorded.checks if (at := text.find(_plain(one.sentence))) >= 0]
    answer = recorded.entered.answer("P8")
    if answer is not None and _plain(answer.text) not in text[: min(places, default=len(text))]:
        found.append(
            phrase(
                "{paper} does not hold the limit that those affected must know, before all else.", paper=name
            )
        )
    return found


def _plain(text: str) -> str:
    """The words alone, without what Markdown and HTML need around them."""
    found = html.unescape(html.unescape(text)).replace("\\|", "|")
    return " ".join(found.split())


def _other(manifest: dict[str, Any], edition: str) -> str:
    return phrase(
        "Another edition of the studio exported it ({version}, {edition}…; this is {own_version}, {own_edition}…), so "
        "code and papers could not be compared: verify with that edition.",
        version=manifest.get("studio", phrase("of unknown version")),
        edition=edition[:_EDITION],
        own_version=__version__,
        own_edition=edition_of_studio()[:_EDITION],
    )


def _differs(name: str) -> Finding:
    words = phrase("{file} is not what the studio generates from this model.", file=name)
    return Finding(CODE, False, words)


def _more(name: str) -> Finding:
    words = phrase(
        "{file} is named by {manifest}, but the studio does not write it.", file=name, manifest=MANIFEST
    )
    return Finding(CODE, False, words)


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
