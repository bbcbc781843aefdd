"""Single samples of the data at hand, read beside the window's thread."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal

from studio.core.looks import Look, Seen, look_at
from studio.core.phrases import phrase
from studio.core.sample_rows import read_rows
from studio.ui.aside import Aside
from studio.ui.session import Session

Then = Callable[[npt.NDArray[np.float32], tuple[int, ...]], None]


class SampleReader(QObject):
    """`failed` says why samples could not be read; nobody is called back then."""

    failed = Signal(str)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._aside = Aside(self)

    def __call__(self, rows: tuple[int, ...], then: Then) -> None:
        """Read these samples of the test split, and call `then` with float32 [n, *shape] and the shape.

        Only if the data is still the same then.
        """
        dataset = self._session.results.dataset
        if dataset is None or not rows:
            return
        sha256 = dataset.sha256

        def hand_over(values: npt.NDArray[np.float32]) -> None:
            now = self._session.results.dataset
            if now is not None and now.sha256 == sha256:
                then(values, dataset.sample_shape)

        self._aside.run(lambda: read_rows(dataset, "test", rows)[0], hand_over, self.failed.emit)

    def look(
        self, looks: tuple[Look, ...], then: Callable[[tuple[Seen, ...]], None], failed: Callable[[str], None]
    ) -> None:
        """Read these samples of any split and call `then` with them, or `failed` with why they cannot be looked at."""
        dataset = self._session.results.dataset
        if dataset is None:
            failed(_not_at_hand())
            return
        sha256 = dataset.sha256

        def hand_over(seen: tuple[Seen, ...]) -> None:
            now = self._session.results.dataset
            if now is not None and now.sha256 == sha256:
                then(seen)
            else:
                failed(_not_at_hand())

        self._aside.run(lambda: look_at(dataset, looks), hand_over, failed)


def _not_at_hand() -> str:
    return phrase("The data these samples are of is not at hand any more. Choose it again on the Model page.")
