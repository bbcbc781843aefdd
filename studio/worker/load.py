"""Loading a user's model file, whatever its format, and the .tflite with a batch of 1 that is made of it."""

import zipfile
from pathlib import Path

from studio.core.codec import to_json
from studio.core.errors import StudioError
from studio.core.layer_costs import layers_of
from studio.core.model import Model, ModelFormat, TensorInfo
from studio.core.storage import read_error, sha256_of
from studio.core.tflite import DType, Tensor, TfliteModel, read
from studio.core.verdict import Runs
from studio.worker.cache import find_artifact, find_record, keep_artifact, keep_record, key_of
from studio.worker.converted import Converted
from studio.worker.keras_file import check_h5, check_keras
from studio.worker.onnx_file import check_extra
from studio.worker.prune import unprunable
from studio.worker.report import Report
from studio.worker.runner import Runner
from studio.worker.saved_model import check_saved_model, unpacked
from studio.worker.verdicts import verdicts

_CHOICES = "Choose a .keras, .h5, .tflite or .onnx file, or a SavedModel folder or its .zip."
_FOREIGN = {
    ".pt": "PyTorch models are not opened; export it to .tflite first (for example with litert-torch).",
    ".pth": "PyTorch models are not opened; export it to .tflite first (for example with litert-torch).",
    ".pb": "A lone .pb file is not a whole model; choose the SavedModel folder that it lies in.",
}
_TYPES = (DType.FLOAT32, DType.INT8, DType.UINT8, DType.INT16)
_QUANTIZED = (DType.INT8, DType.UINT8, DType.INT16, DType.INT4, DType.FLOAT16)
_MAX_BYTES = 512 * 1024 * 1024


def load(path: str, report: Report) -> Model:
    """Read the model at `path`; raises StudioError with what is wrong with it and what to do.

    A model that was loaded before comes from the cache, without TensorFlow.
    """
    source = Path(path)
    report(0.05, "Looking at the file")
    format_ = format_of(source)
    sha256 = sha256_of(source)
    notes: tuple[str, ...] = ()
    normalisations: tuple[str, ...] = ()
    if format_ is ModelFormat.TFLITE:
        content = _bytes_of(source)
    else:
        content, notes, normalisations = _converted(source, format_, sha256, report)
    report(0.9, "Reading the layers")
    model = read(content)
    inputs, outputs = _checked_ends(model)
    artifact, artifact_sha256 = keep_artifact(content)
    layers = layers_of(model)
    fused = tuple(name for name in normalisations if name not in {layer.name for layer in layers})
    quantized = is_quantized(model)
    judged = verdicts(content, artifact_sha256, fused, quantized=quantized, report=report)
    if any(one.verdict is Runs.CANNOT for one in judged):
        Runner(content)  # what LiteRT does not run either, is refused here
    return Model(
        name=source.stem,
        format=format_,
        path=path,
        sha256=sha256,
        artifact=str(artifact),
        artifact_sha256=artifact_sha256,
        artifact_bytes=len(content),
        quantized=quantized,
        inputs=inputs,
        outputs=outputs,
        layers=layers,
        notes=notes,
        verdicts=judged,
        unprunable=() if quantized else unprunable(content),
    )


def format_of(source: Path) -> ModelFormat:
    """What kind of model `source` is, by its content rather than by its name."""
    if source.is_dir():
        if (source / "saved_model.pb").is_file():
            return ModelFormat.SAVED_MODEL
        raise StudioError(
            f"The folder {source.name} is not a SavedModel: there is no saved_model.pb in it. {_CHOICES}"
        )
    try:
        size = source.stat().st_size
        with source.open("rb") as stream:
            head = stream.read(8)
    except OSError as error:
        raise read_error(source, error) from error
    if size == 0:
        raise StudioError(f"{source.name} is empty. Save or download the model again.")
    if size > _MAX_BYTES:
        raise StudioError(f"{source.name} is over 512 MB, too large for any small board. {_CHOICES}")
    if head[4:8] == b"TFL3" or source.suffix.lower() == ".tflite":
        return ModelFormat.TFLITE
    if source.suffix.lower() == ".onnx":
        return ModelFormat.ONNX
    if head == b"\x89HDF\r\n\x1a\n":
        return ModelFormat.H5
    if head[:4] == b"PK\x03\x04":
        return _format_of_zip(source)
    if source.suffix.lower() in (".keras", ".h5", ".hdf5", ".zip"):
        raise StudioError(
            f"{source.name} is damaged or not what its name says. Save or download the model again."
        )
    raise StudioError(_FOREIGN.get(source.suffix.lower(), f"{source.name} is not a model. {_CHOICES}"))


