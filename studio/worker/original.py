"""The model before compression, asked for more answers: to any inputs, and its scores before the softmax."""

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from studio.worker.runner import Runner, real, stored

Values = npt.NDArray[np.float32]

_MACS = 400_000_000  # of one turn: about 30 ms
_NUMBERS = 4_000_000  # in the inputs of one turn
_MOST = 512


class Original:
    """Answers samples in turns of the same size whatever the time they take, so that rounding is the same each time.

    `macs` is the work of one answer, `each` is called before every turn.
    """

    def __init__(self, content: bytes, macs: int, each: Callable[[], None]) -> None:
        self._runner = Runner(content, quick=True)
        self._each = each
        size = math.prod(self._runner.input.shape[1:])
        self._most = max(1, min(_MOST, _MACS // max(1, macs), _NUMBERS // max(1, size)))

    def __call__(self, x: Values) -> Values:
        """The answers [N, K] in real numbers to samples [N, *shape] in real numbers."""
        if not len(x):
            return np.zeros((0, math.prod(self._runner.output.shape[1:])), np.float32)
        size = math.ceil(len(x) / math.ceil(len(x) / self._most))
        parts = []
        for begin in range(0, len(x), size):
            self._each()
            part = stored(x[begin : begin + size], self._runner.input)
            short = size - len(part)
            if short:  # another size would make LiteRT plan anew
                part = np.concatenate([part, np.repeat(part[-1:], short, axis=0)])
            answers = self._runner.run(part)[: size - short]
            parts.append(real(answers, self._runner.output).reshape(len(answers), -1))
        return np.ascontiguousarray(np.concatenate(parts))
