"""What the generated C's kernels take, on each kind of core: instructions, code and stack, known before building.

Measured: instructions and code with zig at -Os, on the virtual board, for MLPerf Tiny's five models and the three
samples; without Arm's DSP instructions by the same C for a Cortex-M3, on a Cortex-M0+ by code for that core; for an
AVR cycles, with avr-gcc in simavr. Fitted by least squares of the relative error. A layer is met within 19 % (layers
of a few outputs within 37 %), a whole model within 7 % on a Cortex-M4 and 10 % on the other cores measured; -O2 takes
a few per cent fewer. Max pooling on cores without DSP instructions is read off its loop, not measured. Kernels of int4,
palettes and int16 were measured on a Cortex-M4 alone (the samples digits, gestures and sine, pruned by 0, 30 and 60 %;
int16 is met within 5 %, a whole model in int4 within 15 %); other cores take as much more as the figures at the end of
each table say, which are no more than a guess. Kernels that none of these models has take those.
"""

from dataclasses import dataclass
from enum import StrEnum


class Arithmetic(StrEnum):
    """What a core multiplies with."""

    DSP = "dsp"  # Arm's DSP extension: two products per instruction
    PLAIN = "plain"  # 32-bit products, one at a time
    THUMB = "thumb"  # 32-bit products without the high half
    BYTES = "bytes"  # 8-bit products; figures are cycles


@dataclass(frozen=True, slots=True)
class Work:
    """Instructions for each multiply-accumulate, each byte written and read, and each layer."""

    mac: float
    written: float
    read: float = 0.0
    layer: float = 0.0

    def of(self, macs: int, written_bytes: int, read_bytes: int) -> float:
        """For a whole layer."""
        return self.mac * macs + self.written * written_bytes + self.read * read_bytes + self.layer


OTHERS = "others"

WORK: dict[Arithmetic, dict[str, Work]] = {
    Arithmetic.DSP: {
        "studio_average_pool": Work(0, 0, 7.8),
        "studio_channelwise": Work(3.0, 18.6, 0, 2640),
        "studio_convolution_int16": Work(9.6, 168, 2.9, 2440),
        "studio_dense_int16": Work(7.9, 30, 0.3, 43),
        "studio_depthwise_int16": Work(0, 183),
        "studio_max_pool": Work(0, 9.3, 1.5),
        "studio_mean": Work(0, 19, 11),
        "studio_mean_int16": Work(0, 16, 3.4, 350),
        "studio_palette_2": Work(0.64, 51, 22.6, 430),
        "studio_palette_4": Work(1.5, 44, 3.7, 420),
        "studio_pointwise": Work(0.83, 7.4, 14.9, 50),
        "studio_pool_int16": Work(0, 28, 8.9, 180),
        "studio_softmax": Work(0, 44, 0, 160),
        "studio_softmax_int16": Work(0, 44, 0, 186),
        "studio_sum": Work(0, 20),
        "studio_vector": Work(1.05, 17, 0, 120),
        "studio_window": Work(0.86, 24),
        OTHERS: Work(4.0, 40, 0, 200),
    },
    Arithmetic.PLAIN: {
        "studio_average_pool": Work(0, 0, 9),
        "studio_channelwise": Work(4.6, 23, 3.4, 3100),
        "studio_max_pool": Work(0, 5, 8),
        "studio_mean": Work(0, 19, 11),
        "studio_pointwise": Work(4.1, 0, 21, 11_500),
        "studio_softmax": Work(0, 44, 0, 160),
        "studio_vector": Work(4.0, 35, 11),
        "studio_window": Work(3.5, 38, 207),
        OTHERS: Work(5.0, 50, 0, 200),
    },
    Arithmetic.THUMB: {
        "studio_average_pool": Work(0, 0, 13),
        "studio_channelwise": Work(8.2, 84, 0, 11_000),
        "studio_max_pool": Work(0, 6, 9),
        "studio_mean": Work(0, 55, 18),
        "studio_pointwise": Work(7.9, 0, 64, 21_000),
        "studio_softmax": Work(0, 96, 0, 410),
        "studio_vector": Work(7.1, 83, 20),
        "studio_window": Work(6.8, 89, 460),
        OTHERS: Work(8.0, 100, 0, 400),
    },
    Arithmetic.BYTES: {
        "studio_channelwise": Work(0, 1600, 71),
        "studio_max_pool": Work(0, 15, 25),
        "studio_mean": Work(0, 680, 61),
        "studio_pointwise": Work(32, 680),
        "studio_softmax": Work(0, 850, 0, 2700),
        "studio_vector": Work(29, 640, 0, 3400),
        "studio_window": Work(39, 690, 1350),
        OTHERS: Work(90, 700, 0, 3000),
    },
}

