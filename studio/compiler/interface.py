"""The model's face in C: model.h, and the functions that give access to inputs, outputs and state."""

import math

from studio.compiler.graph import Graph
from studio.compiler.layer import C_TYPES
from studio.compiler.plan import Plan
from studio.compiler.sources import TensorSpec
from studio.core.tflite import DType, Tensor


def header(
    graph: Graph,
    plan: Plan,
    inputs: tuple[TensorSpec, ...],
    outputs: tuple[TensorSpec, ...],
    layer_count: int,
) -> str:
    """What follows the opening comment of model.h, but for the labels and the hash (`identity`)."""
    return f"""
/* A real number is SCALE * (stored - ZERO_POINT). */
{_macros("INPUT", inputs)}
{_macros("OUTPUT", outputs)}
#define STUDIO_LAYER_COUNT {layer_count}
{_memory(graph, plan)}
enum {{
    STUDIO_MODEL_OK = 0,
    STUDIO_MODEL_NO_MEMORY = -1 /* the memory is a null pointer */
}};

/* Where to write the input: [STUDIO_INPUT_SIZE]. A run overwrites it. */
{_type(inputs[0])} *studio_model_input(studio_memory *memory);

/* Where the output is after a run: [STUDIO_OUTPUT_SIZE]. */
const {_type(outputs[0])} *studio_model_output(const studio_memory *memory);

/* The same of all STUDIO_INPUT_COUNT inputs and STUDIO_OUTPUT_COUNT outputs, by number; null beyond. */
void *studio_model_input_at(studio_memory *memory, int index);
const void *studio_model_output_at(const studio_memory *memory, int index);
{_reset_declared(graph)}
/* One inference. Returns STUDIO_MODEL_OK or a negative error. */
int studio_model_run(studio_memory *memory);
"""


def access(graph: Graph, plan: Plan) -> str:
    """The definitions of all functions of model.h but studio_model_run."""
    first, last = graph.inputs[0], graph.outputs[0]
    return f"""
{_type(first)} *studio_model_input(studio_memory *memory)
{{
    return {_pointer(first, plan)};
}}

const {_type(last)} *studio_model_output(const studio_memory *memory)
{{
    return {_pointer(last, plan, "const ")};
}}

void *studio_model_input_at(studio_memory *memory, int index)
{{
{_cases(graph.inputs, plan)}}}

const void *studio_model_output_at(const studio_memory *memory, int index)
{{
{_cases(graph.outputs, plan)}}}
{_reset(graph, plan)}"""


def _type(tensor: TensorSpec | Tensor) -> str:
    return C_TYPES[str(tensor.dtype)]


def _pointer(tensor: Tensor, plan: Plan, const: str = "") -> str:
    place = f"memory->bytes + {plan.offsets[tensor.index]}"
    return place if tensor.dtype == DType.INT8 else f"({const}{_type(tensor)} *)({const}void *)({place})"


def _cases(tensors: tuple[Tensor, ...], plan: Plan) -> str:
    lines = [
        f"    if (index == {i}) {{\n        return memory->bytes + {plan.offsets[t.index]};\n    }}\n"
        for i, t in enumerate(tensors)
    ]
    return "".join(lines) + "    return NULL;\n"


def _macros(side: str, specs: tuple[TensorSpec, ...]) -> str:
    """The first without a number, as most models have only one."""
    names = [side, *(f"{side}_{i}" for i in range(1, len(specs)))]
    macros = [_tensor_macros(name, spec) for name, spec in zip(names, specs, strict=True)]
    return "\n".join([f"#define STUDIO_{side}_COUNT {len(specs)}", *macros])


def _tensor_macros(name: str, spec: TensorSpec) -> str:
    shape = spec.shape or (1,)
    return f"""#define STUDIO_{name}_TYPE {_type(spec)}
#define STUDIO_{name}_SIZE {math.prod(shape)}
#define STUDIO_{name}_RANK {len(shape)}
#define STUDIO_{name}_SHAPE {{{", ".join(map(str, shape))}}}
#define STUDIO_{name}_SCALE {decimal(spec.scale)}
#define STUDIO_{name}_ZERO_POINT {spec.zero_point if spec.zero_point >= 0 else f"({spec.zero_point})"}"""


def decimal(value: float) -> str:
    """A float32 as C writes it, with enough digits for every one."""
    text = f"{value:.9g}"
    return text + ("f" if "." in text or "e" in text else ".0f")


def _memory(graph: Graph, plan: Plan) -> str:
    use = "and free for anything else between two runs"
    if graph.states:
        use = "which keeps the model's state between two runs"
    return f"""
/* The memory that the model works in: yours, {use}. */
#define STUDIO_ARENA_BYTES {plan.arena_bytes}
#define STUDIO_STATE_BYTES {sum(t.bytes for t in graph.states)}
typedef union {{
    int64_t align;
    int8_t bytes[STUDIO_ARENA_BYTES];
}} studio_memory;
"""


def _reset_declared(graph: Graph) -> str:
    if not graph.states:
        return ""
    return (
        "\n/* Forgets what was kept between runs. To be called before the first run, and whenever what follows has\n"
        "   nothing to do with what came before. */\nvoid studio_model_reset(studio_memory *memory);\n"
    )


def _reset(graph: Graph, plan: Plan) -> str:
    if not graph.states:
        return ""
    fills = "".join(
        f"    for (i = 0; i < {t.bytes}; i++) {{\n"
        f"        memory->bytes[{plan.offsets[t.index]} + i] = {_fill(t)};\n    }}\n"
        for t in graph.states
    )
    return f"\nvoid studio_model_reset(studio_memory *memory)\n{{\n    int32_t i;\n{fills}}}\n"


def _fill(tensor: Tensor) -> int:
    """What a byte of a state is before the first run: zero as it is stored."""
    return tensor.zero_points[0] if tensor.dtype == DType.INT8 and tensor.zero_points else 0
