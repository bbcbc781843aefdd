"""A checklist in another language: its own words, with the ids and rules of the one that it was translated from."""

from dataclasses import fields, replace

from studio.core.checklist import Checklist, Example, Intake, LimitRule, Question
from studio.core.errors import StudioError
from studio.core.phrases import phrase

_WORDS = {"id", "title", "notice", "sha256"}
_ENTRIES = ("intake", "questions", "checks", "own_limits")


def translated(original: Checklist, translation: Checklist) -> Checklist:
    """`translation` under the id and hash of `original`: a review is about the same questions in every language.

    Raises StudioError where it has other ids, or differs in more than words.
    """
    if ids := sorted(_ids(original) ^ _ids(translation)):
        raise StudioError(
            phrase(
                "The checklist {file} has other ids than {original}: {ids}. Give it the same ones; only words differ "
                "in a translation.",
                file=translation.id,
                original=original.id,
                ids=", ".join(ids),
            )
        )
    if silent := _silent(original, translation):
        raise StudioError(
            phrase(
                "The checklist {file} leaves words empty that {original} has: {names}. Translate them.",
                file=translation.id,
                original=original.id,
                names=", ".join(silent),
            )
        )
    rules = _rules(original)
    if names := sorted(name for name, rule in _rules(translation).items() if rule != rules[name]):
        raise StudioError(
            phrase(
                "The checklist {file} has other rules than {original} for {names}. Give it the same ones; only words "
                "differ in a translation.",
                file=translation.id,
                original=original.id,
                names=", ".join(names),
            )
        )
    return replace(translation, id=original.id, sha256=original.sha256)


def _ids(checklist: Checklist) -> set[str]:
    judgements = {f"{one.id}.{name}" for one in checklist.questions for name in one.judgements}
    return {one.id for name in _ENTRIES for one in getattr(checklist, name)} | {*checklist.tiers} | judgements


def _silent(original: Checklist, translation: Checklist) -> list[str]:
    """Where `translation` says nothing although `original` does: entries of its file, by name or id."""
    words, said = _words(original), _words(translation)
    return sorted(
        {name.partition(".")[0] for name, text in words.items() if text and not said.get(name, "").strip()}
    )


def _words(checklist: Checklist) -> dict[str, str]:
    found = {"title": checklist.title, "notice": checklist.notice}
    found |= {f"tiers.{name}": text for name, text in checklist.tiers.items()}
    for name in _ENTRIES:
        for one in getattr(checklist, name):
            found[f"{one.id}.text"] = getattr(one, "text", "")
            if isinstance(one, Question):
                found |= {
                    f"{one.id}.say": one.say,
                    f"{one.id}.why": one.why,
                    f"{one.id}.case": one.example.text,
                }
                found |= {f"{one.id}.{judgement}": text for judgement, text in one.judgements.items()}
    return found


def _rules(checklist: Checklist) -> dict[str, object]:
    """All that is no words, by the name of the entry or the id that it stands under."""
    found: dict[str, object] = {
        field.name: getattr(checklist, field.name)
        for field in fields(checklist)
        if field.name not in _WORDS and field.name not in _ENTRIES
    }
    found["tiers"] = set(checklist.tiers)
    for name in _ENTRIES:
        entries = getattr(checklist, name)
        found[name] = [one.id for one in entries]
        found |= {one.id: _rule(one) for one in entries}
    return found


def _rule(entry: object) -> object:
    """An entry of the checklist without its words."""
    match entry:
        case Intake():
            return replace(entry, text="", names=("",) * len(entry.names), source="", checked="")
        case Question():
            judgements = dict.fromkeys(entry.judgements, "")
            said = replace(entry, text="", say="", why="", example=Example("", ""), judgements=judgements)
            return replace(said, pointers=("",) * len(entry.pointers))
        case LimitRule():
            return replace(entry, text="", unit=entry.unit if entry.unit == "share" else "")
    return entry
