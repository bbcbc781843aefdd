"""Export formats: their files, for every board that takes them, as the formats' documents ask for them."""

import json
import re

import pytest

from studio.core.board import Board, boards, find_board
from studio.core.errors import StudioError
from studio.core.formats.delivery import ExportEngine, ExportFormat, SensorStub, identifier, plain_labels
from studio.core.formats.table import FORMATS, usual_format, why_no_sensor, why_not
from studio.core.formats.tflm import engine_files, method_of
from studio.core.formats.use import use
from tests.firmware.deliveries import delivery


@pytest.mark.parametrize("board", boards(), ids=lambda board: board.id)
def test_every_board_has_a_usual_format_that_it_takes(board: Board) -> None:
    assert why_not(usual_format(board), board) is None


@pytest.mark.parametrize("board", boards(), ids=lambda board: board.id)
@pytest.mark.parametrize("format_", ExportFormat)
def test_a_format_is_written_whole_or_the_reason_is_known(board: Board, format_: ExportFormat) -> None:
    if why_not(format_, board) is not None:
        return
    given = delivery(board.id)
    files = FORMATS[format_](given)
    assert files
    for name, content in files.items():
        assert not name.startswith("/")
        assert not re.search(rb"@[A-Z_]+@", content), name
    assert use(format_, given)


def test_an_arduino_library_has_what_its_specification_asks_for() -> None:
    files = FORMATS[ExportFormat.ARDUINO](delivery("arduino_nano_33_ble_sense", sensor=SensorStub.IMU))
    properties = dict(
        line.split("=", 1) for line in files["head_turns/library.properties"].decode().splitlines() if line
    )
    needed = {"name", "version", "author", "maintainer", "sentence", "paragraph", "category", "url"}
    assert needed | {"architectures"} <= set(properties)
    assert re.fullmatch(r"\d+\.\d+\.\d+", properties["version"])
    assert f"head_turns/src/{properties['includes']}" in files
    assert b"studio_sensor_imu.h" in files["head_turns/examples/live_inference/live_inference.ino"]
    for sketch in ("live_inference", "validation"):
        assert f"head_turns/examples/{sketch}/{sketch}.ino" in files


def test_a_platformio_project_names_platform_board_and_framework() -> None:
    files = FORMATS[ExportFormat.PLATFORMIO](delivery("esp32_s3_devkitc"))
    ini = files["platformio.ini"].decode()
    assert "[env:esp32_s3_devkitc]" in ini
    assert "platform = espressif32" in ini
    assert "board = esp32-s3-devkitc-1" in ini
    assert json.loads(files["lib/head_turns/library.json"])["name"] == "head_turns"
    assert b"void loop()" in files["src/main.cpp"]


def test_an_esp_idf_component_registers_its_sources() -> None:
    files = FORMATS[ExportFormat.ESP_IDF](delivery("esp32_c3_devkitm"))
    assert b"idf_component_register(" in files["head_turns/CMakeLists.txt"]
    assert b'version: "1.0.0"' in files["head_turns/idf_component.yml"]
    assert b'CONFIG_IDF_TARGET="esp32c3"' in files["head_turns/examples/live_inference/sdkconfig.defaults"]


def test_a_zephyr_module_has_its_module_file_and_a_sample() -> None:
    files = FORMATS[ExportFormat.ZEPHYR](delivery("microbit_v2"))
    assert b"kconfig: Kconfig" in files["head_turns/zephyr/module.yml"]
    assert b"config STUDIO_HEAD_TURNS" in files["head_turns/Kconfig"]
    assert b"CONFIG_STUDIO_HEAD_TURNS=y" in files["head_turns/samples/live_inference/prj.conf"]
    assert b"int main(void)" in files["head_turns/samples/live_inference/src/main.c"]


def test_with_tensorflow_lite_micro_exactly_the_operators_are_added() -> None:
    files = engine_files(delivery("arduino_nano_33_ble_sense", ExportEngine.TFLM))
    source = files["studio_model_tflm.cc"].decode()
    assert re.findall(r"found\.(Add\w+)\(\)", source) == ["AddFullyConnected", "AddSoftmax"]
    assert "MicroMutableOpResolver<2>" in source
    assert b"alignas(16) const unsigned char g_model[]" in files["model_data.cc"]
    assert b"kTensorArenaSize = 4096" in files["model_data.h"]


