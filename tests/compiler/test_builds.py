"""The generated C under several compilers and sanitizers, and what happens when it cannot be built or stored."""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from studio.compiler import float32, generate, int16, zig
from studio.compiler.firmware import build_virtual
from studio.compiler.host import HostModel
from studio.compiler.sources import SourceFile, Sources
from studio.core.errors import StudioError
from studio.core.products import is_whole
from tests.compiler.built import unit
from tests.compiler.cases import CASES
from tests.compiler.retyped import as_float32, as_int16
from tests.compiler.test_int4 import MAKERS, pair
from tests.compiler.test_models import small_model
from tests.mlperf_tiny import model_bytes, vectors

STRICT = ("-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror")
gcc = pytest.mark.skipif(shutil.which("gcc") is None, reason="gcc is not here")


def _write(model: Sources, folder: Path) -> list[str]:
    for file in model.files:
        (folder / file.name).write_text(file.text, encoding="utf-8")
    return list(model.c_files)


def _one_of_each() -> list[Sources]:
    """A model of each operator, in each type of numbers that it knows."""
    random = np.random.default_rng(11)
    files = [CASES[name](random) for name in sorted(CASES)]
    for families, retyped in ((float32.FAMILIES, as_float32), (int16.FAMILIES, as_int16)):
        # TRANSPOSE only moves bytes there, which is tested above.
        files += [retyped(CASES[n](random)) for n in sorted((CASES.keys() & families.keys()) - {"TRANSPOSE"})]
    files += [pair(maker, 3)[0] for maker in range(len(MAKERS))]
    return [generate(data, labels=()) for data in files]


@gcc
@pytest.mark.parametrize("level", ["-O0", "-O3"])
def test_gcc_accepts_every_kernel_without_a_warning(tmp_path: Path, level: str) -> None:
    every = {f.name: f for model in _one_of_each() for f in model.files}
    model = generate(model_bytes("kws"), labels=tuple(f"word {i}" for i in range(12)))
    for file in (*every.values(), *model.files):
        (tmp_path / file.name).write_text(file.text, encoding="utf-8")
    names = sorted(p.name for p in tmp_path.glob("*.c"))
    subprocess.run(["gcc", *STRICT, level, "-ffreestanding", "-c", *names], cwd=tmp_path, check=True)


def test_zig_accepts_every_file_by_itself_for_a_cortex_m4() -> None:
    model = generate(small_model(), labels=tuple("abcdef"))
    target = ("-target", "thumb-freestanding-eabihf", "-mcpu=cortex_m4", *STRICT, "-Os", "-r", "-nostdlib")
    assert zig.compile(model.files, target, "model.o").stat().st_size > 0


_MAIN = """
#include <stdio.h>
#include "model.h"
static studio_memory memory;
int main(void)
{
    int8_t *input = studio_model_input(&memory);
    const int8_t *output = studio_model_output(&memory);
    while (fread(input, 1, STUDIO_INPUT_SIZE, stdin) == STUDIO_INPUT_SIZE) {
        if (studio_model_run(&memory)) {
            return 1;
        }
        fwrite(output, 1, STUDIO_OUTPUT_SIZE, stdout);
    }
    return studio_model_run(NULL) == STUDIO_MODEL_NO_MEMORY ? 0 : 2;
}
"""


@gcc
def test_the_code_is_clean_under_address_and_undefined_behaviour_sanitizers(tmp_path: Path) -> None:
    names = _write(generate(model_bytes("kws")), tmp_path)
    (tmp_path / "main.c").write_text(_MAIN, encoding="utf-8")
    checks = ("-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-O1", "-g")
    subprocess.run(["gcc", *STRICT, *checks, "-o", "program", "main.c", *names], cwd=tmp_path, check=True)
    x, expected = vectors("kws")
    done = subprocess.run([tmp_path / "program"], input=x[-6:].tobytes(), capture_output=True, check=True)
    assert done.stdout == expected[-6:].tobytes()


