"""The makers' tools: found, asked what they have, planned and run, with real processes that print recorded output."""

import re
import threading
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from studio.core.board import Board, boards, find_board
from studio.core.bundle import Bundle, BundleFile, zipped
from studio.core.compiled import Measured
from studio.core.errors import StudioError
from studio.core.formats.delivery import ExportFormat, SensorStub
from studio.core.formats.table import FORMATS
from studio.device.ports import Socket
from studio.device.toolchains import arduino_cli, esp, platformio
from studio.device.toolchains.heard import Heard
from studio.device.toolchains.planning import plan, why_no_flashing
from studio.device.toolchains.ports_again import wait_for_board
from studio.device.toolchains.process import Stopped
from studio.device.toolchains.running import Ears, Outcome, run
from studio.device.toolchains.steps import Command, CopyToDrive, Drive, Order, Setup, Tool, ToolName, Unpack
from studio.device.toolchains.tools import NEEDED, how_to_get, look_for, missing
from tests.device import fake_tools
from tests.device.fake_tools import calls, golden
from tests.firmware.deliveries import delivery

UNO, NANO = find_board("arduino_uno_r3"), find_board("arduino_nano_33_ble_sense")
EVERYTHING = Setup(tuple(Tool(name, f"/bin/{name.value}", "5.0") for name in ToolName))


@dataclass
class Listener:
    """Keeps what it is told; `stop_at` sets the event at the first line that contains it."""

    lines: list[str] = field(default_factory=list)
    shares: list[float] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)
    stop_at: str = "\0"

    @property
    def ears(self) -> Ears:
        return Ears(self._line, lambda share, words: self.shares.append(share))

    def _line(self, text: str) -> None:
        self.lines.append(text)
        if self.stop_at in text and not text.startswith("$"):
            self.stop.set()


@dataclass
class Holder:
    """A monitor that holds a port, and writes down when it was asked."""

    bin: Path
    said: list[str] = field(default_factory=list)

    def release(self, port: str) -> None:
        self.said.append(f"release {port} after {len(calls(self.bin, 'arduino-cli'))} calls")

    def reclaim(self, port: str) -> None:
        self.said.append(f"reclaim {port} after {len(calls(self.bin, 'arduino-cli'))} calls")


def done(
    order: Order, bin_: Path, work: Path, listener: Listener | None = None, holder: Holder | None = None
) -> Outcome:
    setup = look_for(order.format, fake_tools.path_with(bin_))
    heard = listener or Listener()
    return run(order, plan(order, setup, work), heard.ears, heard.stop, holder)


def order_of(bundle: Bundle, port: str = "", **kind: object) -> Order:
    return replace(Order(UNO, ExportFormat.ARDUINO, bundle, port=port), **kind)  # type: ignore[arg-type]


def test_tools_are_found_on_path_with_version_cores_and_libraries(tmp_path: Path) -> None:
    fake_tools.arduino_cli(tmp_path)
    fake_tools.pio(tmp_path)
    setup = look_for(ExportFormat.ARDUINO, str(tmp_path))
    assert setup.tools == (Tool(ToolName.ARDUINO_CLI, str(tmp_path / "arduino-cli"), "1.2.2"),)
    assert setup.cores == ("arduino:avr",)
    assert setup.libraries == ("Arduino_LSM9DS1",)
    assert look_for(ExportFormat.PLATFORMIO, str(tmp_path)).tools[0].version == "6.2.0"
    assert look_for(ExportFormat.C99, str(tmp_path)) == Setup()


def test_a_missing_tool_is_told_with_the_way_to_get_it(tmp_path: Path) -> None:
    setup = look_for(ExportFormat.ESP_IDF, str(tmp_path))
    assert missing(ExportFormat.ESP_IDF, setup) == (ToolName.IDF, ToolName.ESPTOOL)
    for name in ToolName:
        assert re.search(r"was not found\. (Get|Install) it", how_to_get(name))
    with pytest.raises(StudioError, match="pip install platformio"):
        plan(Order(UNO, ExportFormat.PLATFORMIO, Bundle("", (), "")), setup, tmp_path)


