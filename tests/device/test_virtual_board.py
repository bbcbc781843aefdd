"""The virtual board: the very firmware, counted to the instruction, in real time, and never left behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from studio.core import frames
from studio.core.errors import StudioError
from studio.core.frames import Hello, Log, Result, Stats
from studio.device.link import Event, Link
from studio.device.virtual import VirtualBoard, run_batch

Until = Callable[..., list[Event]]
linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


def row(*values: int) -> np.ndarray:
    return np.array([values], np.int8)


def test_a_batch_answers_every_row_as_the_model_does(elf: Path, expected: Callable[..., np.ndarray]) -> None:
    x = np.random.default_rng(1).integers(-128, 100, (500, 2, 2), np.int8)
    batch = run_batch(elf, x)
    np.testing.assert_array_equal(batch.outputs, expected(x.reshape(500, 4)))
    assert len(batch.instructions_all) == 500


def test_a_batch_counts_layers_cycles_and_stack(elf: Path) -> None:
    batch = run_batch(elf, row(1, 2, 3, 4))
    assert len(batch.layer_instructions) == len(batch.layer_cycles) == 2
    assert 0 <= batch.instructions - sum(batch.layer_instructions) < 20
    assert batch.instructions < batch.cycles < 4 * batch.instructions
    assert 64 < batch.stack_bytes < 1024


def test_the_stack_is_measured_where_it_was_deepest(elf: Path) -> None:
    deeper = run_batch(elf, np.concatenate([row(101, 10, 0, 0), row(0, 0, 0, 0)]))
    assert deeper.stack_bytes > 10 * 256


COUNT_ONE_BY_ONE = """
import sys
from pathlib import Path
import numpy as np
from unicorn.unicorn_const import UC_HOOK_CODE
from studio.device.virtual_board_machine import Machine
from studio.device.virtual_board_modes import Batch

batch = Batch(np.arange(40, dtype=np.int8).reshape(10, 4))
machine = Machine(Path(sys.argv[1]), 64_000_000, batch.rest)
batch.connect(machine)
counted, conditional = 0, set()

def count(uc, address, size, _):
    # the emulator passes over instructions whose IT condition does not hold; on a core they take their cycle
    global counted
    if address in conditional:
        return
    counted += 1
    op = int.from_bytes(uc.mem_read(address, 2), "little")
    if op >> 8 == 0xBF and op & 15:
        at = address + 2
        for _ in range(4 - ((op & -op).bit_length() - 1)):
            counted += 1
            conditional.add(at)
            at += 4 if int.from_bytes(uc.mem_read(at, 2), "little") >> 11 >= 0x1D else 2