@gcc
def test_every_operator_is_clean_under_the_sanitizers(tmp_path: Path) -> None:
    models = _one_of_each()
    calls = "".join(
        f"    static case_{i}_memory memory_{i};\n"
        f"    if (case_{i}_test(memory_{i}.bytes, inputs, outputs, 1)) return 1;\n"
        for i in range(len(models))
    )
    main = f"int main(void)\n{{\n    static int8_t inputs[4096], outputs[4096];\n{calls}    return 0;\n}}\n"
    for file in unit(models):
        text = file.text + main if file.name == "cases.c" else file.text
        (tmp_path / file.name).write_text(text, encoding="utf-8")
    checks = ("-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-O1", "-g")
    subprocess.run(["gcc", "-std=c99", *checks, "-o", "program", "cases.c"], cwd=tmp_path, check=True)
    subprocess.run([tmp_path / "program"], check=True)


def test_a_build_is_done_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TINYML_STUDIO_CACHE", str(tmp_path))
    model = generate(small_model())
    first = HostModel(model).run(np.zeros((1, 6), np.int8))
    monkeypatch.setattr(zig, "zig", lambda: ["no such program"])
    np.testing.assert_array_equal(HostModel(model).run(np.zeros((1, 6), np.int8)), first)
    assert [p.name for p in (tmp_path / "built").iterdir() if p.name.startswith("tmp")] == []


def test_a_library_that_was_damaged_is_built_anew(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TINYML_STUDIO_CACHE", str(tmp_path))
    model = generate(small_model())
    first = HostModel(model).run(np.ones((1, 6), np.int8))
    (library,) = (tmp_path / "built").glob("*/model.*[!6]")
    whole = library.read_bytes()
    for damaged in (b"", whole[: len(whole) // 2], bytes([whole[0] ^ 1]) + whole[1:]):
        # In its place, not in the bytes of the library that is loaded.
        library.unlink()
        library.write_bytes(damaged)
        np.testing.assert_array_equal(HostModel(model).run(np.ones((1, 6), np.int8)), first)
        assert is_whole(library)


def test_objects_and_an_image_that_were_damaged_are_built_anew(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TINYML_STUDIO_CACHE", str(tmp_path))
    model = generate(small_model())
    image = build_virtual(model).elf_path
    whole = image.read_bytes()
    image.write_bytes(whole[:-100])
    assert build_virtual(model).elf_path.read_bytes() == whole
    objects = sorted((tmp_path / "built").rglob("*.o"))
    bytes_of = {path: path.read_bytes() for path in objects}
    for path in objects:
        path.write_bytes(bytes_of[path][:-8] + bytes(8))
    image.unlink()
    assert build_virtual(model).elf_path.read_bytes() == whole
    assert {path: path.read_bytes() for path in objects} == bytes_of


def test_a_product_of_which_no_hash_was_kept_is_built_anew(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TINYML_STUDIO_CACHE", str(tmp_path))
    source = [SourceFile("one.c", "int one(void) { return 1; }\n")]
    flags = (*zig.PRODUCT_FLAGS, "-c")
    product = zig.compile(source, flags, "one.o")
    whole = product.read_bytes()
    for note in ("", "00", None):
        path = product.with_name("one.o.sha256")
        path.write_text(note) if note is not None else path.unlink()
        product.write_bytes(b"an earlier edition's")
        assert zig.compile(source, flags, "one.o").read_bytes() == whole


def test_c_that_does_not_compile_is_a_sentence_with_the_first_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TINYML_STUDIO_CACHE", str(tmp_path))
    with pytest.raises(StudioError, match=r"The C compiler refused .*bad\.c:1:\d+: error:"):
        zig.compile([SourceFile("bad.c", "int x = ;\n")], ("-c",), "bad.o")


def test_a_cache_that_cannot_be_written_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("TINYML_STUDIO_CACHE", str(tmp_path / "file"))
    with pytest.raises(StudioError, match=r"cannot be stored.*TINYML_STUDIO_CACHE"):
        HostModel(generate(small_model()))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device here")
def test_a_full_disk_is_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TINYML_STUDIO_CACHE", str(tmp_path))

    def full(*_: object, **__: object) -> None:
        with open("/dev/full", "w") as device:
            device.write("x" * 100_000)

    monkeypatch.setattr(zig, "_run", full)
    with pytest.raises(StudioError, match=r"full: the C code was not compiled. Free some space"):
        HostModel(generate(small_model()))
