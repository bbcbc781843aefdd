"""Firmware images: what they take, what does not fit, and C that no compiler complains about."""

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from studio.compiler import Optimize, SourceFile, Sources, TensorSpec, generate
from studio.compiler.firmware import build_virtual
from studio.core import places
from studio.core.errors import StudioError
from studio.device.virtual import run_batch
from tests.mlperf_tiny import model_bytes, vectors

HERE = Path(__file__).parent
LINK = places.firmware() / "link"
PORT = places.firmware() / "ports" / "virtual_cortex_m4"
STRICT = ("-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror")


@pytest.fixture(scope="module")
def tiny() -> Sources:
    spec = TensorSpec((4,), "int8", 0.25, -2)
    files = tuple(
        SourceFile(path.name, path.read_text("utf-8")) for path in sorted((HERE / "tiny_model").iterdir())
    )
    return Sources(files, 16, 16, 12, spec, spec, (), (), (), "", Optimize.BALANCED)


def changed(sources: Sources, old: str, new: str) -> Sources:
    """The same sources with `old` replaced wherever it stands."""
    files = tuple(replace(file, text=file.text.replace(old, new)) for file in sources.files)
    assert files != sources.files
    return replace(sources, files=files)


def test_sizes_are_those_of_the_model_without_the_link(tiny: Sources) -> None:
    firmware = build_virtual(tiny)
    bigger = build_virtual(changed(tiny, "STUDIO_ARENA_BYTES 16", "STUDIO_ARENA_BYTES 10016"))
    assert bigger.static_ram_bytes - firmware.static_ram_bytes == 10_000
    assert bigger.code_bytes == firmware.code_bytes
    assert 100 < firmware.code_bytes < 1000
    assert firmware.code_bytes + firmware.weight_bytes < firmware.flash_bytes
    assert firmware.ram_bytes(stack_bytes=100) < 200
    assert 256 < firmware.link_ram_bytes < 512


def test_a_longer_input_costs_the_link_memory_but_not_the_model(tiny: Sources) -> None:
    firmware = build_virtual(tiny)
    longer = build_virtual(changed(tiny, "STUDIO_INPUT_SIZE 4", "STUDIO_INPUT_SIZE 804"))
    assert longer.link_ram_bytes - firmware.link_ram_bytes == 800
    assert longer.ram_bytes(0) == firmware.ram_bytes(0)


def test_weights_are_weights_and_not_code(tiny: Sources) -> None:
    firmware = build_virtual(tiny)
    table = "static const int8_t more[5000] = {1, 2, 3};\nstatic const int8_t weights"
    read = "weights[i][k] * more[(uint8_t)in[k] * 16 + i] * in[k]"
    heavier = build_virtual(
        changed(changed(tiny, "weights[i][k] * in[k]", read), "static const int8_t weights", table)
    )
    assert heavier.weight_bytes - firmware.weight_bytes == 5000
    assert heavier.code_bytes < firmware.code_bytes + 64


@pytest.mark.parametrize("optimize", list(Optimize))
def test_every_optimization_builds_and_answers_the_same(tiny: Sources, optimize: Optimize) -> None:
    firmware = build_virtual(tiny, optimize=optimize)
    assert run_batch(firmware.elf_path, np.array([[2, 4, 6, 8]], np.int8)).outputs.tolist() == [[30, 2, -10]]


def test_too_much_memory_is_a_sentence_with_the_bytes_that_are_missing(tiny: Sources) -> None:
    link = build_virtual(tiny).link_ram_bytes
    with pytest.raises(StudioError) as error:
        build_virtual(changed(tiny, "STUDIO_ARENA_BYTES 16", "STUDIO_ARENA_BYTES 300000"))
    said = re.fullmatch(r"This model needs ([\d,]+) bytes more RAM than the 256 KB .*", str(error.value))
    assert said
    assert 0 <= int(said[1].replace(",", "")) - (300_000 + link - (256 - 8) * 1024) < 32


def test_too_many_weights_are_a_sentence_with_the_bytes_that_are_missing(tiny: Sources) -> None:
    with pytest.raises(StudioError, match=r"needs [\d,]+ bytes more flash than the 1 MB"):
        build_virtual(changed(tiny, "weights[3][4]", "weights[3][400000]"))


def test_code_that_needs_the_compilers_runtime_still_links(tiny: Sources) -> None:
    divided = changed(
        tiny, "sum += weights[i][k] * in[k];", "sum += (int32_t)((int64_t)in[k] * 9 / weights[i][k + 0]);"
    )
    divided = changed(
        divided, "{{1, 2, 3, 4}, {-1, 0, 1, 0}, {5, -5, 5, -5}}", "{{9, 9, 9, 9}, {9, 9, 9, 9}, {9, 9, 9, 9}}"
    )
    firmware = build_virtual(divided)
    assert run_batch(firmware.elf_path, np.array([[2, 4, 6, 8]], np.int8)).outputs.tolist() == [[10, 10, 10]]


@pytest.mark.parametrize("key", ["hello", "kws", "ad"])
def test_mlperf_tiny_answers_on_the_board_as_tensorflow_lite_micro_does(key: str) -> None:
    sources = generate(model_bytes(key))
    x, y = vectors(key)
    batch = run_batch(build_virtual(sources).elf_path, x.reshape(len(y), -1))
    np.testing.assert_array_equal(batch.outputs, y.reshape(len(y), -1))
    assert len(batch.layer_instructions) == len(sources.layers)


BOARD_ONLY = sorted(PORT.glob("*.c"))
EVERYWHERE = [*sorted(LINK.glob("*.c")), HERE / "tiny_model" / "model.c"]


@pytest.mark.parametrize(
    ("file", "target"),
    [(file, "board") for file in (*EVERYWHERE, *BOARD_ONLY)]
    + [(file, "this computer") for file in EVERYWHERE],
    ids=lambda value: value if isinstance(value, str) else value.name,
)
def test_the_link_and_the_port_compile_without_a_warning(file: Path, target: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "ziglang", "cc", "-c", *STRICT, "-o", str(tmp_path / "x.o"), str(file)]
    command += [f"-I{folder}" for folder in (LINK, PORT, HERE / "tiny_model")]
    if target == "board":
        command += ["-target", "thumb-freestanding-eabihf", "-mcpu=cortex_m4+vfp4d16sp", "-ffreestanding"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "warning" not in done.stderr
