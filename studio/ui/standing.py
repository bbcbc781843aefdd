"""How the figures of the Compress page stand: measured, previewed, on their way, or why there are none."""

from dataclasses import dataclass

from studio.core.build import Build
from studio.core.evaluation import Evaluation
from studio.core.project import Project
from studio.core.results import Results
from studio.core.steps import Step

LIMITS_PLACE = f"{Step.REVIEW.value}#limits"
"""Where limits are set, as a step that a page may want."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A sentence with an icon and its colour in the theme."""

    symbol: str
    color: str
    words: str


def standing(results: Results, *, measuring: bool, known: bool) -> Standing:
    """How the results stand; `known`: there are older figures, which are shown meanwhile."""
    if results.evaluation is not None:
        return Standing("done", "good", _measured_with(results.evaluation, results.build))
    if results.preview is not None:
        words = _previewed_with(results.preview, measuring)
        return Standing("working" if measuring else "info", "accent", words)
    if measuring:
        return Standing("working", "accent", "Measuring…")
    if results.candidate is not None:
        return Standing("waiting", "muted", "The accuracy needs data: choose it on the Model page.")
    if known:
        return Standing("waiting", "muted", "Not measured: these figures are from before the change.")
    return Standing("waiting", "muted", "Nothing is measured yet.")


def notes_of(results: Results) -> tuple[str, ...]:
    """What could not be done, and what else there is to know."""
    compressed = results.candidate.notes if results.candidate else ()
    return (*compressed, *(results.build.notes if results.build else ()))


def why_no_study(project: Project, results: Results) -> str:
    """Why nothing can be trained or searched now; "" when it can."""
    if results.model is None:
        return "This needs a model: open one on the Model page."
    if results.model.quantized:
        return "This needs the float model; this one is stored in 8 bits already."
    if results.dataset is None:
        return "This needs data: choose it on the Model page."
    return ""


def _previewed_with(preview: Evaluation, measuring: bool) -> str:
    words = f"Preview on {preview.n} test samples by {preview.engine.value}"
    return f"{words}; the exported C on all of them follows." if measuring else f"{words}."


def _measured_with(found: Evaluation, build: Build | None) -> str:
    words = f"Measured on all {found.n} test samples with {found.engine.value}"
    known = build.measurement if build else None
    if known is not None:
        same = f"{known.equal_samples} of {known.samples}"
        return f"{words}; the virtual board gives the same answer for {same}."
    return f"{words}."
