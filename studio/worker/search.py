"""The search for the recipe that suits a board best."""

from studio.core.build import Optimize
from studio.core.dataset import Dataset
from studio.core.errors import StudioError
from studio.core.model import Model
from studio.core.study import SearchLimits, SearchResult
from studio.worker.report import Report


def search(
    model: Model, dataset: Dataset, optimize: Optimize, limits: SearchLimits, report: Report
) -> SearchResult:
    """Try recipes until the time is up or the user stops; the best within the limits."""
    raise StudioError("The search is being built.")
