"""Export formats are built by real toolchains where they are at hand, and what was built gives the studio's answers."""

import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from studio.core.formats import arduino, c99, linux
from studio.core.formats.delivery import Delivery, Files, SensorStub
from studio.core.frames import Decoder, Hello, Result, encode, run_input
from studio.core.text_decoders import Reading, TextDecoder
from tests.compiler.machines import needs
from tests.firmware.deliveries import delivery, small_net

CORE = Path("/usr/share/arduino/hardware/arduino/avr")
WARNINGS = "-Os -Wpedantic -Werror"
needs_arduino = pytest.mark.skipif(
    not CORE.is_dir() or shutil.which("avr-g++") is None or shutil.which("simavr") is None,
    reason="arduino-core-avr, gcc-avr or simavr not installed (scripts/test does)",
)
CHIPS = {"arduino_uno_r3": ("atmega328p", "standard"), "arduino_mega_2560": ("atmega2560", "mega")}


def written(files: Files, folder: Path) -> Path:
    for name, content in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    return folder


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("compiler", ["gcc", f"{sys.executable} -m ziglang cc"])
def test_plain_c_builds_and_gives_the_studios_answers(compiler: str, tmp_path: Path) -> None:
    if shutil.which(compiler.split()[0]) is None or shutil.which("make") is None:
        pytest.skip("gcc or make not installed (scripts/test does)")
    folder = written(c99.files(delivery()), tmp_path)
    said = run("make", "check", f"CC={compiler}", f"CFLAGS={WARNINGS}", cwd=folder)
    assert "4 of 4 vectors equal" in said
    assert "model_app" not in said or (folder / "model_app").exists()


@needs("cmake", "gcc")
def test_plain_c_builds_with_cmake(tmp_path: Path) -> None:
    folder = written(c99.files(delivery()), tmp_path)
    run("cmake", "-S", ".", "-B", "build", cwd=folder)
    run("cmake", "--build", "build", cwd=folder)
    assert "4 of 4 vectors equal" in run(folder / "build" / "model_check", cwd=folder)


@needs("arm-none-eabi-gcc", "make")
def test_plain_c_builds_for_a_cortex_m4(tmp_path: Path) -> None:
    folder = written(c99.files(delivery()), tmp_path)
    flags = f"{WARNINGS} -mcpu=cortex-m4 -mthumb -ffreestanding"
    run("make", "libmodel.a", "CC=arm-none-eabi-gcc", "AR=arm-none-eabi-ar", f"CFLAGS={flags}", cwd=folder)
    assert (folder / "libmodel.a").stat().st_size > 0


@needs("gcc", "make")
def test_the_posix_program_speaks_the_studios_protocol(tmp_path: Path) -> None:
    given = delivery()
    folder = written(c99.files(given), tmp_path)
    run("make", "model_app", "CC=gcc", f"CFLAGS={WARNINGS}", cwd=folder)
    requests = b"".join(encode(run_input(x, number)) for number, (x, _) in enumerate(given.vectors))
    done = subprocess.run([folder / "model_app"], input=requests, capture_output=True, check=True, timeout=60)
    check_answers(done.stdout, given, "POSIX")


def check_answers(data: bytes, given: Delivery, board: str) -> None:
    """A hello of this board and model, and an answer to every vector, element by element the studio's."""
    said = Decoder().feed(data)
    hellos = [frame for frame in said if isinstance(frame, Hello)]
    answers = {frame.sequence: frame.output for frame in said if isinstance(frame, Result)}
    assert hellos[0].board == board
    assert hellos[0].model_sha256 == given.model_sha256
    assert answers == {number: answer for number, (_, answer) in enumerate(given.vectors)}


