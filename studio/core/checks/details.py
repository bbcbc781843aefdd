"""What lies behind a check and is drawn beside its question, one type for each check.

Samples are row numbers in their split. Shares are from 0 to 1. Every type is told from the others by its fields, so
that the JSON form of a check needs no tag.
"""

from studio.core.checks.answer_details import (
    AlarmRate,
    Baselines,
    Detection,
    Fit,
    Harm,
    Paired,
    Recalls,
    Reliability,
    Separation,
    Slices,
)
from studio.core.checks.data_details import (
    Agreement,
    Coverage,
    Findings,
    Leaks,
    Membership,
    Suspects,
)
from studio.core.checks.input_details import (
    EvidenceMaps,
    Faults,
    InputSweep,
    Unknowns,
)

Detail = (
    Recalls
    | Fit
    | Separation
    | Paired
    | Harm
    | Detection
    | AlarmRate
    | Reliability
    | Slices
    | Faults
    | Unknowns
    | Membership
    | EvidenceMaps
    | Leaks
    | Coverage
    | Suspects
    | Findings
    | Baselines
    | Agreement
    | InputSweep
)
