"""Facts of layers as bars and nodes: what each plot of the Layers page draws of them."""

from collections.abc import Collection, Sequence

from studio.core.board_report import LayerClock
from studio.core.build import Build
from studio.core.dataset import Task
from studio.core.evaluation import Evaluation
from studio.core.evidence import wilson
from studio.core.formatting import show_bytes, show_count, show_shape, show_time
from studio.core.layer_facts import LayerFacts
from studio.core.layers import family_of
from studio.ui.widgets.bar_plot import BarSeries
from studio.ui.widgets.graph_view import Node
from studio.ui.widgets.layer_columns import From


def show_percent(share: float) -> str:
    """A share as '97.3 %', without a decimal that is 0."""
    return f"{share * 100:.1f} %".replace(".0 %", " %").replace("-", "−")


def show_decibels(value: float) -> str:
    """A ratio as '31.2 dB', without a decimal that is 0."""
    return f"{value:.1f} dB".replace(".0 dB", " dB").replace("-", "−")


def names_of(layers: Sequence[LayerFacts]) -> tuple[list[str], list[str]]:
    """Names for the places of a plot, and numbers for where there is little room."""
    return [facts.pair.short_name for facts in layers], [str(facts.number) for facts in layers]


def size_bars(layers: Sequence[LayerFacts], stale: Collection[From], *, compressed: bool) -> list[BarSeries]:
    """Bytes before; after compression the weights as they are stored, with what the build stores besides on top."""
    before = tuple(float(f.pair.before.weight_bytes) if f.pair.before else None for f in layers)
    series = [BarSeries("before", "before", before)]
    if not compressed:
        return series
    after = tuple(_weights(facts) for facts in layers)
    series.append(BarSeries("after", "after", after, stack="after", stale=From.CANDIDATE in stale))
    more = tuple(_besides(facts) for facts in layers)
    if any(more):
        old = From.BUILD in stale
        series.append(BarSeries("tables and other in flash", "series:1", more, stack="after", stale=old))
    return series


def error_bars(layers: Sequence[LayerFacts], stale: Collection[From]) -> list[BarSeries]:
    """The SQNR of every output that the float model has too."""
    values = tuple(facts.inside.sqnr_db if facts.inside else None for facts in layers)
    words = []
    for facts in layers:
        inside = facts.inside
        if inside is None or inside.sqnr_db is None:
            words.append("no twin in the float model")
            continue
        cosine = f", cosine {inside.cosine:.4f}" if inside.cosine is not None else ""
        words.append(f"SQNR {show_decibels(inside.sqnr_db)}{cosine}")
    old = From.INSIDES in stale
    return [BarSeries("SQNR: more is better", "after", values, stale=old, words=tuple(words))]


def worst_bars(layers: Sequence[LayerFacts]) -> list[BarSeries]:
    """The accuracy with the probe that costs each layer most."""
    worst = [facts.worst for facts in layers]
    values = tuple(max(0.0, found[1]) if found else None for found in worst)
    words = tuple(
        f"{show_percent(found[1])} with {found[0].value}" if found else "not measured" for found in worst
    )
    return [BarSeries("with its worst probe", "series:1", values, words=words)]


def board_times(
    layers: Sequence[LayerFacts], build: Build | None, clock: LayerClock | None
) -> tuple[int | None, ...]:
    """Microseconds of each layer by a board's own clock; nothing where the board ran other C than this build's."""
    if build is None or clock is None or not any(clock.times_us):
        return ()
    if clock.model_sha256 != build.candidate_sha256 or len(clock.times_us) != len(build.layers):
        return ()
    time_of = dict(zip((layer.index for layer in build.layers), clock.times_us, strict=True))
    return tuple(
        None if facts.pair.build is None else time_of.get(facts.pair.build.index) for facts in layers
    )