def built_sketch(folder: Path, given: Delivery, sketch: str) -> Path:
    """The library and one of its sketches, with the real core, as the Arduino IDE builds them; returns the .elf."""
    chip, variant = CHIPS[given.board.id]
    library = written(arduino.files(given), folder) / given.name
    flags = [
        f"-mmcu={chip}", "-DF_CPU=16000000L", "-DARDUINO=10819", "-DARDUINO_ARCH_AVR", "-Os", "-ffunction-sections",
        "-fdata-sections", "-w", f"-I{CORE / 'cores/arduino'}", f"-I{CORE / 'variants' / variant}",
        f"-I{library / 'src'}",
        "-DDECIMAL_DIG=__DECIMAL_DIG__",  # Debian's avr-gcc is older than the one this core is made for
    ]  # fmt: skip
    main = folder / f"{sketch}.cpp"
    main.write_bytes(b"#include <Arduino.h>\n" + (library / f"examples/{sketch}/{sketch}.ino").read_bytes())
    objects = []
    cores = [place for place in (CORE / "cores/arduino").iterdir() if place.suffix in (".c", ".cpp", ".S")]
    for number, source in enumerate([main, *sorted((library / "src").glob("*.c*")), *sorted(cores)]):
        target = folder / f"{number}.o"
        own = source.is_relative_to(library)
        strict = ["-Wall", "-Wextra", "-Werror"] if own and source.suffix == ".c" else []
        compiler = ["avr-gcc", "-std=gnu11"] if source.suffix in (".c", ".S") else ["avr-g++", "-std=gnu++11"]
        plain = [flag for flag in flags if flag != "-w"] if strict else flags
        run(*compiler, *plain, *strict, "-c", source, "-o", target, cwd=folder)
        objects.append(target)
    elf = folder / "sketch.elf"
    run("avr-gcc", f"-mmcu={chip}", "-Os", "-Wl,--gc-sections", *objects, "-lm", "-o", elf, cwd=folder)
    return elf


@needs_arduino
@pytest.mark.parametrize("board", sorted(CHIPS))
def test_the_arduino_library_runs_on_an_avr_and_the_monitor_reads_what_it_prints(
    board: str, tmp_path: Path
) -> None:
    given = delivery(board)
    elf = built_sketch(tmp_path, given, "validation")
    command = ["simavr", "-m", CHIPS[board][0], "-f", "16000000", str(elf)]
    text = b""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as child:
        assert child.stdout is not None
        deadline = time.monotonic() + 60
        while b"vectors equal" not in text and time.monotonic() < deadline:
            text += os.read(child.stdout.fileno(), 4096)
        child.kill()
    plain = b"\n".join(_plain(line) for line in text.replace(b"\r", b"").split(b"\n")) + b"\n"
    readings = [item for item in TextDecoder().feed(plain) if isinstance(item, Reading)]
    rows = [dict(zip(item.names, item.values, strict=True)) for item in readings if "vector" in item.names]
    assert [row["vector"] for row in rows] == [0, 1, 2, 3]
    assert [row["equal"] for row in rows] == [1, 1, 1, 1]
    assert all(row["us"] > 0 for row in rows)
    assert b"4 of 4 vectors equal" in plain


def _plain(line: bytes) -> bytes:
    """A line as simavr prints the port's: without colours, and without the dots that stand for line ends."""
    for mark in (b"\x1b[32m", b"\x1b[0m"):
        line = line.replace(mark, b"")
    return line.rstrip(b".")


@needs_arduino
def test_the_live_sketch_builds_with_every_sensor_that_an_uno_can_have(tmp_path: Path) -> None:
    for sensor in (SensorStub.LINK, SensorStub.ANALOG):
        folder = tmp_path / sensor
        folder.mkdir()
        elf = built_sketch(folder, delivery("arduino_uno_r3", sensor=sensor), "live_inference")
        assert elf.stat().st_size > 0


def test_the_linux_runner_answers_the_studio_over_a_socket(tmp_path: Path) -> None:
    given = delivery("raspberry_pi_4")
    folder = written({**linux.files(given), "model.tflite": small_net()}, tmp_path)
    child = subprocess.Popen(
        [sys.executable, str(folder / "run.py"), "--listen", "0"], stderr=subprocess.PIPE, text=True
    )
    try:
        assert child.stderr is not None
        line = next(line for line in child.stderr if line.startswith("listening at"))
        port = int(line.rsplit(":", 1)[1])
        with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
            data = b""
            for number, (x, _) in enumerate(given.vectors):
                connection.sendall(encode(run_input(x, number)))
            decoder, hello = Decoder(), None
            answers: dict[int, bytes] = {}
            while len(answers) < len(given.vectors):
                data = connection.recv(65536)
                assert data, "the runner hung up"
                for frame in decoder.feed(data):
                    if isinstance(frame, Hello):
                        hello = frame
                    if isinstance(frame, Result):
                        answers[frame.sequence] = frame.output
    finally:
        child.kill()
        child.wait()
        assert child.stderr is not None
        child.stderr.close()
    assert hello is not None
    assert hello.board == "Raspberry Pi 4 (Linux)"
    assert hello.labels == given.labels
    for number, (_, expected) in enumerate(given.vectors):
        found = np.frombuffer(answers[number], np.int8).astype(int)
        assert np.abs(found - np.frombuffer(expected, np.int8)).max() <= 2  # LiteRT rounds elsewhere
