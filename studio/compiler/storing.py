"""How each layer stores its weights: as they are, without zeros, or with a palette, whichever suits the model."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations

from studio.compiler import palette, sharing, sparse
from studio.compiler.layer import Layer
from studio.compiler.sources import Optimize, Storage, StorageKind
from studio.core import figures, places

PATIENCE = 6  # how many times the instructions of the dense layer a smaller one may take at most
_KINDS = (StorageKind.BITS, StorageKind.GAPS, StorageKind.PALETTE_4, StorageKind.PALETTE_2)
_INCLUDED = re.compile(r'^#include "(studio_\w+)\.h"', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Ways:
    """A layer's ways to be stored; the dense one comes first."""

    layers: dict[StorageKind, Layer]
    storages: dict[StorageKind, Storage]


_Choice = tuple[StorageKind, ...]  # for each layer how it is stored


def consider(layers: list[Layer], optimize: Optimize) -> list[Layer]:
    """The layers, stored in the ways that together are what `optimize` prefers, the code of their kernels counted.

    Dense layers share the kernel of convolutions where that is preferred, too.
    Where another way than the dense one is taken or takes fewer bytes, a layer's `storages` say for each way the bytes
    of all constants and the instructions, first of that which was taken.
    """
    models = [[_ways(layer) for layer in layers]]
    shared = sharing.fewer_kernels(layers)
    if shared is not layers:
        pairs = zip(layers, shared, models[0], strict=True)
        models.append([way if before is after else _ways(after) for before, after, way in pairs])
    ways, best = min(
        ((ways, choice) for ways in models for choice in _choices(ways)),
        key=lambda found: _price(*_costs(*found), optimize),
    )
    return [_taken(way, kind) for way, kind in zip(ways, best, strict=True)]


def _choices(ways: list[_Ways]) -> Iterator[_Choice]:
    """The dense model, and for each set of other kinds that there are the model that uses them where that is smaller.

    Either where it is also quicker or half as large, which leaves slow layers dense, or wherever it is smaller, which
    may save the dense kernels.
    """
    there = [kind for kind in _KINDS if any(kind in way.layers for way in ways)]
    for count in range(len(there) + 1):
        for allowed in combinations(there, count):
            for eager in (False, True)[: 1 + bool(allowed)]:
                yield tuple(_best(way, allowed, eager=eager) for way in ways)


def _best(way: _Ways, allowed: tuple[StorageKind, ...], *, eager: bool) -> StorageKind:
    dense = way.storages[StorageKind.DENSE]
    smaller = [
        storage
        for kind, storage in way.storages.items()
        if kind in allowed
        and storage.bytes < dense.bytes
        and storage.instructions <= PATIENCE * dense.instructions
        and (eager or _value(storage) < _value(dense))
    ]
    if eager:
        return min((dense, *smaller), key=lambda storage: storage.bytes).kind
    return min((dense, *smaller), key=_value).kind


def _value(storage: Storage) -> float:
    return storage.bytes * math.sqrt(storage.instructions)


def _costs(ways: list[_Ways], choice: _Choice) -> tuple[int, int]:
    """Bytes of all constants and of the kernels' code on a Cortex-M4, and instructions."""
    layers = [way.layers[kind] for way, kind in zip(ways, choice, strict=True)]
    storages = [way.storages[kind] for way, kind in zip(ways, choice, strict=True)]
    needed = frozenset().union(*(_needed(call.kernel) for layer in layers for call in layer.calls))
    code = sum(figures.CODE_BYTES.get(name, figures.CODE_BYTES[figures.OTHERS]) for name in needed)
    return code + sum(s.bytes for s in storages), sum(s.instructions for s in storages)


@cache
def _needed(kernel: str) -> frozenset[str]:
    """A kernel and all others that come with it."""
    folder = places.firmware() / "kernels"
    found: set[str] = set()
    waiting = [kernel]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        texts = [
            path.read_text("utf-8") for path in (folder / f"{name}.c", folder / f"{name}.h") if path.is_file()
        ]
        waiting += _INCLUDED.findall("".join(texts))
    return frozenset(name for name in found if (folder / f"{name}.c").is_file())


def _price(size: int, instructions: int, optimize: Optimize) -> float:
    match optimize:
        case Optimize.SIZE:
            return size
        case Optimize.BALANCED:  # half the bytes are worth four times the instructions
            return size * math.sqrt(instructions)
        case Optimize.SPEED:
            return instructions


def _taken(way: _Ways, kind: StorageKind) -> Layer:
    best = way.storages[kind]
    others = tuple(storage for storage in way.storages.values() if storage is not best)
    told = kind != StorageKind.DENSE or any(storage.bytes < best.bytes for storage in others)
    return replace(way.layers[kind], storages=(best, *others) if told else ())


def _ways(layer: Layer) -> _Ways:
    """All ways that there are; the dense one is always among them."""
    sparsely = sparse.ways(layer)
    estimates = sparse.instructions(layer) if sparsely else {}
    if not sparsely or _is_computed_twice(layer):
        estimates[StorageKind.DENSE] = _instructions(layer)
    few = palette.ways(layer)
    estimates |= {kind: palette.instructions(made) for kind, made in few.items()}
    layers = {StorageKind.DENSE: layer, **sparsely, **few}
    storages = {kind: Storage(kind, made.weight_bytes, estimates[kind]) for kind, made in layers.items()}
    return _Ways(layers, storages)


def _is_computed_twice(layer: Layer) -> bool:
    """Whether the kernel for two rows computes a single one."""
    return any(c.kernel == "studio_pointwise" and dict(c.parameters)["rows"] == 1 for c in layer.calls)


def _instructions(layer: Layer) -> int:
    """What a run is estimated to take on a Cortex-M4."""
    if not layer.calls:
        return 0
    read = sum(tensor.bytes for tensor in layer.node.inputs if not tensor.is_constant)
    kernels = tuple(call.kernel for call in layer.calls)
    macs = layer.macs * (2 if _is_computed_twice(layer) else 1)
    return round(figures.work(kernels, figures.Arithmetic.DSP, macs, layer.output.bytes, read))
