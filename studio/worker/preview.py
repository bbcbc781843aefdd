"""The accuracy at once: a part of the test set answered by LiteRT, until the exported C has answered all of it."""

from studio.core.dataset import Dataset
from studio.core.evaluation import Evaluation
from studio.core.model import Model
from studio.core.recipe import Candidate
from studio.worker.report import Report


def preview(model: Model, candidate: Candidate, dataset: Dataset, report: Report) -> Evaluation:
    """Results on a balanced part of the test set, by LiteRT."""
    from studio.worker.evaluate import evaluate

    return evaluate(model, candidate, None, dataset, report)