def test_a_tool_that_hangs_up_or_is_no_program_is_found_without_a_version(tmp_path: Path) -> None:
    fake_tools.fake(tmp_path, "pio", {"--version": ("", 3)})
    assert look_for(ExportFormat.PLATFORMIO, str(tmp_path)).tools[0].version == ""


def test_an_old_arduino_cli_is_asked_in_its_own_way(tmp_path: Path) -> None:
    fake_tools.fake(
        tmp_path,
        "arduino-cli",
        {
            "version --json": ("", 1),
            "version --format json": ("arduino_cli_version.json", 0),
            "core list --json": ("", 1),
            "core list --format json": ("arduino_cli_core_list_old.json", 0),
            "*": ("", 1),
        },
    )
    setup = look_for(ExportFormat.ARDUINO, str(tmp_path))
    assert (setup.tools[0].version, setup.cores, setup.libraries) == ("1.2.2", ("arduino:avr",), ())


@pytest.mark.parametrize(
    "text", ["", "[1, 2]", "{}", '{"platforms": 3}', '{"builder_result": []}', "not json", "null"]
)
def test_json_of_another_shape_is_read_as_nothing(text: str) -> None:
    assert arduino_cli.read_version(text) == ""
    assert arduino_cli.read_cores(text) == ()
    assert arduino_cli.read_libraries(text) == ()
    assert arduino_cli.read_sizes(text) is None


def test_compile_json_gives_the_sections_with_their_limits() -> None:
    assert arduino_cli.read_sizes(golden("arduino_cli_compile.json")) == Measured(
        2406, 1212, "arduino-cli", 32256, 2048
    )


def test_versions_are_read_from_what_the_tools_print() -> None:
    assert platformio.read_version(golden("pio_version.txt")) == "6.2.0"
    assert esp.read_version(golden("esptool_version.txt")) == "5.6.0"
    assert esp.read_version("ESP-IDF v5.3.1") == "5.3.1"


@pytest.mark.parametrize(
    ("name", "flash", "ram"),
    [
        ("arduino_cli_compile.txt", (9406, 32256), (1212, 2048)),
        ("pio_run.txt", (9406, 32256), (1212, 2048)),
        ("teensy_sizes.txt", (29908, 8126680), (39264, 524288)),
        ("idf_build.txt", (0x2F2A0, 0x100000), (11424, 180736)),
        ("arm_gcc_undefined.txt", (14, 16384), (0, 2048)),
    ],
)
def test_sizes_are_read_from_the_log(name: str, flash: tuple[int, int], ram: tuple[int, int]) -> None:
    heard = Heard("it")
    for line in golden(name).splitlines():
        heard.line(line)
    assert heard.measured == Measured(flash[0], ram[0], "it", flash[1], ram[1])


@pytest.mark.parametrize("name", ["avrdude_upload.txt", "bossac_upload.txt", "esptool_write.txt"])
def test_an_uploads_percents_and_new_port_are_heard(name: str) -> None:
    heard = Heard("it", by_percent=True)
    seen = []
    for line in golden(name).splitlines():
        heard.line(line)
        seen.append(heard.fraction)
    assert seen == sorted(seen)
    assert seen[-1] == pytest.approx(0.95)
    assert bool(heard.new_port) == (name != "esptool_write.txt")


def test_avrdudes_growing_row_is_progress() -> None:
    heard = Heard("avrdude", by_percent=True)
    heard.partial("Writing | " + "#" * 25)
    assert heard.fraction == pytest.approx(0.475)


