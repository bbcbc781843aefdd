"""An Arduino library: what 'Sketch, Include Library, Add .ZIP Library' takes, with two example sketches."""

from studio.core.formats.delivery import (
    Delivery,
    ExportEngine,
    Files,
    SensorStub,
    filled,
    quoted,
    shipped,
    with_layer_times,
)
from studio.core.formats.tflm import engine_files
from studio.core.formats.vectors import flash_vectors_header

_AUTHOR = "TinyML Studio"
_URL = "https://www.arduino.cc/reference/en/libraries/"


def files(delivery: Delivery) -> Files:
    """library.properties, keywords.txt, src/ and examples/, all below one folder of the library's name."""
    found = {f"src/{name}": content for name, content in library_sources(delivery).items()}
    found["library.properties"] = filled(
        "arduino/library.properties",
        NAME=delivery.name,
        VERSION=delivery.version,
        AUTHOR=_AUTHOR,
        TITLE=_one_line(delivery.title),
        SUMMARY=_one_line(delivery.summary),
        URL=_URL,
    )
    found["keywords.txt"] = filled("arduino/keywords.txt")
    found["examples/live_inference/live_inference.ino"] = live_sketch(delivery)
    found["examples/validation/validation.ino"] = filled(
        "arduino/validation.ino", TITLE=delivery.title, NAME=delivery.name
    )
    return {f"{delivery.name}/{name}": content for name, content in found.items()}


def library_sources(delivery: Delivery) -> Files:
    """The library's src/: the model, the link, its port to Arduino cores, and the vectors."""
    found = dict(
        engine_files(delivery) if delivery.engine is ExportEngine.TFLM else with_layer_times(delivery.sources)
    )
    found |= shipped("link")
    found |= shipped("ports/arduino")
    found["studio_vectors.h"] = flash_vectors_header(delivery)
    found[f"{delivery.name}.h"] = filled(
        "arduino/library.h",
        TITLE=delivery.title,
        GUARD=f"STUDIO_LIBRARY_{delivery.name.upper()}",
        BOARD=quoted(delivery.board.name),
    )
    return found


def live_sketch(delivery: Delivery) -> bytes:
    """The sketch that the Live page watches."""
    return filled(
        "arduino/live_inference.ino",
        TITLE=delivery.title,
        NAME=delivery.name,
        SENSOR_INCLUDE=f"#include <studio_sensor_{delivery.sensor.value}.h>",
    )


def imu_libraries(delivery: Delivery) -> tuple[str, ...]:
    """Libraries that the chosen sensor needs besides."""
    return ("arduino-libraries/Arduino_LSM9DS1",) if delivery.sensor is SensorStub.IMU else ()


def _one_line(text: str) -> str:
    return " ".join(text.split())
