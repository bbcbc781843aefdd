"""What was measured beside each other: candidates against the first of them, and what one choice changed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from studio.core.candidates import Entry
from studio.core.codec import to_json
from studio.core.formatting import show_bytes, show_time
from studio.core.metric import Metric
from studio.core.recipe import Clip, Recipe


@dataclass(frozen=True, slots=True)
class Cell:
    """A value as text, and how it differs from the first candidate's ("" where it does not, and for the first)."""

    text: str
    change: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One property, with a cell for each candidate."""

    name: str
    cells: tuple[Cell, ...]

    @property
    def differs(self) -> bool:
        """True where the candidates are not all alike."""
        return len({cell.text for cell in self.cells}) > 1


def compare(entries: Sequence[Entry], *, metric: Metric) -> tuple[Line, ...]:
    """The figures of all, then the choices in which their recipes differ; changes are against the first."""
    if not entries:
        return ()
    figures = (
        _line(metric.heading, entries, _accuracy, metric.show, metric.show_change),
        _line("File (.tflite)", entries, _file_bytes, _bytes),
        _line("Storage (flash)", entries, lambda entry: entry.flash_bytes, _bytes),
        _line("Memory (RAM)", entries, lambda entry: entry.ram_bytes, _bytes),
        _line("Time of an answer", entries, lambda entry: entry.inference_us, _time),
    )
    return (*figures, *(line for line in _choices([entry.recipe for entry in entries]) if line.differs))


def clip_effects(entries: Sequence[Entry], recipe: Recipe) -> dict[Clip, tuple[float, int]]:
    """The metric and its number of samples for each clip that was measured with else the same recipe."""
    found = {}
    for clip in Clip:
        figures = measured(entries, replace(recipe, clip=clip))
        if figures is not None and figures.figures is not None and figures.figures.accuracy is not None:
            found[clip] = (figures.figures.accuracy, figures.figures.n)
    return found


def measured(entries: Sequence[Entry], recipe: Recipe) -> Entry | None:
    """The entry of this recipe with its figures, or None while there are none."""
    return next((entry for entry in entries if entry.recipe == recipe and entry.figures is not None), None)


def sparsity_won(entries: Sequence[Entry], recipe: Recipe) -> tuple[int, int] | None:
    """Bytes of flash saved and microseconds added by setting single weights to zero; None until both are measured."""
    with_zeros = measured(entries, recipe)
    without = measured(entries, replace(recipe, sparsity=0.0, pattern=""))
    if with_zeros is None or without is None or with_zeros is without:
        return None
    figures = (with_zeros.flash_bytes, without.flash_bytes, with_zeros.inference_us, without.inference_us)
    if any(figure is None for figure in figures):
        return None
    flash, flash_before, time, time_before = (int(figure or 0) for figure in figures)
    return flash_before - flash, time - time_before


def _accuracy(entry: Entry) -> float | None:
    return entry.figures.accuracy if entry.figures else None


def _file_bytes(entry: Entry) -> int | None:
    return entry.figures.file_bytes if entry.figures else None


def _bytes(value: float) -> str:
    return show_bytes(round(value))


def _time(value: float) -> str:
    return show_time(value)


def _line(
    name: str,
    entries: Sequence[Entry],
    value_of: Callable[[Entry], float | None],
    show: Callable[[float], str],
    show_change: Callable[[float, float], str] | None = None,
) -> Line:
    values = [value_of(entry) for entry in entries]
    first = values[0]
    cells = []
    for place, value in enumerate(values):
        if value is None:
            cells.append(Cell("–"))
        elif place == 0 or first is None:
            cells.append(Cell(show(value)))
        else:
            cells.append(Cell(show(value), _change(first, value, show, show_change)))
    return Line(name, tuple(cells))


def _change(
    first: float,
    value: float,
    show: Callable[[float], str],
    show_change: Callable[[float, float], str] | None,
) -> str:
    if show_change is not None:
        return show_change(first, value)
    change = value - first
    return "same" if not change else f"{'+' if change > 0 else '−'}{show(abs(change))}"


_NAMES = {
    "scheme": "Numbers",
    "pruning": "Channels removed",
    "calibration_samples": "Calibration samples",
    "sampling": "Which samples",
    "clip": "Clipped by",
    "sparsity": "Weights set to zero",
    "pattern": "Pattern",
    "palette": "Weights a layer",
    "layers": "Layers apart",
    "student": "Student",
    "training": "Training",
}


def _choices(recipes: Sequence[Recipe]) -> list[Line]:
    found = []
    for field, name in _NAMES.items():
        cells = tuple(Cell(_said(field, recipe)) for recipe in recipes)
        found.append(Line(name, cells))
    return found


def _said(field: str, recipe: Recipe) -> str:
    value = getattr(recipe, field)
    if field in ("pruning", "sparsity"):
        return f"{value * 100:.0f} %"
    if field == "palette":
        return str(value) if value else "any"
    if field == "pattern":
        return value or "none"
    if field == "layers":
        parts = []
        for choice in recipe.layers:
            data = {key: item for key, item in to_json(choice).items() if item is not None and key != "layer"}
            said = ", ".join(f"{key} {item}" for key, item in data.items())
            parts.append(f"{choice.layer}: {said}")
        return "; ".join(parts) or "none"
    if field == "student":
        if recipe.student is None:
            return "none"
        return f"{recipe.student.width * 100:.0f} % wide, {recipe.student.depth * 100:.0f} % deep"
    if field == "training":
        if recipe.training is None:
            return "none"
        chosen = recipe.training
        words = f"{chosen.epochs} epochs, rate {chosen.learning_rate:g}"
        if chosen.quantization_aware:
            words += ", quantization-aware"
        if chosen.distillation:
            words += f", {chosen.distillation * 100:.0f} % distilled at {chosen.temperature:g}"
        return words
    return str(value)
