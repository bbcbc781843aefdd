"""How far a long study is."""

from pytestqt.qtbot import QtBot

from studio.ui.widgets.run_progress import RunProgress


def test_once_stopped_it_says_so_until_it_ends(qtbot: QtBot) -> None:
    progress = RunProgress()
    qtbot.addWidget(progress)
    progress.set_running(True, "Searching")
    progress.set_progress(0.2, "Storing the numbers in fewer bits, about 79 s left")
    place = progress.stop.pos()
    with qtbot.waitSignal(progress.stop_wanted):
        progress.stop.click()
    progress.set_progress(0.3, "Storing the numbers in fewer bits, about 70 s left")
    assert progress.words.text() == "Stopping, and keeping the best…"
    assert progress.left.isHidden()
    assert progress.stop.pos() == place
    progress.set_running(False)
    progress.set_running(True, "Searching again")
    progress.set_progress(0.1, "Storing")
    assert progress.words.text() == "Storing"
