"""`tinyml-studio review`: shows a review on the terminal, and verifies that a bundle is what was reviewed."""

from collections.abc import Callable
from pathlib import Path

from studio.core.checklist import standard_checklist
from studio.core.errors import StudioError
from studio.core.project import SUFFIX, load_project
from studio.core.review import (
    Logged,
    Review,
    Subject,
    journal_beside,
    logged,
    now,
    read_journal,
    review,
)
from studio.core.review.document import read_document
from studio.core.review.findings import (
    BY_HASH,
    CODE,
    LOG_FILE,
    LOGGED,
    MANIFEST,
    PAPERS,
    RECORD,
    SEALED,
    UNREVIEWED,
    Finding,
)
from studio.core.review.log import read_rows
from studio.core.review.printed import VERDICTS
from studio.core.review.verification import verify_bundle
from studio.core.storage import read_error
from studio.headless.compiling import compiler
from studio.headless.tables import table

Say = Callable[[str], None]


def verify(bundle: Path, journal: Path | None, say: Say) -> dict[str, object]:
    """Say what holds and what does not; the summary has `holds` and the `faults`."""
    findings = verify_bundle(bundle, now(), journal, compiler())
    rows = [
        (
            "note" if one.note and one.holds else "holds" if one.holds else "DOES NOT HOLD",
            one.what,
            one.sentence,
        )
        for one in findings
    ]
    say(table(f"Is {bundle} what was reviewed?", rows))
    faults = [one.sentence for one in findings if not one.holds]
    reviewed = all(one.what != UNREVIEWED for one in findings)
    if faults:
        say(f"It is not what was exported: {len(faults)} fault{'s' if len(faults) > 1 else ''}.")
    elif not reviewed:
        say(f"It is the bench build that was exported. Nobody reviewed it.{_unproven(findings)}")
    else:
        say(f"It is what was reviewed.{_unproven(findings)}")
    return {
        "holds": not faults,
        "faults": faults,
        "reviewed": reviewed,
        "sealed": SEALED in _proven(findings),
        "in_makers_log": LOGGED in _proven(findings),
    }


def _proven(findings: tuple[Finding, ...]) -> set[str]:
    return {one.what for one in findings if one.holds and not one.note}


def _unproven(findings: tuple[Finding, ...]) -> str:
    """What a bundle in which all holds still cannot prove."""
    proven = _proven(findings)
    if SEALED in proven:
        return ""
    if LOGGED in proven:
        return " It bears no key's seal: this is as sure as it is that nobody but the maker wrote the maker's log."
    more = ""
    if not {CODE, PAPERS} <= proven:
        more = " Not all code and papers were made again: whoever changed them, and the hashes alike, is not noticed."
    elif any(one.what == BY_HASH for one in findings):
        more = " Where only a hash was compared, whoever changed the file and its hash is not noticed either."
    return (
        " It bears no key's seal and was not found in the maker's log (--log): what is in it fits together, but that "
        "does not prove who made it. Whoever wrote it all anew, with another model, other answers, figures or names "
        f"and what follows from them, is not noticed.{more}"
    )


def show(target: Path, say: Say) -> dict[str, object]:
    """Say where the review of a project or bundle stands: tier, answers, limits, overrides, signatures, log."""
    found = _of_project(target) if target.suffix == SUFFIX else _of_bundle(target)
    entered, facts = found.entered, found.logged
    signatures = [one for one in (entered.signoff, entered.second) if one is not None]
    rows = [
        ("Use", entered.use or "not written down"),
        ("Tier", f"{found.tier.value}, {found.checklist.tiers[found.tier.value]}"),
        *(
            ("Limit", f"{found.checklist.limit(name).text}: {value:g}")
            for name, value in entered.limits.items()
        ),
        *(
            ("Signed", f"{one.by} as {one.role.value}, {one.at}{', with a key' if one.key else ''}")
            for one in signatures
        ),
        (
            "Log",
            f"{facts.head.rows} rows, {facts.minutes:.0f} minutes, test set opened {facts.test_set_openings} times",
        ),
        ("Log's head", facts.head.hash),
    ]
    if facts.broken:
        rows.append(("Log", f"BROKEN: {facts.broken}"))
    say(table(found.checklist.title, rows))
    answers = [
        (item.question.id, item.state.value, item.answer.choice.value, item.answer.text)
        for item in found.items
        if item.answer is not None
    ]
    say(table("Answers", answers, ("", "state", "", "")) if answers else "There are no answers yet.")
    for override in entered.overrides:
        words = (
            f"{override.reason} Risk: {override.risk} Measure: {override.measure} Ends: {override.expires}"
        )
        say(table(f"Override of {override.item} by {override.by}", [(words,)]))
    if found.checks:
        say(table("Checks", [(one.id, VERDICTS[one.verdict], one.sentence) for one in found.checks]))
    else:
        say("'tinyml-studio run' with this project computes the checks and says what the gate decides.")
    say(found.checklist.notice)
    return {
        "tier": found.tier.value,
        "answers": {item.question.id: item.state.value for item in found.items if item.answer is not None},
        "overrides": len(entered.overrides),
        "signed_by": [one.by for one in signatures],
        "log_rows": facts.head.rows,
        "log_head": facts.head.hash,
        "log_broken": facts.broken,
    }


def _of_project(path: Path) -> Review:
    project, checklist = load_project(path), standard_checklist()
    facts = logged(read_journal(journal_beside(path.resolve())), checklist)
    # Without the model nothing can be said of what changed since: the answers are shown as they were given.
    subject = Subject("", checklist_sha256=checklist.sha256)
    return review(checklist, project.entered, (), subject, facts, at=now())


def _of_bundle(path: Path) -> Review:
    folder, checklist = _folder(path), standard_checklist()
    recorded = read_document(_read(folder / RECORD), RECORD)
    facts = Logged()
    if (folder / LOG_FILE).is_file():
        facts = logged(read_rows(_read(folder / LOG_FILE), LOG_FILE), checklist)
    return review(
        checklist,
        recorded.entered,
        recorded.checks,
        recorded.subject,
        facts,
        recorded.samples,
        at=recorded.created,
    )


def _folder(path: Path) -> Path:
    if path.is_dir() and (path / MANIFEST).is_file():
        return path
    raise StudioError(f"{path} is no export of the studio: it has no {MANIFEST}. Give the exported folder.")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise read_error(path, error) from error
