"""Does a bundle hold what was reviewed? Hashes, log, gate and signatures, computed again from its own files."""

from pathlib import Path
from typing import Any

from studio.core.checklist import standard_checklist
from studio.core.errors import StudioError
from studio.core.formats.delivery import ExportFormat
from studio.core.phrases import phrase, phrase_count, phrase_later
from studio.core.review.bundle_files import hash_of, no_bundle, read_file, read_object, read_text
from studio.core.review.contradictions import contradictions
from studio.core.review.document import Recorded, read_document
from studio.core.review.findings import (
    FILES,
    GATE,
    LOG,
    LOG_FILE,
    MANIFEST,
    OVERRIDES,
    RECORD,
    REVIEW_RECORD,
    SUBJECT,
    SUMS,
    UNCOMPARED,
    UNREVIEWED,
    Finding,
    vouched,
)
from studio.core.review.following import follows, model_file_of, read_all
from studio.core.review.gate import Level, gate
from studio.core.review.inventory import inventory
from studio.core.review.log import Row, head_of, line_of, read_rows, verify_chain, verify_holds
from studio.core.review.logged import logged
from studio.core.review.named_keys import by_named_keys
from studio.core.review.overrides import why_override_fails
from studio.core.review.remade import Compiler
from studio.core.review.vouching import DIGITS, makers, makers_log, seal, signatures

_NOTHING_VOUCHES = phrase_later(
    "Nothing vouches for what could not be compared. Verify with --log and the maker's own log; where the bundle is "
    "sealed, with --key and the maker's key; or, where another edition of the studio exported it, with that edition."
)


def verify_bundle(
    folder: Path,
    at: str,
    journal: Path | None = None,
    compiler: Compiler | None = None,
    keys: frozenset[str] = frozenset(),
) -> tuple[Finding, ...]:
    """Everything that can be found out about the bundle in `folder`; it is whole where each finding holds.

    `at` is the time (RFC 3339); overrides that ended since the export are faults. `journal` is the maker's own log, to
    compare with; `compiler` is there to make the code again. Of `keys` (hex), where there are any, seal and signatures
    have to be. What is missing or damaged is a fault like others, and so is what could not be compared where neither
    the maker's log nor a seal by one of `keys` vouches for it.
    Raises StudioError where the folder is no bundle, or the journal cannot be read.
    """
    mine = makers_log(journal) if journal is not None else None
    manifest, entries, findings = _manifest(folder)
    recorded, broken = None, []
    try:
        recorded = read_document(read_file(folder / RECORD), RECORD)
    except StudioError as error:
        words = phrase("{why} The gate cannot be computed without it.", why=error)
        broken.append(Finding(REVIEW_RECORD, False, words))
    findings += [*_inventory(folder, manifest, entries, recorded), *broken]
    rows, about_log = _log(folder, recorded)
    if recorded is not None:
        findings += _subject(folder, manifest, recorded, rows)
    findings += about_log
    if recorded is not None:
        try:
            findings += _gate(recorded, rows, at)
        except (StudioError, ValueError, TypeError, LookupError) as error:  # a time that is none, for example
            words = phrase("The gate cannot be computed from this record ({why}).", why=error)
            findings.append(Finding(GATE, False, words))
        findings += signatures(recorded.entered)
        if manifest:
            findings += follows(read_all(folder, tuple(entries)), manifest, recorded, rows, compiler)
    findings += seal(folder, recorded)
    if mine is not None:
        findings += makers(folder, mine, recorded, str(journal))
    if keys:
        findings += by_named_keys(tuple(findings), keys)
    if any(one.what == UNCOMPARED for one in findings) and not vouched(tuple(findings)):
        findings.append(Finding(UNCOMPARED, False, phrase(_NOTHING_VOUCHES)))
    return tuple(findings)


def _manifest(folder: Path) -> tuple[dict[str, Any], dict[str, str], list[Finding]]:
    """The manifest with the hashes that it names; those of SHA256SUMS where it is missing or damaged."""
    path = folder / MANIFEST
    others = [name for name in (RECORD, SUMS, LOG_FILE) if (folder / name).is_file()]
    if not path.is_file() and len(others) < 2:
        raise no_bundle(folder)
    try:
        manifest = read_object(path)
        return manifest, {str(one["name"]): str(one["sha256"]) for one in manifest["files"]}, []
    except (StudioError, KeyError, TypeError) as error:
        if not others:
            raise StudioError(phrase("{file} is not of an export by the studio.", file=path)) from error
    lines = [line.split("  ", 1) for line in read_text(folder / SUMS).splitlines()]
    words = phrase(
        "{manifest} is missing or damaged; only what {list} names was compared.", manifest=MANIFEST, list=SUMS
    )
    return {}, {pair[1]: pair[0] for pair in lines if len(pair) == 2}, [Finding(FILES, False, words)]


