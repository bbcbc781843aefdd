"""A Zephyr module with a sample application."""

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
    """zephyr/module.yml, Kconfig, CMakeLists.txt, src/, link/, port/ and samples/live_inference/."""
    if not delivery.board.zephyr:
        raise StudioError(
            f"Zephyr has no board for the {delivery.board.name}. Choose another board, or another format."
        )
    tflm = delivery.engine is ExportEngine.TFLM
    sources = engine_files(delivery) if tflm else with_layer_times(delivery.sources)
    kconfig = f"STUDIO_{delivery.name.upper()}"
    found = {f"src/{name}": content for name, content in sources.items()}
    found |= shipped("link", "link/")
    found |= shipped("ports/zephyr", "port/")
    found["port/studio_board.h"] = filled("esp_idf/studio_board.h", BOARD=quoted(delivery.board.name))
    found["zephyr/module.yml"] = filled("zephyr/module.yml", NAME=delivery.name)
    found["Kconfig"] = filled("zephyr/Kconfig", KCONFIG=kconfig, TITLE=quoted(delivery.title))
    found["CMakeLists.txt"] = filled("zephyr/CMakeLists.txt", KCONFIG=kconfig)
    sample = "samples/live_inference"
    more = "CONFIG_CPP=y\nCONFIG_STD_CPP17=y\nCONFIG_TENSORFLOW_LITE_MICRO=y" if tflm else ""
    found[f"{sample}/CMakeLists.txt"] = filled("zephyr/sample_CMakeLists.txt")
    found[f"{sample}/prj.conf"] = filled("zephyr/prj.conf", KCONFIG=kconfig, MORE_CONFIG=more)
    found[f"{sample}/src/main.c"] = filled("esp_idf/main.c", TITLE=delivery.title).replace(
        b"void app_main(void)\n{\n    studio_run();", b"int main(void)\n{\n    studio_run();\n    return 0;"
    )
    return {f"{delivery.name}/{name}": content for name, content in found.items()}
