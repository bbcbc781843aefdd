"""Labels from scores: the same whatever pieces the stream comes in, with averaging, threshold, hysteresis and gap."""

import numpy as np

from studio.core.post_processing import NO_LABEL, Detection, LabelEvent, PostProcessing, detect, false_alarms


def stream(*winners: float) -> tuple[np.ndarray, np.ndarray]:
    """Two classes; the number is the score of the second."""
    second = np.array(winners, np.float32)
    return np.arange(len(second), dtype=np.float64), np.stack([1 - second, second], axis=1)


def said(events: tuple[LabelEvent, ...]) -> list[tuple[float, int, bool]]:
    return [(one.time_s, one.label, one.began) for one in events]


def test_by_default_the_highest_score_is_the_label_as_the_firmware_has_it() -> None:
    state, events = detect(PostProcessing(), *stream(0.1, 0.2, 0.9, 0.8, 0.3))
    assert said(events) == [(0, 0, True), (2, 0, False), (2, 1, True), (4, 1, False), (4, 0, True)]
    assert (state.label, state.since_s) == (0, 4.0)
    assert PostProcessing().words == "highest score wins"


def test_a_label_ends_below_the_threshold_less_hysteresis() -> None:
    settings = PostProcessing(threshold=0.7, hysteresis=0.2)
    times, scores = stream(0.0, 0.75, 0.55, 0.45, 0.6, 0.9)
    scores[:, 0] = 0
    state, events = detect(settings, times, scores)
    assert said(events) == [(1, 1, True), (3, 1, False), (5, 1, True)]
    assert state.began == 2


def test_after_a_label_none_begins_until_the_gap_is_over() -> None:
    settings = PostProcessing(threshold=0.6, gap_s=2.0)
    _, events = detect(settings, *stream(0.9, 0.5, 0.9, 0.9, 0.9))
    assert said(events) == [(0, 1, True), (1, 1, False), (3, 1, True)]


def test_the_mean_of_the_last_results_decides() -> None:
    settings = PostProcessing(averaged=3, threshold=0.55)
    times, scores = stream(0.0, 0.9, 0.9, 0.9, 0.0, 0.0)
    scores[:, 0] = 0
    state, events = detect(settings, times, scores)
    assert said(events) == [(2, 1, True), (5, 1, False)]
    assert state.label == NO_LABEL
    assert abs(state.mean - 0.3) < 1e-6


def test_a_stream_in_any_pieces_gives_the_same_events() -> None:
    random = np.random.default_rng(1)
    times = np.cumsum(random.exponential(0.1, 2000))
    scores = random.random((2000, 4)).astype(np.float32)
    for settings in (PostProcessing(), PostProcessing(5, 0.6, 0.1, 0.5), PostProcessing(2, 0.4)):
        whole_state, whole = detect(settings, times, scores)
        state, at = Detection(), 0
        pieces: list[LabelEvent] = []
        while at < len(times):
            count = int(random.integers(1, 40))
            state, found = detect(settings, times[at : at + count], scores[at : at + count], state)
            pieces += found
            at += count
        assert said(tuple(pieces)) == said(whole)
        assert (state.label, state.began) == (whole_state.label, whole_state.began)


def test_only_so_many_events_are_made_but_all_labels_are_counted() -> None:
    state, events = detect(PostProcessing(), *stream(*(number % 2 for number in range(100))), None, 10)
    assert len(events) == 10
    assert state.began == 100


def test_labels_outside_their_stretches_are_false_alarms() -> None:
    _, events = detect(PostProcessing(threshold=0.6), *stream(0.9, 0.1, 0.9, 0.1))
    assert false_alarms(events, ((0.0, 0.5, 1), (3.0, 4.0, 1))) == 3
