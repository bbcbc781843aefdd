"""The metric: a change is what one gets from the two figures as they are shown."""

import pytest

from studio.core.metric import Metric


@pytest.mark.parametrize(
    ("metric", "before", "after", "n", "words"),
    [
        (Metric.ACCURACY, 0.97454, 0.98246, 480, "+0.7 points"),
        (Metric.ACCURACY, 0.98, 0.93, 480, "−5.0 points"),
        (Metric.ACCURACY, 0.9796, 0.9804, 480, "same"),
        (Metric.ACCURACY, 0.954, 0.976, 50, "+3 points"),
        (Metric.R2, 0.98104, 0.98096, None, "same"),
        (Metric.AUC, 0.9, 0.91234, 480, "+0.0123"),
    ],
)
def test_a_change_is_the_difference_of_what_is_shown(
    metric: Metric, before: float, after: float, n: int | None, words: str
) -> None:
    assert metric.show_change(before, after, n) == words