def is_quantized(model: TfliteModel) -> bool:
    """True where any operator already works on, or stores, numbers smaller than float32."""
    used = {i for operator in model.operators for i in (*operator.inputs, *operator.outputs) if i >= 0}
    return any(model.tensors[i].dtype in _QUANTIZED for i in used)


def _format_of_zip(source: Path) -> ModelFormat:
    try:
        with zipfile.ZipFile(source) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise StudioError(
            f"{source.name} is damaged or cut short. Save or download the model again."
        ) from error
    if "config.json" in names:
        return ModelFormat.KERAS
    if any(name.rsplit("/", 1)[-1] == "saved_model.pb" for name in names):
        return ModelFormat.SAVED_MODEL
    raise StudioError(
        f"{source.name} holds neither a Keras model (config.json) nor a SavedModel (saved_model.pb). {_CHOICES}"
    )


def _converted(
    source: Path, format_: ModelFormat, sha256: str, report: Report
) -> tuple[bytes, tuple[str, ...], tuple[str, ...]]:
    """The .tflite made of `source`, notes, and its normalisations; from the cache where it was made before."""
    key = key_of("converted", format_.value, sha256)
    known = find_record("converted", key)
    if known is not None:
        artifact = find_artifact(str(known.get("artifact")))
        if artifact is not None:
            return _bytes_of(artifact), tuple(known["notes"]), tuple(known["fused"])
    made = _convert(source, format_, report)
    _, artifact_sha256 = keep_artifact(made.content)
    record = {"artifact": artifact_sha256, "notes": to_json(made.notes), "fused": to_json(made.fused)}
    keep_record("converted", key, record)
    return made.content, made.notes, made.fused


def _convert(source: Path, format_: ModelFormat, report: Report) -> Converted:
    # What can be refused is refused before TensorFlow's five seconds of import.
    if format_ is ModelFormat.SAVED_MODEL:
        with unpacked(source) as folder:
            check_saved_model(folder)
            report(0.15, "Starting TensorFlow")
            from studio.worker.convert import convert_saved_model

            return convert_saved_model(folder, report)
    if format_ is ModelFormat.ONNX:
        check_extra()
    elif format_ is ModelFormat.KERAS:
        check_keras(source)
    else:
        check_h5(source)
    report(0.15, "Starting TensorFlow")
    if format_ is ModelFormat.ONNX:
        from studio.worker.onnx_file import convert_onnx

        return convert_onnx(source, report)
    from studio.worker.convert import convert_keras

    return convert_keras(source, format_, report)


def _checked_ends(model: TfliteModel) -> tuple[tuple[TensorInfo, ...], tuple[TensorInfo, ...]]:
    if not model.operators:
        raise StudioError("This model does nothing: it has no layers. Save the model again.")
    for what, ends in (("inputs", model.inputs), ("outputs", model.outputs)):
        if len(ends) != 1:
            raise StudioError(
                f"This model has {len(ends)} {what}; the studio works with one. "
                f"Save a model with a single {what[:-1]}."
            )
        _check_end(model.tensors[ends[0]], what[:-1])
    return tuple(map(_info, (model.tensors[i] for i in model.inputs))), tuple(
        map(_info, (model.tensors[i] for i in model.outputs))
    )


def _check_end(tensor: Tensor, what: str) -> None:
    signature = tensor.shape_signature or tensor.shape
    if any(size < 0 for size in signature[1:]) or len(tensor.shape) < 2:
        shape = ", ".join("any" if size < 0 else str(size) for size in signature)
        raise StudioError(
            f"The model's {what} has the free shape ({shape}). "
            "Only the first size (the batch) may be free; fix the others and convert it again."
        )
    if tensor.shape[0] != 1:
        raise StudioError(
            f"The model's {what} has a fixed batch of {tensor.shape[0]}. Convert it with a batch of 1."
        )
    if tensor.dtype not in _TYPES:
        raise StudioError(
            f"The model's {what} is {tensor.dtype.value}; the studio works with numbers (float32 or int8). "
            "Leave out layers that prepare text or other data, and convert it again."
        )


def _info(tensor: Tensor) -> TensorInfo:
    single = len(tensor.scales) == 1
    return TensorInfo(
        name=tensor.name,
        shape=tensor.shape,
        dtype=tensor.dtype.value,
        scale=tensor.scales[0] if single else None,
        zero_point=(tensor.zero_points[0] if tensor.zero_points else 0) if single else None,
    )


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise read_error(path, error) from error
