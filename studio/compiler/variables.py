"""VAR_HANDLE, READ_VARIABLE and ASSIGN_VARIABLE: numbers that a model keeps from one run to the next."""

from dataclasses import replace

from studio.compiler.graph import Node
from studio.compiler.layer import Call, Layer, Place
from studio.core.tflite import Operator, Tensor, TfliteModel


def resolve(model: TfliteModel) -> TfliteModel:
    """The model with every variable as a tensor that is kept, which READ_VARIABLE reads and ASSIGN_VARIABLE writes.

    The handles of one variable, which name it alike, become one tensor.
    """
    handles = [operator for operator in model.operators if operator.name == "VAR_HANDLE"]
    if not handles:
        return model
    named: dict[tuple[str, str], int] = {}
    stores: dict[int, int] = {}
    names: dict[int, str] = {}
    for handle in handles:
        for output in handle.outputs[:1]:
            store = named.setdefault((handle.options.container, handle.options.shared_name), output)
            stores[output] = store
            names[store] = handle.options.shared_name
    tensors = list(model.tensors)
    operators: list[Operator] = []
    for operator in model.operators:
        if operator.name == "VAR_HANDLE":
            continue
        store = stores.get(operator.inputs[0], -1) if operator.inputs else -1
        if operator.name == "READ_VARIABLE" and store >= 0 and operator.outputs:
            _store(model, tensors, store, operator, names[store], operator.outputs[0])
            operator = replace(operator, inputs=(store,))
        elif operator.name == "ASSIGN_VARIABLE" and store >= 0 and len(operator.inputs) > 1:
            _store(model, tensors, store, operator, names[store], operator.inputs[1])
            operator = replace(operator, inputs=operator.inputs[1:2], outputs=(store,))
        operators.append(operator)
    return replace(model, tensors=tuple(tensors), operators=tuple(operators))


def _store(
    model: TfliteModel, tensors: list[Tensor], store: int, operator: Operator, name: str, like: int
) -> None:
    """Make the handle a tensor like what is read from it or written to it; all of these must be alike."""
    value = model.tensors[like]
    kept = replace(value, index=store, name=name, begin=0, end=0, is_variable=True)
    if tensors[store].is_variable:
        known = tensors[store]
        if (known.shape, known.dtype, known.scales, known.zero_points) != (
            kept.shape,
            kept.dtype,
            kept.scales,
            kept.zero_points,
        ):
            raise Node(model, operator).fail(
                f"uses the variable '{name}' with another shape or scale than before; quantize the model again."
            )
    tensors[store] = kept


def copied(node: Node) -> Layer:
    """READ_VARIABLE and ASSIGN_VARIABLE: the numbers as they are at that moment."""
    source, target = node.input(0), node.output
    if source.is_constant or not (source.is_variable or target.is_variable):
        raise node.fail("does not know which variable it uses: the file is damaged.")
    if source.bytes != target.bytes:
        raise node.fail("changes the size of its variable: the file is damaged.")
    parameters = (
        ("size", (1, 1, 1, source.count)),
        ("input_step", (0, 0, 0, 1)),
        ("output_step", (0, 0, 0, 1)),
    )
    return Layer(node, (Call("studio_move", parameters, (Place(source.index), Place(target.index))),))
