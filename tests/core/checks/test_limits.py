"""The numeric limits are settings that count: each is read somewhere in the checks."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from studio.core.checks import limits as room
from studio.core.checks.limits import Limits

STUDIO = Path(__file__).resolve().parents[3] / "studio"
SOURCES = "\n".join(
    path.read_text("utf-8") for path in STUDIO.rglob("*.py") if path != Path(str(room.__file__))
)


@pytest.mark.parametrize("name", [field.name for field in fields(Limits) if field.default is not None])
def test_no_setting_stands_in_the_file_for_nothing(name: str) -> None:
    assert re.search(rf"\.{name}\b", SOURCES) or name in ("accuracy_margin", "accuracy_margin_at_stakes")
