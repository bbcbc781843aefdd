"""Need against limit, worked out once for each build: with hundreds of layers it takes milliseconds every time."""

from studio.core.board import Board
from studio.core.build import Build, Fit, fit

_MOST = 2000
_known: dict[tuple[int, str, int], tuple[Build, Fit]] = {}


def known_fit(build: Build, board: Board, deadline_us: int) -> Fit:
    """What `fit` says, remembered.

    A build is known again by its identity (and kept, so that this stays its own): hashing it would take as long.
    """
    key = (id(build), board.id, deadline_us)
    if key not in _known:
        if len(_known) >= _MOST:
            _known.clear()
        _known[key] = (build, fit(build, board, deadline_us))
    return _known[key][1]
