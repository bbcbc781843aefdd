"""The export job: the review's gate holds in the worker too."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from studio.core.dataset import Dataset
from studio.core.errors import StudioError
from studio.core.model import Model
from studio.core.pipeline import next_job, store
from studio.core.project import Project
from studio.core.results import Results
from tests.core.approval import approval
from tests.worker.conftest import Bench

OPEN: dict[str, Any] = {"level": "release", "journal": "", "key": None}


@pytest.fixture(scope="module")
def walked(bench: Bench, small: Model, data: Dataset) -> tuple[Project, Results]:
    """The whole order of the work, as window and terminal drive it."""
    project = Project(name="small", model=str(bench.models / "small.keras"), data=data.path)
    results = Results()
    while (job := next_job(project, results)) is not None:
        results = store(results, job.job, bench.worker.run(job.job, job.arguments))
    return project, results


def test_every_job_of_the_journey_answers(walked: tuple[Project, Results]) -> None:
    _, results = walked
    assert results.build is not None
    assert results.build.measurement is not None
    assert results.build.measurement.equal_samples == results.build.measurement.samples == 60


def test_an_open_review_is_not_exported(
    bench: Bench, walked: tuple[Project, Results], tmp_path: Path
) -> None:
    project, results = walked
    with pytest.raises(StudioError, match="review does not allow the export"):
        bench("export", project=project, results=results, folder=str(tmp_path / "out"), **OPEN)
    assert not (tmp_path / "out").exists()


def test_an_approved_review_is_exported_with_the_very_c_that_was_measured(
    bench: Bench, walked: tuple[Project, Results], tmp_path: Path
) -> None:
    project, results = walked
    project = approved(project, results)
    bundle = bench("export", project=project, results=results, folder=str(tmp_path / "out"), **OPEN)
    assert results.build is not None
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["model_sha256"] == results.build.candidate_sha256
    assert {file.name for file in bundle.files} >= {"model.tflite", "src/model.c", "review.json"}
    for file in Path(results.build.sources).iterdir():
        assert (tmp_path / "out" / "src" / file.name).read_bytes() == file.read_bytes()


def test_an_export_before_there_is_anything_is_refused(bench: Bench, tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="nothing to export yet"):
        bench("export", project=Project(), results=Results(), folder=str(tmp_path / "out"), **OPEN)


def approved(project: Project, results: Results) -> Project:
    """The project with every question answered and signed."""
    return replace(project, entered=approval(project, results, bench=True))
