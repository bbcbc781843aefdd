"""Graphs are laid out so that every wire goes to the right and nothing lies on anything else."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.graph_layout import GraphLayout, lay_out


def check(layout: GraphLayout) -> None:
    taken: dict[int, list[float]] = {}
    for column, row in layout.places:
        taken.setdefault(column, []).append(row)
    for wire in layout.wires:
        stops = [layout.places[wire.source][0], *(column for column, _ in wire.bends)]
        stops.append(layout.places[wire.target][0])
        assert all(before < after for before, after in pairwise(stops))
        for column, row in wire.bends:
            taken.setdefault(column, []).append(row)
    for rows in taken.values():
        rows.sort()
        assert all(below - above > 0.999 for above, below in pairwise(rows))


def test_a_chain_is_a_straight_line() -> None:
    layout = lay_out([(), (0,), (1,), (2,)])
    assert [place[0] for place in layout.places] == [0, 1, 2, 3]
    assert len({row for _, row in layout.places}) == 1
    assert layout.columns == 4


def test_a_shortcut_passes_the_layers_that_it_leaves_out() -> None:
    layout = lay_out([(), (0,), (1,), (0, 2)])
    shortcut = next(wire for wire in layout.wires if (wire.source, wire.target) == (0, 3))
    assert [column for column, _ in shortcut.bends] == [1, 2]
    check(layout)


def test_no_layers_are_no_columns() -> None:
    assert lay_out([]).columns == 0


@settings(deadline=None)
@given(st.lists(st.lists(st.integers(0, 30), max_size=3), max_size=25))
def test_any_graph_has_room_for_everything(sources: list[list[int]]) -> None:
    check(lay_out([[source for source in found if source < node] for node, found in enumerate(sources)]))


def test_five_hundred_layers_with_shortcuts_have_room() -> None:
    graph = [() if node == 0 else (node - 1, max(0, node - 4)) for node in range(500)]
    check(lay_out(graph))
