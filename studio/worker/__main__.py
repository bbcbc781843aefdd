"""The worker process: `python -m studio.worker` reads jobs on stdin and answers on stdout, one JSON line each."""

from studio.worker.server import serve

if __name__ == "__main__":
    serve()
