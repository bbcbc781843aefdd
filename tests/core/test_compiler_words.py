"""Complaints of compilers, linkers and flash tools become sentences; what is unknown shows its first error line."""

from pathlib import Path

import pytest

from studio.core.compiler_words import explain, first_error

GOLDEN = Path(__file__).parent.parent / "golden" / "toolchains"


def sentence(name: str, board: str = "Arduino Uno R3") -> str:
    return explain((GOLDEN / f"{name}.txt").read_text(encoding="utf-8").splitlines(), board)


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("arm_gcc_ram", "RAM overflows by 952 bytes on the Arduino Uno R3 (region RAM). Prune"),
        ("arm_gcc_flash", "The program needs more flash than the Arduino Uno R3 has (region FLASH). Prune"),
        ("avr_gcc_ram", "The program needs more RAM than the Arduino Uno R3 has (region data). Prune"),
        ("avr_gcc_flash", "The program needs more flash than the Arduino Uno R3 has (region text). Prune"),
        ("avr_gcc_library", "The library Arduino_LSM9DS1 is missing (Arduino_LSM9DS1.h was not found). Run"),
        ("avr_gcc_undefined", "The linker does not find the function studio_missing. Export again"),
        ("arm_gcc_undefined", "The linker does not find the function studio_missing. Export again"),
        ("mbed_ram", "RAM overflows by 10,896 bytes on the Arduino Uno R3: data and stack meet."),
        (
            "arduino_cli_too_big",
            "Flash overflows by 5,316 bytes on the Arduino Uno R3: 36.7 KB are needed, 31.5 KB",
        ),
        ("pio_too_big", "Flash overflows by 5,316 bytes on the Arduino Uno R3: 36.7 KB are needed, 31.5 KB"),
        ("arduino_cli_no_core", "The core for the Arduino Uno R3 is not installed"),
        ("arduino_cli_offline", "The tool has to download the core or libraries for the Arduino Uno R3"),
        ("pio_offline", "The tool has to download the core or libraries for the Arduino Uno R3"),
        ("pio_no_project", "The export's folder has no platformio.ini any more. Export again."),
        ("pio_unknown_board", "The tool does not know the Arduino Uno R3. Update"),
        ("arduino_cli_no_upload_port", "No port is chosen to upload to. Plug the Arduino Uno R3 in"),
        ("pio_no_upload_port", "No port is chosen to upload to. Plug the Arduino Uno R3 in"),
        ("avrdude_denied", "You may not use /dev/ttyACM0 yet. On Linux run 'sudo usermod"),
        ("avrdude_busy", "/dev/ttyACM0 is used by another program. Close its serial monitor"),
        ("avrdude_gone", "There is no board on /dev/ttyACM0 now. Plug it in"),
        ("avrdude_no_sync", "The Arduino Uno R3 does not answer the upload. Is it the board"),
        ("avrdude_wrong_board", "Another board is on this port: its chip is not that of the Arduino Uno R3."),
        (
            "esptool_wrong_chip",
            "Another board is on this port: its chip is an ESP32-S3, the program is for an ESP32.",
        ),
        ("esptool_no_port", "There is no board on /dev/ttyNOPE now."),
        ("esptool_no_answer", "The Arduino Uno R3 does not answer the upload. Hold its BOOT button"),
        ("bossac_no_port", "The Arduino Uno R3 was not found. Press the board's reset button twice"),
    ],
)
def test_a_complaint_becomes_a_sentence_with_what_to_do(name: str, begins: str) -> None:
    assert sentence(name).startswith(begins)


def test_what_is_not_known_shows_the_first_error_line_without_folders() -> None:
    assert "The tool stopped with: syntax.c:1:38: error: " in sentence("avr_gcc_syntax")
    said = ["In file included from x", "/home/me/My work/a.cpp:3:9: error: bad", "b.cpp:1:1: error: worse"]
    assert first_error(said).endswith("a.cpp:3:9: error: bad")
    assert "UndefinedEnvPlatformError" in sentence("pio_no_platform")


@pytest.mark.parametrize(
    "name", ["arduino_cli_compile", "pio_run", "avrdude_upload", "bossac_upload", "esptool_write"]
)
def test_a_run_that_went_well_has_no_complaint(name: str) -> None:
    assert sentence(name) == ""


def test_warnings_and_flags_that_speak_of_errors_are_none() -> None:
    assert (
        first_error(["gcc -Wall -Werror -c x.c", "0 errors generated", "Compiling micro_error_reporter.cpp"])
        == ""
    )


@pytest.mark.parametrize(
    ("line", "begins"),
    [
        ("ld: region `dram0_0_seg' overflowed by 12345 bytes", "RAM overflows by 12,345 bytes"),
        ("ld: region `iram0_0_seg' overflowed by 12 bytes", "RAM overflows by 12 bytes"),
        ("ld: region `FLASH' overflowed by 5000 bytes", "Flash overflows by 5,000 bytes"),
        ("Not enough memory; see https://support.arduino.cc/… for tips", "The program needs more RAM"),
        (
            "x.cpp:1:10: fatal error: TensorFlowLite.h: No such file or directory",
            "The library TensorFlow Lite Micro",
        ),
        ("x.cpp:1:10: fatal error: Servo.h: No such file or directory", "A library is missing: Servo.h"),
        (
            "could not open port 'COM7': PermissionError(13, 'Access is denied.', None, 5)",
            "COM7 is used by another",
        ),
        (
            "could not open port /dev/ttyUSB0: [Errno 13] Permission denied: '/dev/ttyUSB0'",
            "You may not use /dev/ttyU",
        ),
        ("[Errno 16] Device or resource busy: '/dev/ttyUSB0'", "/dev/ttyUSB0 is used by another"),
        ("cc1: fatal error: write: No space left on device", "The disk is full."),
    ],
)
def test_single_lines_of_other_tools_are_understood(line: str, begins: str) -> None:
    assert explain([line], "ESP32-DevKitC").startswith(begins)
