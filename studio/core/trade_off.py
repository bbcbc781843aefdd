"""What each candidate costs against how well it answers: the points of the trade-off, and the board's limits."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from studio.core.board import Board
from studio.core.candidates import Entry, front
from studio.core.formatting import show_bytes, show_time
from studio.core.metric import Metric
from studio.core.recipe import Recipe
from studio.core.study import SearchLimits, Trial


class Cost(StrEnum):
    """What a point costs."""

    STORAGE = "storage"
    MEMORY = "memory"
    TIME = "time"

    @property
    def words(self) -> str:
        """Makers' words, the term of art beside it."""
        return {
            Cost.STORAGE: "Storage (flash)",
            Cost.MEMORY: "Memory (RAM)",
            Cost.TIME: "Time (latency)",
        }[self]

    def show(self, value: float) -> str:
        """The value with its unit."""
        return show_time(value) if self is Cost.TIME else show_bytes(round(value))


class Mark(StrEnum):
    """What a point is; each has a shape of its own."""

    TRIAL = "tried by the search (validation set)"
    MEASURED = "measured"
    KEPT = "kept"
    PINNED = "pinned"


@dataclass(frozen=True, slots=True)
class Point:
    """One recipe with what it costs and how well it answers; `interval` is the 95 % one where it is known."""

    recipe: Recipe
    name: str
    mark: Mark
    accuracy: float
    interval: tuple[float, float] | None
    n: int
    storage: int
    memory: int
    time: int

    def cost(self, cost: Cost) -> int:
        """Bytes or microseconds."""
        return {Cost.STORAGE: self.storage, Cost.MEMORY: self.memory, Cost.TIME: self.time}[cost]


def points(entries: Sequence[Entry], trials: Sequence[Trial]) -> tuple[Point, ...]:
    """Every recipe with figures, each once: a candidate rather than the trial it came from."""
    found: dict[Recipe, Point] = {}
    for trial in trials:
        name = trial.words or trial.recipe.title
        found[trial.recipe] = Point(
            trial.recipe,
            name,
            Mark.TRIAL,
            trial.accuracy,
            None,
            trial.n,
            trial.flash_bytes,
            trial.ram_bytes,
            trial.inference_us,
        )
    for entry in entries:
        figures, fit = entry.figures, entry.fit
        if figures is None or figures.accuracy is None or fit is None:
            continue
        mark = Mark.PINNED if entry.pinned else Mark.KEPT if entry.kept else Mark.MEASURED
        found[entry.recipe] = Point(
            entry.recipe,
            entry.name,
            mark,
            figures.accuracy,
            figures.accuracy_ci,
            figures.n,
            fit.storage.need,
            fit.memory.need,
            fit.compute.need,
        )
    return tuple(found.values())


def best_of(found: Sequence[Point], cost: Cost) -> tuple[int, ...]:
    """The places of the points that no other beats in both this cost and accuracy, by rising cost."""
    return front([(point.cost(cost), point.accuracy) for point in found])


def limit_of(board: Board, deadline_us: int, cost: Cost) -> int:
    """What the board allows: bytes, or microseconds."""
    return {
        Cost.STORAGE: board.free_flash_bytes,
        Cost.MEMORY: board.free_ram_bytes,
        Cost.TIME: deadline_us,
    }[cost]


def limits_of(sought: SearchLimits | None) -> dict[Cost, int]:
    """The limits that a search was given, by cost; none without a search."""
    if sought is None:
        return {}
    return {
        Cost.STORAGE: sought.flash_bytes,
        Cost.MEMORY: sought.ram_bytes,
        Cost.TIME: sought.inference_us,
    }


def read_out(point: Point, *, metric: Metric) -> str:
    """One point in words: name, metric with its interval, and what it costs."""
    words = metric.say(point.accuracy, point.n)
    if point.interval is not None:
        low, high = (metric.show(end, point.n) for end in point.interval)
        words += f" (95 %: {low} to {high}; {point.n} samples)"
    else:
        where = "validation samples" if point.mark is Mark.TRIAL else "samples"
        words += f" ({point.n} {where})"
    costs = f"{show_bytes(point.storage)} storage, {show_bytes(point.memory)} memory, {show_time(point.time)}"
    return f"{point.name}: {words}, {costs}"
