"""Keras files looked into before Keras may: what would run foreign code is refused, by the layer's name."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from studio.core.errors import StudioError

_AGAIN = "Save the whole model again with model.save(…)."
# Modules that come with Keras; "builtins" is where Keras files its own functions and containers.
_KNOWN_MODULES = ("keras", "tf_keras", "tensorflow.keras", "tensorflow.python.keras")
# Functions that Keras 2 stores as layers: arithmetic is harmless, others could read and write files.
_HARMLESS = ("math.", "nn.", "linalg.", "__operators__.", "compat.v1.nn.", "compat.v1.transpose")
_HARMLESS_NAMES = (
    "reshape",
    "concat",
    "cast",
    "clip_by_value",
    "transpose",
    "expand_dims",
    "stack",
    "pad",
    "identity",
)


def check_keras(source: Path) -> None:
    """Look into a .keras file; raises StudioError for Lambda and custom layers, and for damaged files."""
    try:
        with zipfile.ZipFile(source) as archive:
            config = json.loads(archive.read("config.json"))
            broken = archive.testzip()
    except (zipfile.BadZipFile, OSError, KeyError, ValueError, EOFError, NotImplementedError) as error:
        raise StudioError(f"{source.name} is damaged or cut short. {_AGAIN}") from error
    if broken is not None:
        raise StudioError(f"{source.name} is damaged ({broken} in it does not read). {_AGAIN}")
    _check(config, source)


def check_h5(source: Path) -> None:
    """Look into an .h5 file, as `check_keras` does."""
    _check(h5_config(source), source)


def h5_config(source: Path) -> Any:
    """The configuration of the model in an .h5 file."""
    import h5py  # 0.2 s that only .h5 files need

    try:
        with h5py.File(source, "r") as file:
            text = file.attrs.get("model_config")
    except (OSError, RuntimeError, KeyError, ValueError) as error:
        raise StudioError(f"{source.name} is damaged or cut short. {_AGAIN}") from error
    if text is None:
        raise StudioError(f"{source.name} holds weights but no layers that use them. {_AGAIN}")
    try:
        return json.loads(text)
    except ValueError as error:
        raise StudioError(f"{source.name} is damaged: its list of layers does not read. {_AGAIN}") from error


def layer_classes(source_config: Any) -> Iterator[tuple[str, str]]:
    """(class, layer name) of every layer in a Keras configuration."""
    for entry in _entries(source_config):
        config = entry.get("config")
        if isinstance(config, dict) and ("trainable" in config or "layers" in config):
            yield str(entry["class_name"]), str(config.get("name", entry["class_name"]))


def _check(config: Any, source: Path) -> None:
    if not isinstance(config, dict) or "class_name" not in config:
        raise StudioError(f"{source.name} does not describe a Keras model. {_AGAIN}")
    owner = source.stem
    shapes: list[tuple[str, list[Any]]] = []
    for entry in _entries(config):
        settings = entry.get("config")
        if isinstance(settings, dict) and settings.get("name") and entry["class_name"] != "DTypePolicy":
            owner = str(settings["name"])
        _check_entry(entry, owner)
        if entry["class_name"] == "InputLayer" and isinstance(settings, dict):
            shape = settings.get("batch_shape") or settings.get("batch_input_shape")
            if isinstance(shape, list):
                shapes.append((owner, shape))
    for name, shape in shapes:
        if any(size is None for size in shape[1:]):
            shown = ", ".join("any" if size is None else str(size) for size in shape)
            raise StudioError(
                f"The input '{name}' has the free shape ({shown}). Only the first size (the batch) may be free: "
                "give keras.Input fixed sizes and save the model again."
            )
    for what, key in (("inputs", "input_layers"), ("outputs", "output_layers")):
        ends = config.get("config", {}).get(key) if isinstance(config.get("config"), dict) else None
        count = _count(ends)
        if count > 1:
            raise StudioError(
                f"This model has {count} {what}; the studio works with one. Save a model with a single {what[:-1]}."
            )


def _check_entry(entry: dict[str, Any], owner: str) -> None:
    kind = str(entry["class_name"])
    if kind in ("Lambda", "__lambda__"):
        raise StudioError(
            f"Layer '{owner}' is a Lambda layer: it carries Python code, which the studio does not run. "
            "Replace it by Keras layers (Rescaling, Reshape, Add…) and save the model again."
        )
    settings = entry.get("config")
    if kind in ("TFOpLambda", "SlicingOpLambda") and isinstance(settings, dict):
        function = str(settings.get("function", ""))
        if not function.startswith(_HARMLESS) and function not in _HARMLESS_NAMES:
            raise StudioError(
                f"Layer '{owner}' calls tf.{function}, which the studio does not run. "
                "Replace it by a Keras layer and save the model again."
            )
    registered = entry.get("registered_name")
    module = entry.get("module")
    known = isinstance(module, str) and (
        module == "builtins" or module.split(".src")[0].startswith(_KNOWN_MODULES)
    )
    if kind == "function" and module == "builtins":
        raise StudioError(
            f"Layer '{owner}' uses the function '{settings}' of your own code, which is not in the file. "
            "Use one of Keras's activations and save the model again."
        )
    if "module" in entry and not known:
        name = str(registered or kind).rsplit(">", 1)[-1]
        raise StudioError(
            f"Layer '{owner}' is of the class '{name}', which is your own code and not in the file. "
            "Replace it by Keras layers, or export the model as .tflite yourself and open that."
        )


def _entries(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in a configuration that names a class, outermost first."""
    waiting = [value]
    while waiting:
        current = waiting.pop()
        if isinstance(current, dict):
            if isinstance(current.get("class_name"), str):
                yield current
            waiting.extend(
                reversed(
                    [item for key, item in current.items() if key not in ("compile_config", "build_config")]
                )
            )
        elif isinstance(current, list):
            waiting.extend(reversed(current))


def _count(ends: Any) -> int:
    """How many layers `input_layers` or `output_layers` names: one is [name, 0, 0] or [[name, 0, 0]]."""
    if isinstance(ends, dict):
        return len(ends)
    if not isinstance(ends, list) or not ends or isinstance(ends[0], str):
        return 1
    return len(ends)
