"""C5: false alarms per hour, on a continuous recording or projected from single samples."""

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from studio.core.answers import Answers
from studio.core.checklist import Tier
from studio.core.checks.answer_details import AlarmRate, AlarmsAt
from studio.core.checks.check import Check, Measured, Verdict, told
from studio.core.checks.columns import is_background
from studio.core.checks.intervals import rate, rate_at_most
from studio.core.checks.limits import Limits
from studio.core.evaluation import Estimate
from studio.core.phrases import phrase, phrase_count, phrase_later
from studio.core.post_processing import PostProcessing, detect

RATE = phrase_later("False alarms per hour")
THRESHOLD_ALONE = phrase_later("threshold alone")
"""What `threshold_alone` does, in words."""

Scores = npt.NDArray[np.float32]
Decide = Callable[[Scores, float], npt.NDArray[np.bool_]]
"""Scores [T, K] of consecutive windows and a threshold to alarms [T]: what the firmware does after the model."""


def check_alarms(
    scores: Scores,
    window_seconds: float,
    decide: Decide,
    tier: Tier,
    limits: Limits,
    *,
    processing: str,
    in_event: npt.NDArray[np.bool_] | None = None,
) -> Check:
    """C5 on a continuous recording: alarms of the device's own post-processing in hours without an event.

    `scores` [T, K] are those of consecutive windows, each `window_seconds` after the last; `decide` turns them into
    alarms. Windows `in_event` [T], and those nearer to one than the limits' tolerance, count neither as alarms nor as
    hours.
    """
    quiet = np.ones(len(scores), bool) if in_event is None else ~_widened(in_event, window_seconds, limits)
    hours = float(quiet.sum()) * window_seconds / 3600
    if hours <= 0:
        words = phrase("The recording has no time without an event.")
        return Check("C5", phrase(RATE), Verdict.CANNOT_TELL, words)
    alarms = int((decide(scores, limits.threshold) & quiet).sum())
    curve = tuple(
        AlarmsAt(float(threshold), count, rate(count, hours))
        for threshold in limits.alarm_thresholds
        for count in (int((decide(scores, threshold) & quiet).sum()),)
    )
    return _rated(alarms, hours, curve, tier, limits, processing=processing, projected=False)


def _widened(in_event: npt.NDArray[np.bool_], window_seconds: float, limits: Limits) -> npt.NDArray[np.bool_]:
    """The windows in an event and those around it, as far as an alarm may still be for it."""
    around = math.ceil(limits.event_tolerance_seconds / window_seconds - 1e-9) if window_seconds > 0 else 0
    steps = np.zeros(len(in_event) + 1, np.int64)  # +1 where a widened event begins, -1 after its end
    places = np.flatnonzero(in_event)
    np.add.at(steps, np.maximum(places - around, 0), 1)
    np.add.at(steps, np.minimum(places + around + 1, len(in_event)), -1)
    return np.cumsum(steps[:-1]) > 0


def project_alarms(answers: Answers, labels: tuple[str, ...], tier: Tier, limits: Limits) -> Check:
    """C5 from single samples: each of no event counts as one window, as if they came one after another.

    A projection only: real hours hold sounds and movements that no test set has. From T2 up it cannot tell.
    """
    background: npt.NDArray[np.bool_] = np.array([is_background(label, limits) for label in labels], bool)
    y = answers.y.astype(np.int64)
    quiet = np.take(background, y)
    if not quiet.any():
        words = phrase(
            "The test set has no samples without an event (a class such as 'silence', 'idle' or 'unknown'), and no "
            "continuous recording. Record some hours in which nothing happens."
        )
        return Check("C5", phrase(RATE), Verdict.CANNOT_TELL, words)
    scores = answers.scores[quiet]
    scores = scores[:, ~background].max(axis=1, initial=-np.inf)
    hours = float(quiet.sum()) * limits.window_seconds / 3600
    curve = tuple(
        AlarmsAt(float(threshold), count, rate(count, hours))
        for threshold in limits.alarm_thresholds
        for count in (int((scores >= threshold).sum()),)
    )
    alarms = int((scores >= limits.threshold).sum())
    return _rated(alarms, hours, curve, tier, limits, processing=phrase(THRESHOLD_ALONE), projected=True)


