"""What is typed as a port or a baud rate: taken, or refused with a sentence that says what to type."""

from pathlib import Path

import pytest

from studio.device.port_entry import baud_of, why_no_baud, why_no_port


@pytest.mark.parametrize(
    "entry",
    [
        "/dev/ttyACM0",
        "/dev/pts/999",
        "/dev/null",
        "socket://board.local:4000",
        "rfc2217://10.0.0.2:2217?logging=info",
    ],
)
def test_what_can_be_a_port_is_taken_also_where_nothing_is_there_yet(entry: str) -> None:
    assert why_no_port(entry, "linux") == ""


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("  ", "Choose a port"),
        ("ttyACM0", "Type /dev/ttyACM0"),
        ("board:4000", "lacks its kind"),
        ("tcp://board:4000", "does not know tcp://"),
        ("socket://", "names no computer"),
        ("socket://board", "names no port number"),
        ("rfc2217://board:port", "is wrong"),
        ("socket://board:70000", "from 1 to 65535"),
        ("/dev", "is a folder"),
    ],
)
def test_what_cannot_be_a_port_is_refused_with_what_to_type(entry: str, said: str) -> None:
    assert said in why_no_port(entry, "linux")


def test_a_file_is_no_port(tmp_path: Path) -> None:
    (tmp_path / "live.csv").write_text("")
    assert "is a file" in why_no_port(str(tmp_path / "live.csv"), "linux")


def test_windows_has_names_of_its_own() -> None:
    assert why_no_port("COM7", "win32") == ""
    assert "such as COM3" in why_no_port("/dev/ttyACM0", "win32")


@pytest.mark.parametrize(("entry", "baud"), [("9600", 9600), ("115,200", 115_200), ("1 000 000", 1_000_000)])
def test_baud_rates_are_numbers(entry: str, baud: int) -> None:
    assert why_no_baud(entry) == ""
    assert baud_of(entry) == baud


@pytest.mark.parametrize("entry", ["", "fast", "-9600", "12", "99999999", "9600.5", "٣٠٠"])
def test_other_baud_rates_are_refused(entry: str) -> None:
    assert "Serial.begin" in why_no_baud(entry)
