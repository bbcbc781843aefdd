"""What is drawn beside a question of the review: the results of checks as intervals, curves, tables and maps."""

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
from studio.core.checks.check import Check
from studio.core.checks.data_details import Agreement, Coverage, Findings, Leaks, Membership, Suspects
from studio.core.checks.input_details import EvidenceMaps, Faults, InputSweep, Unknowns
from studio.core.drawings import of_answers, of_data, of_inputs, of_maps, of_scores
from studio.core.drawings.drawing import Drawing

TEST_RESULTS = frozenset({"C1", "C2", "C3", "C4", "C5", "C6", "C7", "C8", "C9", "C11", "C17", "D7"})
"""Checks whose result says how well the model does on the test set: out of sight until limits are set (D3, D8)."""


def drawings_of(check: Check, labels: tuple[str, ...]) -> tuple[Drawing, ...]:
    """What is drawn of a check, the most telling first; nothing where its sentence says all. `labels` name classes."""
    match check.detail:
        case Recalls() as detail:
            return of_answers.of_recalls(detail)
        case Fit() as detail:
            return of_answers.of_fit(detail)
        case Separation() as detail:
            return of_answers.of_separation(detail)
        case Paired() as detail:
            return of_answers.of_paired(check, detail)
        case Harm() as detail:
            return of_answers.of_harm(detail, labels)
        case Detection() as detail:
            return of_scores.of_detection(detail)
        case AlarmRate() as detail:
            return of_scores.of_alarms(check, detail)
        case Reliability() as detail:
            return of_scores.of_reliability(detail)
        case Slices() as detail:
            return of_answers.of_slices(detail)
        case Baselines() as detail:
            return of_answers.of_baselines(detail)
        case None:
            return ()
        case detail:
            return _of_data(detail, labels)


def _of_data(detail: object, labels: tuple[str, ...]) -> tuple[Drawing, ...]:
    match detail:
        case Faults():
            return of_inputs.of_faults(detail)
        case Unknowns():
            return of_inputs.of_unknowns(detail)
        case Membership():
            return of_data.of_membership(detail)
        case EvidenceMaps():
            return of_maps.of_maps(detail)
        case Leaks():
            return of_data.of_leaks(detail)
        case Coverage():
            return of_data.of_coverage(detail)
        case Suspects():
            return of_data.of_suspects(detail, labels)
        case Findings():
            return of_data.of_findings(detail)
        case Agreement():
            return of_data.of_agreement(detail)
        case InputSweep():
            return of_inputs.of_sweep(detail)
    return ()
