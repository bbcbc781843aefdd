"""A PlatformIO project: the Arduino library in lib/, and the live sketch as main.cpp."""

from studio.core.errors import StudioError
from studio.core.formats.arduino import imu_libraries, library_sources, live_sketch
from studio.core.formats.delivery import Delivery, Files, filled, quoted


def files(delivery: Delivery) -> Files:
    """platformio.ini, src/main.cpp and lib/<name>/."""
    board = delivery.board
    if not board.platformio:
        raise StudioError(
            f"PlatformIO has no board for the {board.name}. Choose another board, or the Arduino library or plain C."
        )
    platform, _, pio_board = board.platformio.partition(":")
    found = {
        f"lib/{delivery.name}/src/{name}": content for name, content in library_sources(delivery).items()
    }
    found[f"lib/{delivery.name}/library.json"] = filled(
        "platformio/library.json", NAME=delivery.name, VERSION=delivery.version, TITLE=quoted(delivery.title)
    )
    libraries = imu_libraries(delivery)
    found["platformio.ini"] = filled(
        "platformio/platformio.ini",
        TITLE=delivery.title,
        ENVIRONMENT=board.id,
        PLATFORM=platform,
        PIO_BOARD=pio_board,
        LIB_DEPS=f"lib_deps = {', '.join(libraries)}" if libraries else "",
    )
    found["src/main.cpp"] = b"#include <Arduino.h>\n" + live_sketch(delivery)
    return found
