"""All that is known of one layer, gathered from every result: what a table, a filter or a CSV file shows."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from studio.core.board import Board
from studio.core.build import LayerBuild, Source, layer_cost, layer_cycles
from studio.core.layers import LayerPair
from studio.core.model import Model
from studio.core.recipe import LayerChoice, Recipe, Scheme
from studio.core.study import LayerInside, LayerReport, LayerSensitivity, Probe

_NO_WEIGHTS = "It has no weights of its own: it takes the form of the numbers that come in."
_ADDED = "Compression added this layer; it is not in the loaded model."
_READY = "The loaded model is quantized already. Open its float original to choose layer by layer."


@dataclass(frozen=True, slots=True)
class LayerFacts:
    """One layer before and after compression with what was measured of it; None where it is not known.

    `locked` says why nothing can be chosen for it, `unprunable` why no channels can go ("" where they can);
    `scheme` is how its weights are stored; `cycles` on the project's board are always an estimate.
    """

    pair: LayerPair
    scheme: Scheme | None = None
    choice: LayerChoice = LayerChoice("")
    locked: str = ""
    unprunable: str = ""
    cycles: int | None = None
    inside: LayerInside | None = None
    sensitivity: LayerSensitivity | None = None
    baseline: float | None = None
    input_shapes: tuple[tuple[int, ...], ...] = ()
    inputs: tuple[int, ...] = ()

    @property
    def number(self) -> int:
        """Its place among the layers shown."""
        return self.pair.number

    @property
    def name(self) -> str:
        """The name that recipes use: the loaded model's."""
        return self.pair.before.name if self.pair.before is not None else self.pair.layer.name

    @property
    def instructions(self) -> tuple[int, Source] | None:
        """Cortex-M4 instructions for one inference, and whether they were counted."""
        return layer_cost(self.pair.build) if self.pair.build is not None else None

    @property
    def flash_bytes(self) -> int | None:
        """What it takes in the flash of the build: weights, tables and parameters, as they are stored there."""
        build = self.pair.build
        return None if build is None else build.flash_bytes or build.weight_bytes

    @property
    def worst(self) -> tuple[Probe, float] | None:
        """The probe that costs the most accuracy, and the metric with it."""
        if self.sensitivity is None:
            return None
        known = [
            (score, probe)
            for probe, score in zip(Probe, self.sensitivity.scores, strict=False)
            if score is not None
        ]
        if not known:
            return None
        score, probe = min(known, key=lambda pair: pair[0])
        return probe, score

    @property
    def worst_loss(self) -> float | None:
        """How far the metric falls with the worst probe (negative: it rises)."""
        worst = self.worst
        return None if worst is None or self.baseline is None else self.baseline - worst[1]

    @property
    def own(self) -> str:
        """What was chosen for it alone, in a few words; "" where it is as the rest."""
        parts = [] if self.choice.scheme is None else [self.choice.scheme.value]
        if self.choice.pruning is not None:
            parts.append(f"{self.choice.pruning * 100:.0f} % channels")
        if self.choice.sparsity is not None:
            parts.append(f"{self.choice.sparsity * 100:.0f} % zeros")
        return ", ".join(parts)

    def refusal(self, part: str) -> str:
        """Why `part` ("scheme", "pruning" or "sparsity") cannot be chosen for this layer; "" where it can."""
        return self.locked or (self.unprunable if part == "pruning" else "")

    def matches(self, words: str) -> bool:
        """True when every word is found in its name, operator, numbers or own choice."""
        operator = self.pair.layer.operator.lower()
        texts = [self.name.lower(), operator, operator.replace("_", " "), self.own.lower()]
        texts += [self.scheme.value if self.scheme else self.pair.layer.dtype]
        texts += ["own"] if self.own else []
        texts += ["gone"] if self.pair.after is None else []
        text = " ".join(texts)
        return all(word in text for word in words.lower().split())


