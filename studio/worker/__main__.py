"""The worker process: `python -m studio.worker` reads jobs on stdin and answers on stdout, one JSON line each.

With `--warm` it compiles what every model's C shares while nothing is asked for: for a window, where sliders follow.
"""

import os
import sys

# Before numpy is there: on a busy computer its threads wait for one another ten times as long as they compute.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from studio.worker.server import serve

if __name__ == "__main__":
    serve(warm="--warm" in sys.argv[1:])