machine._uc.hook_add(UC_HOOK_CODE, count)
machine.run()
print(counted, machine.chip.total().instructions)
"""


def test_instructions_are_counted_to_the_last_one(elf: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", COUNT_ONE_BY_ONE, str(elf)], capture_output=True, text=True, check=True
    )
    one_by_one, by_block = map(int, done.stdout.split())
    assert one_by_one > 10_000
    assert by_block - one_by_one in (0, 1)  # the return from the write that stopped the core is in its block


def test_the_board_says_which_model_it_runs(elf: Path, until: Until) -> None:
    with VirtualBoard(elf, clock_hz=16_000_000) as board, Link(board.port) as link:
        hello = until(link, lambda event: isinstance(event, Hello))[-1]
    assert hello == Hello(
        getattr(hello, "sequence", -1), 2, "00112233445566778899aabbccddeeff" * 2, 4, 3, 0.25, -2, 16_000_000,
        "Virtual Cortex-M4", ("idle", "shake", "café"),
    )  # fmt: skip


@pytest.mark.parametrize("use_socket", [False, True])
def test_results_stream_in_real_time_from_the_sensor(
    elf: Path, samples: Path, until: Until, expected: Callable[..., np.ndarray], use_socket: bool
) -> None:
    with VirtualBoard(elf, sensor=samples, use_socket=use_socket) as board, Link(board.port) as link:
        until(link, lambda event: isinstance(event, Hello))
        began = time.monotonic()
        link.send(frames.start(20))
        came = until(link, lambda event: isinstance(event, Result) and event.sample == 3)
        came += until(link, lambda event: isinstance(event, Result) and event.sample == 3)
        took = time.monotonic() - began
    results = [event for event in came if isinstance(event, Result)]
    assert [one.sample for one in results] == [n % 7 for n in range(11)]
    steps = np.diff([one.device_time_us for one in results])
    assert np.all(np.abs(steps - 20_000) <= 3)
    assert took > 0.19
    assert [one.values() for one in results[:7]] == [
        tuple(one) for one in expected(np.arange(28).reshape(7, 4)).tolist()
    ]
    assert link.counters.lost == 0


def test_stop_ends_the_stream_and_stats_tell_what_was_sent(elf: Path, samples: Path, until: Until) -> None:
    with VirtualBoard(elf, sensor=samples) as board, Link(board.port) as link:
        link.send(frames.start(5))
        until(link, lambda event: isinstance(event, Result) and event.sample == 6)
        link.send(frames.stop())
        link.send(frames.ask_stats())
        stats = until(link, lambda event: isinstance(event, Stats))[-1]
        assert not link.wait(0.1)
    assert isinstance(stats, Stats)
    assert stats.frames_dropped == 0
    assert stats.frames_sent >= 8
    assert stats.stack_bytes > 64


def test_a_board_without_sensor_says_so_when_started(elf: Path, until: Until) -> None:
    with VirtualBoard(elf) as board, Link(board.port) as link:
        link.send(frames.start(10))
        log = until(link, lambda event: isinstance(event, Log))[-1]
    assert isinstance(log, Log)
    assert "no sensor" in log.text


@pytest.mark.parametrize("use_socket", [False, True])
def test_the_board_keeps_running_while_monitors_come_and_go(
    elf: Path, samples: Path, until: Until, use_socket: bool
) -> None:
    with VirtualBoard(elf, sensor=samples, use_socket=use_socket) as board:
        sequences = []
        for visit in range(4):
            with Link(board.port) as link:
                until(link, lambda event: isinstance(event, Hello))
                if visit == 0:
                    link.send(frames.start(2))
                last = until(link, lambda event: isinstance(event, Result) and event.sample == 4)[-1]
                sequences.append(getattr(last, "sequence", -1))
                assert link.counters.lost == 0
        assert board.is_running()
    assert sequences == sorted(sequences)


@linux
def test_an_idle_board_sleeps(elf: Path, samples: Path, until: Until) -> None:
    def used() -> int:
        fields = Path(f"/proc/{board.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return int(fields[11]) + int(fields[12])

    with VirtualBoard(elf, sensor=samples) as board, Link(board.port) as link:
        until(link, lambda event: isinstance(event, Hello))
        link.send(frames.start(100))
        until(link, lambda event: isinstance(event, Result))
        before = used()
        for _ in range(8):
            until(link, lambda event: isinstance(event, Result))
        assert used() - before <= 0.1 * os.sysconf("SC_CLK_TCK")


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ((100, 0, 0, 0), "it read address 0x30000000"),
        ((101, 127, 0, 0), "its stack grew beyond the 8 KB"),
        ((102, 0, 0, 0), "crashed"),
        ((104, 0, 0, 0), "could not run the model"),
    ],
    ids=["reads nowhere", "deep stack", "no instruction", "model error"],
)
def test_a_program_that_fails_is_told_in_a_sentence(elf: Path, values: tuple[int, ...], says: str) -> None:
    with pytest.raises(StudioError, match=says):
        run_batch(elf, row(*values))


def test_a_crash_while_streaming_leaves_its_sentence(
    elf: Path, until: Until, gone: Callable[[int], bool]
) -> None:
    with VirtualBoard(elf) as board, Link(board.port) as link:
        link.send(frames.run_input(bytes([100, 0, 0, 0]), 1))
        until(link, lambda event: type(event).__name__ == "Lost")
        assert gone(board.pid)
        assert "studio_model_run" in board.fault() or "misbehave" in board.fault()


def test_rows_of_another_size_than_the_model_takes_are_refused(elf: Path) -> None:
    with pytest.raises(StudioError, match="Each sample has 5 values, but the model on the board takes 4"):
        run_batch(elf, row(1, 2, 3, 4, 5))


def test_a_sensor_of_another_size_is_refused(elf: Path, tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.zeros((3, 9), np.int8))
    with pytest.raises(StudioError, match="Each sample has 9 values"):
        VirtualBoard(elf, sensor=tmp_path / "x.npy")


def test_samples_of_another_type_than_the_models_are_refused(elf: Path) -> None:
    with pytest.raises(StudioError, match="samples are float32, but the model on the board takes int8"):
        run_batch(elf, np.zeros((2, 4), np.float32))


@pytest.mark.parametrize("values", [np.zeros((2, 4), np.float64), np.zeros((0, 4), np.int8), np.int8(3)])
def test_samples_of_no_model_are_refused(elf: Path, tmp_path: Path, values: np.ndarray) -> None:
    np.save(tmp_path / "x.npy", values)
    with pytest.raises(StudioError, match="must hold at least one sample"):
        VirtualBoard(elf, sensor=tmp_path / "x.npy")


def test_what_is_no_firmware_is_refused(elf: Path, tmp_path: Path) -> None:
    image = elf.read_bytes()
    for name, data in {
        "text": b"hello",
        "empty": b"",
        "cut": image[:500],
        "other machine": image[:18] + b"\x3e\x00" + image[20:],
        "far away": image[:52] + image[52:].replace(b"\x00\x00\x00\x08", b"\x00\x00\x00\x70"),
    }.items():
        wrong = tmp_path / name
        wrong.write_bytes(data)
        with pytest.raises(StudioError, match=r"firmware image|crashed"):
            run_batch(wrong, row(1, 2, 3, 4))
    with pytest.raises(StudioError, match="cannot be read"):
        run_batch(tmp_path / "missing", row(1, 2, 3, 4))


def test_a_taken_socket_is_said_so(elf: Path) -> None:
    with VirtualBoard(elf, use_socket=True) as board:
        done = subprocess.run(
            [sys.executable, "-m", "studio.device.virtual_board", "--elf", elf, "--socket", board.port.rsplit(":")[-1]],
            capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    assert done.returncode == 1
    assert "Choose another, or 0 for any free one." in done.stdout


@linux
@pytest.mark.parametrize("busy", [False, True], ids=["idle", "in an endless loop"])
@pytest.mark.parametrize("how", ["standard input ends", "SIGTERM", "parent killed"])
def test_no_board_outlives_its_studio(elf: Path, how: str, busy: bool, gone: Callable[[int], bool]) -> None:
    script = """
import sys
from pathlib import Path
from studio.core import frames
from studio.device.link import Link
from studio.device.virtual import VirtualBoard
board = VirtualBoard(Path(sys.argv[1]))
link = Link(board.port)
if sys.argv[2] == "True":
    link.send(frames.run_input(bytes([103, 0, 0, 0]), 1))
link.wait(5)
print(board.pid, flush=True)
sys.stdin.readline()
board.close()
link.close()
"""
    with subprocess.Popen(
        [sys.executable, "-c", script, str(elf), str(busy)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as studio:
        assert studio.stdout
        assert studio.stdin
        pid = int(studio.stdout.readline())
        match how:
            case "standard input ends":
                studio.stdin.close()
            case "SIGTERM":
                os.kill(pid, signal.SIGTERM)
            case _:
                studio.kill()
        assert gone(pid)
