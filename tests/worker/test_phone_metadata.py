"""The .tflite for a phone carries its metadata, and still runs."""

import io
import zipfile

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from studio.worker.phone_metadata import with_metadata
from studio.worker.runner import Runner
from tests.firmware.deliveries import delivery


def test_labels_are_packed_at_the_end_and_metadata_names_them() -> None:
    found = with_metadata(delivery("phone")).tflite
    with zipfile.ZipFile(io.BytesIO(found)) as archive:
        assert archive.read("labels.txt").decode().splitlines() == ["idle", "left_turn", "right_turn"]
    graph = schema.ModelT.InitFromPackedBuf(found, 0)
    entry = next(entry for entry in graph.metadata if entry.name in (b"TFLITE_METADATA", "TFLITE_METADATA"))
    data = bytes(graph.buffers[entry.buffer].data)
    assert data[4:8] == b"M001"
    for text in (b"Head turns", b"labels.txt", b"scores"):
        assert text in data


def test_the_model_answers_as_before() -> None:
    given = delivery("phone")
    x = np.stack([np.frombuffer(x, np.int8) for x, _ in given.vectors])
    np.testing.assert_array_equal(Runner(with_metadata(given).tflite).run(x), Runner(given.tflite).run(x))
