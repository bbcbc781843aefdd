"""Verdicts are counted, and the worst come first."""

from studio.core.verdict import LayerVerdict, Runs, summary, worst_first

VERDICTS = (
    LayerVerdict("first", "CONV_2D", Runs.AS_IT_IS),
    LayerVerdict("second", "SPLIT", Runs.AFTER_CHANGE, "Becomes int8."),
    LayerVerdict("third", "PRELU", Runs.CANNOT, "Replace it."),
    LayerVerdict("fourth", "CONV_2D", Runs.AS_IT_IS),
)


def test_the_summary_counts() -> None:
    assert summary(VERDICTS) == "2 layers run, 1 after a change, 1 cannot"
    assert summary(VERDICTS[:1]) == "1 layer runs, 0 after a change, 0 cannot"
    assert summary(()) == ""


def test_the_worst_come_first_and_the_others_stay_in_order() -> None:
    assert [one.layer for one in worst_first(VERDICTS)] == ["third", "second", "first", "fourth"]
