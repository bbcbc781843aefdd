"""What checks and their drawings say, in a made-up language: no word of English is left.

The language says every sentence in « », but not what is filled in: a value that is English itself stands outside. Names
in the data are in capitals here, so that they are told from words.
"""

import dataclasses
import re
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path

import pytest

from studio.core.checks.check import Check, Measured
from studio.core.drawings import drawings_of
from studio.core.drawings.drawing import Axis
from studio.core.phrases import language, speaking
from tests.core.checks import made_of_answers, made_of_data, made_of_inputs
from tests.core.checks.made_of_answers import ANY
from tests.foreign import FOREIGN, catalogues_in

# Of the data (what columns mean and what is no event is told by such names), of parts of .wav files, and units.
NAMES = set("silence idle wearer speaker lat test train int float adtl labl ltxt bext cart iXML dB ρ".split())


@pytest.fixture(scope="module")
def foreign(catalogue: Path) -> Iterator[None]:
    with catalogues_in(catalogue), speaking(FOREIGN):
        yield


def texts(value: object) -> Iterator[str]:
    """All that a check or a drawing shows, but for its ids."""
    if isinstance(value, StrEnum):
        return
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from texts(item)
    elif dataclasses.is_dataclass(value):
        if isinstance(value, Axis):
            yield value.show(value.high)
        for field in dataclasses.fields(value):
            if field.name not in ("id", "color") and not (
                isinstance(value, Measured) and field.name == "limit"
            ):
                yield from texts(getattr(value, field.name))


def english_in(text: str) -> list[str]:
    """Words outside « » that are neither in capitals nor among NAMES; what is covered with • is of the data."""
    plain = re.sub(r"«[^«»]*»|\S{0,2}•+|\d\.?\d*e[+−-]\d+", " ", text)
    words = re.findall(r"[^\W\d_]+", plain)
    return [word for word in words if word not in NAMES and word != word.upper()]


MADE: dict[str, tuple[Callable[[], Iterator[Check]], set[str]]] = {
    "classes": (made_of_answers.of_classes, {"C1"}),
    "numbers": (made_of_answers.of_numbers, {"C1", "C2", "C17"}),
    "anomalies": (made_of_answers.of_anomalies, {"C1", "C2"}),
    "compression": (made_of_answers.of_compression, {"C2", "C3"}),
    "detection": (made_of_answers.of_detection, {"C4"}),
    "alarms": (made_of_answers.of_alarms, {"C5"}),
    "confidence": (made_of_answers.of_confidence, {"C6"}),
    "groups": (made_of_answers.of_groups, {"C7"}),
    "other inputs": (made_of_inputs.of_other_inputs, {"C8", "C9", "D7"}),
    "membership": (made_of_data.of_membership, {"C10"}),
    "maps": (made_of_inputs.of_maps, {"C11"}),
    "leaks": (made_of_data.of_leaks, {"C12"}),
    "coverage": (made_of_data.of_coverage, {"C13"}),
    "labels": (made_of_data.of_labels, {"C14"}),
    "files": (made_of_data.of_files, {"C15", "C16"}),
    "simple rules": (made_of_answers.of_simple_rules, {"C17"}),
    "boards": (made_of_data.of_boards, {"C18"}),
}


@pytest.mark.parametrize("about", MADE)
@pytest.mark.usefixtures("foreign")
def test_no_english_is_left_in_a_check_or_what_is_drawn_of_it(about: str) -> None:
    assert language() == FOREIGN
    make, ids = MADE[about]
    checks = tuple(make())
    for check in checks:
        assert "«" in check.title
        assert "«" in check.sentence
        for text in (*texts(check), *texts(drawings_of(check, ANY))):
            assert english_in(text) == [], text
    assert {check.id for check in checks} == ids
    assert len({check.verdict for check in checks}) > 1
