"""The device's answers to any inputs: by the exported C where there is a build, and by LiteRT otherwise."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from studio.compiler.host import Each, HostModel
from studio.core.build import Build
from studio.core.errors import StudioError
from studio.core.recipe import Candidate
from studio.core.tflite import DType, Tensor, read
from studio.worker.build import sources_of
from studio.worker.cache import find_artifact
from studio.worker.evaluate import Turns, in_turns
from studio.worker.report import Report
from studio.worker.runner import Runner, real, stored

Values = npt.NDArray[np.float32]


class Responder:
    """Answers samples as the device does; `begin`, `end` and `words` say which part of a job that is."""

    def __init__(self, candidate: Candidate, build: Build | None, report: Report) -> None:
        artifact = find_artifact(candidate.sha256)
        if artifact is None:
            raise StudioError("The compressed model is no longer in the cache. Compress it again.")
        content = artifact.read_bytes()
        model = read(content)
        self.input: Tensor = model.tensors[model.inputs[0]]
        self.output: Tensor = model.tensors[model.outputs[0]]
        self.artifact: Path = artifact
        self.share = 0.0
        self.words = "Asking the device's code"
        self._report = report
        self._host = (
            HostModel(sources_of(build), lambda: report(0.0, self.words)) if build is not None else None
        )
        self._runner = Runner(content, quick=True) if build is None else None

    def __call__(self, x: Values) -> Values:
        """The answers [N, K] in real numbers to samples [N, *shape] in real numbers."""
        if self._runner is not None:
            runner = self._runner
            turns = Turns(self._report, self.share, self.share, self.words)
            return _flat(in_turns(lambda part: runner.run(stored(part, runner.input)), x, turns), self.output)
        assert self._host is not None
        taken = np.ascontiguousarray(self.as_stored(x)).astype(self.input.dtype, copy=False)
        each: Each = lambda _: self._report(self.share, self.words)  # noqa: E731
        return _flat(self._host.run(taken, each=each).reshape(len(x), -1), self.output)

    def as_stored(self, x: Values) -> npt.NDArray[np.generic]:
        """Samples as the device stores them."""
        return stored(x, self.input)

    @property
    def is_int8(self) -> bool:
        """True where scores come in steps."""
        return self.output.dtype is DType.INT8 and bool(self.output.scales)


def _flat(outputs: npt.NDArray[np.generic], tensor: Tensor) -> Values:
    return np.ascontiguousarray(real(outputs, tensor)).reshape(len(outputs), -1)
