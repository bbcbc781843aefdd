"""C11: where in a sample the answer comes from, found by covering one patch after the other."""

import math

import numpy as np
import numpy.typing as npt

from studio.core.answers import Answers, Kind
from studio.core.checks.check import Check, Verdict
from studio.core.checks.faults import Respond
from studio.core.checks.input_details import EvidenceMap, EvidenceMaps
from studio.core.samples import Face, face_of, plain_shape

TITLE = "Where answers come from"

Values = npt.NDArray[np.float32]

_PATCHES = 48  # at most
_RANDOM = 10  # draws of a random tenth
_TENTH = 0.1


def costly_rows(answers: Answers, wrong: int, right: int) -> list[int]:
    """The samples to explain: those that compression broke and the surest wrong answers, then some sure right ones."""
    top = answers.scores[np.arange(len(answers)), answers.after]
    broken = list(answers.changed()[Kind.BROKEN])
    missed = np.flatnonzero(answers.after != answers.y)
    rows = [*broken[: (wrong + 1) // 2], *missed[np.argsort(-top[missed], kind="stable")]]
    chosen = [int(row) for row in dict.fromkeys(rows)][:wrong]
    good = np.flatnonzero(answers.after == answers.y)
    return chosen + [int(row) for row in good[np.argsort(-top[good], kind="stable")][:right]]


def check_maps(
    x: Values, rows: list[int], answers: Answers, respond: Respond, background: Values, *, seed: int = 0
) -> Check:
    """C11: occlusion maps of the samples `rows`, whose inputs are `x` [R, *shape].

    A patch is covered with `background` [*shape], the mean of the data. A map is faithful where covering the tenth of
    patches that matter most takes more from the score than covering random tenths does.
    """
    maps = tuple(
        _map(sample, row, answers, respond, background, seed) for sample, row in zip(x, rows, strict=True)
    )
    if not maps:
        return Check("C11", TITLE, Verdict.CANNOT_TELL, "There is no answer to explain.")
    faithful = sum(found.faithful for found in maps)
    few = faithful < 0.8 * len(maps)
    words = "do not trust the others." if faithful < len(maps) else "they can be looked at."
    return Check(
        "C11",
        TITLE,
        Verdict.WARN if few else Verdict.PASS,
        f"{faithful} of {len(maps)} maps show what the answer hangs on (covering it takes more away than covering "
        f"anything): {words}",
        value=faithful / len(maps),
        n=len(maps),
        method="occlusion, deletion test",
        seed=seed,
        detail=EvidenceMaps(maps),
    )


def patches(shape: tuple[int, ...]) -> npt.NDArray[np.int64]:
    """The number of the patch that each place of a sample belongs to, in its first two axes [rows, columns].

    Traces and waveforms are divided over time only, pictures and features in both directions.
    """
    sides = plain_shape(shape)
    high = sides[0]
    wide = sides[1] if face_of(shape) is Face.PICTURE else 1
    rows = min(high, max(1, round(math.sqrt(_PATCHES * high / wide)))) if wide > 1 else min(high, _PATCHES)
    columns = min(wide, max(1, _PATCHES // rows))
    down, across = (np.arange(size) * count // size for size, count in ((high, rows), (wide, columns)))
    return (down[:, None] * columns + across[None]).astype(np.int64)


def _map(
    sample: Values, row: int, answers: Answers, respond: Respond, background: Values, seed: int
) -> EvidenceMap:
    sides = plain_shape(sample.shape)
    grid = patches(sample.shape)
    count = int(grid.max()) + 1
    columns = int(grid[0].max()) + 1
    answer = int(answers.after[row])
    generator = np.random.default_rng([seed, 11, row])
    some = max(1, round(count * _TENTH))
    singles = np.eye(count, dtype=bool)
    drawn = np.zeros((_RANDOM, count), bool)
    for draw in drawn:
        draw[generator.choice(count, some, replace=False)] = True
    covered = np.concatenate([singles, drawn])
    scores = respond(_covered(sample, background, covered, grid, sides))[:, answer]
    base = float(answers.scores[row, answer])
    drops = base - scores[:count]
    top = np.zeros((1, count), bool)
    top[0, np.argsort(-drops, kind="stable")[:some]] = True
    top_drop = base - float(respond(_covered(sample, background, top, grid, sides))[0, answer])
    random_drop = base - float(scores[count:].mean())
    return EvidenceMap(
        int(answers.rows[row]),
        int(answers.y[row]),
        answer,
        count // columns,
        columns,
        tuple(round(float(drop), 5) for drop in drops),
        top_drop,
        random_drop,
        faithful=top_drop > random_drop,
    )


def _covered(
    sample: Values,
    background: Values,
    chosen: npt.NDArray[np.bool_],
    grid: npt.NDArray[np.int64],
    sides: tuple[int, ...],
) -> Values:
    """The sample once for each row of `chosen` [P, patches], those patches covered: [P, *shape]."""
    mask = chosen[:, grid]  # [P, rows, columns]
    mask = mask.reshape(len(chosen), *grid.shape, *(1,) * max(len(sides) - 2, 0))
    if len(sides) == 1:
        mask = mask.reshape(len(chosen), -1)
    laid = np.broadcast_to(mask, (len(chosen), *sides)).reshape(len(chosen), *sample.shape)
    found: Values = np.where(laid, background, sample).astype(np.float32)
    return found
