"""Whether the running model is the reviewed one: that needs a hello, the same hash and an approved review."""

from dataclasses import replace

import pytest

from studio.core.frames import Hello
from studio.core.running_model import Standing, running_model

HELLO = Hello(0, 2, "a" * 64, 4, 2, 1.0, 0, 1, "Nano", ())


@pytest.mark.parametrize(
    ("hello", "project", "approved", "standing"),
    [
        (HELLO, "a" * 64, True, Standing.REVIEWED),
        (HELLO, "a" * 64, False, Standing.NOT_REVIEWED),
        (HELLO, "b" * 64, True, Standing.ANOTHER),
        (HELLO, None, True, Standing.CANNOT_TELL),
        (None, "a" * 64, True, Standing.CANNOT_TELL),
        (None, None, False, Standing.CANNOT_TELL),
    ],
)
def test_reviewed_is_said_only_where_all_agrees(
    hello: Hello | None, project: str | None, approved: bool, standing: Standing
) -> None:
    assert running_model(hello, project, approved).standing is standing


@pytest.mark.parametrize(("protocol", "cure"), [(1, "Export and flash it again"), (9, "Update the studio")])
@pytest.mark.parametrize("project", ["a" * 64, "b" * 64, None])
def test_firmware_of_another_version_of_the_link_is_told_of(
    protocol: int, cure: str, project: str | None
) -> None:
    assert cure not in running_model(HELLO, project, True).sentence
    assert cure in running_model(replace(HELLO, protocol=protocol), project, True).sentence


def test_a_board_that_speaks_text_is_told_what_it_lacks() -> None:
    assert "does not name its model" in running_model(None, "a" * 64, True, speaks_text=True).sentence
