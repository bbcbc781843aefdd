"""Arrays through the compiled C of a .tflite, on this computer or on the virtual board."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from studio.compiler import generate
from studio.compiler.firmware import build_virtual
from studio.compiler.host import HostModel
from studio.compiler.sources import TensorSpec
from studio.core.build import Optimize
from studio.core.errors import StudioError
from studio.core.formatting import show_bytes, show_count
from studio.core.sensor import quantize
from studio.core.storage import read_error, write_error
from studio.device.virtual import run_batch
from studio.headless.tables import table


def infer(
    model: Path,
    inputs: Path,
    outputs: Path,
    *,
    on_board: bool,
    optimize: Optimize,
    say: Callable[[str], None],
) -> dict[str, int | None]:
    """Run the rows of `inputs` ([N, *input shape], as the model stores them or floats) and write its `outputs`.

    Returns code_bytes, weight_bytes, ram_bytes (static and stack) of the Cortex-M4 image, wherever the rows
    ran, and the median instructions per inference (None on this computer, where they are not counted).
    """
    try:
        data = model.read_bytes()
    except OSError as error:
        raise read_error(model, error) from error
    sources = generate(data, optimize=optimize)
    x = _read_inputs(inputs, sources.input)
    firmware = build_virtual(sources, optimize=optimize)
    batch = run_batch(firmware.elf_path, x if on_board else x[:1])
    y = batch.outputs if on_board else HostModel(sources).run(x)
    _write(outputs, y.reshape(len(x), *sources.output.shape[1:]))
    figures: dict[str, int | None] = {
        "code_bytes": firmware.code_bytes,
        "weight_bytes": firmware.weight_bytes,
        "ram_bytes": firmware.ram_bytes(batch.stack_bytes),
        "instructions": batch.instructions if on_board else None,
    }
    rows = [
        ("Rows", str(len(x))),
        ("Code", show_bytes(firmware.code_bytes)),
        ("Weights and tables", show_bytes(firmware.weight_bytes)),
        ("RAM with stack", show_bytes(firmware.ram_bytes(batch.stack_bytes))),
        ("Instructions per inference", show_count(batch.instructions) if on_board else "not counted here"),
    ]
    say(table(f"{model.name} on {'the virtual Cortex-M4 board' if on_board else 'this computer'}", rows))
    return figures


def _read_inputs(path: Path, spec: TensorSpec) -> npt.NDArray[Any]:
    try:
        with path.open("rb") as stream:
            x = np.load(stream, allow_pickle=False)
    except OSError as error:
        raise read_error(path, error) from error
    except (ValueError, EOFError) as error:
        raise StudioError(f"{path} is not a readable .npy file. Save the array with numpy.save.") from error
    shape = spec.shape[1:]
    if not isinstance(x, np.ndarray) or x.ndim == 0 or len(x) == 0:
        raise StudioError(f"{path} holds no rows. Save an array of shape [N, {', '.join(map(str, shape))}].")
    if x[0].size != int(np.prod(shape)):
        raise StudioError(
            f"Each row of {path.name} has the shape {list(x.shape[1:])}, the model takes {list(shape)}."
        )
    x = x.reshape(len(x), *shape)
    if x.dtype == spec.dtype != "float32":
        return x
    if not np.issubdtype(x.dtype, np.floating):
        raise StudioError(
            f"{path.name} holds {x.dtype}. Give {spec.dtype} values as the model takes them, or floats."
        )
    if not np.isfinite(x).all():
        raise StudioError(f"{path.name} holds NaN or infinite values. Remove or repair those rows.")
    return quantize(x, spec.scale, spec.zero_point, spec.dtype)


def _write(path: Path, y: npt.NDArray[Any]) -> None:
    try:
        with path.open("wb") as stream:
            np.save(stream, y)
    except OSError as error:
        raise write_error(path, error) from error
