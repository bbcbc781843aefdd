"""A delivery: everything that an export format needs to write its files, and the choices there are."""

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from studio.core.board import Board
from studio.core.errors import StudioError
from studio.core.phrases import phrase
from studio.core.places import firmware
from studio.core.tflite import DType, Tensor, TfliteModel

Files = dict[str, bytes]
"""Paths below the export's folder, with slashes, and what they hold."""


_LAYER_HOOK = b"""
/* After each layer the link looks at the clock while the studio asks for times, else at one pointer. Without it
   (-DSTUDIO_NO_LAYER_TIMES for all files) the times are said to be zero. */
#if !defined(STUDIO_LAYER_HOOK) && !defined(STUDIO_NO_LAYER_TIMES)
#define STUDIO_LAYER_HOOK "studio_layers.h"
#endif
"""


class ExportFormat(StrEnum):
    """What the exported folder is for."""

    C99 = "c99"
    ARDUINO = "arduino"
    PLATFORMIO = "platformio"
    ESP_IDF = "esp-idf"
    ZEPHYR = "zephyr"
    LINUX = "linux"
    PHONE = "phone"

    @property
    def words(self) -> str:
        """What makers call it."""
        return {
            ExportFormat.C99: phrase("Plain C99 with Makefile and CMake"),
            ExportFormat.ARDUINO: phrase("Arduino library (.zip)"),
            ExportFormat.PLATFORMIO: phrase("PlatformIO project"),
            ExportFormat.ESP_IDF: phrase("ESP-IDF component"),
            ExportFormat.ZEPHYR: phrase("Zephyr module"),
            ExportFormat.LINUX: phrase("Raspberry Pi or Linux (.tflite and a runner)"),
            ExportFormat.PHONE: phrase("Phone (.tflite with metadata)"),
        }[self]

    @property
    def takes_c(self) -> bool:
        """True for microcontrollers, whose engine is C code; the others run the .tflite as it is."""
        return self not in (ExportFormat.LINUX, ExportFormat.PHONE)


class ExportEngine(StrEnum):
    """What computes the model on a microcontroller."""

    STUDIO_C = "studio-c"
    TFLM = "tflm"

    @property
    def words(self) -> str:
        """The choice in makers' words."""
        return {
            ExportEngine.STUDIO_C: phrase("The studio's C (smallest and quickest)"),
            ExportEngine.TFLM: phrase("TensorFlow Lite Micro (an interpreter, its library comes on top)"),
        }[self]


class SensorStub(StrEnum):
    """Where the exported example reads its input."""

    LINK = "link"
    ANALOG = "analog"
    IMU = "imu"

    @property
    def words(self) -> str:
        """The choice in makers' words."""
        return {
            SensorStub.LINK: phrase("From this computer over the port"),
            SensorStub.ANALOG: phrase("Analog pins"),
            SensorStub.IMU: phrase("The accelerometer of the Nano 33 BLE Sense"),
        }[self]


@dataclass(frozen=True, slots=True)
class End:
    """The model's input or output: real = scale × (stored − zero point); scale 1 and zero point 0 for floats."""

    shape: tuple[int, ...]
    dtype: str
    scale: float
    zero_point: int

    @property
    def size(self) -> int:
        """How many numbers it has."""
        found = 1
        for size in self.shape:
            found *= size
        return found

    @property
    def c_type(self) -> str:
        """Its numbers' type in C."""
        return "float" if self.dtype == "float32" else f"{self.dtype}_t"


@dataclass(frozen=True, slots=True)
class Delivery:
    """What is exported.

    `name` is a C identifier; `sources` are the generated C files by name (empty where the .tflite runs as it is);
    `operators` the .tflite's operators by name, each once; `arena_bytes` is what TensorFlow Lite Micro's tensor arena
    needs, `arena_measured` whether it was tried or bounded; `vectors` are inputs and outputs as they are stored, which
    the exported C itself computed; `summary` one sentence on accuracy and need.
    """

    name: str
    title: str
    summary: str
    board: Board
    engine: ExportEngine
    sensor: SensorStub
    labels: tuple[str, ...]
    recipe: str
    studio: str
    model_sha256: str
    tflite: bytes
    input: End
    output: End
    sources: Files
    operators: tuple[str, ...] = ()
    arena_bytes: int = 0
    arena_measured: bool = False
    vectors: tuple[tuple[bytes, bytes], ...] = ()
    version: str = "1.0.0"
    unreviewed: bool = False


def end_of(tensor: Tensor) -> End:
    """The model's input or output as an End."""
    exact = tensor.dtype is DType.FLOAT32 or not tensor.scales
    return End(
        shape=tensor.shape,
        dtype=tensor.dtype.value,
        scale=1.0 if exact else tensor.scales[0],
        zero_point=0 if exact or not tensor.zero_points else tensor.zero_points[0],
    )