def _inventory(
    folder: Path, manifest: dict[str, Any], entries: dict[str, str], recorded: Recorded | None
) -> list[Finding]:
    """The files, and the list of their hashes that other programs check."""
    model = (model_file_of(recorded),) if recorded is not None else ()
    findings = inventory(folder, entries, model, MANIFEST if manifest else SUMS)
    if manifest and len(entries) != len(manifest["files"]):
        words = phrase("{manifest} names a file more than once.", manifest=MANIFEST)
        findings.append(Finding(FILES, False, words))
    sums = "".join(f"{entries[name]}  {name}\n" for name in sorted(entries))
    if not (folder / SUMS).is_file():
        findings.append(Finding(FILES, False, phrase("{file} is missing.", file=SUMS)))
    elif manifest and read_text(folder / SUMS) != sums:
        words = phrase("{list} and {manifest} name other hashes.", list=SUMS, manifest=MANIFEST)
        findings.append(Finding(FILES, False, words))
    return findings


def _subject(
    folder: Path, manifest: dict[str, Any], recorded: Recorded, rows: tuple[Row, ...]
) -> list[Finding]:
    subject = recorded.subject
    findings = []
    if subject.hash != recorded.subject_hash:
        words = phrase("The record's subject is not the one that its hash names.")
        findings.append(Finding(SUBJECT, False, words))
    if manifest:
        findings += [Finding(SUBJECT, False, why) for why in contradictions(manifest, recorded, rows)]
    name = model_file_of(recorded)
    phone = manifest.get("format") == ExportFormat.PHONE
    if not phone and hash_of(folder / name) != subject.model_sha256:
        words = phrase("{file} is not the model that was reviewed.", file=name)
        findings.append(Finding(SUBJECT, False, words))
    if findings:
        return findings
    if phone:
        words = phrase(
            "{file} is the reviewed one with a description added, so its hash is another and was not compared.",
            file=name,
        )
        return [Finding(UNCOMPARED, True, words, note=True)]
    words = phrase("The model is the one that was reviewed ({hash}…).", hash=subject.model_sha256[:DIGITS])
    return [Finding(SUBJECT, True, words)]


def _log(folder: Path, recorded: Recorded | None) -> tuple[tuple[Row, ...], list[Finding]]:
    try:
        content = read_file(folder / LOG_FILE)
        rows = read_rows(content, LOG_FILE)
    except StudioError as error:
        return (), [Finding(LOG, False, str(error))]
    why = verify_chain(rows)
    if recorded is not None:
        why = why or verify_holds(rows, recorded.head)
        if why is None and head_of(rows) != recorded.head:
            why = phrase("The review's log has rows that came after the export.")
    if why is None and content != b"".join(line_of(row) for row in rows):
        why = phrase("{file} holds more than the rows that the studio wrote.", file=LOG_FILE)
    if why is not None:
        return rows, [Finding(LOG, False, why)]
    words = phrase_count(
        "The log's {count} rows follow one another.", "The log's {count} rows follow one another.", len(rows)
    )
    if recorded is not None:
        words = phrase_count(
            "The log's {count} rows follow one another, and end where the record says.",
            "The log's {count} rows follow one another, and end where the record says.",
            len(rows),
        )
    return rows, [Finding(LOG, True, words)]


def _gate(recorded: Recorded, rows: tuple[Row, ...], at: str) -> list[Finding]:
    checklist = standard_checklist()
    findings = []
    if checklist.sha256 != recorded.checklist_sha256:
        words = phrase(
            "It was reviewed with another edition of the checklist; the gate here follows this studio's edition."
        )
        findings.append(Finding(GATE, True, words, note=True))
    entered = recorded.entered
    wanted = Level.BENCH if recorded.level == Level.BENCH else Level.RELEASE
    decided = gate(
        recorded.subject,
        recorded.tier,
        recorded.checks,
        entered,
        entered.overrides,
        logged(rows, checklist),
        checklist=checklist,
        samples=recorded.samples,
        now=recorded.created,
    )
    reasons = decided.reasons_for(wanted)
    if recorded.level not in (Level.BENCH, Level.RELEASE) or reasons:
        why = "; ".join(reason.text for reason in reasons)
        words = phrase(
            "By its own record this should not have been exported. {why}",
            why=why or phrase("The record says that the export was refused."),
        )
        findings.append(Finding(GATE, False, words))
    elif wanted is Level.BENCH:
        words = phrase("A bench build, for the desk only: nobody reviewed it.")
        findings.append(Finding(UNREVIEWED, True, words, note=True))
    else:
        words = phrase("The gate lets it pass as a release at tier {tier}.", tier=recorded.tier.value)
        findings.append(Finding(GATE, True, words))
    for override in entered.overrides:
        lapsed = why_override_fails(override, checklist, recorded.subject.hash, recorded.created)
        if lapsed is None and (over := why_override_fails(override, checklist, recorded.subject.hash, at)):
            findings.append(Finding(OVERRIDES, False, phrase("Since the export: {why}", why=over)))
    return findings
