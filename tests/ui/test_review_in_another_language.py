"""The Review page in another language: what the window itself says goes through the translators' list, all of it."""

import ast
import html
import re
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QDialog,
    QFileDialog,
    QLabel,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from studio.core.checklist import standard_checklist
from studio.core.drawings import drawings_of
from studio.core.phrases import phrase
from studio.core.places import resources
from studio.core.project import Project
from studio.core.results import Results
from studio.core.review import Answers, Choice, now
from studio.ui.pages.review import ReviewPage
from studio.ui.session import Session
from studio.ui.widgets.evidence_list import EvidenceRow
from studio.ui.widgets.interval_plot import IntervalPlot
from studio.ui.widgets.line_plot import LinePlot
from tests.core.approval import approval
from tests.core.drawings.test_drawings_of import DETAILS
from tests.foreign import FOREIGN, all_sentences, catalogues_in, write_catalogue
from tests.ui import results as made
from tests.ui.canned import canned_session

Make = Callable[..., tuple[ReviewPage, Session]]
Check = Callable[[QWidget, Session], None]
NAMES = {
    *made.LABELS,
    "gestures",
    "Ada",
    "Grace",
    "hand",
    "left",
    "right",
    "wearer",
    "STOP",
    "release",
    "bench",
}
NAMES |= {"points", "misses"}  # how axes of the core are read out
DETAIL_OF = {"C1": 0, "C2": 3, "C4": 5, "C7": 8, "C12": 13, "C16": 16}  # its place among DETAILS


@pytest.fixture(scope="module")
def longer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the one language of tests/foreign.py, its words longer by a third."""
    folder = tmp_path_factory.mktemp("resources")
    write_catalogue(folder, all_sentences(longer=True))
    return folder


@pytest.fixture(autouse=True)
def spoken(longer: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The computer is set to that language: other threads speak it too."""
    monkeypatch.setenv("LANGUAGE", FOREIGN)
    with catalogues_in(longer):
        yield


@pytest.fixture
def make(qtbot: QtBot) -> Make:
    def page(
        results: Results, entered: Answers | None = None, project: Project | None = None
    ) -> tuple[ReviewPage, Session]:
        session, _ = canned_session(results, replace(project or made.project(), entered=entered or Answers()))
        shown = ReviewPage(session)
        qtbot.addWidget(shown)
        shown.resize(1060, 640)
        shown.show()
        qtbot.waitUntil(lambda: not session.busy, timeout=30_000)
        for tab in range(shown.tabs.count()):
            shown.tabs.setCurrentIndex(tab)
            qtbot.waitUntil(lambda: not shown.turns.busy, timeout=30_000)
        shown.tabs.setCurrentIndex(0)
        return shown, session

    return page


def strings(value: object) -> Iterator[str]:
    """Every text in a value of the core."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from strings((*value, *value.values()))
    elif isinstance(value, (tuple, list, frozenset)):
        for one in value:
            yield from strings(one)
    elif is_dataclass(value):
        for field in fields(value):
            yield from strings(getattr(value, field.name))


def said_elsewhere(session: Session) -> set[str]:
    """What the checklist, checks, drawings, gate and the maker say, and names: not the window's own words."""
    reviewing = session.reviewing
    found = reviewing.review or reviewing.preliminary
    checklist = found.checklist
    known = {*strings(checklist), *(rule.text.partition(" (")[0] for rule in checklist.own_limits)}
    known |= {intake.id.replace("_", " ") for intake in checklist.intake}
    known |= {text for check in found.checks for text in strings(check)}
    known |= {text for check in found.checks for text in strings(drawings_of(check, made.LABELS))}
    known |= {*strings(found.gate), *strings(found.entered), found.logged.broken}
    known |= {text for row in reviewing.rows for text in strings((row.hash, row.actor, dict(row.payload)))}
    return {part.strip() for text in known for part in outside(text) if part.strip()}


def left_over(text: str, elsewhere: set[str]) -> str:
    """The words of a text that are neither between « and » nor said elsewhere; ids and numbers are no words."""
    rest = []
    for part in outside(html.unescape(re.sub(r"<[^>]*>", "", text))):
        if part.strip(" .:,;()'") in elsewhere:
            continue
        for known in sorted((one for one in elsewhere if " " in one and one in part), key=len, reverse=True):
            part = part.replace(known, "")
        rest.append(
            re.sub(r"\b[0-9a-f]{8,64}\b|\S*(/|\*|\.pem|\.pub|\.toml)\S*", "", part)
        )  # hashes and files
    return " ".join(word for word in re.findall(r"[^\W\d_]{2,}", " ".join(rest)) if word not in NAMES)


def outside(text: str) -> list[str]:
    """What is not between « and »."""
    return re.split("«[^«»]*»", text)


