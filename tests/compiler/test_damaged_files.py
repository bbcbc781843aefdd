"""Damaged .tflite files: refused with a sentence, or compiled to C that stays inside its memory; never slow."""

import random
import re
import shutil
import struct
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import flatbuffers
import numpy as np
import pytest

from studio.compiler import Sources, generate
from studio.core import tflite
from studio.core.errors import StudioError
from tests.compiler.built import spec_bytes, unit
from tests.compiler.cases import CASES
from tests.compiler.models import schema
from tests.mlperf_tiny import FILES, model_bytes

SLOWEST_SECONDS = 2.0
FILES_EACH = 300  # in the normal run, and in each part of the nightly one
NIGHTLY_FILES = 5_000
# A damaged size can make a model that works, for hours: such C is compiled and not run.
MOST_WORK = 30_000_000
MOST_MEMORY_BYTES = 1 << 22
# How often each shared model is damaged: the heavy ones less.
WEIGHTS = {"hello": 4, "kws": 3, "sww": 2, "ad": 1, "ic": 1}
NUMBERS = (
    0,
    1,
    2,
    3,
    7,
    127,
    128,
    255,
    256,
    1 << 15,
    1 << 16,
    1 << 24,
    (1 << 31) - 1,
    1 << 31,
    (1 << 32) - 1,
)


def shared_models() -> list[bytes]:
    """MLPerf Tiny's models, each as often as it is to be damaged."""
    return [model_bytes(key) for key in FILES for _ in range(WEIGHTS[key])]


def small_models() -> list[bytes]:
    """One of each operator."""
    source = np.random.default_rng(3)
    return [CASES[name](source) for name in sorted(CASES)]


def damaged(whole: bytes, source: random.Random) -> bytes:
    """The file with some of its bytes cut, changed, copied or exchanged: mostly its tables, seldom its constants."""
    data = bytearray(whole)
    places = _tables(whole) if source.random() < 0.9 else range(len(data))
    for _ in range(source.choice((1, 1, 1, 2, 4, 12))):
        at = places[source.randrange(len(places))]
        if at >= len(data) - 4:
            continue
        match source.randrange(8):
            case 0:
                del data[at if source.random() < 0.2 else len(data) - source.randrange(64) :]
            case 1 | 2:
                data[at] = source.randrange(256)
            case 3:
                data[at] ^= 1 << source.randrange(8)
            case 4 | 5:
                struct.pack_into("<I", data, at & ~3, source.choice(NUMBERS))
            case 6:
                value = struct.unpack_from("<I", data, at & ~3)[0] + source.choice((-4, -1, 1, 2, 4, 16))
                struct.pack_into("<I", data, at & ~3, value & 0xFFFFFFFF)
            case _:
                other = places[source.randrange(len(places))] & ~3
                data[other : other + 4] = data[at & ~3 : (at & ~3) + 4]
    return bytes(data)


def contradicting(whole: bytes, source: random.Random) -> bytes:
    """A sound file that says something else than the original did: of a shape, a scale, an option or a wire."""
    model = schema.ModelT.InitFromPackedBuf(whole, 0)
    graph = model.subgraphs[0]
    for _ in range(source.choice((1, 1, 2))):
        tensor, operator = source.choice(graph.tensors), source.choice(graph.operators)
        match source.randrange(6):
            case 0 if tensor.shape is not None and len(tensor.shape):
                tensor.shape = list(tensor.shape)
                tensor.shape[source.randrange(len(tensor.shape))] = source.choice((0, 1, 2, 3, 9, 64, 1000))
            case 1 if tensor.quantization is not None and tensor.quantization.scale is not None:
                tensor.quantization.scale = tensor.quantization.scale * np.float32(
                    10.0 ** source.randrange(-6, 7)
                )
            case 2 if tensor.quantization is not None and tensor.quantization.zeroPoint is not None:
                tensor.quantization.zeroPoint = tensor.quantization.zeroPoint + source.choice(
                    (-300, -1, 1, 40)
                )
            case 3:
                wires = [int(i) for i in operator.inputs]
                wires[source.randrange(len(wires))] = source.randrange(-1, len(graph.tensors))
                operator.inputs = wires
            case 4:
                operator.outputs = [source.randrange(len(graph.tensors))]
            case _ if operator.builtinOptions is not None:
                fields = [
                    name for name, v in vars(operator.builtinOptions).items() if type(v) in (int, float)
                ]
                if fields:
                    setattr(
                        operator.builtinOptions, source.choice(fields), source.choice((0, 1, 2, 3, 5, 100))
                    )
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def _tables(whole: bytes) -> Sequence[int]:
    """Where the file holds no constants of more than 64 bytes."""
    free = np.ones(len(whole), bool)
    for tensor in tflite.read(whole).tensors:
        if tensor.end - tensor.begin > 64:
            free[tensor.begin : tensor.end] = False
    return [int(at) for at in np.flatnonzero(free)]