@pytest.mark.parametrize("format_", list(NEEDED))
@pytest.mark.parametrize("found", [board for board in boards() if board.fqbn], ids=lambda board: board.id)
def test_every_real_board_has_a_plan_or_a_sentence(
    found: Board, format_: ExportFormat, tmp_path: Path
) -> None:
    bundle = {
        ExportFormat.ARDUINO: fake_tools.arduino_bundle,
        ExportFormat.PLATFORMIO: fake_tools.project_bundle,
        ExportFormat.ESP_IDF: fake_tools.component_bundle,
    }[format_](tmp_path / "out")
    order = Order(found, format_, bundle, port="/dev/ttyX")
    if not {ExportFormat.PLATFORMIO: found.platformio, ExportFormat.ESP_IDF: found.idf_target}.get(
        format_, "yes"
    ):
        with pytest.raises(StudioError, match=r"Choose another format or board\.$"):
            plan(order, EVERYTHING, tmp_path / "work")
        return
    steps = plan(order, EVERYTHING, tmp_path / "work")
    upload = steps[-1]
    assert isinstance(upload, Command)
    assert upload.uses_port
    assert "/dev/ttyX" in upload.argv
    assert sum(isinstance(step, Command) and step.uses_port for step in steps) == 1
    if format_ is ExportFormat.ARDUINO:
        installs = [
            step.argv for step in steps if isinstance(step, Command) and step.argv[1:3] == ("core", "install")
        ]
        own = found.fqbn.startswith("arduino:")
        assert len(installs) == 1
        assert ("--additional-urls" in installs[0]) is not own
        assert found.core_index.startswith("https://") is not own


def test_a_board_with_a_drive_gets_the_built_file_copied(tmp_path: Path) -> None:
    pico = find_board("raspberry_pi_pico")
    drive = Drive("/media/RPI-RP2", "RPI-RP2")
    bundle = fake_tools.arduino_bundle(tmp_path)
    order = Order(pico, ExportFormat.ARDUINO, bundle, drive=drive)
    last = plan(order, EVERYTHING, tmp_path / "work")[-1]
    assert isinstance(last, CopyToDrive)
    assert last.pattern == "*.ino.uf2"
    wrong = replace(order, drive=Drive("/media/RP2350", "RP2350"))
    with pytest.raises(StudioError, match="The drive RP2350 is of another board than the Raspberry Pi Pico"):
        plan(wrong, EVERYTHING, tmp_path / "work")


def test_nothing_is_planned_for_virtual_boards_and_formats_built_by_hand() -> None:
    assert "the Live page starts" in str(
        why_no_flashing(ExportFormat.ARDUINO, find_board("virtual_cortex_m4"))
    )
    assert "README.md says how" in str(why_no_flashing(ExportFormat.ZEPHYR, NANO))
    assert why_no_flashing(ExportFormat.ARDUINO, UNO) is None


def test_missing_cores_and_libraries_are_installed_before_and_present_ones_are_not(tmp_path: Path) -> None:
    bundle = fake_tools.arduino_bundle(tmp_path)
    order = Order(NANO, ExportFormat.ARDUINO, bundle, SensorStub.IMU)
    words = [step.words for step in plan(order, EVERYTHING, tmp_path)]
    assert "Installing the core arduino:mbed_nano" in words
    assert "Installing the library Arduino_LSM9DS1" in words
    there = replace(EVERYTHING, cores=("arduino:mbed_nano",), libraries=("Arduino_LSM9DS1",))
    assert isinstance(plan(order, there, tmp_path)[0], Unpack)


def test_esptool_writes_what_the_build_names_in_the_words_of_its_version(tmp_path: Path) -> None:
    bundle = fake_tools.component_bundle(tmp_path)
    order = Order(find_board("esp32_s3_devkitc"), ExportFormat.ESP_IDF, bundle, port="/dev/ttyUSB0")
    for version, verb in (("5.6.0", "write-flash"), ("4.8.1", "write_flash"), ("", "write_flash")):
        setup = Setup((Tool(ToolName.IDF, "idf.py", "5.3"), Tool(ToolName.ESPTOOL, "esptool", version)))
        last = plan(order, setup, tmp_path / "work")[-1]
        assert isinstance(last, Command)
        assert last.argv[-2:] == (verb, "@flash_args")
        assert last.argv[1:3] == ("--chip", "esp32s3")


def test_an_arduino_library_is_compiled_uploaded_and_measured(tmp_path: Path) -> None:
    bin_, work = tmp_path / "bin", tmp_path / "work"
    fake_tools.arduino_cli(bin_)
    listener, holder = Listener(), Holder(bin_)
    outcome = done(
        order_of(fake_tools.arduino_bundle(tmp_path / "out"), "/dev/ttyACM0"), bin_, work, listener, holder
    )
    assert outcome == Outcome(Measured(9406, 1212, "arduino-cli", 32256, 2048), "/dev/ttyACM0", flashed=True)
    made = calls(bin_, "arduino-cli")[3:]
    assert [call.split()[0] for call in made] == ["compile", "upload"]
    assert (work / "waves" / "examples" / "live_inference" / "live_inference.ino").is_file()
    assert f"--library {work}/waves" in made[0]
    assert "--port /dev/ttyACM0" in made[1]
    assert holder.said == ["release /dev/ttyACM0 after 4 calls", "reclaim /dev/ttyACM0 after 5 calls"]
    assert listener.shares == sorted(listener.shares)
    assert listener.shares[-1] == 1.0
    assert "avrdude done.  Thank you." in listener.lines
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"waves.zip"}


