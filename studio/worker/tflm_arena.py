"""How large TensorFlow Lite Micro's tensor arena must be, tried with its own interpreter where that is installed."""

import importlib.util
import subprocess
import sys
import tempfile
from pathlib import Path

_PROBE = """
import sys
import numpy as np
from tflite_micro.python.tflite_micro import runtime
content = open(sys.argv[1], "rb").read()
engine = runtime.Interpreter.from_bytes(content, arena_size=int(sys.argv[2]))
shape = engine.get_input_details(0)
engine.set_input(np.zeros(shape["shape"], shape["dtype"]), 0)
engine.invoke()
"""
_STEP = 256
_MOST = 4 << 20
_SECONDS = 20


def measured_arena(content: bytes) -> int | None:
    """Bytes with which allocation and a run succeed, to 256 exactly, and a tenth more; None without tflite-micro.

    Each try is a process of its own, since too small an arena may end it. A computer's pointers are twice as wide as a
    microcontroller's, so a board needs no more.
    """
    if importlib.util.find_spec("tflite_micro") is None:
        return None
    with tempfile.TemporaryDirectory(prefix="tinyml-studio-") as folder:
        file = Path(folder) / "model.tflite"
        file.write_bytes(content)
        low, high = 0, 4096
        while not _runs(file, high):
            low, high = high, 2 * high
            if high > _MOST:
                return None
        while high - low > _STEP:
            middle = (low + high) // 2 // _STEP * _STEP or _STEP
            if middle in (low, high):
                break
            low, high = (low, middle) if _runs(file, middle) else (middle, high)
    return round(high * 1.1)


def _runs(file: Path, arena_bytes: int) -> bool:
    try:
        done = subprocess.run(
            [sys.executable, "-c", _PROBE, str(file), str(arena_bytes)],
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0
