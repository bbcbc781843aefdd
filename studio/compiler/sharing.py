"""Fewer kernels for the smallest code: dense layers compute with the one that the convolutions brought along."""

from studio.compiler.fully_connected import fully_connected
from studio.compiler.layer import Layer

_VECTOR = "studio_vector"
_MATRICES = frozenset({"studio_pointwise", "studio_window"})  # both bring studio_packed


def fewer_kernels(layers: list[Layer]) -> list[Layer]:
    """The same layers, where dense ones of a single row share the product of two rows, if it is in the model.

    Each such layer computes its row twice: some hundred instructions, against some hundred bytes of code.
    """
    used = {call.kernel for layer in layers for call in layer.calls}
    if used.isdisjoint(_MATRICES) or _VECTOR not in used:
        return layers
    return [
        fully_connected(layer.node, together=True) if any(c.kernel == _VECTOR for c in layer.calls) else layer
        for layer in layers
    ]
