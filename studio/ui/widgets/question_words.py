"""The words of a question's card: its choices, and how it stands, with an icon and a colour."""

from PySide6.QtCore import Qt

from studio.core.checklist import Function, Part, Question
from studio.core.phrases import phrase, phrase_count, phrase_later
from studio.core.review import SUBJECT, Choice, Flag, Item, Override, State

CHOICES = {
    Choice.YES: (phrase_later("Yes"), phrase_later("Settled: write how. (Y)"), Qt.Key.Key_Y),
    Choice.NO: (
        phrase_later("No"),
        phrase_later("Not settled: this becomes a printed limit of what you export. (N)"),
        Qt.Key.Key_N,
    ),
    Choice.NOT_APPLICABLE: (
        phrase_later("Not applicable"),
        phrase_later("Write why the question does not arise. (A)"),
        Qt.Key.Key_A,
    ),
}
"""For each choice its words, its tool tip and its key."""

ASKED = {
    None: phrase_later("Choose yes, no or not applicable, and write the answer in your own words."),
    Choice.YES: phrase_later("How? Write it in your own words."),
    Choice.NO: phrase_later("What is missing? It is printed as a limit of what you export."),
    Choice.NOT_APPLICABLE: phrase_later("Why does the question not arise?"),
}
"""What is to be written, before and after a choice was made."""

_PARTS = {  # Translators: the parts stand in a list, such as "…: the use, the data".
    Part.USE: phrase_later("the use"),
    Part.DATA: phrase_later("the data"),
    Part.TEST: phrase_later("the test set"),
    Part.MODEL: phrase_later("the compressed model"),
    Part.POSTPROCESSING: phrase_later("the threshold"),
    Part.TARGET: phrase_later("the board"),
}
_CHANGED = {
    Part.USE: phrase_later("The use has changed since this was answered."),
    Part.DATA: phrase_later("The data has changed since this was answered."),
    Part.TEST: phrase_later("The test set has changed since this was answered."),
    Part.MODEL: phrase_later("The compressed model has changed since this was answered."),
    Part.POSTPROCESSING: phrase_later("The threshold has changed since this was answered."),
    Part.TARGET: phrase_later("The board has changed since this was answered."),
}
_FLAGS = {
    Flag.SHORT: phrase_later("This is short; readers are told."),
    Flag.SAME: phrase_later("The same words stand under another question; readers are told."),
    Flag.DIFFERS: phrase_later("Yes, although one sample was judged a mistake: the card prints both."),
}


def standing_of(item: Item, *, stopped: bool = False) -> tuple[str, str, str]:
    """The icon, the colour and the words for where a question stands; `stopped`: the use is a banned one."""
    if stopped:
        return "waiting", "muted", phrase("Nothing is exported for this use, so nothing is asked here")
    if item.override is not None:
        return "warning", "warning", phrase("Overridden: printed with everything that is exported")
    color = "danger" if item.blocks else "warning"
    if item.refused and item.state is not State.STALE:
        return "blocked", "danger", phrase("Not answered with yes: nothing ships without that")
    if item.state is State.STALE:
        cure = phrase("The old answer is a suggestion: change it, or confirm it.")
        return "refresh", color, f"{_stale_words(item)} {cure}"
    if item.state is State.ANSWERED:
        return "done", "good", phrase("Answered")
    if item.state is State.DRAFT:
        return "refresh", color, _draft_words(item)
    if item.blocks:
        return "blocked", "danger", phrase("Open: blocks the export")
    if item.warns:
        return "warning", "warning", phrase("Open: the export will say so")
    return "waiting", "muted", phrase("Optional for this use")


_FUNCTIONS = {  # Translators: the four functions of NIST's AI Risk Management Framework.
    Function.GOVERN: phrase_later("NIST AI RMF, Govern"),
    Function.MAP: phrase_later("NIST AI RMF, Map"),
    Function.MEASURE: phrase_later("NIST AI RMF, Measure"),
    Function.MANAGE: phrase_later("NIST AI RMF, Manage"),
}


def override_words(given: Override) -> str:
    """Who went on although it blocks, until when, and why."""
    if given.expires.startswith(SUBJECT):
        return phrase(
            "Overridden by {name} until another model, data or target is at hand: {reason}",
            name=given.by,
            reason=given.reason,
        )
    return phrase(
        "Overridden by {name} until {day}: {reason}", name=given.by, day=given.expires, reason=given.reason
    )


def flag_words(item: Item) -> str:
    """What readers of the answer are told."""
    return " ".join(phrase(_FLAGS[flag]) for flag in item.flags)


def case_of(question: Question) -> str:
    """What happened elsewhere, with its source as a link where there is one (rich text)."""
    example = question.example
    source = _plain(example.source)
    if example.url:
        source = f'<a href="{example.url}">{source}</a>'
    return phrase("For instance: {example} ({source})", example=_plain(example.text), source=source)


def pointers_of(question: Question) -> str:
    """Where others ask for something alike, to read on ("": nothing is named)."""
    places = list(question.pointers)
    if question.function is not None:
        places.insert(0, phrase(_FUNCTIONS[question.function]))
    if not places:
        return ""
    return phrase("To read on, no statement of conformity: {places}", places="; ".join(places))


def _stale_words(item: Item) -> str:
    """What an answer was not given for, or not for sure."""
    parts = ", ".join(phrase(_PARTS[part]) for part in item.changed)
    if item.is_of_nothing:
        return phrase("Nothing says that this was answered for what is at hand: {parts}.", parts=parts)
    if len(item.changed) == 1:
        return phrase(_CHANGED[item.changed[0]])
    return phrase("These have changed since this was answered: {parts}.", parts=parts)


def _draft_words(item: Item) -> str:
    """What a draft lacks."""
    count = len(item.unjudged)
    alone, steps = [], []
    if item.unopened:
        alone.append(phrase("A draft until the evidence was opened"))
        steps.append(phrase("open the evidence"))
    if item.unjudged:
        alone.append(
            phrase_count(
                "A draft until the last sample was judged", "A draft until {count} samples were judged", count
            )
        )
        steps.append(phrase_count("judge the last sample", "judge {count} samples", count))
    if item.needs_limit:
        alone.append(phrase("A draft until a limit was set"))
        steps.append(phrase("set a limit"))
    if len(steps) == 1:
        return alone[0]
    return phrase("A draft until this is done: {steps}", steps=", ".join(steps))


def _plain(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