# Bytes of code on a Cortex-M4.
CODE_BYTES = {
    "studio_add": 674, "studio_average_pool": 362, "studio_batch_to_space": 166, "studio_channelwise": 546,
    "studio_clip_f32": 60, "studio_combine_f32": 292, "studio_combine_int16": 770, "studio_convolution": 606,
    "studio_convolution_f32": 560, "studio_convolution_int16": 792, "studio_dense": 378,
    "studio_dense_f32": 200, "studio_dense_int16": 456, "studio_depthwise": 768, "studio_depthwise_f32": 580,
    "studio_depthwise_int16": 768, "studio_depthwise_int4": 664, "studio_dequantize_f32": 70,
    "studio_extremes": 172, "studio_fill": 18, "studio_gather_parts": 110, "studio_limit": 68,
    "studio_logistic_f32": 312, "studio_lookup": 28, "studio_lstm": 934, "studio_max_pool": 370,
    "studio_mean": 280, "studio_mean_f32": 192, "studio_mean_int16": 338, "studio_mirror_pad": 278,
    "studio_move": 146, "studio_multiply": 350, "studio_packed": 420, "studio_palette_2": 886,
    "studio_palette_4": 890, "studio_pointwise": 124, "studio_pool_f32": 448, "studio_pool_int16": 414,
    "studio_prelu": 472, "studio_quantize_f32": 174, "studio_requantize_int16": 238,
    "studio_resize_bilinear": 386, "studio_resize_nearest": 122, "studio_rows": 210, "studio_search": 210,
    "studio_sigmoid_int16": 208, "studio_softmax": 396, "studio_softmax_f32": 440, "studio_softmax_int16": 668,
    "studio_space_to_batch": 240, "studio_sparse_bits": 546, "studio_sparse_gaps": 606,
    "studio_squared_difference": 662, "studio_sum": 158, "studio_svdf": 550, "studio_svdf16": 622,
    "studio_tanh_f32": 416, "studio_transpose_convolution": 758, "studio_vector": 544, "studio_window": 298,
    OTHERS: 500,
}  # fmt: skip
CODE_BYTES_PER_LAYER = 20  # the calls
STRUCT_BYTES_PER_LAYER = 60  # the parameters, which lie beside the weights

# Code for speed, next to code for size; and a core's code next to the Cortex-M4's (Xtensa, RISC-V, Cortex-A: guesses).
CODE_FOR_SPEED = 1.5
CODE_GROWTH = {
    "cortex-m0plus": 1.27,
    "cortex-m4": 1.0,
    "cortex-m7": 1.0,
    "cortex-m33": 1.0,
    "cortex-a": 1.6,
    "xtensa-lx6": 1.3,
    "xtensa-lx7": 1.3,
    "risc-v": 1.3,
    "avr": 3.2,
}
# The deepest that any of these models goes, rounded up.
STACK_BYTES = {Arithmetic.DSP: 330, Arithmetic.PLAIN: 310, Arithmetic.THUMB: 360, Arithmetic.BYTES: 830}

ARITHMETIC = {
    "cortex-m0plus": Arithmetic.THUMB,
    "cortex-m4": Arithmetic.DSP,
    "cortex-m7": Arithmetic.DSP,
    "cortex-m33": Arithmetic.DSP,
    "cortex-a": Arithmetic.DSP,
    "xtensa-lx6": Arithmetic.PLAIN,
    "xtensa-lx7": Arithmetic.PLAIN,
    "risc-v": Arithmetic.PLAIN,
    "avr": Arithmetic.BYTES,
}


def work(
    kernels: tuple[str, ...], arithmetic: Arithmetic, macs: int, written_bytes: int, read_bytes: int
) -> float:
    """Instructions (on BYTES cycles) of one layer that calls `kernels`."""
    table, measured = WORK[arithmetic], WORK[Arithmetic.DSP]
    guess = table[OTHERS].mac / measured[OTHERS].mac
    known = [(table[kernel], 1.0) for kernel in kernels if kernel in table]
    known += [(measured[kernel], guess) for kernel in kernels if kernel in measured and kernel not in table]
    known = known or [(table[OTHERS], 1.0)]
    return max(entry.of(macs, written_bytes, read_bytes) * more for entry, more in known)
