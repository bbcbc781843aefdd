"""Keras models and SavedModels to a float .tflite with a batch of 1."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import tensorflow as tf
from tensorflow.core.protobuf import saved_model_pb2
from tensorflow.python.framework.convert_to_constants import (
    convert_variables_to_constants_v2,
)

from studio.core.errors import StudioError
from studio.core.model import ModelFormat
from studio.worker.converted import Converted
from studio.worker.graph import tidied
from studio.worker.keras_file import h5_config, layer_classes
from studio.worker.recurrent import normalisations, unrolled
from studio.worker.report import Report

# Operations that run Python, or read and write files, when a graph is run or folded.
_REFUSED = ("PyFunc", "PyFuncStateless", "EagerPyFunc", "ReadFile", "WriteFile")


def convert_keras(source: Path, format_: ModelFormat, report: Report) -> Converted:
    """The .tflite of a Keras file and notes; what could run foreign code was refused before."""
    report(0.4, "Opening the model")
    notes: tuple[str, ...] = ()
    keras3 = True
    if format_ is ModelFormat.KERAS:
        model = _opened(source, lambda: keras.saving.load_model(source, compile=False, safe_mode=True))
    else:
        _check_classes(source)
        model, keras3 = _open_h5(source)
        if not keras3:
            notes = ("The file was saved by Keras 2 and read with tf-keras.",)
    inputs, outputs = getattr(model, "inputs", None), getattr(model, "outputs", None)
    if not inputs:
        raise StudioError(
            "This model was never built, so its input shape is not known. Call it once (or give it a keras.Input) "
            "and save it again."
        )
    shape = _fixed_shape(inputs, "inputs")
    if outputs is not None and len(outputs) != 1:
        _fixed_shape(outputs, "outputs")
    notes = (*notes, *unrolled(model))
    report(0.5, "Converting to .tflite")
    function = tf.function(lambda x: model(x, training=False))
    concrete = function.get_concrete_function(tf.TensorSpec(shape, inputs[0].dtype))
    return Converted(tidied(_converted(concrete), keras3=keras3), notes, normalisations(model))


def convert_saved_model(folder: Path, report: Report) -> Converted:
    """The .tflite of a SavedModel's default signature, and notes."""
    _check_operations(folder)
    report(0.4, "Opening the model")
    loaded = _opened(folder, lambda: tf.saved_model.load(str(folder)))
    signatures = dict(loaded.signatures)
    if not signatures:
        raise StudioError(
            f"The SavedModel {folder.name} has no signature to call. Export it with model.export(…) and open that."
        )
    notes: tuple[str, ...] = ()
    name = "serving_default" if "serving_default" in signatures else sorted(signatures)[0]
    if len(signatures) > 1 and name != "serving_default":
        notes = (f"The SavedModel has several signatures; '{name}' is used.",)
    signature = signatures[name]
    given = signature.structured_input_signature[1]
    shape = _fixed_shape(list(given.values()), "inputs")
    if len(signature.structured_outputs) != 1:
        _fixed_shape(list(signature.structured_outputs.values()), "outputs")
    argument, spec = next(iter(given.items()))
    report(0.5, "Converting to .tflite")
    function = tf.function(lambda x: next(iter(signature(**{argument: x}).values())))
    concrete = function.get_concrete_function(tf.TensorSpec(shape, spec.dtype))
    return Converted(tidied(_converted(concrete), keras3=True), notes)


def _open_h5(source: Path) -> tuple[Any, bool]:
    """The model, and whether it is Keras 3's; what Keras 3 refuses, tf-keras (Keras 2) reads."""
    try:
        return keras.saving.load_model(source, compile=False), True
    except StudioError:
        raise
    except Exception:  # Keras 3 raises many kinds; the second try decides
        import tf_keras

        return _opened(
            source, lambda: tf_keras.models.load_model(source, compile=False, safe_mode=True)
        ), False


def _opened(source: Path, load: Callable[[], Any]) -> Any:
    try:
        return load()
    except (MemoryError, StudioError):
        raise
    except Exception as error:  # whatever Keras says, the first line of it is the best there is
        reason = next(
            (line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__
        )
        raise StudioError(
            f"{source.name} could not be opened ({reason[:200].rstrip('.')}). "
            "Save the whole model again with model.save(…) in a current Keras."
        ) from error


def _check_classes(source: Path) -> None:
    """Refuse layers of an .h5 file that neither Keras knows; such files name no modules."""
    import tf_keras

    homes = (keras.layers, keras, tf_keras.layers, tf_keras)
    for kind, name in layer_classes(h5_config(source)):
        plain = kind.rsplit(">", 1)[-1]
        if plain in ("Functional", "TFOpLambda", "SlicingOpLambda"):
            continue
        if ">" in kind or not any(hasattr(home, plain) for home in homes):
            raise StudioError(
                f"Layer '{name}' is of the class '{plain}', which is your own code and not in the file. "
                "Replace it by Keras layers, or export the model as .tflite yourself and open that."
            )


def _check_operations(folder: Path) -> None:
    stored = saved_model_pb2.SavedModel()
    try:
        stored.ParseFromString((folder / "saved_model.pb").read_bytes())
    except Exception as error:  # protobuf's DecodeError, under whichever name
        raise StudioError(
            f"saved_model.pb in {folder.name} is damaged or cut short. Export the model again."
        ) from error
    for meta in stored.meta_graphs:
        graph = meta.graph_def
        for nodes in (graph.node, *(function.node_def for function in graph.library.function)):
            for node in nodes:
                if node.op in _REFUSED:
                    raise StudioError(
                        f"This SavedModel runs code of its own (operation {node.op} in '{node.name}'), "
                        "which the studio does not allow. Export the model without it."
                    )


def _fixed_shape(ends: list[Any], what: str) -> list[int]:
    """The shape of the one input or output with a batch of 1."""
    if len(ends) != 1:
        raise StudioError(
            f"This model has {len(ends)} {what}; the studio works with one. Save a model with a single {what[:-1]}."
        )
    shape = list(ends[0].shape)
    if any(size is None for size in shape[1:]) or not shape:
        shown = ", ".join("any" if size is None else str(size) for size in shape)
        raise StudioError(
            f"The model's {what[:-1]} has the free shape ({shown}). Only the first size (the batch) may be free: "
            "give keras.Input fixed sizes and save the model again."
        )
    return [1, *shape[1:]]


def _converted(concrete: Any) -> bytes:
    """Freeze the weights into the graph and convert it; other ways leave the variables outside."""
    frozen = convert_variables_to_constants_v2(concrete)
    try:
        return bytes(tf.lite.TFLiteConverter.from_concrete_functions([frozen]).convert())
    except MemoryError:
        raise
    except Exception as error:
        missing = sorted(set(re.findall(r"tf\.(\w+)", str(error)))) or ["an operation"]
        raise StudioError(
            f"TensorFlow Lite has nothing for {', '.join(missing[:3])} in this model. "
            "Replace the layer that needs it and save the model again."
        ) from error
