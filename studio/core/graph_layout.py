"""Where each layer of a model is drawn: columns from input to output, rows so that few wires cross."""

from collections.abc import Sequence
from dataclasses import dataclass

_SWEEPS = 4
_MOST_TURNS = 6_000  # bends of wires past other layers; beyond, long wires are drawn straight


@dataclass(frozen=True, slots=True)
class Wire:
    """A tensor's way from the node that makes it to one that reads it; `bends` are (column, row) in between."""

    source: int
    target: int
    bends: tuple[tuple[int, float], ...] = ()


@dataclass(frozen=True, slots=True)
class GraphLayout:
    """The (column, row) of each node, and the wires; rows are centred on 0 and at least 1 apart in a column."""

    places: tuple[tuple[int, float], ...]
    wires: tuple[Wire, ...]

    @property
    def columns(self) -> int:
        """How many columns there are."""
        return 1 + max((column for column, _ in self.places), default=-1)


def lay_out(producers: Sequence[Sequence[int]]) -> GraphLayout:
    """Place nodes that stand in the order in which they run; `producers` are the earlier nodes that each reads.

    After Sugiyama, Tagawa and Toda (1981): the longest way from an input gives the column, bends make long wires
    pass other nodes, the mean of the neighbours orders the rows.
    """
    columns: list[int] = []
    for node, sources in enumerate(producers):
        columns.append(1 + max((columns[source] for source in sources if 0 <= source < node), default=-1))
    # Chains: every item is a node or a bend; items from len(producers) on are bends.
    before: list[list[int]] = [[] for _ in producers]
    wires: list[tuple[int, int, list[int]]] = []
    for node, sources in enumerate(producers):
        for source in dict.fromkeys(source for source in sources if 0 <= source < node):
            bends: list[int] = []
            last = source
            if len(columns) + columns[node] - columns[source] <= len(producers) + _MOST_TURNS:
                for column in range(columns[source] + 1, columns[node]):
                    bends.append(len(columns))
                    columns.append(column)
                    before.append([last])
                    last = bends[-1]
            before[node].append(last)
            wires.append((source, node, bends))
    rows = _rows(columns, before)
    return GraphLayout(
        tuple((columns[node], rows[node]) for node in range(len(producers))),
        tuple(
            Wire(source, node, tuple((columns[bend], rows[bend]) for bend in bends))
            for source, node, bends in wires
        ),
    )


def _rows(columns: list[int], before: list[list[int]]) -> list[float]:
    after: list[list[int]] = [[] for _ in columns]
    for item, sources in enumerate(before):
        for source in sources:
            after[source].append(item)
    layers: list[list[int]] = [[] for _ in range(1 + max(columns, default=-1))]
    for item, column in enumerate(columns):
        layers[column].append(item)
    rows = [0.0] * len(columns)
    for layer in layers:
        for place, item in enumerate(layer):
            rows[item] = place - (len(layer) - 1) / 2
    for sweep in range(_SWEEPS):
        forward = sweep % 2 == 0
        near = before if forward else after
        for layer in layers if forward else reversed(layers):
            wanted = {item: _mean(rows, near[item]) if near[item] else rows[item] for item in layer}
            if len(layer) > 1:
                layer.sort(key=wanted.__getitem__)
            _spread(layer, wanted, rows)
    return rows


def _mean(rows: list[float], items: list[int]) -> float:
    return rows[items[0]] if len(items) == 1 else sum(rows[item] for item in items) / len(items)


def _spread(layer: list[int], wanted: dict[int, float], rows: list[float]) -> None:
    """Give the items of a column rows near those wanted, in this order and at least 1 apart."""
    if len(layer) == 1:
        rows[layer[0]] = wanted[layer[0]]
        return
    found = [wanted[layer[0]]]
    for item in layer[1:]:
        found.append(max(wanted[item], found[-1] + 1))
    shift = sum(wanted[item] - row for item, row in zip(layer, found, strict=True)) / len(layer)
    for item, row in zip(layer, found, strict=True):
        rows[item] = row + shift
