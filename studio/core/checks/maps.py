"""C11: where in a sample the answer comes from, found by covering one patch after the other, and by gradients."""

import numpy as np
import numpy.typing as npt

from studio.core.answers import Answers, Kind
from studio.core.checks.check import Check, Verdict, told
from studio.core.checks.faults import Respond
from studio.core.checks.gradients import affordable, with_gradients
from studio.core.checks.input_details import EvidenceMap, EvidenceMaps
from studio.core.checks.limits import Limits
from studio.core.checks.patches import laid, patches
from studio.core.phrases import phrase, phrase_later

TITLE = phrase_later("Where answers come from")

Values = npt.NDArray[np.float32]

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
    x: Values,
    rows: list[int],
    answers: Answers,
    respond: Respond,
    background: Values,
    limits: Limits,
    *,
    original: Respond | None = None,
    enough: int = 1_000_000,
    seed: int = 0,
) -> Check:
    """C11: occlusion maps of the samples `rows`, whose inputs are `x` [R, *shape], and integrated gradients beside.

    A patch is covered with `background` [*shape], the mean of the data. A map is faithful where covering the tenth of
    patches that matter most takes more from the score than covering random tenths does. Integrated gradients are those
    of `original`, the model before compression, for as many maps as `enough` answers of it allow, the first ones first.
    """
    maps = [
        _map(sample, row, answers, respond, background, seed) for sample, row in zip(x, rows, strict=True)
    ]
    if not maps:
        return Check("C11", phrase(TITLE), Verdict.CANNOT_TELL, phrase("There is no answer to explain."))
    if original is not None:
        count, steps = affordable(len(maps), x.shape[1:], enough)
        for place in range(count):
            maps[place] = with_gradients(maps[place], x[place], background, original, steps, limits)
    faithful = sum(found.faithful for found in maps)
    few = faithful < 0.8 * len(maps)
    method = phrase("occlusion, deletion test")
    if original is not None:
        method = phrase("occlusion, deletion test; integrated gradients")
    return Check(
        "C11",
        phrase(TITLE),
        Verdict.WARN if few else Verdict.PASS,
        told(_showing(faithful, len(maps)), _compared(maps, original is not None, limits)),
        value=faithful / len(maps),
        n=len(maps),
        method=method,
        seed=seed,
        detail=EvidenceMaps(tuple(maps)),
    )


def _showing(faithful: int, n: int) -> str:
    if faithful < n:
        return phrase(
            "{faithful} of {n} maps show what the answer hangs on (covering it takes more away than covering "
            "anything): do not trust the others.",
            faithful=faithful,
            n=n,
        )
    return phrase(
        "{faithful} of {n} maps show what the answer hangs on (covering it takes more away than covering anything): "
        "they can be looked at.",
        faithful=faithful,
        n=n,
    )


def _compared(maps: list[EvidenceMap], has_original: bool, limits: Limits) -> str:
    if not has_original:
        return phrase(
            "The second way (integrated gradients) needs the model before compression, and this one arrived compressed."
        )
    alike = [
        found.gradients.agreement
        for found in maps
        if found.gradients is not None and found.gradients.agreement is not None
    ]
    if not alike:
        return phrase(
            "The second way (integrated gradients) gave no map that adds up well enough to compare."
        )
    agreeing = sum(agreement >= limits.map_agreement for agreement in alike)
    if agreeing == len(alike):
        return phrase(
            "A second way (integrated gradients in the model before compression) agrees with the first beyond chance "
            "in {agreeing} of {n}.",
            agreeing=agreeing,
            n=len(alike),
        )
    return phrase(
        "A second way (integrated gradients in the model before compression) agrees with the first beyond chance in "
        "{agreeing} of {n}: where the two differ, rely on neither.",
        agreeing=agreeing,
        n=len(alike),
    )


def _map(
    sample: Values, row: int, answers: Answers, respond: Respond, background: Values, seed: int
) -> EvidenceMap:
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
    scores = respond(_covered(sample, background, covered))[:, answer]
    base = float(answers.scores[row, answer])
    drops = base - scores[:count]
    top = np.zeros((1, count), bool)
    top[0, np.argsort(-drops, kind="stable")[:some]] = True
    top_drop = base - float(respond(_covered(sample, background, top))[0, answer])
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


def _covered(sample: Values, background: Values, chosen: npt.NDArray[np.bool_]) -> Values:
    """The sample once for each row of `chosen` [P, patches], those patches covered: [P, *shape]."""
    found: Values = np.where(laid(chosen, sample.shape), background, sample).astype(np.float32)
    return found
