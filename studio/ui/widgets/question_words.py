"""How a question stands, in words with an icon and a colour."""

from studio.core.checklist import Part, Question
from studio.core.review import SUBJECT, Flag, Item, Override, State

_PARTS = {
    Part.USE: "the use",
    Part.DATA: "the data",
    Part.TEST: "the test set",
    Part.MODEL: "the compressed model",
    Part.POSTPROCESSING: "the threshold",
    Part.TARGET: "the board",
}
_FLAGS = {
    Flag.SHORT: "This is short; readers are told.",
    Flag.SAME: "The same words stand under another question; readers are told.",
    Flag.DIFFERS: "Yes, although one sample was judged a mistake: the card prints both.",
}


def standing_of(item: Item, *, stopped: bool = False) -> tuple[str, str, str]:
    """The icon, the colour and the words for where a question stands; `stopped`: the use is a banned one."""
    if stopped:
        return "waiting", "muted", "Nothing is exported for this use, so nothing is asked here"
    if item.override is not None:
        return "warning", "warning", "Overridden: printed with everything that is exported"
    color = "danger" if item.blocks else "warning"
    if item.refused and item.state is not State.STALE:
        return "blocked", "danger", "Not answered with yes: nothing ships without that"
    if item.state is State.STALE:
        changed = " and ".join(_PARTS[part] for part in item.changed)
        verb = "have" if len(item.changed) > 1 else "has"
        words = f"{changed[:1].upper()}{changed[1:]} {verb} changed since this was answered. "
        if item.is_of_nothing:
            words = f"Nothing says that this was answered for {changed} at hand. "
        return "refresh", color, f"{words}The old answer is a suggestion: change it, or confirm it."
    if item.state is State.ANSWERED:
        return "done", "good", "Answered"
    if item.state is State.DRAFT:
        return "refresh", color, f"A draft until {missing_words(item)}"
    if item.blocks:
        return "blocked", "danger", "Open: blocks the export"
    if item.warns:
        return "warning", "warning", "Open: the export will say so"
    return "waiting", "muted", "Optional for this use"


def override_words(given: Override) -> str:
    """Who went on although it blocks, until when, and why."""
    bound = given.expires.startswith(SUBJECT)
    until = "another model, data or target is at hand" if bound else given.expires
    return f"Overridden by {given.by} until {until}: {given.reason}"


def missing_words(item: Item) -> str:
    """What a draft lacks."""
    missing = []
    if item.unopened:
        missing.append("the evidence was opened")
    if item.unjudged:
        count = len(item.unjudged)
        missing.append("the last sample was judged" if count == 1 else f"{count} samples were judged")
    if item.needs_limit:
        missing.append("a limit was set")
    return " and ".join(missing)


def flag_words(item: Item) -> str:
    """What readers of the answer are told."""
    return " ".join(_FLAGS[flag] for flag in item.flags)


def case_of(question: Question) -> str:
    """What happened elsewhere, with its source as a link where there is one (rich text)."""
    example = question.example
    source = _plain(example.source)
    if example.url:
        source = f'<a href="{example.url}">{source}</a>'
    return f"For instance: {_plain(example.text)} ({source})"


def _plain(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
