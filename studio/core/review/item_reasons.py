"""Why a question holds something back, in sentences: what its answer lacks, and who went on all the same."""

from studio.core.phrases import phrase, phrase_count
from studio.core.review.items import Item, State


def why_item_blocks(item: Item) -> str:
    """The sentences for a question that blocks: what is missing."""
    name, text = item.question.id, item.question.text
    if item.refused and item.state is not State.STALE:
        return phrase(
            "{id} is not answered with yes, and nothing ships without that: {question}",
            id=name,
            question=text,
        )
    if item.state is State.STALE and item.is_of_nothing:
        return phrase(
            "{id} must be confirmed, nothing says which model, data or board it was given for: {question}",
            id=name,
            question=text,
        )
    if item.state is State.STALE:
        return phrase(
            "{id} must be confirmed again, what it was about has changed: {question}", id=name, question=text
        )
    if item.state is State.DRAFT:
        return " ".join([phrase("{id} is a draft: {question}", id=name, question=text), *_missing(item)])
    return phrase("{id} is open: {question}", id=name, question=text)


def why_item_warns(item: Item) -> str:
    """The sentences for a question that warns: who went on all the same, or what is missing."""
    if item.override is not None:
        return phrase(
            "{id} is overridden by {who}: {question}",
            id=item.question.id,
            who=item.override.by,
            question=item.question.text,
        )
    return why_item_blocks(item)


def _missing(item: Item) -> list[str]:
    """What a draft lacks, in sentences."""
    missing = []
    if item.unopened:
        checks = ", ".join(item.unopened)
        missing.append(phrase("Its evidence was not opened ({checks}).", checks=checks))
    if item.unjudged:
        missing.append(
            phrase_count(
                "{count} sample was not looked at and judged.",
                "{count} samples were not looked at and judged.",
                len(item.unjudged),
            )
        )
    if item.needs_limit:
        missing.append(phrase("No limit was set."))
    return missing
