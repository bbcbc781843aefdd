"""`tinyml-studio review`: shows a review on the terminal, and verifies that a bundle is what was reviewed."""

from collections.abc import Callable, Sequence
from pathlib import Path

from studio.core.checklist import standard_checklist
from studio.core.checks.check import needed_words, told
from studio.core.phrases import phrase, phrase_count, phrase_later
from studio.core.project import SUFFIX, load_project
from studio.core.review import (
    Choice,
    Logged,
    Review,
    Role,
    SignOff,
    State,
    Subject,
    journal_beside,
    logged,
    now,
    read_journal,
    review,
)
from studio.core.review.bundle_files import no_bundle
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
    Finding,
    proven,
)
from studio.core.review.log import read_rows
from studio.core.review.printed import VERDICTS
from studio.core.review.verification import verify_bundle
from studio.core.storage import read_error
from studio.headless.closing import closing
from studio.headless.compiling import compiler
from studio.headless.keys import named_keys
from studio.headless.tables import one_line, table

Say = Callable[[str], None]

_STATES = {
    State.ANSWERED: phrase_later("answered"),
    State.DRAFT: phrase_later("draft"),
    State.OPEN: phrase_later("open"),
    State.STALE: phrase_later("stale"),
    State.OPTIONAL: phrase_later("optional"),
}
_CHOICES = {
    Choice.YES: phrase_later("yes"),
    Choice.NO: phrase_later("no"),
    Choice.NOT_APPLICABLE: phrase_later("not applicable"),
}
_SIGNED = {
    Role.MAKER: phrase_later("{who} as maker, {time}"),
    Role.SECOND: phrase_later("{who} as second, {time}"),
}


def verify(bundle: Path, journal: Path | None, say: Say, keys: tuple[str, ...] = ()) -> dict[str, object]:
    """Say what holds and what does not; the summary has `holds` and the `faults`.

    Of `keys` (public ones in hex, or files of keys), where there are any, seal and signatures have to be.
    """
    findings = verify_bundle(bundle, now(), journal, compiler(), named_keys(keys))
    rows = [(_holds(one), phrase(one.what), one_line(one.sentence)) for one in findings]
    say(table(phrase("Is {bundle} what was reviewed?", bundle=bundle), rows, words=True))
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


def _holds(found: Finding) -> str:
    if not found.holds:
        return phrase("DOES NOT HOLD")
    return phrase("note") if found.note else phrase("holds")


def show(target: Path, say: Say) -> dict[str, object]:
    """Say where the review of a project or bundle stands: tier, answers, limits, overrides, signatures, log."""
    found = _of_project(target) if target.suffix == SUFFIX else _of_bundle(target)
    entered, facts = found.entered, found.logged
    signatures = [one for one in (entered.signoff, entered.second) if one is not None]
    say(table(found.checklist.title, _plain(_standing(found, signatures))))
    answers = [
        (
            item.question.id,
            phrase(_STATES[item.state]),
            phrase(_CHOICES[item.answer.choice]),
            item.answer.text,
        )
        for item in found.items
        if item.answer is not None
    ]
    head = ("", phrase("state"), "", "")
    if answers:
        say(table(phrase("Answers"), _plain(answers), head, words=True))
    else:
        say(phrase("There are no answers yet."))
    for override in entered.overrides:
        words = (
            override.reason,
            phrase("Risk: {risk}", risk=override.risk),
            phrase("Measure: {measure}", measure=override.measure),
            phrase("Ends: {end}", end=override.expires),
        )
        title = phrase("Override of {item} by {who}", item=override.item, who=override.by)
        say(table(one_line(title), _plain([(" ".join(words),)])))
    if found.checks:
        checks = [
            (one.id, phrase(VERDICTS[one.verdict]), told(one.sentence, needed_words(one)))
            for one in found.checks
        ]
        say(table(phrase("Checks"), _plain(checks), words=True))
    else:
        say(
            phrase(
                "'tinyml-studio run' with this project computes the checks and says what the gate decides."
            )
        )
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


def _standing(found: Review, signatures: list[SignOff]) -> list[tuple[str, str]]:
    """Use, tier, limits, signatures and log, each with its name."""
    entered, facts, checklist = found.entered, found.logged, found.checklist
    rows = [
        (phrase("Use"), entered.use or phrase("not written down")),
        (phrase("Tier"), f"{found.tier.value}, {checklist.tiers[found.tier.value]}"),
    ]
    for name, value in entered.limits.items():
        rows.append((phrase("Limit"), f"{checklist.limit(name).text}: {value:g}"))
    for one in signatures:
        words = phrase(_SIGNED[one.role], who=one.by, time=one.at)
        if one.key:
            words = phrase("{signed}, with the key {key}", signed=words, key=one.key)
        rows.append((phrase("Signed"), words))
    minutes = facts.minutes
    counted = (
        phrase_count("{count} row", "{count} rows", facts.head.rows),
        phrase("minutes not known: the answers came from a file")
        if minutes is None
        else phrase_count("{count} minute", "{count} minutes", round(minutes)),
        phrase_count(
            "test set opened {count} time", "test set opened {count} times", facts.test_set_openings
        ),
    )
    rows += [(phrase("Log"), ", ".join(counted)), (phrase("Log's head"), facts.head.hash)]
    if facts.broken:
        rows.append((phrase("Log"), phrase("BROKEN: {why}", why=facts.broken)))
    return rows


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
    raise no_bundle(path)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise read_error(path, error) from error
