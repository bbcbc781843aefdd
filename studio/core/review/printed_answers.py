"""Questions with their answers as they are printed, and what the reader has to know of each answer."""

from dataclasses import dataclass

from studio.core.phrases import phrase, phrase_count, phrase_later
from studio.core.review.answers import Choice, Judgement
from studio.core.review.items import Flag, Item, State
from studio.core.review.record import Review

_CHOICES = {
    Choice.YES: phrase_later("Yes. {answer}"),
    Choice.NO: phrase_later("No. {answer}"),
    Choice.NOT_APPLICABLE: phrase_later("Not applicable. {answer}"),
}
_FLAGS = {
    Flag.SHORT: phrase_later("A very short answer."),
    Flag.SAME: phrase_later("The same words stand in another answer."),
    Flag.DIFFERS: phrase_later("It is answered with yes, although one of the samples was judged otherwise."),
}


@dataclass(frozen=True, slots=True)
class Told:
    """A question with the answer: `notes` are for the reader (overridden, stale, short, the same as another)."""

    id: str
    question: str
    answer: str
    notes: tuple[str, ...] = ()


def is_told(item: Item) -> bool:
    """Whether there is an answer to print."""
    return item.answer is not None and bool(item.answer.text.strip())


def told_of(item: Item, reviewed: Review) -> Told:
    """A question that `is_told`, with its answer and what the reader has to know of it."""
    answer, question = item.answer, item.question
    assert answer is not None
    notes = []
    if item.state is State.STALE:
        notes.append(phrase("This answer was given for something else and not confirmed since."))
    if item.state is State.DRAFT:
        notes.append(phrase("A draft: its evidence was not opened."))
    if answer.choice is Choice.NO:
        notes.append(phrase("Answered with no: read it as a limit."))
    notes += [phrase(words) for flag, words in _FLAGS.items() if flag in item.flags]
    if answer.stated:
        checks = ", ".join(answer.stated)
        notes.append(phrase("That {checks} was looked at is the word of an answers file.", checks=checks))
    notes += _judged(item, reviewed)
    if item.override is not None:
        notes.append(phrase("Overridden by {who}.", who=item.override.by))
    words = phrase(_CHOICES[answer.choice], answer=answer.text.strip())
    return Told(question.id, question.text, words, tuple(notes))


def _judged(item: Item, reviewed: Review) -> list[str]:
    """What was said of the samples that were looked at one by one, as a sentence; none where there are none."""
    assert item.answer is not None
    rows = reviewed.samples.get(item.question.judges, ())
    judged = [one.judgement for one in item.answer.judged if one.row in rows]
    if not judged:
        return []
    words = item.question.judgements
    counts = [
        f"{count} × {words.get(judgement.value, judgement.value)}"
        for judgement in Judgement
        if (count := judged.count(judgement))
    ]
    return [
        phrase_count(
            "{judged} of {count} samples looked at one by one: {judgements}.",
            "{judged} of {count} samples looked at one by one: {judgements}.",
            len(rows),
            judged=len(judged),
            judgements="; ".join(counts),
        )
    ]
