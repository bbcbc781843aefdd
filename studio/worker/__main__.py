"""The worker process: `python -m studio.worker` reads jobs on stdin and answers on stdout, one JSON line each."""

import os

# Before numpy is there: on a busy computer its threads wait for one another ten times as long as they compute.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from studio.worker.server import serve

if __name__ == "__main__":
    serve()