def texts_of(widget: QWidget) -> Iterator[str]:
    """All that a person may read in a widget, or have read to them."""
    yield widget.accessibleName()
    yield widget.toolTip()
    if isinstance(widget, QDialog):
        yield widget.windowTitle()
    if isinstance(widget, (QLabel, QAbstractButton)):
        yield widget.text()
    if isinstance(widget, (QLineEdit, QPlainTextEdit)):
        yield widget.placeholderText()
    if isinstance(widget, QTabBar):
        yield from (widget.tabText(place) for place in range(widget.count()))
        yield from (widget.tabToolTip(place) for place in range(widget.count()))
    if isinstance(widget, QComboBox):
        yield from (widget.itemText(place) for place in range(widget.count()))
    if isinstance(widget, QAbstractItemView):
        yield from _cells_of(widget)
    if isinstance(widget, (IntervalPlot, LinePlot)):
        yield from (widget.words_at(place) for place in range(3))


def _cells_of(view: QAbstractItemView) -> Iterator[str]:
    model = view.model()
    if model is None:
        return
    columns = 1 if isinstance(view, QListView) else model.columnCount()
    for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
        for column in range(columns):
            yield str(model.headerData(column, Qt.Orientation.Horizontal, role) or "")
            for row in range(model.rowCount()):
                yield str(model.index(row, column).data(role) or "")


def english(top: QWidget, session: Session) -> dict[str, str]:
    """What is left of English below `top`, in sight or not: the text, and the words of it that nobody translates."""
    elsewhere = said_elsewhere(session)
    texts: set[str] = set()
    for widget in (top, *top.findChildren(QWidget)):
        if not _is_qts_own(widget):
            texts.update(texts_of(widget))
    for action in top.findChildren(QAction):
        if not _is_qts_own(action.parent()):
            texts.update((action.text(), action.toolTip()))
    return {text: rest for text in texts if (rest := left_over(text, elsewhere))}


def _is_qts_own(widget: object) -> bool:
    """Inside a file dialog, or a button of a bar of tabs: Qt has translations of its own."""
    while isinstance(widget, QWidget):
        parent = widget.parent()
        if isinstance(widget, QFileDialog) or isinstance(parent, QTabBar):
            return True
        widget = parent
    return False


def cut_off(top: QWidget) -> list[str]:
    """The words in sight that have too little room."""
    labels = [one for one in top.findChildren(QLabel) if one.isVisible() and one.wordWrap()]
    buttons = [one for one in top.findChildren(QAbstractButton) if one.isVisible()]
    low = [one.text() for one in labels if one.height() < one.heightForWidth(one.width())]
    return low + [one.text() for one in buttons if one.width() < one.sizeHint().width()]


@pytest.fixture
def translated(qtbot: QtBot) -> Check:
    def check(top: QWidget, session: Session) -> None:
        def whole() -> None:
            assert cut_off(top) == []

        qtbot.waitUntil(lambda: not session.busy, timeout=30_000)
        assert english(top, session) == {}
        qtbot.waitUntil(whole)

    return check


def with_details(found: Results) -> Results:
    """The results with figures to draw beside their checks."""
    assert found.panel is not None
    checks = tuple(
        replace(one, detail=DETAILS[DETAIL_OF[one.id]], needed=900, method="a method")
        if one.id in DETAIL_OF
        else one
        for one in found.panel.checks
    )
    return replace(found, panel=replace(found.panel, checks=checks))


def decided(**yes: bool) -> Answers:
    intake = {item.id: yes.get(item.id, False) for item in standard_checklist().intake}
    return Answers(intake=intake, limits={"min_accuracy": 0.01})


def test_what_is_not_translated_is_noticed() -> None:
    assert phrase("Withdraw") == "«Withdraw··»"
    assert phrase("Overridden by {name} until {day}: {reason}", name="Ada", day="May", reason="no board") == (
        "«Overridden by ····»Ada« until ··»May«: »no board"
    )
    assert left_over("«Overridden by »Ada« until »May«: »no board", {"no board", "board"}) == "May"
    assert left_over("Open the board", {"Open", "board"}) == "Open the board"
    assert left_over("<b>«Withdraw»</b> it &amp; 2 (D1)", set()) == "it"


def test_the_use_and_open_questions_are_translated(make: Make, translated: Check) -> None:
    path = made.sample("gestures") / "model.keras"
    page, session = make(
        made.results(), project=replace(made.project(), model=str(path), data=str(path.parent))
    )
    translated(page, session)
    page.head.sample.click()
    assert session.project.entered.answers
    limits = page.card("D8").limits
    assert limits is not None
    field = next(iter(limits.fields.values()))
    field.setText("x")
    field.editingFinished.emit()
    assert limits.hint
    page.show_question("D8")
    translated(page, session)
    page.intake.rows["prohibited"].yes.click()
    assert not page.head.stopped.isHidden()
    translated(page, session)
    session.new_project()
    translated(page, session)