@pytest.mark.parametrize(
    ("operator", "method"),
    [
        ("CONV_2D", "AddConv2D"),
        ("RESHAPE", "AddReshape"),
        ("UNIDIRECTIONAL_SEQUENCE_LSTM", "AddUnidirectionalSequenceLSTM"),
        ("LEAKY_RELU", "AddLeakyRelu"),
    ],
)
def test_the_resolvers_methods_are_spelled_as_in_its_header(operator: str, method: str) -> None:
    assert method_of(operator) == method


def test_an_operator_that_tensorflow_lite_micro_lacks_is_a_sentence() -> None:
    with pytest.raises(StudioError, match="has no GELU"):
        method_of("GELU")


def test_an_avr_is_told_that_tensorflow_lite_micro_does_not_run_there() -> None:
    board = find_board("arduino_uno_r3")
    assert "AVR" in (why_not(ExportFormat.ARDUINO, board, ExportEngine.TFLM) or "")


def test_names_are_made_fit_for_c_and_for_plotters() -> None:
    assert identifier("Handwritten digits!") == "handwritten_digits"
    assert identifier("7 segments") == "m_7_segments"
    assert identifier("…") == "model"
    assert plain_labels(("left turn", "left-turn", "ja!", "日本")) == (
        "left_turn",
        "left_turn_2",
        "ja",
        "class_3",
    )


@pytest.mark.parametrize(
    ("format_", "board"),
    [
        (ExportFormat.ARDUINO, "arduino_uno_r3"),
        (ExportFormat.PLATFORMIO, "esp32_s3_devkitc"),
        (ExportFormat.ESP_IDF, "esp32_s3_devkitc"),
        (ExportFormat.ZEPHYR, "seeed_xiao_nrf52840_sense"),
    ],
)
def test_the_studios_c_times_its_layers_and_tensorflow_lite_micro_says_that_it_does_not(
    format_: ExportFormat, board: str
) -> None:
    for engine, words in ((ExportEngine.STUDIO_C, "how long each layer takes"), (ExportEngine.TFLM, "zeros")):
        if why_not(format_, find_board(board), engine) is not None:
            continue
        given = delivery(board, engine)
        header = next(text for name, text in FORMATS[format_](given).items() if name.endswith("/model.h"))
        assert (b"STUDIO_LAYER_HOOK" in header) is (engine is ExportEngine.STUDIO_C)
        assert words in " ".join(use(format_, given))


def test_plain_c_sources_need_no_file_of_the_link() -> None:
    files = FORMATS[ExportFormat.C99](delivery())
    assert b"studio_layers.h" not in files["src/model.h"]
    assert b"studio_layers.h" in files["Makefile"]
    assert b"studio_layers.h" in files["CMakeLists.txt"]


@pytest.mark.parametrize("format_", ExportFormat)
def test_every_format_says_what_of_it_was_tried_and_what_not(format_: ExportFormat) -> None:
    board = next(board for board in boards() if why_not(format_, board) is None)
    words = " ".join(use(format_, delivery(board.id)))
    tried = {
        ExportFormat.C99: "Built and run by the studio's tests with gcc, clang and arm-none-eabi-gcc",
        ExportFormat.ARDUINO: "run in simavr by the studio's tests; on other boards not tried",
        ExportFormat.LINUX: "Run by the studio's tests",
    }
    assert tried.get(format_, "its own tools were not run on it by the studio's makers") in words


def test_a_sensor_that_the_board_has_not_and_an_engine_without_a_part_are_refused() -> None:
    pico, nano, pi = (
        find_board(name) for name in ("raspberry_pi_pico", "arduino_nano_33_ble_sense", "raspberry_pi_4")
    )
    assert why_no_sensor(SensorStub.IMU, ExportFormat.ARDUINO, nano) is None
    assert "has no accelerometer" in str(why_no_sensor(SensorStub.IMU, ExportFormat.ARDUINO, pico))
    assert "leaves the sensor to you" in str(why_no_sensor(SensorStub.ANALOG, ExportFormat.C99, pico))
    assert why_no_sensor(SensorStub.LINK, ExportFormat.C99, pico) is None
    assert "has no part in it" in str(why_not(ExportFormat.LINUX, pi, ExportEngine.TFLM))