def operators_of(model: TfliteModel) -> tuple[str, ...]:
    """The model's operators by name, each once."""
    return tuple(dict.fromkeys(operator.name for operator in model.operators))


UNREVIEWED = "UNREVIEWED"
_GUARD = "#define STUDIO_MODEL_H"
_BENCH = (
    "\n\n/* Nobody has reviewed this model for use: for trials at the desk only. It says so when it starts. */\n"
    "#define UNREVIEWED_BENCH_BUILD 1"
)


def bench(delivery: Delivery) -> Delivery:
    """The delivery as a bench build: marked UNREVIEWED in its name, its title and its code."""
    sources = {name: marked_header(name, content) for name, content in delivery.sources.items()}
    return replace(
        delivery,
        name=f"{delivery.name}_{UNREVIEWED}",
        title=f"{delivery.title} ({UNREVIEWED})",
        summary=f"{UNREVIEWED}: for trials at the desk only. {delivery.summary}",
        sources=sources,
        unreviewed=True,
    )


def marked_header(name: str, content: bytes) -> bytes:
    """A header of the model's with UNREVIEWED_BENCH_BUILD defined in it; other files as they are."""
    if name != "model.h":
        return content
    found = content.replace(_GUARD.encode(), f"{_GUARD}{_BENCH}".encode(), 1)
    if found == content:
        raise StudioError("The model's header has no place for the mark UNREVIEWED. Report this as a bug.")
    return found


def model_file(delivery: Delivery) -> str:
    """The name of the exported .tflite."""
    return model_name(delivery.unreviewed)


def model_name(unreviewed: bool) -> str:
    """The name of an exported .tflite, by whether it is a bench build's."""
    return f"model_{UNREVIEWED}.tflite" if unreviewed else "model.tflite"


def archive_name(delivery: Delivery) -> str:
    """The name of the exported .zip, where the format is one."""
    return f"{delivery.name}.zip"


def extras_folder(delivery: Delivery) -> str:
    """Where in that .zip the model and the review's record lie."""
    return f"{delivery.name}/extras/"


def image_name(delivery: Delivery) -> str:
    """The name of the image for the virtual board."""
    return f"{delivery.board.id}{f'_{UNREVIEWED}' if delivery.unreviewed else ''}.elf"


def identifier(text: str) -> str:
    """A C identifier made of a name: 'Handwritten digits' → 'handwritten_digits'; 'model' where nothing is left."""
    found = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
    if not found:
        return "model"
    return f"m_{found}" if found[0].isdigit() else found


def plain_labels(labels: tuple[str, ...]) -> tuple[str, ...]:
    """Class names that every serial plotter takes: letters, digits and underscores, each name once."""
    found: list[str] = []
    for place, label in enumerate(labels):
        plain = re.sub(r"[^A-Za-z0-9]+", "_", label).strip("_") or f"class_{place}"
        name, turn = plain, 2
        while name in found:
            name, turn = f"{plain}_{turn}", turn + 1
        found.append(name)
    return tuple(found)


def filled(template: str, **values: str) -> bytes:
    """The file `firmware/templates/<template>` with each @NAME@ replaced; StudioError where one is left over."""
    text = (firmware() / "templates" / template).read_text(encoding="utf-8")
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    if left := re.search(r"@[A-Z_]+@", text):
        raise StudioError(
            f"The template {template} wants {left.group(0)}, which is not given. Report this as a bug."
        )
    return text.encode()


def with_layer_times(sources: Files) -> Files:
    """The generated C with the link's hook after each layer, so that the board can tell how long each takes.

    It stands in model.h, which model.c and the link both read: no build tool then has to pass a flag to all of them.
    """
    header = sources["model.h"]
    place = b"#include <stdint.h>\n"
    if place not in header:
        raise StudioError(
            "The generated model.h has another form than the export knows. Report this as a bug."
        )
    return {**sources, "model.h": header.replace(place, place + _LAYER_HOOK, 1)}


def shipped(folder: str, prefix: str = "", only: str = "*") -> Files:
    """The C files of `firmware/<folder>`, under `prefix`."""
    place = firmware() / folder
    return {f"{prefix}{file.name}": file.read_bytes() for file in sorted(place.glob(only)) if file.is_file()}


def quoted(text: str) -> str:
    """The text as it may stand between double quotes in C, CMake, JSON and YAML, in one line."""
    return re.sub(r"\s+", " ", text).replace("\\", "\\\\").replace('"', '\\"').strip()
