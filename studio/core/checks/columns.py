"""What group columns mean, by their names: whose samples are alike, and what must not be in training and in test."""

from collections.abc import Iterable, Mapping

from studio.core.checks.limits import Limits


def cluster_column(groups: Mapping[str, object], limits: Limits) -> str:
    """The column whose values are people or recordings, so that their samples are alike ("": none)."""
    return first_named(groups, limits.cluster_columns)


def cluster_columns(groups: Iterable[str], limits: Limits) -> tuple[str, ...]:
    """All such columns."""
    return tuple(column for column in sorted(groups) if named(column, limits.cluster_columns))


def overlap_columns(groups: Iterable[str], limits: Limits) -> tuple[str, ...]:
    """The columns of which no value should be in training and in test: people, devices, places and recordings."""
    return tuple(column for column in groups if named(column, limits.apart_columns))


def first_named(groups: Mapping[str, object], words: tuple[str, ...]) -> str:
    """The first column, in the order of `words`, that bears one of them ("": none)."""
    found = (column for word in words for column in sorted(groups) if named(column, (word,)))
    return next(found, "")


def named(column: str, words: tuple[str, ...]) -> bool:
    """True where the column's name is one of the words, or has one beside an underscore, space or digit."""
    plain = "".join(letter if letter.isalpha() else " " for letter in column.lower()).split()
    return any(word in plain or word == "".join(plain) for word in words)


def is_background(label: str, limits: Limits) -> bool:
    """True for the labels of classes that are no event, such as 'silence' or 'idle'."""
    return named(label, limits.background_labels)
