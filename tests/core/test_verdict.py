"""Verdicts are counted."""

from studio.core.verdict import LayerVerdict, Runs, summary

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
