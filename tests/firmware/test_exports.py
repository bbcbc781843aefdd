"""Export formats are built by real toolchains where they are at hand, and what was built gives the studio's answers."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from studio.core.formats import arduino, c99, esp_idf, linux, zephyr
from studio.core.formats.delivery import Delivery, Files, SensorStub
from studio.core.frames import (
    Decoder,
    Frame,
    Hello,
    LayerTimes,
    Packet,
    Result,
    encode,
    run_input,
    time_layers,
)
from studio.core.monitor import Monitor
from studio.core.places import firmware
from studio.core.text_decoders import Reading, TextDecoder
from studio.device.link import Link, Lost
from studio.device.virtual import VirtualBoard
from studio.device.virtual_avr import harness
from tests.compiler.machines import needs
from tests.firmware.deliveries import delivery, small_net, wide_net

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


def layer_times(data: bytes) -> LayerTimes:
    return next(frame for frame in Decoder().feed(data) if isinstance(frame, LayerTimes))


def check_times(found: LayerTimes, *, least_us: int) -> None:
    """Two dense layers and a softmax: the first takes real time, and all of them no longer than the whole."""
    assert len(found.layers) == 3
    first, second, _ = (layer.time_us for layer in found.layers)
    assert first >= least_us
    assert first > second
    assert sum(layer.time_us for layer in found.layers) <= found.inference_us


@needs("gcc", "make")
def test_the_posix_program_tells_how_long_each_layer_takes(tmp_path: Path) -> None:
    given = delivery(content=wide_net())
    folder = written(c99.files(given), tmp_path)
    run("make", "model_app", "model_check", "CC=gcc", f"CFLAGS={WARNINGS}", cwd=folder)
    request = encode(time_layers(given.vectors[0][0], 7))
    done = subprocess.run([folder / "model_app"], input=request, capture_output=True, check=True, timeout=60)
    check_times(layer_times(done.stdout), least_us=1)
    symbols = run("nm", "libmodel.a", cwd=folder)
    assert "studio_layer_done" not in symbols, "the library alone needs no file of the link"


@needs("cmake", "gcc")
def test_the_program_built_with_cmake_tells_times_of_layers(tmp_path: Path) -> None:
    given = delivery(content=wide_net())
    folder = written(c99.files(given), tmp_path)
    run("cmake", "-S", ".", "-B", "build", "-DCMAKE_BUILD_TYPE=Release", cwd=folder)
    run("cmake", "--build", "build", "--target", "model_app", cwd=folder)
    request = encode(time_layers(given.vectors[0][0], 7))
    program = folder / "build" / "model_app"
    done = subprocess.run([program], input=request, capture_output=True, check=True, timeout=60)
    check_times(layer_times(done.stdout), least_us=1)


@needs("gcc")
@pytest.mark.parametrize(
    ("files", "board"),
    [(esp_idf.files, "esp32_s3_devkitc"), (zephyr.files, "seeed_xiao_nrf52840_sense")],
    ids=["esp-idf", "zephyr"],
)
def test_the_sources_of_esp_idf_and_zephyr_tell_times_of_layers_on_a_port_that_is_at_hand(
    files: Callable[[Delivery], Files], board: str, tmp_path: Path
) -> None:
    given = delivery(board, content=wide_net())
    folder = written(files(given), tmp_path) / given.name
    sources = [*sorted(folder.glob("src/*.c")), *sorted(folder.glob("link/*.c"))]
    posix = firmware() / "ports" / "posix" / "studio_posix.c"  # theirs needs ESP-IDF and Zephyr
    flags = ["-std=c99", "-Wall", "-Wextra", *WARNINGS.split(), "-Isrc", "-Ilink"]
    run("gcc", *flags, *sources, posix, "-o", "program", cwd=folder)
    request = encode(time_layers(given.vectors[0][0], 7))
    done = subprocess.run([folder / "program"], input=request, capture_output=True, check=True, timeout=60)
    check_times(layer_times(done.stdout), least_us=1)


def ask(link: Link, packet: Packet, kind: type[Frame], seconds: float = 60) -> list[Frame]:
    """Sends a request; what the board says until a frame of this kind has come.

    A board that is still starting does not hear it, so it is sent again.
    """
    found: list[Frame] = []
    end, again = time.monotonic() + 2 * seconds, 0.0
    while time.monotonic() < end and not any(isinstance(frame, kind) for frame in found):
        if time.monotonic() > again:
            link.send(packet)
            again = time.monotonic() + seconds / 6
        link.wait(1.0)
        for event in link.take():
            assert not isinstance(event, Lost), event.sentence
            if isinstance(event, Frame):
                found.append(event)
    return found


@needs_arduino
@pytest.mark.parametrize("board", sorted(CHIPS))
def test_the_live_sketch_on_an_avr_is_watched_by_the_monitor_and_tells_times_of_layers(
    board: str, tmp_path: Path
) -> None:
    harness()  # a sentence, where simavr's headers are absent
    given = delivery(board)
    elf = built_sketch(tmp_path, given, "live_inference")
    with VirtualBoard(elf, avr_chip=CHIPS[board][0]) as virtual, Link(virtual.port) as link:
        said = ask(link, run_input(given.vectors[1][0], 5), Result)
        hello = next(frame for frame in said if isinstance(frame, Hello))
        answer = next(frame for frame in said if isinstance(frame, Result))
        timed = ask(link, time_layers(given.vectors[0][0], 7), LayerTimes)
    monitor = Monitor(hello)
    monitor.add(answer)
    assert hello.board == given.board.name
    assert monitor.names == ("idle", "left turn", "right turn")
    assert answer.output == given.vectors[1][1]
    assert monitor.label(answer) in monitor.names
    times = next(frame for frame in timed if isinstance(frame, LayerTimes))
    check_times(times, least_us=100)  # 96 products at 16 MHz; the clock of an Arduino core ticks every 4 us


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
    kept = folder.parent / f"core-{chip}"  # the core's own objects, for the other tests too
    is_known = kept.is_dir()
    kept.mkdir(exist_ok=True)
    cores = [place for place in (CORE / "cores/arduino").iterdir() if place.suffix in (".c", ".cpp", ".S")]
    for source in [main, *sorted((library / "src").glob("*.c*")), *sorted(cores)]:
        own = source.is_relative_to(library)
        of_core = source.is_relative_to(CORE)
        target = (kept if of_core else folder) / f"{source.name}.o"
        if of_core and is_known:
            objects.append(target)
            continue
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
