"""Which elements of memory a node touches: sizes and steps of nested loops, as few loops as possible."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Loop:
    """One loop: how often, and how far each of several pointers moves per turn (in elements)."""

    size: int
    steps: tuple[int, ...]


def row_major(shape: tuple[int, ...]) -> tuple[int, ...]:
    """How far apart neighbours are along each dimension."""
    steps = []
    step = 1
    for size in reversed(shape):
        steps.append(step)
        step *= size
    return tuple(reversed(steps))


def merged(loops: list[Loop]) -> list[Loop]:
    """The same walk with loops of one turn left out and neighbouring loops joined where they are one."""
    result: list[Loop] = []
    for loop in loops:
        if loop.size == 1:
            continue
        outer = result[-1] if result else None
        if outer and all(o == i * loop.size for o, i in zip(outer.steps, loop.steps, strict=True)):
            result[-1] = Loop(outer.size * loop.size, loop.steps)
        else:
            result.append(loop)
    return result


def padded(loops: list[Loop], count: int, pointers: int) -> list[Loop] | None:
    """The loops with idle ones in front, `count` in all; None if there are more."""
    if len(loops) > count:
        return None
    return [Loop(1, (0,) * pointers)] * (count - len(loops)) + loops
