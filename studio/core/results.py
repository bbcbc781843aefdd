"""Everything that was computed for a project, and what failed."""

from dataclasses import dataclass

from studio.core.build import Build
from studio.core.checks.panel import Panel
from studio.core.dataset import Dataset
from studio.core.evaluation import Evaluation
from studio.core.model import Model
from studio.core.recipe import Candidate
from studio.core.study import LayerReport
from studio.core.validation import Validation


@dataclass(frozen=True, slots=True)
class Problem:
    """A job that failed for the present project, and its sentence."""

    job: str
    sentence: str
    cure: str | None = None


@dataclass(frozen=True, slots=True)
class Results:
    """Everything computed for the present project; what is None was not computed yet or no longer holds.

    `preview` is the accuracy on a part of the test set by LiteRT, there at once; `evaluation` the one that counts.
    `validation` is the newest one of this very model on a board.
    """

    model: Model | None = None
    dataset: Dataset | None = None
    candidate: Candidate | None = None
    build: Build | None = None
    evaluation: Evaluation | None = None
    problems: tuple[Problem, ...] = ()
    preview: Evaluation | None = None
    insides: LayerReport | None = None
    validation: Validation | None = None
    panel: Panel | None = None

    @property
    def accuracy(self) -> Evaluation | None:
        """The best that is known of the accuracy: the evaluation, or its preview."""
        return self.evaluation or self.preview

    def problem(self, job: str) -> Problem | None:
        """Why `job` failed, if it did."""
        return next((problem for problem in self.problems if problem.job == job), None)
