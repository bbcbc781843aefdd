"""A bundle's image for the virtual board and its golden vectors: built and computed again where that can be done."""

from studio.core.errors import StudioError
from studio.core.formats.delivery import Delivery, Files, image_name
from studio.core.phrases import phrase
from studio.core.review.findings import CODE, MANIFEST, Finding
from studio.core.review.remade import Compiler, Record, wanted_of

Vectors = tuple[tuple[bytes, bytes], ...]


def rebuilt(
    there: Files, record: Record, delivery: Delivery, vectors: Vectors, compiler: Compiler | None
) -> tuple[list[Finding], list[str]]:
    """What was found, and in words what only its hash was compared of. `delivery` is marked as it was exported."""
    findings: list[Finding] = []
    left: list[str] = []
    name = image_name(delivery)
    if name not in there and record.making.builder:
        words = phrase(
            "{file} is not there, though {manifest} says what built it ({builder}).",
            file=name,
            manifest=MANIFEST,
            builder=record.making.builder,
        )
        findings.append(Finding(CODE, False, words))
    elif name in there and not record.making.builder:
        words = phrase("{manifest} does not say what built {file}.", manifest=MANIFEST, file=name)
        findings.append(Finding(CODE, False, words))
    elif name in there:
        image = _image(record, delivery, compiler)
        holds = image == there[name]
        if holds or (image is not None and _same_builder(record, compiler)):
            words = phrase("{file} is not built from this code.", file=name)
            if holds:
                words = phrase("{file} is what the code is built to.", file=name)
            findings.append(Finding(CODE, holds, words))
        else:
            builder = record.making.builder
            left.append(phrase("{file} (built from the code by {builder})", file=name, builder=builder))
    if vectors and not _can(record, compiler):
        left.append(phrase("the numbers of the golden vectors"))
    elif vectors and compiler is not None:
        try:
            answers = compiler.answers(*wanted_of(record), tuple(given for given, _ in vectors))
        except StudioError:
            answers = None
        if answers is None:
            left.append(phrase("the numbers of the golden vectors"))
        else:
            holds = answers == tuple(answer for _, answer in vectors)
            words = phrase("The golden vectors are not what the model answers.")
            if holds:
                words = phrase("The golden vectors are what the model answers.")
            findings.append(Finding(CODE, holds, words))
    return findings, left


def _image(record: Record, delivery: Delivery, compiler: Compiler | None) -> bytes | None:
    if compiler is None or not _can(record, compiler):
        return None
    try:
        return compiler.image(*wanted_of(record), delivery.unreviewed)
    except StudioError:  # no compiler here
        return None


def _can(record: Record, compiler: Compiler | None) -> bool:
    return compiler is not None and record.making.optimize is not None


def _same_builder(record: Record, compiler: Compiler | None) -> bool:
    """Only the same builder makes the same image to the bit."""
    return compiler is not None and record.making.builder == compiler.builder
