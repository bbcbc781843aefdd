"""The review's tabs: the use, the questions of each stage, and the log; each title counts what is open there."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QTabWidget, QWidget

from studio.core.checklist import Checklist, Stage, Tier
from studio.core.phrases import phrase, phrase_later
from studio.core.review import Review, unanswered_use
from studio.ui.icons import icon
from studio.ui.theme import set_role
from studio.ui.widgets.evidence_figure import ReadSamples
from studio.ui.widgets.log_view import LogView
from studio.ui.widgets.question_list import QuestionList
from studio.ui.widgets.turns import Turns
from studio.ui.widgets.use_tab import UseTab

_STAGES = {
    Stage.DESIGN: phrase_later("Design"),
    Stage.DEVELOPMENT: phrase_later("Development"),
    Stage.DEPLOYMENT: phrase_later("Deployment"),
}


class ReviewTabs(QTabWidget):
    """`use`, one of `lists` for each stage, and `log`, in this order."""

    def __init__(
        self, checklist: Checklist, read: ReadSamples, turns: Turns, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._checklist = checklist
        self.use = UseTab(checklist.intake, turns)
        self.lists = {
            stage: QuestionList(
                tuple(known for known in checklist.questions if known.stage is stage), checklist, read, turns
            )
            for stage in _STAGES
        }
        self.log = LogView()
        self.setDocumentMode(True)
        set_role(self.tabBar(), "tight")
        self.setUsesScrollButtons(False)
        self.setElideMode(Qt.TextElideMode.ElideMiddle)  # the counts stay
        self.addTab(self.use, phrase("The use"))
        for stage, questions in self.lists.items():
            self.addTab(questions, phrase(_STAGES[stage]))
        self.addTab(self.log, phrase("Log"))

    def set_review(self, found: Review) -> None:
        """Count in the titles what is open and blocks, and mark a log that is broken."""
        self.setTabText(0, _counted(phrase("The use"), unanswered_use(self._checklist, found.entered)))
        stopped = found.tier is Tier.STOP
        for place, (stage, title) in enumerate(_STAGES.items(), 1):
            count = sum(item.blocks for item in found.items if item.question.stage is stage and not stopped)
            self.setTabText(place, _counted(phrase(title), count))
        tip = phrase("In brackets: how many points are open and block the release (Alt+1 to Alt+5)")
        for place in range(self.count()):  # a narrow window cuts the titles short
            self.setTabToolTip(place, f"{self.tabText(place)}\n{tip}")
        self.setTabIcon(self.indexOf(self.log), icon("blocked", "danger") if found.logged.broken else QIcon())


def _counted(title: str, count: int) -> str:
    return f"{title} ({count})" if count else title
