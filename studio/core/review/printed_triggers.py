"""When a printed review no longer holds: what may change, and which answers and checks it takes with it."""

from studio.core.checklist import Part
from studio.core.phrases import phrase, phrase_later
from studio.core.review.printed_tables import Pairs
from studio.core.review.record import Review

_CHANGES = {
    Part.USE: phrase_later("What it is used for, and what not"),
    Part.DATA: phrase_later("The data it was trained or tested with"),
    Part.TEST: phrase_later("The test data"),
    Part.MODEL: phrase_later("The model, or how it was compressed"),
    Part.POSTPROCESSING: phrase_later("What is made of its answers, a threshold for example"),
    Part.TARGET: phrase_later("The board, the engine or the sensor"),
}
_MEASURED = (Part.DATA, Part.TEST, Part.MODEL, Part.POSTPROCESSING)
"""What checks are computed from."""


def triggers(reviewed: Review) -> Pairs:
    """For each part of what was reviewed, the questions that have to be answered again once it is another."""
    rows = []
    for part, words in _CHANGES.items():
        asked = [question.id for question in reviewed.checklist.questions if part in question.depends]
        said = [phrase("signatures")]
        if part in _MEASURED:
            said.insert(0, phrase("all checks"))
        said += asked
        rows.append((phrase(words), ", ".join(said)))
    return tuple(rows)
