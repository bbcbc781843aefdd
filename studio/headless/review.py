"""`tinyml-studio review`: shows a review on the terminal, and verifies that a bundle is what was reviewed."""

from collections.abc import Callable, Sequence
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
    LOG_FILE,
    LOGGED,
    MANIFEST,
    NAMED_KEY,
    RECORD,
    SEALED,
    UNCOMPARED,
    UNREVIEWED,
    proven,
)
from studio.core.review.log import read_rows
from studio.core.review.named_keys import read_keys
from studio.core.review.printed import VERDICTS
from studio.core.review.verification import verify_bundle
from studio.core.storage import read_error
from studio.headless.closing import closing
from studio.headless.compiling import compiler
from studio.headless.tables import one_line, table

Say = Callable[[str], None]


def verify(bundle: Path, journal: Path | None, say: Say, keys: tuple[str, ...] = ()) -> dict[str, object]:
    """Say what holds and what does not; the summary has `holds` and the `faults`.

    Of `keys` (public ones in hex, or files of keys), where there are any, seal and signatures have to be.
    """
    findings = verify_bundle(bundle, now(), journal, compiler(), read_keys(keys))
    rows = [
        (
            "note" if one.note and one.holds else "holds" if one.holds else "DOES NOT HOLD",
            one.what,
            one_line(one.sentence),
        )
        for one in findings
    ]
    say(table(f"Is {bundle} what was reviewed?", rows, words=True))
    say(one_line(closing(findings)))
    faults = [one.sentence for one in findings if not one.holds]
    found = proven(findings)
    return {
        "holds": not faults,
        "faults": faults,
        "reviewed": all(one.what != UNREVIEWED for one in findings),
        "compared": all(one.what != UNCOMPARED for one in findings),
        "sealed": SEALED in found,
        "by_named_key": NAMED_KEY in found,
        "in_makers_log": LOGGED in found,
    }


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
            (
                "Signed",
                f"{one.by} as {one.role.value}, {one.at}{f', with the key {one.key}' if one.key else ''}",
            )
            for one in signatures
        ),
        (
            "Log",
            f"{_counted(facts.head.rows, 'row')}, {_counted(round(facts.minutes), 'minute')}, "
            f"test set opened {_counted(facts.test_set_openings, 'time')}",
        ),
        ("Log's head", facts.head.hash),
    ]
    if facts.broken:
        rows.append(("Log", f"BROKEN: {facts.broken}"))
    say(table(found.checklist.title, _plain(rows)))
    answers = [
        (item.question.id, item.state.value, item.answer.choice.value, item.answer.text)
        for item in found.items
        if item.answer is not None
    ]
    head = ("", "state", "", "")
    say(table("Answers", _plain(answers), head, words=True) if answers else "There are no answers yet.")
    for override in entered.overrides:
        words = (
            f"{override.reason} Risk: {override.risk} Measure: {override.measure} Ends: {override.expires}"
        )
        say(table(one_line(f"Override of {override.item} by {override.by}"), _plain([(words,)])))
    if found.checks:
        checks = [(one.id, VERDICTS[one.verdict], one.sentence) for one in found.checks]
        say(table("Checks", _plain(checks), words=True))
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


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _plain(rows: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    return [tuple(one_line(cell) for cell in row) for row in rows]


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
