"""Which function writes which format, and which formats a board can take."""

from collections.abc import Callable

from studio.core.board import Board
from studio.core.formats import arduino, c99, esp_idf, linux, phone, platformio, zephyr
from studio.core.formats.delivery import Delivery, ExportEngine, ExportFormat, Files, SensorStub
from studio.core.phrases import phrase

FORMATS: dict[ExportFormat, Callable[[Delivery], Files]] = {
    ExportFormat.C99: c99.files,
    ExportFormat.ARDUINO: arduino.files,
    ExportFormat.PLATFORMIO: platformio.files,
    ExportFormat.ESP_IDF: esp_idf.files,
    ExportFormat.ZEPHYR: zephyr.files,
    ExportFormat.LINUX: linux.files,
    ExportFormat.PHONE: phone.files,
}


def why_not(format_: ExportFormat, board: Board, engine: ExportEngine = ExportEngine.STUDIO_C) -> str | None:
    """Why the board cannot take this format and engine, or None if it can."""
    if board.takes_float and format_.takes_c and format_ is not ExportFormat.C99:
        return phrase("The {board} is no microcontroller; it runs the .tflite as it is.", board=board.name)
    if not board.takes_float and not format_.takes_c:
        return phrase("The {board} is a microcontroller; it needs C code.", board=board.name)
    if format_ is ExportFormat.ARDUINO and not (board.fqbn or board.virtual):
        return phrase("There is no Arduino core for the {board}.", board=board.name)
    if format_ is ExportFormat.PLATFORMIO and not board.platformio:
        return phrase("PlatformIO has no board for the {board}.", board=board.name)
    if format_ is ExportFormat.ESP_IDF and not board.idf_target:
        return phrase("ESP-IDF is for Espressif's chips.")
    if format_ is ExportFormat.ZEPHYR and not board.zephyr:
        return phrase("Zephyr has no board for the {board}.", board=board.name)
    if engine is ExportEngine.TFLM and format_ is ExportFormat.C99:
        return phrase("TensorFlow Lite Micro is C++; plain C99 takes the studio's C.")
    if engine is ExportEngine.TFLM and not format_.takes_c:
        return phrase("This format runs the .tflite with LiteRT; an engine for C code has no part in it.")
    if engine is ExportEngine.TFLM and board.core.value == "avr":
        return phrase("TensorFlow Lite Micro does not run on an AVR.")
    return None


def why_no_sensor(sensor: SensorStub, format_: ExportFormat, board: Board) -> str | None:
    """Why the example of this format cannot read from this sensor on the board, or None if it can."""
    if sensor is SensorStub.LINK:
        return None
    if format_ not in (ExportFormat.ARDUINO, ExportFormat.PLATFORMIO):
        return "The example of this format leaves the sensor to you."
    if sensor is SensorStub.IMU and board.id != "arduino_nano_33_ble_sense":
        return f"The {board.name} has no accelerometer that the example knows."
    return None


def usual_format(board: Board) -> ExportFormat:
    """What a maker with this board most likely wants."""
    if board.takes_float:
        return ExportFormat.PHONE if board.id == "phone" else ExportFormat.LINUX
    return ExportFormat.ARDUINO if board.fqbn else ExportFormat.C99
