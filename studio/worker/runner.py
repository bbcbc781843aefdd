"""Running a .tflite on this computer with LiteRT's reference kernels."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from studio.core.errors import StudioError
from studio.core.tflite import DType, Tensor, read

Values = npt.NDArray[np.float32]


class Runner:
    """One interpreter for a model with one input, one output and a batch of 1."""

    def __init__(self, content: bytes, *, keep_all: bool = False) -> None:
        from ai_edge_litert.interpreter import Interpreter, OpResolverType

        model = read(content)
        self.input = model.tensors[model.inputs[0]]
        self.output = model.tensors[model.outputs[0]]
        self.tensors = model.tensors
        try:
            self._interpreter: Any = Interpreter(
                model_content=content,
                num_threads=1,
                experimental_op_resolver_type=(
                    OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
                    if keep_all
                    else OpResolverType.BUILTIN_REF
                ),
                experimental_preserve_all_tensors=keep_all,
            )
            self._interpreter.allocate_tensors()
        except (RuntimeError, ValueError) as error:
            reason = next(
                (line.strip() for line in str(error).splitlines() if line.strip()), "no reason given"
            )
            raise StudioError(
                f"LiteRT cannot run this model ({reason[:200].rstrip('.')}). Convert it again without that operator."
            ) from error

    def run(self, x: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Answers as they are stored, [N, *output shape without batch], for inputs [N, *input shape]."""
        answers = [self._interpreter.get_tensor(self.output.index)[0].copy() for _ in self._each(x)]
        return np.stack(answers)

    def ranges(self, x: npt.NDArray[Any]) -> dict[str, tuple[float, float]]:
        """The lowest and highest value of every computed tensor over all of `x`, by the tensor's name."""
        computed = [
            tensor for tensor in self.tensors if not tensor.is_constant and tensor.dtype is DType.FLOAT32
        ]
        low = dict.fromkeys((tensor.index for tensor in computed), np.inf)
        high = dict.fromkeys((tensor.index for tensor in computed), -np.inf)
        for _ in self._each(x):
            for index in low:
                values = self._interpreter.get_tensor(index)
                low[index] = min(low[index], float(values.min()))
                high[index] = max(high[index], float(values.max()))
        return {tensor.name: (low[tensor.index], high[tensor.index]) for tensor in computed}

    def tensors_of(self, x: Values, wanted: tuple[int, ...]) -> Iterator[dict[int, Values]]:
        """For each sample (real numbers) the `wanted` tensors in real numbers, flat; for a runner that keeps all."""
        for _ in self._each(stored(x, self.input)):
            yield {i: real(self._interpreter.get_tensor(i), self.tensors[i]).reshape(-1) for i in wanted}

    def _each(self, x: npt.NDArray[Any]) -> Iterator[None]:
        for row in x:
            self._interpreter.set_tensor(self.input.index, row[None])
            try:
                self._interpreter.invoke()
            except RuntimeError as error:
                raise StudioError(f"LiteRT stopped while running this model ({error}).") from error
            yield


def stored(x: Values, tensor: Tensor) -> npt.NDArray[Any]:
    """Real values as the tensor stores them: round(x ÷ scale) + zero point where it is quantized."""
    if not tensor.scales or tensor.dtype is DType.FLOAT32:
        return x
    limits = np.iinfo(tensor.dtype.value)
    zero_point = tensor.zero_points[0] if tensor.zero_points else 0
    steps = np.rint(x / np.float32(tensor.scales[0])) + zero_point
    found: npt.NDArray[Any] = np.clip(steps, limits.min, limits.max).astype(tensor.dtype.value)
    return found


def real(values: npt.NDArray[Any], tensor: Tensor) -> Values:
    """Stored values as real ones: scale × (stored − zero point) where they are quantized."""
    if not tensor.scales or tensor.dtype is DType.FLOAT32:
        return values.astype(np.float32)
    zero_point = tensor.zero_points[0] if tensor.zero_points else 0
    found: Values = (np.float32(tensor.scales[0]) * (values.astype(np.float32) - zero_point)).astype(
        np.float32
    )
    return found
