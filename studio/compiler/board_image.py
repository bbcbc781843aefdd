"""Firmware for a virtual board as a process of its own, for those who may not import the compiler, such as the window.

`python -m studio.compiler.board_image --sources FOLDER --board virtual_cortex_m0plus --optimize balanced` prints one
line of JSON: {"elf": path} or {"error": sentence}.
"""

import argparse
import json
import sys
from pathlib import Path

from studio.compiler import objects
from studio.compiler.firmware import TARGETS, linked
from studio.compiler.sources import Optimize
from studio.core.errors import StudioError
from studio.core.storage import read_error


def main(arguments: list[str] | None = None) -> int:
    """Build the image of the C files in a folder, or take it from the cache; 0, or 1 with a sentence."""
    parser = argparse.ArgumentParser(prog="python -m studio.compiler.board_image", description=__doc__)
    parser.add_argument("--sources", type=Path, required=True, help="the folder with the generated C")
    parser.add_argument("--board", choices=tuple(TARGETS), required=True)
    parser.add_argument("--optimize", type=Optimize, choices=tuple(Optimize), default=Optimize.BALANCED)
    options = parser.parse_args(arguments)
    try:
        said = {"elf": str(_image(options.sources, options.board, options.optimize))}
    except StudioError as error:
        said = {"error": str(error)}
    print(json.dumps(said), flush=True)  # noqa: T201
    return 1 if "error" in said else 0


def _image(folder: Path, board: str, optimize: Optimize) -> Path:
    try:
        files = tuple(objects.read(folder, ""))
    except OSError as error:
        raise read_error(folder, error) from error
    if not files:
        raise StudioError(
            "The C code is no longer in the cache. Change the recipe and back to write it again."
        )
    return linked(files, optimize, target=TARGETS[board])


if __name__ == "__main__":
    sys.exit(main())
