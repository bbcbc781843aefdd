"""A phone: the .tflite with metadata inside it (what goes in, what comes out, the labels), for Android and iOS."""

from studio.core.formats.delivery import Delivery, Files


def files(delivery: Delivery) -> Files:
    """labels.txt; the .tflite, which carries the metadata already, lies beside it in every export."""
    return {"labels.txt": "".join(f"{label}\n" for label in delivery.labels).encode()}
