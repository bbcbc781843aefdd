"""What the Layers page says in words: the whole in one line, and what is missing where a plot cannot be drawn."""

from studio.core.dataset import Task
from studio.core.evaluation import Evaluation
from studio.core.formatting import show_bytes, show_share
from studio.core.pipeline import needs_c
from studio.core.project import Project
from studio.core.results import Results

_NO_DATA = "Add a data set on the Model page to measure this."
_LATER = "This is measured once the model is compressed."
_NO_TWIN = "The loaded model is quantized already. Open its float original to compare with it."
_NO_C = (
    "The plan belongs to the C code, and this board runs the .tflite as it is. "
    "Choose int8 on the Compress page, or another board, to see it."
)
_PROBING = "One layer after the other is changed and the accuracy measured: rows appear here as they come."
_PROBE = "Which layers can be compressed, and which mind? Press Measure: each layer is changed alone."


def summary(now: Results, known: Results) -> str:
    """Weights and accuracy before and after; `known` has what is missing from before the last change."""
    if known.model is None:
        return ""
    before = sum(layer.weight_bytes for layer in known.model.layers)
    if now.candidate is None:
        later = ["measuring the new recipe; grey figures are the last one's"] if known.candidate else []
        return "  ·  ".join([f"Weights {show_bytes(before)}", *later])
    after = sum(layer.weight_bytes for layer in now.candidate.layers)
    parts = [f"Weights {show_bytes(before)} → {show_bytes(after)}"]
    if now.accuracy is not None:
        parts += accuracy_words(now.accuracy)
    if now.build is not None and now.build.measurement is None:
        parts.append("instructions are being counted")
    return "  ·  ".join(parts)


def accuracy_words(found: Evaluation) -> list[str]:
    """The accuracy before and after with its interval, and who computed it."""
    by = f"computed by {found.engine.value}"
    if found.task is Task.CLASSIFICATION:
        before, after = show_share(found.float_accuracy, found.n), show_share(found.accuracy, found.n)
        low, high = (show_share(share, found.n) for share in found.accuracy_ci)
        return [f"accuracy {before} → {after} (95 %: {low} to {high}; {found.n} test samples)", by]
    words = f"{found.metric} {found.float_accuracy:.4f} → {found.accuracy:.4f}"
    if found.float_mean_error is not None and found.mean_error is not None:
        words += f", mean absolute error {found.float_mean_error:.4f} → {found.mean_error:.4f}"
    return [f"{words} ({found.n} test samples)", by]


def missing(
    project: Project, now: Results, known: Results, *, probed: bool, probing: bool, probe_failed: str = ""
) -> dict[str, str]:
    """For each plot that cannot be drawn why, and what to do: by "error", "numbers", "memory" and so on."""
    has_data = bool(project.data)
    later = _LATER if has_data else _NO_DATA
    quantized = now.model is not None and now.model.quantized
    found = {}
    if known.insides is None:
        found["error"] = found["numbers"] = _sentence(now, "inspect_layers", "compress") or later
    if quantized:
        found["error"] = _NO_TWIN
    if known.build is None:
        waits = later if not quantized else _LATER
        words = waits if known.candidate is None or needs_c(project, now) else _NO_C
        found["memory"] = _sentence(now, "compile_candidate", "compress") or words
    if known.accuracy is None:
        found["accuracy"] = _sentence(now, "evaluate", "compress") or later
    if quantized or not has_data:
        found["sensitivity"] = _NO_TWIN if quantized else _NO_DATA
    elif not probed:
        found["sensitivity"] = probe_failed or (_PROBING if probing else _PROBE)
    return found


def _sentence(results: Results, *jobs: str) -> str:
    return next((problem.sentence for job in jobs if (problem := results.problem(job))), "")
