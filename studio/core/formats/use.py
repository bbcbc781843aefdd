"""How to use an export, for its README, and honestly: what of it the studio's makers could try."""

from studio.core.formats.delivery import Delivery, ExportEngine, ExportFormat

_CALL = """```c
#include "model.h"

static studio_memory memory;

STUDIO_INPUT_TYPE *input = studio_model_input(&memory);           /* fill STUDIO_INPUT_SIZE values */
int status = studio_model_run(&memory);                           /* 0, or a negative error */
const STUDIO_OUTPUT_TYPE *scores = studio_model_output(&memory);  /* STUDIO_OUTPUT_SIZE values */
```"""
_LAYER_TIMES = (
    "The board tells the studio how long each layer takes when it is asked to; while nobody asks that costs a look at "
    "one pointer after each layer. Build with `-DSTUDIO_NO_LAYER_TIMES` to leave it out."
)
_NO_LAYER_TIMES = "This engine does not tell how long single layers take: the studio gets zeros."
_NOT_BUILT = (
    "This format was checked against its documented form; its own tools were not run on it by the "
    "studio's makers."
)


def use(format_: ExportFormat, delivery: Delivery) -> list[str]:
    """The lines of the README's part 'Use', in Markdown."""
    name, board = delivery.name, delivery.board
    lines = {
        ExportFormat.C99: [
            "Add the files in `src/` to your project; they need a C99 compiler and nothing else.",
            "",
            _CALL,
            "",
            "`make check` runs the model on vectors that the studio computed and compares every "
            "number; `./model_app` "
            "speaks the studio's protocol on standard input and output (`socat tcp-listen:7777,fork "
            "exec:./model_app` makes "
            "it `socket://ADDRESS:7777` for the Live page), and tells how long each layer takes.",
            "",
            "Built and run by the studio's tests with gcc, clang and arm-none-eabi-gcc.",
        ],
        ExportFormat.ARDUINO: [
            f"In the Arduino IDE choose *Sketch, Include Library, Add .ZIP Library…* and take "
            f"`{name}.zip`; then open "
            f"*File, Examples, {name}, live_inference*, choose the board and upload. With arduino-cli:",
            "",
            "```",
            f"arduino-cli lib install --zip-path {name}.zip",
            f"arduino-cli compile --upload --fqbn {board.fqbn or 'BOARD'} --port PORT "
            f"~/Arduino/libraries/{name}/examples/live_inference",
            "```",
            "",
            "The sketch *validation* compares the board's answers with the studio's, in plain text. "
            "(Adding libraries by "
            ".zip on the command line needs `arduino-cli config set library.enable_unsafe_install true`.)",
            "",
            "Built with the real core for the Uno and the Mega and run in simavr by the studio's "
            "tests; on other boards not "
            "tried by the studio's makers.",
        ],
        ExportFormat.PLATFORMIO: [
            "`pio run` builds it, `pio run --target upload` flashes it; then choose the board's port "
            "on the Live page.",
            "",
            _NOT_BUILT,
        ],
        ExportFormat.ESP_IDF: [
            f"Copy the folder `{name}` into your project's `components/`, or try the example inside it:",
            "",
            "```",
            f"cd {name}/examples/live_inference",
            f"idf.py set-target {board.idf_target or 'esp32'}",
            "idf.py -p PORT flash",
            "```",
            "",
            _NOT_BUILT,
        ],
        ExportFormat.ZEPHYR: [
            f"Name the folder `{name}` in `ZEPHYR_EXTRA_MODULES`, or build the sample inside it:",
            "",
            "```",
            f"west build -b {board.zephyr or 'BOARD'} {name}/samples/live_inference",
            "west flash",
            "```",
            "",
            _NOT_BUILT,
        ],
        ExportFormat.LINUX: [
            "```",
            "pip install -r requirements.txt",
            "python3 run.py --listen 7777 --address 0.0.0.0",
            "```",
            "",
            "Then connect the Live page to `socket://ADDRESS:7777`. Put your sensor into "
            "`read_sensor` in `run.py`. Whoever "
            "reaches that port can send inputs and read answers: keep it inside a network that you trust.",
            "",
            "Run by the studio's tests.",
        ],
        ExportFormat.PHONE: [
            "`model.tflite` carries its metadata (what goes in, what comes out, the labels). Android: put it into "
            "`app/src/main/assets` and open it with LiteRT (`com.google.ai.edge.litert:litert`). "
            "iOS: add it to the app's "
            "bundle and open it with the pod `TensorFlowLiteSwift`.",
            "",
            _NOT_BUILT,
        ],
    }[format_]
    hooked = (ExportFormat.ARDUINO, ExportFormat.PLATFORMIO, ExportFormat.ESP_IDF, ExportFormat.ZEPHYR)
    if format_ in hooked:
        lines += ["", _NO_LAYER_TIMES if delivery.engine is ExportEngine.TFLM else _LAYER_TIMES]
    if delivery.engine is ExportEngine.TFLM and format_.takes_c:
        arena = "measured with the tflite-micro wheel" if delivery.arena_measured else "a bound, not measured"
        lines += [
            "",
            f"The engine is TensorFlow Lite Micro, which must be installed besides; its tensor arena of "
            f"{delivery.arena_bytes} bytes is {arena}. The accuracy above was computed with the "
            "studio's C, which agrees with "
            "TensorFlow Lite Micro's reference kernels.",
        ]
    return lines
