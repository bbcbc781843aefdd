"""Virtual boards with other cores: a Cortex-M0+ and, where simavr is installed, AVRs."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from studio.compiler.firmware import CORTEX_M0PLUS, CORTEX_M4, build_virtual
from studio.compiler.sources import Optimize, SourceFile, Sources, TensorSpec
from studio.core.errors import StudioError
from studio.core.products import is_whole
from studio.core.validation import Questions
from studio.device import virtual_board_chip
from studio.device.link import Event
from studio.device.validation import ask_board
from studio.device.virtual import VirtualBoard, run_batch
from studio.device.virtual_avr import CHIPS, build_avr, harness
from studio.device.virtual_misbehaviour import Misbehaviour

TINY = Path(__file__).parent.parent / "firmware" / "tiny_model"
SHA256 = "00112233445566778899aabbccddeeff" * 2
Expected = Callable[[np.ndarray], np.ndarray]
Until = Callable[..., list[Event]]
needs_simavr = pytest.mark.skipif(
    shutil.which("avr-gcc") is None or not Path("/usr/include/simavr/sim_avr.h").is_file(),
    reason="gcc-avr or libsimavr-dev not installed (scripts/test does)",
)


def tiny(text: Callable[[str], str] = str) -> Sources:
    spec = TensorSpec((4,), "int8", 0.25, -2)
    files = tuple(SourceFile(path.name, text(path.read_text("utf-8"))) for path in sorted(TINY.iterdir()))
    return Sources(files, 16, 16, 12, spec, spec, (), (), ("idle", "shake", "café"), "", Optimize.BALANCED)


def questions(expected: Expected, n: int) -> Questions:
    x = np.random.default_rng(1).integers(-128, 100, (n, 4), np.int8)
    answers = expected(x)
    return Questions(
        SHA256, tuple(range(n)), tuple(r.tobytes() for r in x), tuple(r.tobytes() for r in answers)
    )


def test_the_chip_is_built_anew_where_its_library_was_damaged(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TINYML_STUDIO_CACHE", str(tmp_path))
    library = virtual_board_chip.build()
    whole = library.read_bytes()
    library.write_bytes(whole[:1000])
    assert virtual_board_chip.build() == library
    assert library.read_bytes() == whole
    library.with_name(f"{library.name}.sha256").unlink()
    virtual_board_chip.build()
    assert is_whole(library)


@needs_simavr
def test_an_avrs_image_and_harness_are_built_anew_where_they_were_damaged(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TINYML_STUDIO_CACHE", str(tmp_path))
    texts = {file.name: file.text for file in tiny().files}
    for make in (harness, lambda: build_avr(texts, "atmega2560")):
        product = make()
        whole = product.read_bytes()
        product.write_bytes(whole[:1000])
        assert make() == product
        assert is_whole(product)
        assert product.read_bytes() == whole


@pytest.fixture(scope="module")
def m0_elf() -> Path:
    return build_virtual(tiny(), target=CORTEX_M0PLUS).elf_path


def test_a_cortex_m0plus_answers_as_the_model_does(m0_elf: Path, expected: Expected) -> None:
    x = np.random.default_rng(1).integers(-128, 100, (300, 4), np.int8)
    batch = run_batch(m0_elf, x)
    np.testing.assert_array_equal(batch.outputs, expected(x))
    assert batch.instructions < batch.cycles < 3 * batch.instructions
    assert len(batch.layer_cycles) == 2
    assert 64 < batch.stack_bytes < 1024


def test_it_says_its_name_and_a_picos_clock_over_the_link(m0_elf: Path, expected: Expected) -> None:
    with VirtualBoard(m0_elf) as board:
        heard = ask_board(board.port, questions(expected, 50))
    assert (heard.board, heard.clock_hz) == ("Virtual Cortex-M0+", 133_000_000)
    assert heard.answers == questions(expected, 50).expected


def test_a_cortex_m0plus_refuses_instructions_that_only_larger_cores_have(tmp_path: Path) -> None:
    def with_dsp(text: str) -> str:
        return text.replace("__builtin_trap();", '__asm__ volatile(".inst.w 0xfb80, 0x0102" ::: "r0", "r1");')

    elf = build_virtual(tiny(with_dsp), target=CORTEX_M0PLUS).elf_path
    with pytest.raises(StudioError, match="crashed"):
        run_batch(elf, np.array([[102, 0, 0, 0]], np.int8))


@pytest.mark.parametrize(
    ("bytes_", "target", "says"),
    [
        (300_000, CORTEX_M4, "256 KB that the virtual Cortex-M4 board has"),
        (300_000, CORTEX_M0PLUS, "264 KB that the virtual Cortex-M0\\+ board has"),
    ],
    ids=["M4", "M0+"],
)
def test_memory_that_a_board_does_not_have_is_refused_at_link_time(
    bytes_: int, target: object, says: str
) -> None:
    sources = tiny(lambda text: text.replace("ARENA_BYTES 16", f"ARENA_BYTES {bytes_}"))
    with pytest.raises(StudioError, match=says):
        build_virtual(sources, target=target)  # type: ignore[arg-type]


@needs_simavr
@pytest.mark.parametrize("chip", sorted(CHIPS))
def test_an_avr_answers_as_the_model_does(chip: str, expected: Expected) -> None:
    elf = build_avr({file.name: file.text for file in tiny().files}, chip)
    asked = questions(expected, 40)
    with VirtualBoard(elf, avr_chip=chip) as board:
        heard = ask_board(board.port, asked)
    assert heard.stopped == ""
    assert heard.answers == asked.expected
    assert heard.board == f"Virtual {'ATmega2560' if chip == 'atmega2560' else 'ATmega328P'}"
    assert all(0 < us < 10_000 for us in heard.inference_us)


@needs_simavr
def test_an_avr_misbehaves_like_the_others(expected: Expected) -> None:
    elf = build_avr({file.name: file.text for file in tiny().files}, "atmega2560")
    asked = questions(expected, 60)
    wanted = Misbehaviour(drop=0.002, reset=0.5, seed=1)
    with VirtualBoard(elf, avr_chip="atmega2560", misbehaviour=wanted, use_socket=True) as board:
        heard = ask_board(board.port, asked)
    assert heard.answers == asked.expected
    assert heard.resets + heard.resent > 0


@needs_simavr
def test_a_model_that_an_avr_has_no_memory_for_is_refused() -> None:
    files = {file.name: file.text.replace("ARENA_BYTES 16", "ARENA_BYTES 1900") for file in tiny().files}
    assert build_avr(files, "atmega2560").is_file()
    for arena in (1300, 1900):
        files = {
            file.name: file.text.replace("ARENA_BYTES 16", f"ARENA_BYTES {arena}") for file in tiny().files
        }
        with pytest.raises(
            StudioError, match="more than the 2,048 bytes of RAM that the atmega328p has, 512 bytes"
        ):
            build_avr(files, "atmega328p")


def test_without_the_tools_a_sentence_names_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TINYML_STUDIO_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StudioError, match="sudo apt install gcc-avr avr-libc"):
        build_avr({}, "atmega2560")
    broken = tmp_path / "cc"
    broken.write_text("#!/bin/sh\necho 'error: simavr/sim_avr.h: No such file' >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    with pytest.raises(StudioError, match="sudo apt install libsimavr-dev"):
        harness()


@needs_simavr
def test_an_avr_board_ends_with_its_studio(gone: Callable[[int], bool]) -> None:
    elf = build_avr({file.name: file.text for file in tiny().files}, "atmega2560")
    script = (
        "import sys; from pathlib import Path; from studio.device.virtual import VirtualBoard\n"
        "board = VirtualBoard(Path(sys.argv[1]), avr_chip='atmega2560'); print(board.pid, flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(elf)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as studio:
        assert studio.stdout
        pid = int(studio.stdout.readline())
        studio.kill()
        assert gone(pid)
