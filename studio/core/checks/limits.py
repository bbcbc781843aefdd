"""The checks' numeric limits: settings from resources/checklists/limits.toml, some of them set by the maker."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from studio.core.checklist import Tier
from studio.core.codec import from_json
from studio.core.errors import StudioError
from studio.core.phrases import phrase
from studio.core.places import resources


@dataclass(frozen=True, slots=True)
class Limits:
    """What counts as too much or too little; shares are from 0 to 1. resources/checklists/limits.toml says why.

    The last five are the maker's own, from D3 and D8: None where none was set. So may `threshold` be, the score from
    which an answer counts.
    """

    accuracy_margin: float
    accuracy_margin_at_stakes: float
    error_margin: float
    fewest_samples: int
    harmed_drop: float
    group_gap: float
    group_half_width: float
    threshold: float
    alarm_thresholds: tuple[float, ...]
    window_seconds: float
    event_tolerance_seconds: float
    usual_miss_share: float
    usual_false_alarm_share: float
    calibration_bins: int
    fault_drop: float
    unknown_rejected: float
    map_agreement: float
    map_gap: float
    membership_warn: float
    membership_fail: float
    near_similarity: float
    near_hash_bits: int
    near_share: float
    imbalance_ratio: float
    thin_class: int
    label_guesses: float
    board_samples: int
    significance: float
    permutations: int
    cluster_columns: tuple[str, ...]
    apart_columns: tuple[str, ...]
    background_labels: tuple[str, ...]
    max_miss_share: float | None = None
    max_false_alarm_share: float | None = None
    max_alarms_per_hour: float | None = None
    min_macro_recall: float | None = None
    max_group_gap: float | None = None

    def margin(self, tier: Tier) -> float:
        """How much accuracy compression may cost at this tier."""
        at_stakes = tier.rank >= Tier.STAKES.rank
        return self.accuracy_margin_at_stakes if at_stakes else self.accuracy_margin


def threshold_of(own: Mapping[str, float]) -> float:
    """The score from which an answer counts, by what the maker entered (limit id → value)."""
    return own.get("threshold", standard_limits().threshold)


@cache
def standard_limits() -> Limits:
    """The limits that come with the studio."""
    path = resources() / "checklists" / "limits.toml"
    try:
        return from_json(Limits, tomllib.loads(path.read_text(encoding="utf-8")), path.name)
    except (ValueError, OSError) as error:
        raise StudioError(
            phrase(
                "The limits {file} cannot be used: {error}. Correct the file or install the studio again.",
                file=path,
                error=error,
            )
        ) from error
