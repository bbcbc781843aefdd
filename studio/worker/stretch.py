"""A stretch of a float model's operators that runs on its own, with other weights where they are given."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from studio.core.errors import StudioError
from studio.core.tflite import TfliteModel
from studio.worker.graph import add_constant, read_graph, write_graph
from studio.worker.runner import Values

Live = dict[int, Values]  # by the tensor's index in the whole model: [n, *shape without batch]


class Stretch:
    """The operators from `first` up to `end` (not included) of the model in `content`, on LiteRT's fast kernels.

    `weights` replaces constants, by tensor. The stretch takes what its operators read and gives what is read
    after it.
    """

    def __init__(
        self,
        content: bytes,
        model: TfliteModel,
        first: int,
        end: int,
        weights: Mapping[int, Values] | None = None,
    ) -> None:
        from ai_edge_litert.interpreter import Interpreter

        self.taken = entering(model, first, end)
        later = entering(model, end, len(model.operators)) | set(model.outputs)
        made = {i for operator in model.operators[first:end] for i in operator.outputs}
        self.given = sorted(made & later)
        graph = read_graph(content)
        subgraph = graph.subgraphs[0]
        graph.signatureDefs = None
        subgraph.operators = subgraph.operators[first:end]
        for old, values in (weights or {}).items():
            new = add_constant(graph, subgraph.tensors[old], values)
            for operator in subgraph.operators:
                operator.inputs = [new if i == old else i for i in operator.inputs]
        subgraph.inputs = sorted(self.taken)
        subgraph.outputs = list(self.given)
        try:
            self._interpreter: Any = Interpreter(model_content=write_graph(graph), num_threads=1)
            self._interpreter.allocate_tensors()
        except (RuntimeError, ValueError) as error:
            raise StudioError(
                "LiteRT cannot run a part of this model on its own, so it cannot be probed."
            ) from error
        self._places = [entry["index"] for entry in self._interpreter.get_input_details()]
        self._answers = [entry["index"] for entry in self._interpreter.get_output_details()]

    def run(self, live: Mapping[int, Values], tick: Callable[[], None]) -> Live:
        """What the stretch gives for every sample; `tick` is called after each."""
        sources = [live[i] for i in sorted(self.taken)]
        found: list[list[Values]] = [[] for _ in self.given]
        for sample in range(len(next(iter(live.values())))):
            for place, source in zip(self._places, sources, strict=True):
                self._interpreter.set_tensor(place, source[sample][None])
            try:
                self._interpreter.invoke()
            except RuntimeError as error:
                raise StudioError(f"LiteRT stopped while running this model ({error}).") from error
            for kept, place in zip(found, self._answers, strict=True):
                kept.append(self._interpreter.get_tensor(place)[0])
            tick()
        return {i: np.stack(values) for i, values in zip(self.given, found, strict=True)}


def entering(model: TfliteModel, first: int, end: int) -> set[int]:
    """The computed tensors that the operators from `first` up to `end` read and do not make themselves."""
    made = {i for operator in model.operators[first:end] for i in operator.outputs}
    read = {i for operator in model.operators[first:end] for i in operator.inputs if i >= 0}
    return {i for i in read - made if not model.tensors[i].is_constant and not model.tensors[i].is_variable}