def compiled(originals: Sequence[bytes], seed: str, count: int) -> Iterator[Sources]:
    """The models that still compile; fails for what is neither refused in a sentence nor compiled in time."""
    source = random.Random(seed)
    outcomes: Counter[str] = Counter()
    for number in range(count):
        change = source.choice((damaged, contradicting))
        data = change(source.choice(originals), source)
        start = time.process_time()
        try:
            model = generate(data)
        except StudioError as error:
            assert str(error).endswith((".", ")")), error  # noqa: PT017
            outcomes["refused"] += 1
            continue
        except Exception as error:
            raise AssertionError(f"file {number} of {seed} ended in {error!r}") from error
        finally:
            assert time.process_time() - start < SLOWEST_SECONDS, f"file {number} of {seed} was slow"
        outcomes["compiled"] += 1
        yield model
    assert min(outcomes["refused"], outcomes["compiled"]) > count // 20, outcomes


def runs_clean(models: Sequence[Sources], folder: Path) -> None:
    """Builds all with sanitizers, once, and runs each on random inputs, if that is not too much work."""
    calls = ""
    ran = 0
    for i, model in enumerate(models):
        work = sum(layer.macs + layer.activation_bytes for layer in model.layers)
        if work < MOST_WORK and model.arena_bytes < MOST_MEMORY_BYTES:
            ran += 1
            taken, given = (sum(map(spec_bytes, specs)) for specs in (model.inputs, model.outputs))
            calls += (
                f"    {{ int8_t *in = random_bytes({taken}), *out = malloc({given});\n"
                f"    case_{i}_memory *memory = malloc(sizeof *memory);\n"
                f"    if (case_{i}_test(memory->bytes, in, out, 1)) return 1;\n"
                "    free(in); free(out); free(memory); }\n"
            )
    assert ran > 0.9 * len(models)
    main = (
        "static int8_t *random_bytes(size_t count)\n{\n    static uint32_t state = 1;\n"
        "    int8_t *bytes = malloc(count);\n    size_t i;\n"
        "    for (i = 0; i < count; i++) {\n        state = state * 1664525u + 1013904223u;\n"
        "        bytes[i] = (int8_t)(state >> 24);\n    }\n"
        f"    return bytes;\n}}\nint main(void)\n{{\n{calls}    return 0;\n}}\n"
    )
    for file in unit(models):
        text = file.text
        if file.name == "cases.c":
            text = f"#include <stdlib.h>\n{_shared_arrays(text)}{main}"
        (folder / file.name).write_text(text, encoding="utf-8")
    checks = ("-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-O1", "-w")
    subprocess.run(["gcc", "-std=c99", *checks, "-o", "program", "cases.c"], cwd=folder, check=True)
    done = subprocess.run([folder / "program"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[:3000]


_ARRAY = re.compile(r"static const (\w+) (case_\d+_layer_\w+)\[(\d+)\]( STUDIO_CONSTANT)? = (\{[^}]*\});\n")


def _shared_arrays(text: str) -> str:
    """The same C with equal arrays written once: hundreds of models differ in few bytes."""
    names: dict[tuple[str, ...], str] = {}

    def once(found: re.Match[str]) -> str:
        kind, name, size, _, values = found.groups()
        first = names.setdefault((kind, size, values), name)
        return found[0] if first == name else f"#define {name} {first}\n"

    return _ARRAY.sub(once, text)


needs_gcc = pytest.mark.skipif(shutil.which("gcc") is None, reason="gcc is not installed (scripts/test does)")


@needs_gcc
@pytest.mark.parametrize("models", [shared_models, small_models])
def test_damaged_files_are_refused_or_run_inside_their_memory(
    models: Callable[[], list[bytes]], tmp_path: Path
) -> None:
    runs_clean(list(compiled(models(), models.__name__, FILES_EACH // 2)), tmp_path)


@needs_gcc
@pytest.mark.nightly
@pytest.mark.parametrize("models", [shared_models, small_models])
@pytest.mark.parametrize("part", range(-(-NIGHTLY_FILES // FILES_EACH)))
def test_thousands_of_damaged_files_are_refused_or_run_inside_their_memory(
    models: Callable[[], list[bytes]], part: int, tmp_path: Path
) -> None:
    runs_clean(list(compiled(models(), f"{models.__name__} {part}", FILES_EACH)), tmp_path)
