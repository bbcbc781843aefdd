"""What a board says, as values: who it is, results, answers, times of layers, acknowledgements, logs and counters."""

import struct
from dataclasses import dataclass
from enum import IntEnum

PROTOCOL = 2
"""The version that is spoken here. Later ones may add kinds, and fields at a body's end; hello stays as it is."""

NUMBERS = {"int8": "b", "int16": "h", "int32": "i", "float32": "f"}
"""The types of a tensor's numbers and how `struct` calls them."""


class Kind(IntEnum):
    """What a frame says: below 0x80 the board speaks, from 0x80 on the computer."""

    HELLO = 0x01
    RESULT = 0x02
    LOG = 0x03
    STATS = 0x04
    ANSWER = 0x05
    ACK = 0x06
    LAYERS = 0x07
    ASK_HELLO = 0x81
    RUN_INPUT = 0x82
    START = 0x83
    STOP = 0x84
    ASK_STATS = 0x85
    TIME_LAYERS = 0x86


class Taken(IntEnum):
    """How a board took a request."""

    YES = 0
    WRONG_LENGTH = 1
    UNKNOWN = 2
    FAILED = 3

    @property
    def sentence(self) -> str:
        """What is shown where it was not taken; empty where it was."""
        return {
            Taken.YES: "",
            Taken.WRONG_LENGTH: "The board runs a model with another input size. Flash the present export again.",
            Taken.UNKNOWN: "The firmware on the board does not know this request. Export and flash it again.",
            Taken.FAILED: "The model could not run on the board. Flash the export again and look at its log.",
        }[self]


@dataclass(frozen=True, slots=True)
class Hello:
    """Who the board is and which model it runs; `model_sha256` as 64 hex digits.

    Sizes count numbers; `input_type` and `output_type` are int8, int16, int32 or float32.
    """

    sequence: int
    protocol: int
    model_sha256: str
    input_size: int
    output_size: int
    output_scale: float
    output_zero_point: int
    clock_hz: int
    board: str
    labels: tuple[str, ...]
    input_type: str = "int8"
    output_type: str = "int8"

    @property
    def output_bytes(self) -> int:
        """How many bytes the output of one inference takes."""
        return self.output_size * struct.calcsize(NUMBERS[self.output_type])

    @property
    def acknowledges(self) -> bool:
        """Whether the board says how it took a request, and can time its layers (from version 2 on)."""
        return self.protocol >= 2

    @property
    def version_words(self) -> str:
        """What to do where the board speaks another version of the link; empty where it is the same."""
        if self.protocol == PROTOCOL:
            return ""
        if self.protocol < PROTOCOL:
            return (
                f"The firmware on the board is older (link version {self.protocol}): results come, acknowledgements "
                "and times of layers do not. Export and flash it again to have them."
            )
        return (
            f"The firmware on the board is newer (link version {self.protocol}) than this studio ({PROTOCOL}): "
            "what is new in it is not shown. Update the studio."
        )


@dataclass(frozen=True, slots=True)
class Result:
    """One inference: on the sensor, or, if `is_answer`, on the input that was sent with this sequence number.

    `device_time_us` is the board's clock at the end of the inference, `instructions` is 0 where the board cannot count
    them, `sample` is the number of the sensor's sample or -1, `output` holds the bytes of the numbers that the model
    put out, of the type that the board's hello names.
    """

    sequence: int
    device_time_us: int
    inference_us: int
    instructions: int
    sample: int
    output: bytes
    is_answer: bool = False

    def values(self, hello: Hello | None = None) -> tuple[float, ...]:
        """The output as the model stores it, of the type that `hello` names; int8 without one."""
        number = NUMBERS[hello.output_type if hello else "int8"]
        return struct.unpack(f"<{len(self.output) // struct.calcsize(number)}{number}", self.output)

    def scores(self, hello: Hello) -> tuple[float, ...]:
        """The output in the model's own unit: scale x (value - zero point)."""
        return tuple(hello.output_scale * (value - hello.output_zero_point) for value in self.values(hello))


@dataclass(frozen=True, slots=True)
class Log:
    """A sentence from the board."""

    sequence: int
    text: str


@dataclass(frozen=True, slots=True)
class Stats:
    """The deepest the stack has been (0: not known), and the frames that the board sent and had to drop.

    `requests_damaged` are pieces that reached the board and were no frame; None from boards of version 1.
    """

    sequence: int
    stack_bytes: int
    frames_sent: int
    frames_dropped: int
    requests_damaged: int | None = None


@dataclass(frozen=True, slots=True)
class Ack:
    """How the board took the request of kind `request` that carried this sequence number."""

    sequence: int
    request: int
    taken: Taken


@dataclass(frozen=True, slots=True)
class LayerTime:
    """What one layer took; 0 where the board cannot tell."""

    time_us: int
    instructions: int


@dataclass(frozen=True, slots=True)
class LayerTimes:
    """The layers of the inference that was asked for with this sequence number, in the order of the model's C code.

    An inference takes a little longer when its layers are timed: `inference_us` and `instructions` are this one's.
    """

    sequence: int
    inference_us: int
    instructions: int
    layers: tuple[LayerTime, ...]


Frame = Hello | Result | Log | Stats | Ack | LayerTimes