def test_a_real_exports_sketch_and_library_are_where_the_compiler_is_sent(tmp_path: Path) -> None:
    made = delivery()
    out = tmp_path / "out"
    out.mkdir()
    (out / "head_turns.zip").write_bytes(zipped(FORMATS[ExportFormat.ARDUINO](made)))
    bundle = Bundle(str(out), (BundleFile("head_turns.zip", 1, "0" * 64),), "s" * 64)
    bin_ = tmp_path / "bin"
    script = fake_tools.arduino_cli(bin_)
    look = 'if [ "$1" = compile ]; then for last; do :; done; ls "$last" "$5/src" "$5/library.properties"; fi'
    script.write_text(
        script.read_text().replace('case "$*" in', f'{look}\ncase "$*" in', 1), encoding="utf-8"
    )
    listener = Listener()
    done(order_of(bundle), bin_, tmp_path / "work", listener)
    assert "live_inference.ino" in listener.lines
    assert "head_turns.h" in listener.lines
    assert f"{tmp_path}/work/head_turns/library.properties" in listener.lines


def test_the_monitor_takes_the_board_back_on_its_new_port(tmp_path: Path) -> None:
    bin_ = tmp_path / "bin"
    fake_tools.arduino_cli(bin_, upload=("bossac_upload.txt", 0))
    holder = Holder(bin_)
    outcome = done(
        order_of(fake_tools.arduino_bundle(tmp_path / "out"), "/dev/ttyACM0"),
        bin_,
        tmp_path / "work",
        holder=holder,
    )
    assert outcome.port == "/dev/ttyACM1"
    assert holder.said[-1].startswith("reclaim /dev/ttyACM1")


def test_the_monitor_gets_the_board_back_after_a_failed_upload(tmp_path: Path) -> None:
    bin_ = tmp_path / "bin"
    fake_tools.arduino_cli(bin_, upload=("avrdude_no_sync.txt", 1))
    holder = Holder(bin_)
    with pytest.raises(StudioError, match="The Arduino Uno R3 does not answer the upload"):
        done(
            order_of(fake_tools.arduino_bundle(tmp_path), "/dev/ttyACM0"), bin_, tmp_path / "w", holder=holder
        )
    assert holder.said[-1].startswith("reclaim /dev/ttyACM0")


def test_sizes_come_from_json_where_the_log_has_none(tmp_path: Path) -> None:
    bin_ = tmp_path / "bin"
    fake_tools.arduino_cli(bin_, compile=("", 0))
    outcome = done(order_of(fake_tools.arduino_bundle(tmp_path)), bin_, tmp_path / "work")
    assert outcome == Outcome(Measured(2406, 1212, "arduino-cli", 32256, 2048))
    fake_tools.arduino_cli(bin_, compile=("", 0), sizes=("", 1))
    assert done(order_of(fake_tools.arduino_bundle(tmp_path)), bin_, tmp_path / "work") == Outcome()


