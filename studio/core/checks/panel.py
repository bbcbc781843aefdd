"""The panel: all checks of one candidate on one data set, at one tier and by one set of limits."""

from dataclasses import dataclass

from studio.core.checklist import Tier
from studio.core.checks.check import Check
from studio.core.checks.limits import Limits


@dataclass(frozen=True, slots=True)
class Panel:
    """What the worker computed, and for what; when any of it is another, the panel no longer holds."""

    candidate_sha256: str
    data_sha256: str
    tier: Tier
    limits: Limits
    checks: tuple[Check, ...]
    seconds: float = 0.0

    def check(self, check_id: str) -> Check | None:
        """The check with this id, if it has run."""
        return next((check for check in self.checks if check.id == check_id), None)


def replaced(checks: tuple[Check, ...], newer: Check) -> tuple[Check, ...]:
    """The checks with `newer` in the place of that with its id, or at the end."""
    if all(check.id != newer.id for check in checks):
        return (*checks, newer)
    return tuple(newer if check.id == newer.id else check for check in checks)
