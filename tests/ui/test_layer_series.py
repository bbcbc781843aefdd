"""The bars of the layers: what they add up to is what the page's table says."""

from dataclasses import replace

from studio.core.layer_facts import LayerFacts
from studio.ui.widgets.layer_series import size_bars
from tests.core.test_layer_facts import facts


def stored(conv: LayerFacts, flash_bytes: int) -> LayerFacts:
    assert conv.pair.build is not None
    return replace(conv, pair=replace(conv.pair, build=replace(conv.pair.build, flash_bytes=flash_bytes)))


def test_weights_and_what_stands_beside_them_add_up_to_the_layers_flash() -> None:
    conv = next(one for one in facts() if one.name == "conv")
    _, after, more = size_bars([stored(conv, 100)], (), compressed=True)
    assert (after.values, more.values) == ((40.0,), (60.0,))


def test_weights_that_are_stored_in_fewer_bytes_are_drawn_so() -> None:
    conv = next(one for one in facts() if one.name == "conv")
    (_, after) = size_bars([stored(conv, 25)], (), compressed=True)
    assert after.values == (25.0,)