def threshold_alone(labels: tuple[str, ...], limits: Limits) -> Decide:
    """Alarms where the label of an event begins, as the Live page finds them: the highest score, from the threshold on.

    The exported firmware sends plain scores and neither averages nor waits; so this does not either.
    """
    events = np.array([not is_background(label, limits) for label in labels], bool)

    def decide(scores: Scores, threshold: float) -> npt.NDArray[np.bool_]:
        windows = np.arange(len(scores), dtype=np.float64)
        _, happened = detect(PostProcessing(threshold=threshold), windows, scores)
        found = np.zeros(len(scores), bool)
        found[[round(one.time_s) for one in happened if one.began and events[one.label]]] = True
        return found

    return decide


def _rated(
    alarms: int,
    hours: float,
    curve: tuple[AlarmsAt, ...],
    tier: Tier,
    limits: Limits,
    *,
    processing: str,
    projected: bool,
) -> Check:
    per_hour, bound = rate(alarms, hours), rate_at_most(alarms, hours)
    limit = limits.max_alarms_per_hour
    verdict, more = Verdict.CANNOT_TELL, 0.0
    words = [phrase("Set in D3 how many an hour may bear.")]
    if limit is not None:
        verdict = (
            Verdict.PASS
            if per_hour.high <= limit
            else Verdict.FAIL
            if per_hour.low > limit
            else Verdict.CANNOT_TELL
        )
        words = [phrase("Your limit is {limit} an hour.", limit=f"{limit:g}")]
        if verdict is Verdict.CANNOT_TELL:
            more = _hours_needed(per_hour.value, limit)
            words.append(
                phrase_count("About {count} hour would tell.", "About {count} hours would tell.", round(more))
                if more
                else phrase("More hours may tell.")
            )
    if projected:
        words.append(phrase("This is a projection from single samples, not a recording."))
        if tier.rank >= Tier.PEOPLE.rank and verdict is Verdict.PASS:
            verdict = Verdict.CANNOT_TELL
    return Check(
        "C5",
        phrase(RATE),
        verdict,
        told(_counted(alarms, hours, per_hour), *words),
        value=per_hour.value,
        ci=(per_hour.low, per_hour.high),
        n=alarms,
        method=phrase("Poisson (Garwood), projected") if projected else phrase("Poisson (Garwood)"),
        limit=limit,
        detail=AlarmRate(alarms, hours, per_hour, bound, projected, processing, curve),
        measured=(Measured("max_alarms_per_hour", per_hour.value),),
    )


def _counted(alarms: int, hours: float, per_hour: Estimate) -> str:
    return phrase_count(
        "{count} false alarm in {time} without an event: between {low} and {high} an hour, with 95 % confidence.",
        "{count} false alarms in {time} without an event: between {low} and {high} an hour, with 95 % confidence.",
        alarms,
        time=_show_hours(hours),
        low=_show(per_hour.low),
        high=_show(per_hour.high),
    )


def _hours_needed(per_hour: float, limit: float) -> float:
    """The hours after which the interval's upper end would be below the limit, at the rate seen (0: never)."""
    if per_hour >= limit:
        return 0.0
    hours = 1.0
    while rate(round(per_hour * hours), hours).high > limit and hours < 1e6:
        hours *= 1.25
    return hours


def _show(number: float) -> str:
    return f"{number:.0f}" if number >= 10 else f"{number:.2g}"


def _show_hours(hours: float) -> str:
    """Hours to a tenth from 2 on, whole minutes from 1 on, and seconds below."""
    if hours >= 2:
        return phrase("{hours} hours", hours=f"{hours:.1f}")
    if hours * 60 >= 1:
        return phrase_count("{count} minute", "{count} minutes", round(hours * 60))
    return phrase_count("{count} second", "{count} seconds", round(hours * 3600))
