"""Running a .tflite on this computer with LiteRT: as its reference kernels answer, or quicker."""

import os
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from studio.core.errors import StudioError
from studio.core.tflite import DType, Tensor
from studio.worker.batch import for_many
from studio.worker.reading import read

Values = npt.NDArray[np.float32]
_THREADS = max(1, min(4, os.cpu_count() or 1))


class Runner:
    """One interpreter for a model with one input, one output and a batch of 1.

    `quick` takes many samples at once where the model lets them apart, and LiteRT's optimized kernels: XNNPACK where
    all is float32, which differs from the reference by rounding (1e-5 of the range); where anything is quantized those
    without XNNPACK, which answer as the reference for convolutions, dense layers and pooling, while XNNPACK's int8
    kernels round otherwise and differ by up to 26 of 255 steps (MLPerf Tiny's kws and ic).
    """

    def __init__(self, content: bytes, *, keep_all: bool = False, quick: bool = False) -> None:
        from ai_edge_litert.interpreter import Interpreter, OpResolverType

        model = read(content)
        self.input = model.tensors[model.inputs[0]]
        self.output = model.tensors[model.outputs[0]]
        self.tensors = model.tensors
        many = for_many(content, model) if quick else None
        self._many = many is not None
        self._batch = 1
        is_float = all(tensor.dtype not in _SMALL for tensor in model.tensors)
        if keep_all or (quick and not is_float):
            resolver = OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
        else:
            resolver = OpResolverType.BUILTIN if quick else OpResolverType.BUILTIN_REF
        try:
            self._interpreter: Any = Interpreter(
                model_content=many or content,
                num_threads=_THREADS if quick else 1,
                experimental_op_resolver_type=resolver,
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
        """Answers as they are stored, [N, *output shape without batch], for inputs [N, *input shape].

        Runs of the same N are the quickest: another N makes LiteRT plan its memory anew.
        """
        return self.values_of(x, (self.output.index,))[0]

    def values_of(self, x: npt.NDArray[Any], wanted: tuple[int, ...]) -> list[npt.NDArray[Any]]:
        """The values of tensors (outputs, or any where all are kept) as they are stored, [N, *shape without batch]."""
        if self._many:
            self._fill(x)
            self._invoke()
            return [self._interpreter.get_tensor(index) for index in wanted]
        rows = [[self._interpreter.get_tensor(index)[0].copy() for index in wanted] for _ in self._each(x)]
        return [np.stack(column) for column in zip(*rows, strict=True)]

    def tensors_of(self, x: Values, wanted: tuple[int, ...]) -> Iterator[dict[int, Values]]:
        """For each sample (real numbers) the `wanted` tensors in real numbers, flat; for a runner that keeps all."""
        for _ in self._each(stored(x, self.input)):
            yield {i: real(self._interpreter.get_tensor(i), self.tensors[i]).reshape(-1) for i in wanted}

    def _fill(self, x: npt.NDArray[Any]) -> None:
        if len(x) != self._batch:
            self._interpreter.resize_tensor_input(self.input.index, (len(x), *self.input.shape[1:]))
            self._interpreter.allocate_tensors()
            self._batch = len(x)
        self._interpreter.set_tensor(self.input.index, x)

    def _each(self, x: npt.NDArray[Any]) -> Iterator[None]:
        for row in x:
            self._interpreter.set_tensor(self.input.index, row[None])
            self._invoke()
            yield

    def _invoke(self) -> None:
        try:
            self._interpreter.invoke()
        except RuntimeError as error:
            raise StudioError(f"LiteRT stopped while running this model ({error}).") from error


_SMALL = (DType.INT8, DType.INT16, DType.INT4, DType.UINT8)


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
