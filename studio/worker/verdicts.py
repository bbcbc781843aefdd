"""What stands against each layer on a microcontroller: the compiler is asked, for float32 and for a trial in int8."""

import re

from studio.compiler.refusals import refusals
from studio.core.codec import from_json, to_json
from studio.core.errors import StudioError
from studio.core.layer_costs import layers_of
from studio.core.layers import pair_layers
from studio.core.recipe import Recipe, Scheme
from studio.core.tflite import read
from studio.core.verdict import LayerVerdict, Runs
from studio.worker.cache import find_record, keep_record, key_of
from studio.worker.quantize import trial
from studio.worker.report import Report

_PREFIX = re.compile(r"^Layer \d+ '.*?' \([A-Z0-9_:a-z]+\) ")
_GENERAL = " It can still run on a phone or on Linux; for a microcontroller replace the layer and load the model again."


def verdicts(
    content: bytes, sha256: str, fused: tuple[str, ...], *, quantized: bool, report: Report
) -> tuple[LayerVerdict, ...]:
    """One verdict for each operator of the .tflite `content`, in order, then one for each layer in `fused`.

    `fused` names Keras layers (BatchNormalization) that the conversion joined with others.
    """
    key = key_of("verdicts", sha256, *fused)
    known = find_record("verdicts", key)
    if known is not None:
        return tuple(from_json(LayerVerdict, one, "verdict") for one in known["verdicts"])
    report(0.92, "Asking for each layer whether it runs on a microcontroller")
    layers = layers_of(read(content))
    as_it_is = _asked(content)
    in_int8: dict[int, str | None] = {}
    if not quantized:
        try:
            smaller = trial(content, Recipe(Scheme.INT8))
            after = layers_of(read(smaller))
            answers = _asked(smaller)
            for pair in pair_layers(layers, after):
                if pair.before is not None and pair.after is not None:
                    in_int8[pair.before.index] = answers.get(pair.after.index)
        except StudioError:
            in_int8 = {}
    report(0.97, "Asking for each layer whether it runs on a microcontroller")
    found = [
        LayerVerdict(
            layer.name, layer.operator, *_judged(layer.index, as_it_is, in_int8, quantized=quantized)
        )
        for layer in layers
    ]
    found += [
        LayerVerdict(
            name,
            "BATCH_NORMALIZATION",
            Runs.AFTER_CHANGE,
            "Joined with the layer before it (fused) while loading.",
        )
        for name in fused
    ]
    keep_record("verdicts", key, {"verdicts": to_json(tuple(found))})
    return tuple(found)


def _asked(content: bytes) -> dict[int, str | None]:
    """The compiler's word on each operator: "" for yes, a sentence for no, nothing for those it leaves out."""
    try:
        return dict(refusals(content))
    except StudioError as error:
        return {operator.index: str(error) for operator in read(content).operators}


def _judged(
    index: int, as_it_is: dict[int, str | None], in_int8: dict[int, str | None], *, quantized: bool
) -> tuple[Runs, str]:
    own, smaller = as_it_is.get(index), in_int8.get(index)
    if own is None:
        return Runs.AS_IT_IS, "Joined with its neighbour, or left out because nothing depends on it."
    if quantized:
        return (Runs.AS_IT_IS, "") if own == "" else (Runs.CANNOT, _plain(own))
    if own == "":
        if smaller == "" or smaller is None:
            return Runs.AS_IT_IS, "As float32, and as int8 after Compress."
        return Runs.AS_IT_IS, "As float32 only: it stays so when the other layers become int8."
    if index in in_int8 and not smaller:
        return Runs.AFTER_CHANGE, "Becomes int8 in Compress; there is no float32 code for it."
    return Runs.CANNOT, _plain(smaller or own) + _GENERAL


def _plain(sentence: str) -> str:
    """A refusal without the layer's name, which stands beside it."""
    rest = _PREFIX.sub("", sentence).removesuffix(" Choose int8 in Compress.")
    return rest[:1].upper() + rest[1:]
