"""On-target validation over the virtual boards: how much of the line's byte rate it uses, with MLPerf Tiny's kws.

    python -m tests.benchmarks.validation [--samples 100] [--baud 115200] [--depth 2] [--boards ...] [model]

The virtual board is as slow as a serial line of that baud rate; the model is of ../shared/mlperf-tiny (or
$STUDIO_MLPERF_TINY). Answers are compared with TensorFlow Lite Micro's too. Ends with one JSON line; exit code 1 below
80 % of the line's rate on the Cortex-M4 at 115,200 baud, or when an answer differs. Where the emulator needs longer for
a sample than the line (board_cpu_ms_per_sample, start included, against line_ms_per_sample; or on a busy computer),
it is the limit, and not the line.
"""

import argparse
import json
import resource
import sys
from collections.abc import Sequence

import numpy as np

from studio.compiler import generate
from studio.compiler.firmware import CORTEX_M4, TARGETS, build_virtual
from studio.compiler.host import HostModel
from studio.core.validation import Questions, compare, questions
from studio.device.validation import DEPTH, ask_board
from studio.device.virtual import VirtualBoard
from tests.mlperf_tiny import model_bytes, vectors

LEAST_SHARE = 0.8


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", nargs="?", default="kws")
    parser.add_argument("--samples", type=int, default=100)
    parser.add_argument("--baud", type=int, default=115_200)
    parser.add_argument("--depth", type=int, default=DEPTH)
    parser.add_argument("--boards", nargs="+", choices=tuple(TARGETS), default=[CORTEX_M4.folder])
    options = parser.parse_args(arguments)
    sources = generate(model_bytes(options.model))
    x, tflm = vectors(options.model)
    host = HostModel(sources).run(x).reshape(len(x), -1)
    assert np.array_equal(host, tflm.reshape(len(x), -1))
    again = np.resize(np.arange(len(x)), options.samples)
    asked: Questions = questions(sources.model_sha256, x[again], host[again], again, options.samples)
    figures: dict[str, object] = {"model": options.model, "samples": options.samples, "baud": options.baud}
    failed = False
    for target in (TARGETS[name] for name in options.boards):
        elf = build_virtual(sources, target=target).elf_path
        before = _children_s()
        with VirtualBoard(elf, baud=options.baud) as board:
            heard = ask_board(board.port, asked, baud=options.baud, depth=options.depth)
        used_s = _children_s() - before
        output = sources.output
        found = compare(asked, heard, output.dtype, output.scale, output.zero_point, again, None)
        failed |= found.equal != options.samples
        if target is CORTEX_M4 and options.baud == 115_200:
            failed |= (found.link_share or 0) < LEAST_SHARE
        figures[target.folder] = {
            "equal": found.equal,
            "bytes_per_s": round(found.bytes_per_s),
            "link_share": round(found.link_share or 0, 3),
            "seconds": round(found.seconds, 2),
            "board_cpu_ms_per_sample": round(used_s / options.samples * 1000, 1),
            "line_ms_per_sample": round(
                found.sent_bytes / options.samples / found.link_bytes_per_s * 1000, 1
            ),
            "round_trip_p50_us": found.round_trip.p50 if found.round_trip else None,
            "round_trip_p95_us": found.round_trip.p95 if found.round_trip else None,
            "inference_us": found.inference.p50 if found.inference else None,
        }
    print(json.dumps(figures))
    return int(failed)


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    sys.exit(main())
