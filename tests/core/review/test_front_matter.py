"""The head of a model card says only what is known: how numbers are stored, what computes them, the kind of task."""

from dataclasses import replace

import pytest

from studio.core.data_files import DataKind
from studio.core.dataset import Dataset, Task
from studio.core.formats.delivery import ExportEngine, ExportFormat
from studio.core.review.front_matter import Head, head_of
from tests.compiler.models import Draft


@pytest.fixture(scope="module")
def model() -> bytes:
    draft = Draft()
    x = draft.tensor((1, 4), 0.5, 0)
    y = draft.tensor((1, 4), 0.5, 0)
    draft.operator("RELU", [x], [y])
    return draft.data([x], [y])


def data(task: Task, kind: DataKind, shape: tuple[int, ...] = (4,)) -> Dataset:
    return Dataset("", "", task, shape, (), (), kind=kind)


def head(model: bytes, dataset: Dataset | None, format_: ExportFormat = ExportFormat.C99) -> Head:
    return head_of(model, ExportEngine.TFLM, format_, dataset)


def test_the_engine_is_named_where_code_is_exported_and_not_where_the_model_runs_as_it_is(
    model: bytes,
) -> None:
    assert head(model, None) == Head(("int8",), "tflite-micro", "")
    assert head_of(model, ExportEngine.STUDIO_C, ExportFormat.C99, None).engine == "tinyml-studio-c"
    assert head(model, None, ExportFormat.PHONE).engine == ""


def test_the_task_is_named_where_the_kind_of_data_makes_it_certain(model: bytes) -> None:
    classes = data(Task.CLASSIFICATION, DataKind.PICTURES)
    assert head(model, classes).pipeline == "image-classification"
    assert head(model, replace(classes, kind=DataKind.SOUNDS)).pipeline == "audio-classification"
    assert head(model, replace(classes, kind=DataKind.TABLE)).pipeline == "tabular-classification"
    assert head(model, data(Task.REGRESSION, DataKind.TABLE)).pipeline == "tabular-regression"


def test_arrays_and_traces_and_autoencoders_name_none(model: bytes) -> None:
    assert head(model, data(Task.CLASSIFICATION, DataKind.ARCHIVES)).pipeline == ""
    assert head(model, data(Task.CLASSIFICATION, DataKind.TABLE, (64, 3))).pipeline == ""
    assert head(model, data(Task.AUTOENCODER, DataKind.SOUNDS)).pipeline == ""


def test_a_file_that_is_no_model_of_the_studio_s_gets_no_word_on_its_numbers() -> None:
    assert head(b"compressed", None).numbers == ()