def test_answers_evidence_samples_and_the_log_are_translated(
    make: Make, translated: Check, tmp_path: Path, qtbot: QtBot
) -> None:
    page, session = make(with_details(made.broken_samples(tmp_path)), entered=decided(senses_people=True))
    for question, choice in {"D1": Choice.NO, "V7": Choice.YES, "P1": Choice.YES}.items():
        card = page.card(question)
        card.field.setPlainText("Tried it.")
        card.field.commit()
        assert card.hint
        card.button(choice).click()
    page.use.raised.setCurrentIndex(1)
    page.use.raised.activated.emit(1)
    for row in rows_of(page):
        row.open()
    qtbot.waitUntil(lambda: not any(row.drawing for row in rows_of(page)), timeout=30_000)
    assert sum(len(row.figures) for row in rows_of(page)) > len(DETAIL_OF)
    page.card("V7").samples_button.click()
    qtbot.waitUntil(lambda: page.stack.currentIndex() == 1, timeout=30_000)
    viewer = page.viewer
    QTest.keyClicks(viewer, "rw")
    qtbot.waitUntil(lambda: str(viewer.row) in viewer.view.accessibleName(), timeout=30_000)
    QTest.mouseMove(viewer.view, viewer.view.rect().center())
    qtbot.waitUntil(lambda: bool(viewer.view.toolTip()), timeout=30_000)
    assert "2" in viewer.count_words
    translated(page, session)


def rows_of(page: ReviewPage) -> list[EvidenceRow]:
    lists = (page.card(one.id).evidence for one in standard_checklist().questions)
    return [row for evidence in lists if evidence is not None for row in evidence.rows.values()]


def test_overrides_keys_files_and_signatures_are_translated(
    make: Make, translated: Check, tmp_path: Path, qtbot: QtBot
) -> None:
    entered = approval(made.project(), made.results(), signed=False, can_harm=True)
    page, session = make(made.results(), entered=replace(entered, answers=entered.answers[1:]))
    for ask in (page.card("D1").override_button, page.use.lower_button):
        ask.click()
        form = page.overriding.form
        assert form is not None
        translated(form, session)
        form.reject()
    session.reviewing.reviewer = "Ada"
    session.reviewing.override("D1", "The use of it is written on the box, in three languages.", "A wrong lamp.",
                               "A switch.", now()[:10])  # fmt: skip
    page.signature.make_key.trigger()
    keys = page.files.form
    assert keys is not None
    keys.password.setText("correct horse")
    keys.accept_button.click()
    assert keys.refusal
    translated(keys, session)
    keys.reject()
    for question in (page.files.ask_for_answers, page.files.ask_where_answers_go, page.files.ask_for_key):
        question()
    dialogs = page.findChildren(QFileDialog)
    words = [text for one in dialogs for text in (one.windowTitle(), *one.nameFilters())]
    assert {text: rest for text in words if (rest := left_over(text, set()))} == {}
    assert len(words) == 8
    for dialog in dialogs:
        dialog.reject()
    page.files.make_key(tmp_path / "ada.pem")
    qtbot.waitUntil(lambda: page.signature.key is not None, timeout=30_000)
    translated(page, session)
    page.signature.name.setText("Ada")
    page.signature.button.click()
    qtbot.waitUntil(lambda: session.project.entered.signoff is not None, timeout=30_000)
    translated(page, session)
    page.signature.no_key.trigger()
    page.signature.name.setText("Grace")
    page.signature.button.click()
    assert page.signature.button.isHidden()
    translated(page, session)


ROOM = [
    *(resources().parent / "studio" / "ui").glob("review*.py"),
    resources().parent / "studio" / "ui" / "pages" / "review.py",
    *(
        resources().parent / "studio" / "ui" / "widgets" / f"{name}.py"
        for name in (
            "question_card", "question_list", "question_words", "answer_field", "evidence_list", "evidence_progress",
            "evidence_figure", "harm_viewer", "intake_list", "use_card", "use_tab", "review_head", "before_limits",
            "limit_fields", "open_points", "log_view", "log_words", "signature", "key_form", "override_form",
            "model_standing", "release_side", "interval_plot", "line_plot", "notice",
        )
    ),
]  # fmt: skip


@pytest.mark.parametrize("module", ROOM, ids=lambda path: path.stem)
def test_no_words_in_the_code_go_past_the_translators(module: Path) -> None:
    tree = ast.parse(module.read_text("utf-8"))
    fine: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "").startswith("phrase"):
            fine |= {id(one) for one in ast.walk(node)}
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            fine.add(id(node.value))  # docstrings
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__":
            fine |= {id(one) for one in ast.walk(node)}
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in fine]
    texts = [node.value for node in found if isinstance(node.value, str) and not node.value.startswith("<")]
    assert [text for text in texts if _WORDS.search(text)] == []


_WORDS = re.compile(r"^[A-Z][a-z]+$|[A-Za-z]{2,} [a-z]{2,}|: [a-z]{2,}")
