"""The answers to single samples: cells, changes, mistakes and errors."""

from pathlib import Path

import numpy as np
import pytest

from studio.core.answers import Answers, Kind, Mistake, Side, error_bins, read_answers, read_overview
from studio.core.dataset import Task
from studio.core.errors import StudioError
from studio.core.evaluation import Engine, Evaluation

Y = np.array([0, 0, 0, 1, 1, 2])
BEFORE = np.array([0, 0, 1, 1, 2, 2])
AFTER = np.array([0, 1, 0, 1, 0, 2])


def scores_of(answers: np.ndarray) -> np.ndarray:
    """Scores whose highest is each answer, the surer the later the sample."""
    found = np.full((len(answers), 3), 0.1, np.float32)
    found[np.arange(len(answers)), answers] = 0.5 + np.arange(len(answers)) / 20
    return found


def evaluation(path: Path, task: Task = Task.CLASSIFICATION, **arrays: np.ndarray) -> Evaluation:
    np.savez(path, **arrays)  # type: ignore[arg-type]
    return Evaluation("c", "d", task, Engine.LITERT, 6, 0.5, 0.5, (0.1, 0.9), predictions=str(path))


@pytest.fixture
def answers(tmp_path: Path) -> Answers:
    scores, before = scores_of(AFTER), scores_of(BEFORE)
    return read_answers(evaluation(tmp_path / "p.npz", y=Y, float_scores=before, scores=scores))


def test_a_cell_holds_the_samples_that_it_counts(answers: Answers) -> None:
    for side in (Side.BEFORE, Side.AFTER):
        table = answers.confusion(3, side)
        for truth in range(3):
            for answered in range(3):
                assert len(answers.in_cell(truth, answered, side)) == table[truth, answered]
    assert answers.confusion(3, Side.CHANGE).sum() == 0
    assert answers.in_cell(0, 1, Side.CHANGE).tolist() == [1, 2]  # one came, one left


def test_changed_answers_come_by_kind_the_surest_first(answers: Answers) -> None:
    changed = answers.changed()
    assert changed[Kind.BROKEN].tolist() == [1]
    assert changed[Kind.MENDED].tolist() == [2]
    assert changed[Kind.STILL_WRONG].tolist() == [4]
    assert [answers.kind(sample) for sample in (0, 1, 2, 4)] == [
        None, Kind.BROKEN, Kind.MENDED, Kind.STILL_WRONG,
    ]  # fmt: skip


def test_the_samples_of_a_class_that_were_missed_begin_with_the_broken_ones(answers: Answers) -> None:
    assert answers.missed(0).tolist() == [1, 2]
    assert answers.missed(2).tolist() == []


def test_the_overview_lists_mistakes_most_frequent_after_compression_first(tmp_path: Path) -> None:
    after = np.array([1, 1, 0, 1, 0, 2])
    found = read_overview(
        evaluation(tmp_path / "p.npz", y=Y, float_scores=scores_of(BEFORE), scores=scores_of(after)),
        ("a", "b", "c"),
    )
    assert found.mistakes == (Mistake(0, 1, 1, 2), Mistake(1, 0, 0, 1), Mistake(1, 2, 1, 0))
    assert found.before.tolist() == [[2, 1, 0], [0, 1, 1], [0, 0, 1]]
    assert found.changed[Kind.BROKEN] == (1, 0)


def test_a_part_of_a_split_keeps_the_numbers_of_its_rows(tmp_path: Path) -> None:
    rows = np.array([3, 5, 8, 9, 11, 40])
    kept = evaluation(
        tmp_path / "p.npz", y=Y, float_scores=scores_of(BEFORE), scores=scores_of(AFTER), rows=rows
    )
    assert read_answers(kept).rows.tolist() == rows.tolist()


def test_answers_that_the_cache_lost_or_tore_are_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "p.npz"
    kept = evaluation(path, y=Y, float_scores=scores_of(BEFORE), scores=scores_of(AFTER))
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(StudioError, match="no longer in the cache"):
        read_answers(kept)
    path.unlink()
    with pytest.raises(StudioError, match="no longer in the cache"):
        read_answers(kept)


def test_errors_of_numbers_are_counted_in_bins_without_losing_any(tmp_path: Path) -> None:
    random = np.random.default_rng(4)
    y = random.normal(0, 1, (500, 1)).astype(np.float32)
    after = (y + random.normal(0, 0.2, y.shape)).astype(np.float32)
    after[7] += 100  # far away: in the last bin
    kept = evaluation(tmp_path / "p.npz", Task.REGRESSION, y=y, float_scores=y, scores=after)
    found = read_answers(kept)
    assert found.farthest()[0] == 7
    bins = error_bins(found)
    assert bins.counts(Side.BEFORE).sum() == bins.counts(Side.AFTER).sum() == 500
    assert bins.edges[0] < 0 < bins.edges[-1] < 10
    assert bins.places[7] == len(bins.edges) - 2


def test_errors_that_are_all_the_same_have_bins_too(tmp_path: Path) -> None:
    y = np.zeros((5, 4), np.float32)
    marks = np.array([True, False, False, True, False])
    kept = evaluation(tmp_path / "p.npz", Task.AUTOENCODER, y=y, float_scores=y, scores=y, anomalous=marks)
    found = read_answers(kept)
    assert error_bins(found).counts(Side.AFTER, found.anomalous).sum() == 2
