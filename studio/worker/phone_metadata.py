"""Metadata inside a .tflite (what goes in, what comes out, the labels), as Android's and iOS's tools read it."""

import io
import zipfile
from dataclasses import replace
from typing import Any

import flatbuffers

from studio.core.formats.delivery import Delivery, End
from studio.worker.graph import add_metadata

_IDENTIFIER = b"M001"
_LABELS = "labels.txt"
_TENSOR_AXIS_LABELS = 2  # AssociatedFileType in metadata_schema.fbs
_VERSION = "1.0.0"  # the least version of the schema that knows these fields


def with_metadata(delivery: Delivery) -> Delivery:
    """The delivery whose .tflite holds a buffer TFLITE_METADATA, and labels.txt packed at its end as a .zip.

    The form is that of metadata_schema.fbs (TensorFlow Lite Metadata): ModelMetadata with one subgraph, whose tensors
    have a name, a description and, for classes, the file with the labels. Engines that know nothing of it read on.
    """
    content = add_metadata(delivery.tflite, "TFLITE_METADATA", _metadata(delivery))
    if not delivery.labels:
        return replace(delivery, tflite=content)
    packed = io.BytesIO()
    packed.write(content)
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_STORED) as archive:
        text = "".join(f"{label}\n" for label in delivery.labels)
        archive.writestr(zipfile.ZipInfo(_LABELS, (2000, 1, 1, 0, 0, 0)), text)
    return replace(delivery, tflite=packed.getvalue())


def _metadata(delivery: Delivery) -> bytes:
    builder = flatbuffers.Builder(1024)
    words = f"{delivery.title}: {delivery.recipe}. {delivery.summary}"
    inputs = _vector(builder, [_tensor(builder, "input", delivery.input, labelled=False)])
    outputs = _vector(builder, [_tensor(builder, "scores", delivery.output, labelled=bool(delivery.labels))])
    builder.StartObject(
        8
    )  # SubGraphMetadata: name, description, input_tensor_metadata, output_tensor_metadata, …
    builder.PrependUOffsetTRelativeSlot(2, inputs, 0)
    builder.PrependUOffsetTRelativeSlot(3, outputs, 0)
    graphs = _vector(builder, [builder.EndObject()])
    name, description = builder.CreateString(delivery.title), builder.CreateString(words)
    version, least = builder.CreateString(delivery.version), builder.CreateString(_VERSION)
    builder.StartObject(8)  # ModelMetadata: name, description, version, subgraph_metadata, author, license, …
    builder.PrependUOffsetTRelativeSlot(0, name, 0)
    builder.PrependUOffsetTRelativeSlot(1, description, 0)
    builder.PrependUOffsetTRelativeSlot(2, version, 0)
    builder.PrependUOffsetTRelativeSlot(3, graphs, 0)
    builder.PrependUOffsetTRelativeSlot(7, least, 0)
    builder.Finish(builder.EndObject(), file_identifier=_IDENTIFIER)
    return bytes(builder.Output())


def _tensor(builder: Any, name: str, end: End, *, labelled: bool) -> int:
    shape = " x ".join(str(size) for size in end.shape)
    words = f"{shape} numbers, {end.dtype}: real = {end.scale:.9g} x (stored - {end.zero_point})"
    files = None
    if labelled:
        file_name = builder.CreateString(_LABELS)
        builder.StartObject(5)  # AssociatedFile: name, description, type, locale, version
        builder.PrependUOffsetTRelativeSlot(0, file_name, 0)
        builder.PrependInt8Slot(2, _TENSOR_AXIS_LABELS, 0)
        files = _vector(builder, [builder.EndObject()])
    title, description = builder.CreateString(name), builder.CreateString(words)
    builder.StartObject(
        7
    )  # TensorMetadata: name, description, dimension_names, content, process_units, stats, files
    builder.PrependUOffsetTRelativeSlot(0, title, 0)
    builder.PrependUOffsetTRelativeSlot(1, description, 0)
    if files is not None:
        builder.PrependUOffsetTRelativeSlot(6, files, 0)
    return int(builder.EndObject())


def _vector(builder: Any, offsets: list[int]) -> int:
    builder.StartVector(4, len(offsets), 4)
    for offset in reversed(offsets):
        builder.PrependUOffsetTRelative(offset)
    return int(builder.EndVector())
