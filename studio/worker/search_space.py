"""What a search may try: its choices, the recipe that each set of them makes, and where it begins."""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from typing import TYPE_CHECKING

from studio.core.errors import StudioError
from studio.core.model import Model
from studio.core.recipe import Clip, LayerChoice, Recipe, Scheme, Student, Training
from studio.core.study import LayerSensitivity, Probe
from studio.worker.cache import content_of
from studio.worker.prune import prunable
from studio.worker.report import silent
from studio.worker.structure import untrained

if TYPE_CHECKING:
    from optuna import Study
    from optuna.trial import Trial as Asked

WIDTHS = (1.0, 0.85, 0.7, 0.6, 0.5, 0.45, 0.4, 0.35, 0.3, 0.25, 0.2)
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)  # of the layers that are stored in 4 bits, those that mind least first
SPARSITIES = (0.0, 0.5, 0.7)
_DEPTHS = (1.0, 0.75, 0.5, 0.25, 0.0)
_UNEVEN = 0.5  # how far the shares of single layers lie around the width
Base = tuple[float, bool]
"""A depth, and whether separable layers are joined."""
_WEIGHTED = ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED")


@dataclass(frozen=True, slots=True)
class Shape:
    """What a model keeps: the share of its channels and of its repeatable layers, and of single weights gone.

    `uneven`: layers that mind pruning much for what they weigh keep more channels than those that do not. `joined`:
    separable layers become plain convolutions.
    """

    width: float = 1.0
    depth: float = 1.0
    sparsity: float = 0.0
    uneven: bool = False
    joined: bool = False


@dataclass(frozen=True, slots=True)
class Storing:
    """How its numbers are stored: the share of the layers in 4 bits, the clipping, and the palette (0: none)."""

    four: float = 0.0
    clip: Clip = Clip.MIN_MAX
    palette: int = 0


@dataclass(frozen=True, slots=True)
class Space:
    """The choices for one model.

    `bases` are the depths, joined or not, that come to different models; `tolerant` are the layers' names in the order
    in which they are to be stored in 4 bits; `keen` says for each prunable layer how much it minds pruning for its
    weights, -1 to 1.
    """

    bases: tuple[Base, ...]
    tolerant: tuple[str, ...]
    keen: tuple[tuple[str, float], ...]

    def recipe(self, shape: Shape, storing: Storing = Storing(), training: Training | None = None) -> Recipe:
        """The recipe that these choices make."""
        whole = shape.depth == 1.0 and not shape.joined
        recipe = Recipe(
            scheme=Scheme.INT4 if storing.four == 1.0 else Scheme.INT8,
            pruning=round(1 - shape.width, 3) if whole else 0.0,
            sparsity=shape.sparsity,
            clip=storing.clip,
            palette=storing.palette,
            student=None if whole else Student(shape.width, shape.depth, shape.joined),
            training=training,
        )
        if 0 < storing.four < 1:
            for name in self.tolerant[: round(storing.four * len(self.tolerant))]:
                recipe = recipe.with_choice(LayerChoice(name, Scheme.INT4))
        if shape.uneven and shape.width < 1:
            for name, minds in self.keen:
                kept = min(1.0, max(0.1, shape.width * (1 + _UNEVEN * minds)))
                share = 1 - kept if whole else max(0.0, 1 - kept / shape.width)
                recipe = recipe.with_choice(replace(recipe.choice(name), pruning=round(share, 3)))
        return recipe


def space_of(model: Model, rows: tuple[LayerSensitivity, ...]) -> Space:
    """The choices for this model, ordered by what its sensitivity says; without rows by the layers' sizes."""
    known = {row.layer: dict(zip(Probe, row.scores, strict=True)) for row in rows}
    weighted = [layer for layer in model.layers if layer.parameters and layer.operator in _WEIGHTED]
    best = max((score for row in rows for score in row.scores if score is not None), default=0.0)

    def harm(name: str, probe: Probe) -> float:
        score = known.get(name, {}).get(probe)
        return 0.0 if score is None else best - score

    # a layer that loses nothing goes first; of equal ones the one that saves most
    tolerant = sorted(weighted, key=lambda layer: (round(harm(layer.name, Probe.INT4), 3), -layer.parameters))
    can = [name for name, reason in prunable(content_of(model)).items() if reason is None]
    sizes = {layer.name: layer.parameters for layer in model.layers}
    # what half of a layer's channels cost for each weight that goes with them; a layer that costs nothing by its size
    minding = sorted(
        can, key=lambda name: max(harm(name, Probe.PRUNE_50), 0.001) / max(1, sizes.get(name, 1))
    )
    steps = max(1, len(minding) - 1)
    return Space(
        tuple(_bases(model)),
        tuple(layer.name for layer in tolerant),
        tuple((name, 2 * place / steps - 1) for place, name in enumerate(minding)),
    )


def widest_first(space: Space, fits: Callable[[Shape, Storing], bool]) -> Iterator[Shape]:
    """Where to begin: the widest shapes that fit, in 8 bits before 4, the deepest first, even before uneven."""
    for storing in (Storing(), Storing(four=1.0)):
        for uneven in (False, True):
            for depth, joined in space.bases:
                shapes = [Shape(width, depth, uneven=uneven, joined=joined) for width in WIDTHS]
                widest = bisect_left(shapes, True, key=partial(_stored, fits, storing))
                yield from shapes[widest : widest + 1]


def _stored(fits: Callable[[Shape, Storing], bool], storing: Storing, shape: Shape) -> bool:
    return fits(shape, storing)


def _bases(model: Model) -> Iterator[Base]:
    seen = set()
    for depth, joined in product(_DEPTHS, (False, True)):
        try:
            made = untrained(model, Recipe(student=Student(1.0, depth, joined)), silent)
        except StudioError:  # this model keeps its layers
            continue
        if made.sha256 not in seen:
            seen.add(made.sha256)
            yield depth, joined


def begun_study(seed: int) -> "Study":
    """A study of Optuna's TPE over these choices."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    return optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed, n_startup_trials=8))


def asked_shape(asked: "Asked", bases: tuple[Base, ...], sparsities: tuple[float, ...]) -> Shape:
    """The shape that a study asks for, of these bases and sparsities."""
    depth, joined = bases[asked.suggest_categorical("base", tuple(range(len(bases))))]
    return Shape(
        width=asked.suggest_categorical("width", WIDTHS),
        depth=depth,
        sparsity=asked.suggest_categorical("sparsity", sparsities),
        uneven=asked.suggest_categorical("uneven", (False, True)),
        joined=joined,
    )


def asked_storing(asked: "Asked") -> Storing:
    """The way of storing that a study asks for."""
    return Storing(
        four=asked.suggest_categorical("four", SHARES),
        clip=Clip(asked.suggest_categorical("clip", tuple(clip.value for clip in Clip))),
        palette=asked.suggest_categorical("palette", (0, 4, 16)),
    )
