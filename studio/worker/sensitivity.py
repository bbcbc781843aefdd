"""How much each layer minds compression."""

from studio.core.dataset import Dataset
from studio.core.errors import StudioError
from studio.core.model import Model
from studio.core.study import Sensitivity
from studio.worker.report import Report


def sensitivity(model: Model, dataset: Dataset, report: Report) -> Sensitivity:
    """The metric for each layer and probe."""
    raise StudioError("Sensitivity is being built.")
