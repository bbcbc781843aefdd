"""The columns that a table of layers can have: headings, texts, and what they are sorted by."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from studio.core.build import Source
from studio.core.formatting import show_bytes, show_count, show_shape
from studio.core.layer_facts import LayerFacts

_LAST = -1e30  # sorts what is not known below everything


class From(StrEnum):
    """Which result a column is taken from, so that it can be greyed while a new one is on its way."""

    MODEL = "model"
    CANDIDATE = "candidate"
    BUILD = "build"
    INSIDES = "insides"
    SENSITIVITY = "sensitivity"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, its explanation, the text and the value it sorts by.

    Where there is little room the columns of the highest `rank` are left out first; those of rank None are shown
    only when they are asked for.
    """

    key: str
    heading: str
    tip: str
    text: Callable[[LayerFacts], str]
    order: Callable[[LayerFacts], float | str]
    rank: int | None
    source: From = From.MODEL
    number: bool = True


def _weights(facts: LayerFacts) -> str:
    pair = facts.pair
    if not any(layer and layer.weight_bytes for layer in (pair.before, pair.after)):
        return "–" if pair.after else "gone"
    before = show_bytes(pair.before.weight_bytes) if pair.before else "–"
    after = show_bytes(pair.after.weight_bytes) if pair.after else "gone"
    return before if pair.after and before == after else f"{before} → {after}"


def _instructions(facts: LayerFacts) -> str:
    known = facts.instructions
    if known is None:
        return ""
    return show_count(known[0]) if known[1] is Source.MEASURED else f"≈ {show_count(known[0])}"


def _sqnr(facts: LayerFacts) -> float | None:
    return facts.inside.sqnr_db if facts.inside else None


def _cosine(facts: LayerFacts) -> float | None:
    return facts.inside.cosine if facts.inside else None


def _zeros(facts: LayerFacts) -> float | None:
    return facts.inside.sparsity if facts.inside and facts.pair.layer.parameters else None


def _text(value: float | None, form: str) -> str:
    return "" if value is None else form.format(value).replace("-", "−")


def _order(value: float | None) -> float:
    return _LAST if value is None else float(value)


def _sensitivity(facts: LayerFacts) -> str:
    worst, loss = facts.worst, facts.worst_loss
    if worst is None:
        return ""
    if loss is None:
        return f"{worst[1] * 100:.1f} % ({worst[0].value})"
    return f"{-loss * 100:+.1f} ({worst[0].value})".replace("-", "−")


COLUMNS = (
    Column("number", "#", "Place in the model", lambda f: str(f.number), lambda f: float(f.number), 0),
    Column(
        "layer",
        "Layer",
        "Name given by its maker",
        lambda f: f.pair.short_name,
        lambda f: f.pair.short_name.lower(),
        0,
        number=False,
    ),
    Column(
        "operator",
        "Operator",
        "What the board computes",
        lambda f: f.pair.layer.operator,
        lambda f: f.pair.layer.operator,
        4,
        number=False,
    ),
    Column(
        "input",
        "Input",
        "Shape of what it reads: batch × height × width × channels, or as the operator has it",
        lambda f: " + ".join(show_shape(shape) for shape in f.input_shapes),
        lambda f: " ".join(show_shape(shape) for shape in f.input_shapes),
        None,
    ),
    Column(
        "output",
        "Output",
        "Shape of what it writes: batch × height × width × channels, or as the operator has it",
        lambda f: show_shape(f.pair.layer.output_shape),
        lambda f: float(f.pair.layer.activation_bytes),
        8,
        From.CANDIDATE,
    ),
    Column(
        "parameters",
        "Parameters",
        "Weights and biases",
        lambda f: show_count(f.pair.layer.parameters) if f.pair.layer.parameters else "–",
        lambda f: float(f.pair.layer.parameters),
        12,
        From.CANDIDATE,
    ),
    Column(
        "macs",
        "MACs",
        "Multiply-accumulates for one inference",
        lambda f: show_count(f.pair.layer.macs) if f.pair.layer.macs else "–",
        lambda f: float(f.pair.layer.macs),
        7,
        From.CANDIDATE,
    ),
    Column(
        "weights",
        "Weights",
        "Storage for constants in the .tflite, before → after compression",
        _weights,
        lambda f: float(f.pair.after.weight_bytes if f.pair.after else f.pair.layer.weight_bytes),
        1,
        From.CANDIDATE,
    ),
    Column(
        "flash",
        "Flash",
        "Flash for its constants in the generated C: weights, biases and tables, as they are stored there",
        lambda f: show_bytes(f.flash_bytes) if f.flash_bytes is not None else "",
        lambda f: _order(f.flash_bytes),
        9,
        From.BUILD,
    ),
    Column(
        "activations",
        "Activations",
        "Memory for its outputs (activation), after compression",
        lambda f: show_bytes(f.pair.layer.activation_bytes),
        lambda f: float(f.pair.layer.activation_bytes),
        10,
        From.CANDIDATE,
    ),
    Column(
        "instructions",
        "Instructions",
        "Cortex-M4 instructions for one inference, counted on the virtual board; ≈ estimated, before it ran there",
        _instructions,
        lambda f: float(f.instructions[0]) if f.instructions else _LAST,
        5,
        From.BUILD,
    ),
    Column(
        "cycles",
        "Cycles",
        "Cycles for one inference on the chosen board, estimated",
        lambda f: f"≈ {show_count(f.cycles)}" if f.cycles is not None else "",
        lambda f: _order(f.cycles),
        13,
        From.BUILD,
    ),
    Column(
        "sqnr",
        "SQNR",
        "How much stronger its output is than the error that compression made in it, in decibels "
        "(signal-to-quantization-noise ratio): more is better, below 20 dB is worth a look",
        lambda f: _text(_sqnr(f), "{:.1f} dB"),
        lambda f: _order(_sqnr(f)),
        2,
        From.INSIDES,
    ),
    Column(
        "cosine",
        "Cosine",
        "How alike its output and the float model's are (cosine similarity): 1 is the same direction",
        lambda f: _text(_cosine(f), "{:.4f}"),
        lambda f: _order(_cosine(f)),
        14,
        From.INSIDES,
    ),
    Column(
        "sensitivity",
        "Worst probe",
        "Points of accuracy that are lost if only this layer is changed, by the probe that costs most",
        _sensitivity,
        lambda f: _order(f.worst_loss),
        6,
        From.SENSITIVITY,
    ),
    Column(
        "zeros",
        "Zeros",
        "Share of its weights that are zero (sparsity)",
        lambda f: _text(None if (share := _zeros(f)) is None else share * 100, "{:.0f} %"),
        lambda f: _order(_zeros(f)),
        11,
        From.INSIDES,
    ),
    Column(
        "own",
        "Own choice",
        "What you chose for this layer alone; select layers and right-click to choose",
        lambda f: f.own,
        lambda f: f.own,
        3,
        number=False,
    ),
)
PLACES = {column.key: place for place, column in enumerate(COLUMNS)}