@pytest.mark.parametrize(
    ("changed", "begins"),
    [
        ({"compile": ("arduino_cli_too_big.txt", 1)}, "Flash overflows by 5,316 bytes"),
        ({"compile": ("arduino_cli_no_core.txt", 1)}, "The core for the Arduino Uno R3 is not installed"),
        ({"compile": ("", 7)}, "arduino-cli did not take what it was given"),
        ({"compile": ("", 5)}, "The internet cannot be reached"),
        ({"compile": ("", 1)}, "arduino-cli failed (compiling, exit code 1)"),
        ({"upload": ("avrdude_busy.txt", 1)}, "/dev/ttyACM0 is used by another program"),
        ({"upload": ("avrdude_denied.txt", 1)}, "You may not use /dev/ttyACM0 yet"),
        ({"upload": ("avrdude_wrong_board.txt", 1)}, "Another board is on this port"),
        ({"upload": ("arduino_cli_no_upload_port.txt", 1)}, "No port is chosen"),
    ],
)
def test_a_failure_is_a_sentence(changed: dict[str, tuple[str, int]], begins: str, tmp_path: Path) -> None:
    fake_tools.arduino_cli(tmp_path / "bin", **changed)
    order = order_of(fake_tools.arduino_bundle(tmp_path / "out"), "/dev/ttyACM0")
    with pytest.raises(StudioError) as caught:
        done(order, tmp_path / "bin", tmp_path / "work")
    assert str(caught.value).startswith(begins)


def test_a_core_that_cannot_be_fetched_is_a_sentence(tmp_path: Path) -> None:
    fake_tools.arduino_cli(tmp_path / "bin", index=("arduino_cli_offline.txt", 5))
    order = order_of(fake_tools.arduino_bundle(tmp_path / "out"), board=NANO)
    with pytest.raises(StudioError, match="the internet cannot be reached"):
        done(order, tmp_path / "bin", tmp_path / "work")


def test_an_export_that_was_moved_away_is_a_sentence(tmp_path: Path) -> None:
    fake_tools.arduino_cli(tmp_path / "bin")
    order = order_of(fake_tools.arduino_bundle(tmp_path / "out"))
    (tmp_path / "out" / "waves.zip").unlink()
    with pytest.raises(StudioError, match="Export again"):
        done(order, tmp_path / "bin", tmp_path / "work")


def test_a_platformio_project_is_built_beside_the_export_and_uploaded(tmp_path: Path) -> None:
    bin_ = tmp_path / "bin"
    fake_tools.pio(bin_)
    bundle = fake_tools.project_bundle(tmp_path / "out")
    outcome = done(Order(UNO, ExportFormat.PLATFORMIO, bundle, port="/dev/ttyACM0"), bin_, tmp_path / "work")
    assert outcome.measured == Measured(9406, 1212, "pio", 32256, 2048)
    assert [("upload" in call) for call in calls(bin_, "pio")[1:]] == [False, True]
    assert "--environment arduino_uno_r3" in calls(bin_, "pio")[1]


def test_an_esp_idf_component_is_built_measured_and_written(tmp_path: Path) -> None:
    bin_ = tmp_path / "bin"
    fake_tools.fake(bin_, "idf.py", {"--version": ("", 0), "*build": ("idf_build.txt", 0)})
    fake_tools.fake(
        bin_, "esptool", {"version": ("esptool_version.txt", 0), "*write-flash*": ("esptool_write.txt", 0)}
    )
    bundle = fake_tools.component_bundle(tmp_path / "out")
    order = Order(find_board("esp32_devkitc"), ExportFormat.ESP_IDF, bundle, port="/dev/ttyUSB0")
    outcome = done(order, bin_, tmp_path / "work")
    assert outcome == Outcome(Measured(0x2F2A0, 11424, "idf", 0x100000, 180736), "/dev/ttyUSB0", flashed=True)


def test_cancel_ends_the_tool_and_all_that_it_started(tmp_path: Path) -> None:
    bin_ = tmp_path / "bin"
    # The child does not listen to SIGTERM, and neither does its parent.
    before = (
        'case "$1" in run) trap "" TERM; (trap "" TERM; sleep 300) & echo "child $!"; echo "parent $$"; '
        'echo "hanging now"; wait; sleep 300;; esac'
    )
    fake_tools.fake(bin_, "pio", {"--version": ("pio_version.txt", 0)}, before)
    bundle = fake_tools.project_bundle(tmp_path / "out")
    listener = Listener(stop_at="hanging now")
    with pytest.raises(Stopped, match="The board is as it was"):
        done(Order(UNO, ExportFormat.PLATFORMIO, bundle), bin_, tmp_path / "work", listener)
    pids = [int(line.split()[1]) for line in listener.lines if re.match(r"(child|parent) \d+$", line)]
    assert len(pids) == 2
    assert not any(fake_tools.is_running(pid) for pid in pids)


