"""The compiler as whoever verifies a bundle needs it: C, image and answers of a model, made again."""

import numpy as np

from studio.compiler import Sources, generate
from studio.compiler.firmware import build_virtual
from studio.compiler.host import HostModel
from studio.compiler.zig import builder
from studio.core.build import Optimize
from studio.core.errors import StudioError
from studio.core.formats.delivery import Files
from studio.core.review.remade import Compiler
from studio.core.storage import read_error

_EXACT = ("int8", "int16")  # floats depend on each computer's compiler


def compiler() -> Compiler:
    """The studio's own compiler."""
    return Compiler(builder(), _files, _image, _answers)


def _sources(tflite: bytes, labels: tuple[str, ...], optimize: Optimize, recipe: str) -> Sources:
    return generate(tflite, labels=labels, optimize=optimize, recipe=recipe)


def _files(tflite: bytes, labels: tuple[str, ...], optimize: Optimize, recipe: str) -> Files:
    return {file.name: file.text.encode() for file in _sources(tflite, labels, optimize, recipe).files}


def _image(
    tflite: bytes, labels: tuple[str, ...], optimize: Optimize, recipe: str, unreviewed: bool
) -> bytes:
    sources = _sources(tflite, labels, optimize, recipe)
    path = build_virtual(sources, optimize=optimize, unreviewed=unreviewed).elf_path
    try:
        return path.read_bytes()
    except OSError as error:
        raise read_error(path, error) from error


def _answers(
    tflite: bytes, labels: tuple[str, ...], optimize: Optimize, recipe: str, given: tuple[bytes, ...]
) -> tuple[bytes, ...]:
    sources = _sources(tflite, labels, optimize, recipe)
    if sources.input.dtype not in _EXACT or sources.output.dtype not in _EXACT:
        raise StudioError("Answers in floating point are not the same to the bit on each computer.")
    x = np.frombuffer(b"".join(given), np.dtype(sources.input.dtype)).reshape(len(given), -1)
    return tuple(answer.tobytes() for answer in HostModel(sources).run(x))
