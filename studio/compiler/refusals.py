"""Which operators of a model the compiler takes, asked of the compiler itself."""

from studio.compiler import families, folding, fusion, variables
from studio.compiler import graph as graphs
from studio.core import tflite
from studio.core.errors import StudioError


def refusals(data: bytes) -> dict[int, str]:
    """For each operator of a .tflite that becomes code, by its index: "" or the sentence that says why it cannot.

    Operators that are not among them are left out or joined with another. Raises StudioError where the model as a
    whole cannot be compiled. The steps are those of `generate`.
    """
    graph = fusion.borders(graphs.build(variables.resolve(folding.fold(tflite.read(data)))))
    found: dict[int, str] = {}
    for node in graph.nodes:
        try:
            families.lower(node)
        except StudioError as error:
            found[node.operator.index] = str(error)
        else:
            found.setdefault(node.operator.index, "")
    return found
