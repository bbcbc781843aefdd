"""Going from open point to open point."""

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from studio.core.review import SIGNATURE
from studio.ui.review_walking import ReviewWalking
from studio.ui.widgets.open_points import OpenPoint


def test_who_comes_back_from_samples_goes_on_with_what_blocks_and_not_with_warnings(qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    points = [OpenPoint(place, "open", True) for place in ("V7", "P1")] + [OpenPoint("V6", "warns", False)]
    walking = ReviewWalking(page, 1, lambda: tuple(points))
    wanted: list[str] = []
    walking.place_wanted.connect(wanted.append)
    walking.note("V7")
    points[0] = OpenPoint("V7", "judged, and still to look at", False)
    walking.note("V7")  # as the viewer of its samples closes
    walking.go_on()
    assert wanted[0] == "P1"


def test_what_only_warns_comes_once_only_the_signature_is_missing(qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    points = [OpenPoint(place, "open", True) for place in ("D6", "D8", SIGNATURE)]
    points.append(OpenPoint("D1", "warns", False))
    walking = ReviewWalking(page, 1, lambda: tuple(points))
    wanted: list[str] = []
    walking.place_wanted.connect(wanted.append)
    walking.note("D6")
    walking.go_on()
    assert set(wanted) == {"D6", "D8"}
    wanted.clear()
    del points[:2]
    walking.go_on()
    assert set(wanted) == {"D1", SIGNATURE}
