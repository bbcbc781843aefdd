"""An ESP-IDF component with an example project."""

from studio.core.errors import StudioError
from studio.core.formats.delivery import (
    Delivery,
    ExportEngine,
    Files,
    filled,
    quoted,
    shipped,
    with_layer_times,
)
from studio.core.formats.tflm import engine_files


def files(delivery: Delivery) -> Files:
    """The component (CMakeLists.txt, idf_component.yml, src/, link/, port/) in a folder of its name, with examples."""
    if not delivery.board.idf_target:
        raise StudioError(
            f"ESP-IDF is for Espressif's chips; the {delivery.board.name} has none. Choose another format or board."
        )
    tflm = delivery.engine is ExportEngine.TFLM
    sources = engine_files(delivery) if tflm else with_layer_times(delivery.sources)
    found = {f"src/{name}": content for name, content in sources.items()}
    found |= shipped("link", "link/")
    found |= shipped("ports/esp_idf", "port/")
    found["port/studio_board.h"] = filled("esp_idf/studio_board.h", BOARD=quoted(delivery.board.name))
    found["CMakeLists.txt"] = filled(
        "esp_idf/CMakeLists.txt", TITLE=delivery.title, REQUIRES="esp-tflite-micro" if tflm else ""
    )
    found["idf_component.yml"] = filled(
        "esp_idf/idf_component.yml",
        VERSION=delivery.version,
        TITLE=quoted(delivery.title),
        DEPENDENCIES='  espressif/esp-tflite-micro: "^1.3"' if tflm else "",
    )
    example = "examples/live_inference"
    found[f"{example}/CMakeLists.txt"] = filled("esp_idf/example_CMakeLists.txt")
    found[f"{example}/sdkconfig.defaults"] = (
        f'CONFIG_IDF_TARGET="{delivery.board.idf_target}"\n'.encode() + filled("esp_idf/sdkconfig.defaults")
    )
    found[f"{example}/main/CMakeLists.txt"] = filled("esp_idf/main_CMakeLists.txt", COMPONENT=delivery.name)
    found[f"{example}/main/main.c"] = filled("esp_idf/main.c", TITLE=delivery.title)
    return {f"{delivery.name}/{name}": content for name, content in found.items()}
