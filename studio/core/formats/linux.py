"""A Raspberry Pi or any Linux computer: the .tflite, and a runner in Python that speaks the studio's protocol."""

import json

from studio.core.formats.delivery import Delivery, Files, filled, model_file


def files(delivery: Delivery) -> Files:
    """run.py, model.json, labels.txt and requirements.txt; the model itself lies beside them in every export."""
    about = {
        "model_sha256": delivery.model_sha256,
        "board": delivery.board.name,
        "labels": list(delivery.labels),
        "model": model_file(delivery),
        "unreviewed": delivery.unreviewed,
    }
    return {
        "run.py": filled("linux/run.py"),
        "model.json": (json.dumps(about, indent=2, ensure_ascii=False) + "\n").encode(),
        "labels.txt": "".join(f"{label}\n" for label in delivery.labels).encode(),
        "requirements.txt": filled("linux/requirements.txt"),
    }