def facts_of(
    model: Model,
    pairs: Sequence[LayerPair],
    recipe: Recipe,
    board: Board,
    insides: LayerReport | None = None,
    probed: Sequence[LayerSensitivity] = (),
    baseline: float | None = None,
) -> tuple[LayerFacts, ...]:
    """The facts of every pair; `probed` are the rows of the sensitivity so far, `baseline` the float model's metric."""
    inside_of = {inside.index: inside for inside in insides.layers} if insides else {}
    row_of = {row.layer: row for row in probed}
    choice_of = {choice.layer: choice for choice in recipe.layers}
    unprunable = dict(model.unprunable)
    befores = {pair.before.index: pair.number for pair in pairs if pair.before is not None}
    afters = {pair.after.index: pair.number for pair in pairs if pair.after is not None}
    entry = tuple(tensor.shape for tensor in model.inputs)[:1]
    found = []
    for pair in pairs:
        before, after = pair.before, pair.after
        name = before.name if before is not None else pair.layer.name
        choice = choice_of.get(name, LayerChoice(name)) if before is not None else LayerChoice(name)
        locked = ""
        if model.quantized:
            locked = _READY
        elif before is None:
            locked = _ADDED
        elif not before.parameters:
            locked = _NO_WEIGHTS
        numbers = afters if after is not None else befores
        inputs = tuple(numbers[index] for index in pair.layer.inputs if index in numbers)
        if pair.number and not inputs and not any(p.layer.inputs for p in pairs[:3]):
            inputs = (pair.number - 1,)  # from a cache that does not know: most models are chains
        has_weights = before is not None and before.parameters > 0
        found.append(
            LayerFacts(
                pair,
                scheme=choice.scheme or recipe.scheme if has_weights and not model.quantized else None,
                choice=choice,
                locked=locked,
                unprunable=unprunable.get(name, ""),
                cycles=_cycles(pair.build, board) if pair.build is not None else None,
                inside=inside_of.get(after.index) if after is not None else None,
                sensitivity=row_of.get(name) if before is not None else None,
                baseline=baseline,
                input_shapes=tuple(pairs[number].layer.output_shape for number in inputs) or entry,
                inputs=inputs,
            )
        )
    return tuple(found)


@lru_cache(maxsize=4096)
def _cycles(layer: LayerBuild, board: Board) -> int:
    return layer_cycles(layer, board)


def choose(
    recipe: Recipe, layers: Sequence[LayerFacts], part: str, value: Scheme | float | None
) -> tuple[Recipe, int]:
    """The recipe with `part` of these layers' own choices set (None: as the rest), and how many could take it."""
    taken = 0
    choices = {choice.layer: choice for choice in recipe.layers}
    for facts in layers:
        if facts.refusal(part):
            continue
        taken += 1
        known = choices.get(facts.name, LayerChoice(facts.name))
        choices[facts.name] = replace(known, **{part: value})  # type: ignore[arg-type]
    kept = sorted((choice for choice in choices.values() if not choice.empty), key=lambda known: known.layer)
    return replace(recipe, layers=tuple(kept)), taken


def release(recipe: Recipe, layers: Sequence[LayerFacts]) -> Recipe:
    """The recipe without anything of its own for these layers."""
    names = {facts.name for facts in layers}
    return replace(recipe, layers=tuple(choice for choice in recipe.layers if choice.layer not in names))


def as_csv(layers: Sequence[LayerFacts]) -> str:
    """The layers as a CSV text with plain numbers, units in the headings, and nothing where nothing is known."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(_CSV)
    for facts in layers:
        before, after = facts.pair.before, facts.pair.after
        now = facts.pair.layer
        cost, inside, worst = facts.instructions, facts.inside, facts.worst
        writer.writerow(
            (
                facts.number,
                facts.name,
                now.operator,
                " ".join("x".join(map(str, shape)) for shape in facts.input_shapes),
                "x".join(map(str, now.output_shape)),
                now.parameters,
                now.macs,
                before.weight_bytes if before else "",
                after.weight_bytes if after else 0,
                _cell(facts.flash_bytes),
                facts.pair.build.storage if facts.pair.build else "",
                now.activation_bytes,
                cost[0] if cost else "",
                cost[1].value if cost else "",
                _cell(facts.cycles),
                _cell(inside.sqnr_db if inside else None),
                _cell(inside.cosine if inside else None),
                _cell(inside.sparsity if inside else None),
                _cell(worst[1] if worst else None),
                worst[0].value if worst else "",
                _cell(facts.baseline if worst else None),
                facts.scheme.value if facts.scheme else now.dtype,
                facts.own,
            )
        )
    return stream.getvalue()


_CSV = (
    "number", "layer", "operator", "input_shape", "output_shape", "parameters", "macs", "weight_bytes_before",
    "weight_bytes_after", "flash_bytes", "flash_storage", "activation_bytes", "cortex_m4_instructions",
    "instructions_source", "estimated_cycles", "sqnr_db", "cosine", "zero_share", "worst_score", "worst_probe",
    "score_before", "stored_as", "own_choice",
)  # fmt: skip


def _cell(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}" if isinstance(value, float) else str(value)
