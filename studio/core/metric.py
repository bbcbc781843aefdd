"""How well a model answers, as one number: what it is called for each task, and how it is shown."""

from enum import StrEnum

from studio.core.dataset import Dataset, Task
from studio.core.evaluation import Evaluation
from studio.core.formatting import share_digits, show_share


class Metric(StrEnum):
    """The numbers that say how well a model answers; each is better when it is larger."""

    ACCURACY = "accuracy"
    R2 = "R²"
    AUC = "AUC"

    @property
    def heading(self) -> str:
        """The name at the beginning of a line."""
        return "Accuracy" if self is Metric.ACCURACY else self.value

    @property
    def is_share(self) -> bool:
        """True where it is a share of the samples, and shown in per cent."""
        return self is Metric.ACCURACY

    def show(self, value: float, n: int | None = None) -> str:
        """The value with no more digits than `n` samples support."""
        return show_share(value, n) if self.is_share else f"{value:.4f}"

    def show_change(self, before: float, after: float, n: int | None = None) -> str:
        """The difference of the two as `show` rounds them: '−1.2 points', '+0.0031', or 'same'.

        So that a reader who subtracts what stands beside it comes to the same: 97.5 % → 98.2 % is +0.7 points.
        """
        digits = share_digits(n) if self.is_share else 4
        scale = 100 if self.is_share else 1
        change = round(round(after * scale, digits) - round(before * scale, digits), digits)
        if not change:
            return "same"
        sign = "+" if change > 0 else "−"
        return f"{sign}{abs(change):.{digits}f}{' points' if self.is_share else ''}"

    def say(self, value: float, n: int | None = None) -> str:
        """The value, with its name where a number alone would not tell."""
        return self.show(value, n) if self.is_share else f"{self.value} {self.show(value)}"


def metric_of(evaluation: Evaluation | None, dataset: Dataset | None) -> Metric:
    """What the evaluation measured; before there is one, what the data will give."""
    if evaluation is not None:
        return Metric(evaluation.metric)
    if dataset is not None and dataset.task is not Task.CLASSIFICATION:
        return Metric.R2
    return Metric.ACCURACY
