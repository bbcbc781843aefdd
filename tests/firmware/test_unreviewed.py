"""A build that nobody reviewed says so on boot and whenever it is asked who it is; a reviewed one does not."""

import os
from pathlib import Path

import pytest

from studio.core.frames import Hello, Log, ask_hello, time_layers
from tests.firmware.test_layers import ask, build

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the port is POSIX's")


@pytest.mark.parametrize(("flags", "times"), [((), 0), (("-DUNREVIEWED_BENCH_BUILD=1",), 2)])
def test_an_unreviewed_build_says_what_it_is(tmp_path: Path, flags: tuple[str, ...], times: int) -> None:
    found = ask(build(tmp_path, *flags), ask_hello(), time_layers(bytes([2, 4, 6, 8]), 77))
    said = [one.text for one in found if isinstance(one, Log)]
    assert len([one for one in found if isinstance(one, Hello)]) == 2  # at its start, and when it was asked
    assert len([text for text in said if text.startswith("UNREVIEWED BENCH BUILD")]) == times
