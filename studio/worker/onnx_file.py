"""ONNX models, an optional extra: onnx2tf makes a SavedModel of them, which is then loaded as any other."""

import importlib.util
import tempfile
from pathlib import Path
from typing import Any

from studio.core.errors import StudioError
from studio.worker.converted import Converted
from studio.worker.report import Report

INSTALL = 'pip install "tinyml-studio[onnx]"'
_NEEDED = ("onnx", "onnx2tf", "onnxruntime", "onnx_graphsurgeon", "sng4onnx")


def check_extra() -> None:
    """Raise StudioError with the line to install where the extra is missing."""
    if not all(importlib.util.find_spec(name) for name in _NEEDED):
        raise StudioError(
            f"ONNX models need an extra that is not installed. Run {INSTALL} and open the model again."
        )


def convert_onnx(source: Path, report: Report) -> Converted:
    """The .tflite of an ONNX model with one input and one output, channels last, and notes."""
    from studio.worker.convert import convert_saved_model  # brings TensorFlow

    report(0.2, "Opening the model")
    shape = _checked(source)
    report(0.3, "Converting from ONNX with onnx2tf")
    with tempfile.TemporaryDirectory(prefix="tinyml-studio-") as place:
        folder = Path(place) / "saved"
        _convert(source, folder)
        made = convert_saved_model(folder, report)
    notes = list(made.notes)
    if len(shape) > 2:
        notes.append(
            f"The ONNX model takes channels first ({' × '.join(map(str, shape))}); here, as on the board, they come "
            "last: give data so too."
        )
    return Converted(made.content, tuple(notes))


def _checked(source: Path) -> tuple[int, ...]:
    """The input's shape without the batch; StudioError for what onnx2tf would stumble over in other words."""
    import onnx

    try:
        model = onnx.load(str(source))
        onnx.checker.check_model(model)
    except Exception as error:  # protobuf's and onnx's own errors, under many names
        raise StudioError(
            f"{source.name} is damaged or not an ONNX model. Export it again, with its weights in the same file."
        ) from error
    constants = {constant.name for constant in model.graph.initializer}
    inputs = [given for given in model.graph.input if given.name not in constants]
    for what, ends in (("inputs", inputs), ("outputs", list(model.graph.output))):
        if len(ends) != 1:
            raise StudioError(
                f"This model has {len(ends)} {what}; the studio works with one. "
                f"Export a model with a single {what[:-1]}."
            )
    sizes = [side.dim_value for side in inputs[0].type.tensor_type.shape.dim]
    if len(sizes) < 2 or any(size <= 0 for size in sizes[1:]):
        shown = ", ".join(str(size) if size > 0 else "any" for size in sizes)
        raise StudioError(
            f"The model's input has the free shape ({shown}). Only the first size (the batch) may be free: export it "
            "with fixed sizes."
        )
    return tuple(sizes[1:])


def _convert(source: Path, folder: Path) -> None:
    import onnx2tf
    from onnx2tf import onnx2tf as inner

    # For pictures it would fetch photographs from the internet to compare with; nothing here leaves this computer.
    inner.download_test_image_data = _no_photographs
    try:
        onnx2tf.convert(
            input_onnx_file_path=str(source),
            output_folder_path=str(folder),
            batch_size=1,
            not_use_onnxsim=True,
            non_verbose=True,
        )
    except (MemoryError, StudioError):
        raise
    except (Exception, SystemExit) as error:  # onnx2tf ends the process where it gives up
        raise StudioError(
            f"onnx2tf could not convert {source.name}. Export it with a recent opset and plain layers, or convert "
            "it to .tflite yourself and open that."
        ) from error


def _no_photographs() -> Any:
    import numpy as np

    return np.random.default_rng(1).random((20, 128, 128, 3), np.float32)
