"""Which class is number 0, 1, 2…: by labels.txt, or by name in order; and what does not fit the model."""

from typing import Any

import numpy as np
import numpy.typing as npt

from studio.core.errors import StudioError


def class_names(seen: set[str], listed: tuple[str, ...], outputs: int) -> tuple[tuple[str, ...], str]:
    """The names in the model's order, and the sentence that says how that order came about.

    `listed` are those of labels.txt. Where all names are numbers below `outputs` they are the classes' own numbers.
    """
    count = max(outputs, 2)
    if listed:
        if len(listed) != count:
            raise StudioError(
                f"labels.txt names {len(listed)} classes but the model answers {count}. "
                "Give one name per line for each."
            )
        unknown = sorted(seen - set(listed))
        if unknown:
            raise StudioError(
                f"The label '{unknown[0]}' is not in labels.txt ({some_of(listed)}), so the model does not know it. "
                "Correct the label, or add it to labels.txt if the model was trained with it."
            )
        return listed, f"Classes are in the order of labels.txt: {some_of(listed)}."
    if all(name.isdecimal() and int(name) < count for name in seen):
        numbers = {int(name): name for name in seen}
        names = tuple(numbers.get(number, str(number)) for number in range(count))
        return names, "The labels are numbers: they are the model's classes as they stand."
    if len(seen) != count:
        more = "more" if len(seen) > count else "fewer"
        raise StudioError(
            f"The data has {len(seen)} labels ({some_of(sorted(seen))}), {more} than the {count} classes that the "
            "model answers. Put a labels.txt beside the data with one name per line, in the order of training."
        )
    found = tuple(sorted(seen, key=_natural))
    return found, (
        f"Classes are numbered by name in order: {some_of(found)}. If the model was trained in another order, "
        "put a labels.txt beside the data, one name per line."
    )


_NORMAL = ("normal", "ok", "good", "0")
_ANOMALOUS = ("anomaly", "anomalous", "abnormal", "anomalies", "bad", "defect", "defective", "faulty", "1")


def anomaly_names(seen: set[str]) -> tuple[str, ...] | None:
    """The names of what is normal and, where there is such, of what is not; None for labels of another kind."""
    normal = [name for name in seen if name.lower() in _NORMAL]
    others = [name for name in seen if name.lower() in _ANOMALOUS]
    return (*normal, *others) if len(normal) == 1 and len(seen) == 1 + len(others) <= 2 else None


def numbered(y: npt.NDArray[Any], names: tuple[str, ...]) -> npt.NDArray[np.int64]:
    """Class names as their numbers."""
    numbers = {name: number for number, name in enumerate(names)}
    return np.array([numbers[name] for name in y.tolist()], np.int64)


def _natural(name: str) -> tuple[int, str]:
    return (int(name), name) if name.isdecimal() else (1 << 62, name)


def some_of(names: tuple[str, ...] | list[str]) -> str:
    """The first eight names, and that there are more."""
    return ", ".join(names[:8]) + ("…" if len(names) > 8 else "")
