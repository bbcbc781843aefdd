"""Frozen dataclasses to plain JSON values and back, checked against their type hints."""

import dataclasses
import types
import typing
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")

_PLAIN = (str, int, float, bool, type(None))


def to_json(value: object) -> Any:
    """Turn dataclasses, enums, tuples and mappings into what `json.dumps` takes.

    Raises TypeError for anything else, so that nothing is written that cannot be read back.
    """
    kind: Any = type(value)
    if kind in _PLAIN:  # most values are, and models of hundreds of layers are written on the window's thread
        return value
    names = _field_names(kind)
    if names is not None:
        return {name: to_json(getattr(value, name)) for name in names}
    if isinstance(value, StrEnum):
        return value.value
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, tuple | list):
        return [to_json(item) for item in value]
    if isinstance(value, dict):
        return {str(key): to_json(item) for key, item in value.items()}
    raise TypeError(f"{type(value).__name__} has no JSON form")


def from_json(kind: type[T], data: object, where: str = "value") -> T:
    """Build a `kind` from JSON data.

    Fields left out take their default; unknown fields are refused. Raises ValueError that names the
    place (`where`) of the first thing that does not match.
    """
    return typing.cast(T, _read(kind, data, where))


def _read(kind: Any, data: object, where: str) -> object:
    origin = typing.get_origin(kind)
    arguments = typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return _read_union(arguments, data, where)
    if origin is tuple:
        return _read_tuple(arguments, data, where)
    if origin is dict:
        if not isinstance(data, dict):
            raise ValueError(f"{where} should be an object")
        return {str(key): _read(arguments[1], item, f"{where}.{key}") for key, item in data.items()}
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return _read_dataclass(kind, data, where)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        try:
            return kind(str(data))
        except ValueError:
            raise ValueError(f"{where} should be one of {', '.join(kind)}, not {data!r}") from None
    if kind is float and isinstance(data, int) and not isinstance(data, bool):
        return float(data)
    if kind is Any:
        return data
    if not isinstance(data, kind) or (isinstance(data, bool) and kind is not bool):
        raise ValueError(f"{where} should be {kind.__name__}, not {data!r}")
    return data


def _read_union(arguments: tuple[Any, ...], data: object, where: str) -> object:
    if data is None and type(None) in arguments:
        return None
    choices = [kind for kind in arguments if kind is not type(None)]
    for kind in choices[:-1]:
        try:
            return _read(kind, data, where)
        except ValueError:
            continue
    return _read(choices[-1], data, where)


def _read_tuple(arguments: tuple[Any, ...], data: object, where: str) -> tuple[object, ...]:
    if not isinstance(data, list | tuple):
        raise ValueError(f"{where} should be a list")
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        return tuple(_read(arguments[0], item, f"{where}[{place}]") for place, item in enumerate(data))
    if len(arguments) != len(data):
        raise ValueError(f"{where} should have {len(arguments)} entries")
    pairs = zip(arguments, data, strict=True)
    return tuple(_read(kind, item, f"{where}[{place}]") for place, (kind, item) in enumerate(pairs))


@cache
def _field_names(kind: Any) -> tuple[str, ...] | None:
    return tuple(f.name for f in dataclasses.fields(kind)) if dataclasses.is_dataclass(kind) else None


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _read_dataclass(kind: type, data: object, where: str) -> object:
    if not isinstance(data, dict):
        raise ValueError(f"{where} should be an object")
    hints = _hints(kind)
    names = {field.name for field in dataclasses.fields(kind)}
    unknown = sorted(set(data) - names)
    if unknown:
        raise ValueError(f"{where} has an unknown entry {unknown[0]!r}")
    values = {name: _read(hints[name], data[name], f"{where}.{name}") for name in names if name in data}
    try:
        return kind(**values)
    except TypeError as error:
        raise ValueError(f"{where} is incomplete: {error}") from None
