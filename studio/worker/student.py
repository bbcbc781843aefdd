"""A shallower model of the same kind: some of its repeatable layers and blocks are left out, to be trained anew."""

import math
from dataclasses import dataclass

from studio.core.layer_costs import layers_of
from studio.core.tflite import Operator, TfliteModel, read
from studio.worker.graph import read_graph, write_graph
from studio.worker.widths import can_narrow, give_width

_WEIGHTED = ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED", "TRANSPOSE_CONV")
_FOLLOWING = (
    "RELU", "RELU6", "RELU_N1_TO_1", "RELU_0_TO_1", "LEAKY_RELU", "PRELU", "ELU", "LOGISTIC", "TANH",
    "HARD_SWISH", "GELU", "ADD", "SUB", "MUL", "DIV",
)  # fmt: skip


@dataclass(frozen=True)
class Part:
    """Operators in a row (their places) that lead from the tensor `entry` to `leaving` and to nothing else."""

    operators: tuple[int, ...]
    entry: int
    leaving: int


def shallower(content: bytes, depth: float) -> tuple[bytes, tuple[str, ...]]:
    """The float .tflite `content` with the share `depth` (0 to 1) of its repeatable parts, and what was left out.

    A part is a residual block, a depthwise convolution with its pointwise one, a convolution or a dense layer, with
    the activations behind it. Parts that keep the shape of their input are simply passed by. Where there are none,
    parts that only change the number of channels are: the weights of the layers behind them are then made anew, at
    random (seed 1). The first and the last layer with weights always stay. A student has to be trained afterwards.
    """
    if depth >= 1:
        return content, ()
    model = read(content)
    parts = repeatable(model)
    if not parts:
        return content, (
            "No layer can be left out: each one changes the height and width of what enters it, or is the first or "
            "the last one. Make the student narrower instead.",
        )
    names = [layer.name for layer in layers_of(model)]
    count = min(len(parts), math.floor((1 - depth) * len(parts) + 0.5))
    if not count:
        whole = "The one part" if len(parts) == 1 else f"Each of the {len(parts)} parts"
        return content, (f"{whole} that can be left out stays at this depth. Go lower to leave one out.",)
    out = [parts[(i + 1) * len(parts) // count - 1] for i in range(count)]
    remade: list[str] = []
    for part in reversed(out):  # from the back, so that the places of those before stay what they are
        content, fresh = _without(content, part)
        remade = [*fresh, *remade]
    left = "; ".join(_spoken(part, model, names) for part in out)
    notes = [f"Left out {count} of {len(parts)} parts that can be: {left}."]
    still = {layer.name for layer in layers_of(read(content))}
    if again := [name for name in dict.fromkeys(remade) if name in still]:
        listed = ", ".join(f"'{name}'" for name in again)
        notes.append(
            f"Behind them {listed} got new weights for another number of channels, at random: train them."
        )
    return content, tuple(notes)


def repeatable(model: TfliteModel) -> tuple[Part, ...]:
    """The parts that could be left out, in the order of the model; none overlaps another."""
    weighted = [operator.index for operator in model.operators if _weighs(model, operator)]
    if len(weighted) < 3:
        return ()
    blocks = [part for part in _blocks(model) if not {weighted[0], weighted[-1]}.intersection(part.operators)]
    blocks = [part for part in blocks if set(weighted).intersection(part.operators)]
    same: list[Part] = []
    for part in blocks:
        if _shapes(model, part)[0] == _shapes(model, part)[1]:
            same.append(part)
        elif len(part.operators) > 1:
            same += _singles(model, part)
    if same:
        return tuple(same)
    changing = (part for part in blocks if _shapes(model, part)[0][:-1] == _shapes(model, part)[1][:-1])
    return tuple(
        part for part in changing if can_narrow(model, part.leaving, model.tensors[part.entry].shape[-1])
    )


def _blocks(model: TfliteModel) -> list[Part]:
    """The model cut wherever a single tensor carries all that is known; what belongs together is put together."""
    last_use: dict[int, int] = dict.fromkeys(model.outputs, len(model.operators))
    for operator in model.operators:
        for i in operator.inputs:
            last_use[i] = max(last_use.get(i, -1), operator.index)
    cuts: list[Part] = []
    live, begin, entry = set(model.inputs), 0, model.inputs[0]
    for operator in model.operators:
        live |= set(operator.outputs)
        live = {tensor for tensor in live if last_use.get(tensor, -1) > operator.index}
        if len(live) == 1:
            (leaving,) = live
            cuts.append(Part(tuple(range(begin, operator.index + 1)), entry, leaving))
            begin, entry = operator.index + 1, leaving
    blocks: list[Part] = []
    for part in cuts:
        before = blocks[-1] if blocks else None
        if before is not None and _belongs(model, before, part):
            blocks[-1] = Part((*before.operators, *part.operators), before.entry, part.leaving)
        else:
            blocks.append(part)
    return blocks


def _belongs(model: TfliteModel, before: Part, part: Part) -> bool:
    """True for an activation behind its layer, and for a pointwise convolution behind its depthwise one."""
    if len(part.operators) != 1:
        return False
    operator = model.operators[part.operators[0]]
    if operator.name in _FOLLOWING:
        return len(set(_shapes(model, part))) == 1
    kinds = [model.operators[i].name for i in before.operators if model.operators[i].name in _WEIGHTED]
    pointwise = operator.name == "CONV_2D" and model.tensors[operator.inputs[1]].shape[1:3] == (1, 1)
    return pointwise and kinds == ["DEPTHWISE_CONV_2D"]


def _singles(model: TfliteModel, part: Part) -> list[Part]:
    """The layers within a part that keep the shape; a depthwise one alone would save next to nothing."""
    found = (_alone(model, model.operators[i]) for i in part.operators if _mixes(model.operators[i]))
    return [one for one in found if one and len(set(_shapes(model, one))) == 1]


def _mixes(operator: Operator) -> bool:
    return operator.name in _WEIGHTED and operator.name != "DEPTHWISE_CONV_2D"


def _alone(model: TfliteModel, operator: Operator) -> Part | None:
    carried = [i for i in operator.inputs if i >= 0 and not model.tensors[i].is_constant]
    if len(carried) != 1 or len(operator.outputs) != 1 or operator.outputs[0] in model.outputs:
        return None
    return Part((operator.index,), carried[0], operator.outputs[0])


def _weighs(model: TfliteModel, operator: Operator) -> bool:
    return operator.name in _WEIGHTED and model.tensors[operator.inputs[1]].is_constant


def _shapes(model: TfliteModel, part: Part) -> tuple[tuple[int, ...], tuple[int, ...]]:
    return model.tensors[part.entry].shape, model.tensors[part.leaving].shape


def _without(content: bytes, part: Part) -> tuple[bytes, tuple[str, ...]]:
    """The model in which all that read what the part computed reads what entered it, and the layers made anew."""
    model = read(content)
    first, last = (model.operators[part.operators[place]] for place in (0, -1))
    entry = next(i for i in first.inputs if i >= 0 and not model.tensors[i].is_constant)
    leaving = last.outputs[0]
    graph = read_graph(content)
    before, after = (model.tensors[i].shape[-1] for i in (entry, leaving))
    remade = give_width(graph, model, leaving, before) if before != after else ()
    subgraph = graph.subgraphs[0]
    for operator in subgraph.operators:
        operator.inputs = [entry if int(i) == leaving else int(i) for i in operator.inputs]
    gone = set(part.operators)
    subgraph.operators = [operator for i, operator in enumerate(subgraph.operators) if i not in gone]
    return write_graph(graph), remade


def _spoken(part: Part, model: TfliteModel, names: list[str]) -> str:
    weighted = [names[i] for i in part.operators if model.operators[i].name in _WEIGHTED]
    return " with ".join(f"'{name}'" for name in weighted)