def work_bars(
    layers: Sequence[LayerFacts],
    stale: Collection[From],
    board: str,
    times: Sequence[int | None] = (),
    clock: LayerClock | None = None,
) -> tuple[list[BarSeries], str]:
    """The share that each layer has of all MACs, cycles and measured time (`board_times`), and words on the whole."""
    macs = [facts.pair.layer.macs if facts.pair.after else 0 for facts in layers]
    cycles = [facts.cycles for facts in layers]
    all_macs, all_cycles = max(1, sum(macs)), max(1, sum(count or 0 for count in cycles))
    series = [
        BarSeries(
            "multiply-accumulates (MACs)",
            "before",
            tuple(count / all_macs for count in macs),
            stale=From.CANDIDATE in stale,
            words=tuple(f"{show_count(count)} MACs ({count / all_macs:.0%})" for count in macs),
        )
    ]
    words = f"In all {show_count(sum(macs))} MACs"
    if any(count is not None for count in cycles):
        shares = tuple(None if count is None else count / all_cycles for count in cycles)
        series.append(
            BarSeries(
                f"cycles on the {board}",
                "after",
                shares,
                stale=From.BUILD in stale,
                words=tuple(
                    "" if count is None else f"≈ {show_count(count)} cycles ({count / all_cycles:.0%})"
                    for count in cycles
                ),
            )
        )
        words += f", ≈ {show_count(all_cycles)} cycles for one inference"
    if times and clock is not None:
        all_us = max(1, sum(time_us or 0 for time_us in times))
        series.append(
            BarSeries(
                f"time measured on the {clock.board}",
                "series:1",
                tuple(None if time_us is None else time_us / all_us for time_us in times),
                words=tuple(
                    "" if time_us is None else f"{show_time(time_us)} measured ({time_us / all_us:.0%})"
                    for time_us in times
                ),
            )
        )
        words += f"; {show_time(clock.inference_us)} measured on the {clock.board}, with its layers timed"
    return series, words


def accuracy_bars(found: Evaluation, *, stale: bool) -> list[BarSeries]:
    """Overall and for each class, before and after, with 95 % intervals where they are shares."""
    intervals: tuple[tuple[tuple[int, float, float], ...], ...] = ((), ())
    if found.task is Task.CLASSIFICATION:
        low, high = wilson(round(found.float_accuracy * found.n), found.n)
        intervals = (((0, low, high),), ((0, *found.accuracy_ci),))
    before = (max(0.0, found.float_accuracy), *(score.float_recall for score in found.classes))
    after = (max(0.0, found.accuracy), *(score.recall for score in found.classes))
    return [
        BarSeries("before", "before", before, intervals[0]),
        BarSeries("after", "after", after, intervals[1], stale=stale),
    ]


def graph_nodes(layers: Sequence[LayerFacts]) -> list[Node]:
    """A box for each layer, with its weights next to those of the largest."""
    most = max((facts.pair.layer.weight_bytes for facts in layers), default=0) or 1
    return [
        Node(
            facts.pair.short_name,
            facts.pair.layer.operator,
            family_of(facts.pair.layer.operator),
            facts.pair.layer.weight_bytes / most,
            _graph_words(facts),
            facts.inputs,
            faded=facts.pair.after is None,
        )
        for facts in layers
    ]


def _graph_words(facts: LayerFacts) -> str:
    layer = facts.pair.layer
    parts = [layer.operator, f"output {show_shape(layer.output_shape)}"]
    parts.append(f"weights {show_bytes(layer.weight_bytes)}")
    if layer.macs:
        parts.append(f"{show_count(layer.macs)} MACs")
    if facts.own:
        parts.append(f"own choice: {facts.own}")
    if facts.pair.after is None:
        parts.append("gone after compression")
    return f"{facts.pair.short_name}: {', '.join(parts)}"


def _weights(facts: LayerFacts) -> float | None:
    """Bytes of the weights; where the build stores them in fewer (a palette, gaps), those."""
    if facts.pair.after is None:
        return None
    whole = facts.pair.after.weight_bytes
    return float(whole if facts.flash_bytes is None else min(whole, facts.flash_bytes))


def _besides(facts: LayerFacts) -> float | None:
    if facts.flash_bytes is None or facts.pair.after is None:
        return None
    return float(max(0, facts.flash_bytes - facts.pair.after.weight_bytes))