def test_cancel_in_the_middle_of_an_upload_says_what_it_means(tmp_path: Path) -> None:
    bin_ = tmp_path / "bin"
    before = 'case "$*" in *upload*) echo "Writing | ####"; exec sleep 300;; esac'
    fake_tools.fake(bin_, "pio", {"--version": ("pio_version.txt", 0), "run *": ("pio_run.txt", 0)}, before)
    order = Order(
        UNO, ExportFormat.PLATFORMIO, fake_tools.project_bundle(tmp_path / "out"), port="/dev/ttyACM0"
    )
    with pytest.raises(Stopped, match="Flash it again"):
        done(order, bin_, tmp_path / "work", Listener(stop_at="Writing"))


def test_a_tool_that_does_not_end_is_stopped_after_its_time(tmp_path: Path) -> None:
    fake_tools.fake(tmp_path / "bin", "pio", {}, "exec sleep 300")
    order = Order(UNO, ExportFormat.PLATFORMIO, fake_tools.project_bundle(tmp_path / "out"))
    setup = Setup((Tool(ToolName.PLATFORMIO, str(tmp_path / "bin" / "pio")),))
    steps = tuple(
        replace(step, timeout_seconds=0.3) if isinstance(step, Command) else step
        for step in plan(order, setup, tmp_path / "work")
    )
    listener = Listener()
    with pytest.raises(StudioError, match="Compiling has not ended after 0 minutes and was stopped"):
        run(order, steps, listener.ears, listener.stop)


def test_a_helper_that_keeps_the_pipe_open_does_not_keep_the_studio_waiting(tmp_path: Path) -> None:
    before = 'case "$1" in run) sleep 300 & ;; esac'
    answers = {"--version": ("pio_version.txt", 0), "run *": ("pio_run.txt", 0)}
    fake_tools.fake(tmp_path / "bin", "pio", answers, before)
    order = Order(UNO, ExportFormat.PLATFORMIO, fake_tools.project_bundle(tmp_path / "out"))
    assert done(order, tmp_path / "bin", tmp_path / "work").measured is not None


def test_a_tool_that_vanished_is_a_sentence(tmp_path: Path) -> None:
    order = Order(UNO, ExportFormat.PLATFORMIO, fake_tools.project_bundle(tmp_path / "out"))
    setup = Setup((Tool(ToolName.PLATFORMIO, str(tmp_path / "nowhere" / "pio")),))
    listener = Listener()
    with pytest.raises(StudioError, match="cannot be started"):
        run(order, plan(order, setup, tmp_path / "work"), listener.ears, listener.stop)


def test_colours_and_carriage_returns_do_not_reach_the_log(tmp_path: Path) -> None:
    before = "case \"$1\" in run) printf 'one\\r\\033[32mtwo\\033[0m\\r\\n\\303\\251 last';; esac"
    fake_tools.fake(tmp_path / "bin", "pio", {"--version": ("pio_version.txt", 0), "run *": ("", 0)}, before)
    order = Order(UNO, ExportFormat.PLATFORMIO, fake_tools.project_bundle(tmp_path / "out"))
    listener = Listener()
    done(order, tmp_path / "bin", tmp_path / "work", listener)
    assert listener.lines[1:] == ["one", "two", "é last"]


def test_waiting_for_the_board_ends_when_it_is_back_for_good_or_the_time_is_over() -> None:
    before = Socket("/dev/ttyACM0", "", "2341:805a", "A1", "1-2")
    still, back = [before], [replace(before, device="/dev/ttyACM1")]
    looks = iter([still, [], *[back] * 9])
    found = wait_for_board(before, threading.Event(), steady=0.15, look=lambda: next(looks))
    assert found == "/dev/ttyACM1"
    assert wait_for_board(before, threading.Event(), 0.0, look=list) == "/dev/ttyACM0"


def test_a_board_that_was_in_its_bootloader_is_waited_for_at_its_socket() -> None:
    bootloader = Socket("/dev/ttyACM0", "", "2341:005a", None, "1-2")
    board = Socket("/dev/ttyACM1", "", "2341:805a", None, "1-2")
    found = wait_for_board(bootloader, threading.Event(), steady=0.0, look=lambda: [board])
    assert found == "/dev/ttyACM1"
