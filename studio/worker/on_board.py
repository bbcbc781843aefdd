"""Samples answered by firmware on the virtual board, which is a child of this process."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from studio.compiler.firmware import Firmware
from studio.core.errors import StudioError
from studio.core.storage import write_error

_LOOK_SECONDS = 0.03


def on_board(
    firmware: Firmware, inputs: npt.NDArray[Any], watch: Callable[[], None]
) -> tuple[npt.NDArray[Any], dict[str, Any]]:
    """Outputs ([N, size], as they are stored) and counts from the virtual board, a child of this process.

    What `watch` raises ends the board.
    """
    with tempfile.TemporaryDirectory(prefix="tinyml-studio-") as place:
        given, answered = Path(place) / "inputs.npy", Path(place) / "outputs.npy"
        try:
            np.save(given, inputs)
        except OSError as error:
            raise write_error(given, error) from error
        command = [sys.executable, "-m", "studio.device.virtual_board", "--elf", str(firmware.elf_path)]
        said = Path(place) / "said"
        with (
            said.open("wb") as stdout,
            subprocess.Popen(
                [*command, "--batch", str(given), "--outputs", str(answered)],
                stdin=subprocess.PIPE,  # held open by this process: the board ends with it
                stdout=stdout,
            ) as child,
        ):
            try:
                while not _has_ended(child):
                    watch()
            finally:
                if child.returncode is None:
                    child.kill()
        lines = said.read_bytes()
        try:
            result = json.loads(lines.splitlines()[-1])
        except (ValueError, IndexError) as error:
            raise StudioError(
                "The virtual board stopped without an answer. Try again; the worker's log says more."
            ) from error
        if "error" in result:
            raise StudioError(str(result["error"]))
        return np.load(answered, allow_pickle=False), result


def _has_ended(child: "subprocess.Popen[bytes]") -> bool:
    try:
        child.wait(_LOOK_SECONDS)
    except subprocess.TimeoutExpired:
        return False
    return True
