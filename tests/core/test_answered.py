"""Questions for a board out of what the exported C answered before; nothing has to be compiled for them."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from studio.core.answered import material_of, scores_of
from studio.core.errors import StudioError
from studio.core.results import Results
from tests.ui.board_views import with_answers


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return with_answers(tmp_path_factory.mktemp("answered"))


def test_questions_are_balanced_and_expect_what_the_c_answered(results: Results) -> None:
    assert results.candidate is not None
    assert results.evaluation is not None
    assert results.dataset is not None
    found = material_of(results.candidate, results.evaluation, results.dataset, 12)
    assert np.bincount(found.y).tolist() == [4, 4, 4]
    with np.load(results.evaluation.predictions) as archive:
        outputs = archive["outputs"]
    for row, expected in zip(found.questions.rows, found.questions.expected, strict=True):
        assert expected == outputs[row].tobytes()
    assert found.questions.model_sha256 == results.candidate.sha256
    assert found.output_type == "int8"
    assert found.scale == pytest.approx(1 / 127)
    assert found.zero_point == 0
    assert scores_of(results.evaluation).shape == (90, 3)


@pytest.mark.parametrize("kept", ["nothing", "no outputs", "other outputs"])
def test_answers_that_are_gone_or_another_engines_are_a_sentence(
    kept: str, results: Results, tmp_path: Path
) -> None:
    assert results.candidate is not None
    assert results.evaluation is not None
    assert results.dataset is not None
    path = tmp_path / "predictions.npz"
    scores = np.zeros((90, 3), np.float32)
    if kept == "no outputs":
        np.savez(path, y=np.zeros(90, int), float_scores=scores, scores=scores)
    elif kept == "other outputs":
        np.savez(path, y=np.zeros(90, int), float_scores=scores, scores=scores, outputs=scores)
    else:
        path.write_text(json.dumps({}))
    evaluation = replace(results.evaluation, predictions=str(path))
    with pytest.raises(StudioError, match=r"no longer in the cache|not answered"):
        material_of(results.candidate, evaluation, results.dataset, 12)
