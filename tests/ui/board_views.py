"""A board's session on a real virtual board with a real test set, for tests of the views below the traces."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np

from studio.compiler import generate
from studio.compiler.host import HostModel
from studio.core.dataset import load_split
from studio.core.project import Project
from studio.core.results import Results
from studio.core.sensor import quantize
from studio.ui.board_session import BoardSession
from studio.ui.session import Session
from tests.ui import results as made
from tests.ui.boards import LABELS, running
from tests.ui.canned import canned_session


def with_answers(folder: Path) -> Results:
    """A firmware that runs, 90 test samples, and what its C answered to them; one layer in the build, as in the C."""
    found = running(folder)
    candidate, evaluation, build, dataset = found.candidate, found.evaluation, found.build, found.dataset
    assert candidate is not None
    assert evaluation is not None
    assert build is not None
    assert dataset is not None
    random = np.random.default_rng(3)
    classes = np.arange(90) % 3
    x = (np.eye(3)[classes] * 0.6 + random.uniform(0, 0.5, (90, 3))).astype(np.float32)
    np.savez(folder / "test.npz", x=x, y=classes)
    sources = generate(Path(candidate.artifact).read_bytes(), labels=LABELS)
    split = load_split(folder, "test", (3,), 3)
    outputs = HostModel(sources).run(quantize(split.x, sources.input.scale, sources.input.zero_point))
    scores = ((outputs.reshape(90, 3) - sources.output.zero_point) * sources.output.scale).astype(np.float32)
    predictions = folder / "predictions.npz"
    np.savez(predictions, y=classes, float_scores=scores, scores=scores, outputs=outputs.reshape(90, 3))
    return replace(
        found,
        evaluation=replace(evaluation, predictions=str(predictions), candidate_sha256=candidate.sha256, n=90),
        build=replace(build, layers=build.layers[:1], candidate_sha256=candidate.sha256),
    )


@contextmanager
def board_session(results: Results, project: Project | None = None) -> Iterator[tuple[BoardSession, Session]]:
    """A session with these results and a board's session that is not connected yet."""
    session, _ = canned_session(results, project or made.project())
    board = BoardSession(session)
    board.set_interval(20)
    try:
        yield board, session
    finally:
        board.close()
        session.close()
