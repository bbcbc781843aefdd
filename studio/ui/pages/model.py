"""The Model page: an invitation while it is empty, then what the model and the data are."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from studio.core.dataset import Dataset, SplitChoice
from studio.core.model import Model
from studio.core.project import SUFFIX, Project
from studio.core.results import Problem, Results
from studio.ui.choosing import DATA_FILES, MODEL_FILES, PROJECT_FILES, choose_file, choose_folder
from studio.ui.icons import icon
from studio.ui.session import Session
from studio.ui.theme import GRID, set_role
from studio.ui.widgets.data_summary import DataSummary
from studio.ui.widgets.drop_area import DropArea, SampleCard
from studio.ui.widgets.layouts import Card, column, label, row
from studio.ui.widgets.model_summary import ModelSummary
from studio.ui.widgets.notice import Notice, Tone
from studio.ui.widgets.sample_browser import SampleBrowser
from studio.ui.widgets.scrolled import Scrolled
from studio.ui.widgets.split_choices import SplitChoices
from studio.ui.widgets.verdict_list import VerdictList
from studio.ui.widgets.when_shown import WhenShown

_SAMPLES = (
    ("digits", "data", "Handwritten digits", "8 × 8 pictures, ten classes: a small convolutional network."),
    ("gestures", "live", "Gestures on the wrist", "A 3-axis accelerometer: idle, shake, circle and tap."),
    ("sine", "compute", "Sine (hello world)", "One number in, one number out: the smallest start."),
)
_FORMATS = (
    "Keras (.keras, .h5), TensorFlow SavedModel (folder or .zip), TensorFlow Lite (.tflite), ONNX (.onnx). "
    "It stays on this computer."
)
_NO_DATA = (
    "Without data nothing can be measured, and 8-bit numbers cannot be fitted to what the model really sees."
)
_KINDS = (
    "Taken are .npz, pairs of .npy, tables (.csv), and folders of pictures or .wav recordings with one folder for each "
    "label; in folders train, validation and test, or divided here."
)


class EmptyModel(QWidget):
    """The page while there is no model."""

    open_wanted = Signal()
    sample_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.drop_area = DropArea("Drop a trained model here", "Open a model…", _FORMATS)
        self.cards: dict[str, SampleCard] = {}
        samples = QHBoxLayout()
        samples.setSpacing(2 * GRID)
        for name, symbol, title, words in _SAMPLES:
            card = SampleCard(symbol, title, words)
            card.clicked.connect(lambda _checked=False, name=name: self.sample_wanted.emit(name))
            self.cards[name] = card
            samples.addWidget(card, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * GRID)
        layout.addWidget(self.drop_area, 4)
        layout.addWidget(label("Or begin with a sample: model, data and answers are all there", "heading"))
        layout.addLayout(samples, 1)
        self.drop_area.open_wanted.connect(self.open_wanted)


class ModelPage(QWidget):
    """What was loaded: model, verdicts and data; or the way to load something."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._shown: Results | None = None
        self._before: Project = session.project
        self._carried = (
            ""  # data that was there before another model was loaded, and has not been read for it yet
        )
        self._taken_off = ("", "")
        self._last: tuple[str, str, Dataset] | None = None
        self.title = label("Model", "title")
        self.words = label("", "muted", wrap=True)
        self.notice = Notice()
        self.empty = EmptyModel()
        self.summary = ModelSummary()
        self.verdicts = VerdictList()
        self.data = DataSummary()
        self.data_words = label(f"{_NO_DATA} {_KINDS}", "muted", wrap=True)
        self.data_notice = Notice()
        self.taken_off = Notice(closable=True)
        self.split = SplitChoices()
        self.samples = SampleBrowser()
        self.choose_data = QPushButton(icon("data"), " Choose data…")
        self._lay_out()

        self.empty.open_wanted.connect(self._on_open_wanted)
        self.empty.sample_wanted.connect(session.opening.open_sample)
        self.notice.cure_wanted.connect(self._on_cure_wanted)
        self.data_notice.cure_wanted.connect(self._on_data_cure_wanted)
        self.taken_off.cure_wanted.connect(self._on_attach_wanted)
        self.taken_off.closed.connect(self._on_taken_off_closed)
        self.split.chosen.connect(self._on_split_chosen)
        self.samples.failed.connect(self._on_samples_failed)
        self._fresh = WhenShown(self, self._refresh)
        session.project_changed.connect(self._on_project_changed)
        session.results_changed.connect(self._on_results_changed)
        self._refresh()

    def set_lit(self, lit: bool) -> None:
        """Light the drop area up while something hovers over the window."""
        self.empty.drop_area.set_lit(lit)

    def _lay_out(self) -> None:
        menu = QMenu(self)
        menu.addAction(
            "A folder: .npz, .npy or .csv files, pictures or recordings…", self._choose_data_folder
        )
        menu.addAction("A file: .npz, .npy or .csv…", self._choose_data_file)
        self.choose_data.setMenu(menu)
        self.data_card = Card()
        self.data_heading = label("Data", "heading")
        body = self.data_card.body
        body.addLayout(row(self.data_heading, None, self.choose_data))
        for part in (self.taken_off, self.data_notice, self.data, self.data_words, self.split):
            body.addWidget(part)
        body.addWidget(self.samples, 1)
        body.addStretch(0)
        model_card = Card("What it is")
        model_card.body.addWidget(self.summary)
        self.verdict_card = Card()
        self.verdict_card.body.addWidget(self.verdicts, 1)
        left = column(model_card, self.verdict_card, spacing=2 * GRID)
        left.setStretch(1, 1)
        right = Scrolled(self.data_card)
        full = QWidget()
        halves = row(spacing=2 * GRID)
        halves.setContentsMargins(0, 0, 0, 0)
        halves.addLayout(left, 1)
        halves.addWidget(right, 1)
        full.setLayout(halves)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(full)
        self._full = full
        outer = QVBoxLayout(self)
        outer.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 2 * GRID)
        outer.setSpacing(GRID + GRID // 2)
        outer.addLayout(column(self.title, self.words, spacing=2))
        outer.addWidget(self.notice)
        outer.addWidget(self._stack, 1)

    def _refresh(self) -> None:
        project, results = self._session.project, self._session.results
        self._show_notice(results)
        if not project.model or results.problem("load") is not None:
            self.title.setText(project.name if project.model else "Begin with a model")
            self.words.setText("Take a trained network to a microcontroller, in six steps.")
            self._stack.setCurrentWidget(self.empty)
            self._shown = None
            return
        self.title.setText(project.name)
        self._show_model(project, results.model)
        self._show_data(project, results)
        self._stack.setCurrentWidget(self._full)
        self._shown = results

    def _show_model(self, project: Project, model: Model | None) -> None:
        if self._shown is not None and self._shown.model is model:
            return
        name = Path(project.model).name
        if model is None:
            self.summary.set_waiting(f"Reading {name}…")
            self.words.setText(name)
        else:
            self.summary.set_model(model)
            self.words.setText(f"{name} · {len(model.layers)} layers")
        self.verdicts.set_model(model)

    def _show_notice(self, results: Results) -> None:
        problem = results.problem("load")
        cure = "" if problem is None else _button(problem, "Open another model…")
        self.notice.show_sentence(problem.sentence if problem else "", Tone.DANGER, cure)

    def _show_data(self, project: Project, results: Results) -> None:
        dataset, problem = results.dataset, results.problem("inspect_data")
        otherwise = "Read it again" if project.split == SplitChoice() else "Divide as at first"
        cure = "" if problem is None else _button(problem, otherwise)
        self.data_notice.show_sentence(problem.sentence if problem else "", Tone.DANGER, cure)
        if dataset is not None and (self._shown is None or self._shown.dataset is not dataset):
            self.data.set_dataset(dataset)
            self.samples.set_dataset(dataset)
        if dataset is not None:
            self._last = (project.model, project.data, dataset)
        is_same = self._last is not None and self._last[:2] == (project.model, project.data)
        known = self._last[2] if is_same and self._last is not None else None  # while it is divided anew
        self.data.setVisible(known is not None and problem is None)
        self.samples.setVisible(known is not None and problem is None)
        self.split.set_dataset(known, project.split)
        self.split.setVisible(known is not None)
        self.data_words.setVisible(known is None and problem is None)
        self.data_words.setText(
            f"Reading {Path(project.data).name}…" if project.data else f"{_NO_DATA} {_KINDS}"
        )
        self.data_heading.setText(f"Data · {Path(project.data).name}" if project.data else "Data")
        self.choose_data.setText(" Choose other data…" if project.data else " Choose data…")
        set_role(self.choose_data, "" if project.data else "primary")
        self.choose_data.setIcon(icon("data", "text" if project.data else "on_accent"))

    def _take_off(self, project: Project, problem: Problem) -> None:
        """Data of the model before that does not fit this one: off, said so, and offered again."""
        name = Path(project.data).name
        self._taken_off = (project.model, project.data)
        self._carried = ""
        self._session.opening.take_off_data()
        self.taken_off.show_sentence(
            f"The data '{name}' of the model before does not fit this one and was taken off. {problem.sentence}",
            Tone.WARNING,
            "Attach it again",
        )

    @Slot(object)
    def _on_project_changed(self, project: Project) -> None:
        before, self._before = self._before, project
        if before.model != project.model:
            self._carried = project.data if before.model and before.data == project.data else ""
        elif before.data != project.data:
            self._carried = ""
        if (project.model, "") != (self._taken_off[0], project.data):
            self._on_taken_off_closed()
        self._fresh.ask()

    @Slot(object)
    def _on_results_changed(self, results: Results) -> None:
        project, problem = self._session.project, results.problem("inspect_data")
        if results.dataset is not None:
            self._carried = ""
        if problem is not None and problem.cure is None and self._carried and self._carried == project.data:
            self._take_off(project, problem)
            return
        self._fresh.ask()

    @Slot()
    def _on_taken_off_closed(self) -> None:
        self._taken_off = ("", "")
        self.taken_off.show_sentence("")

    @Slot()
    def _on_attach_wanted(self) -> None:
        data = self._taken_off[1]
        self._on_taken_off_closed()
        self._session.change(replace(self._session.project, data=data))

    @Slot(object)
    def _on_split_chosen(self, choice: SplitChoice) -> None:
        self._session.change(replace(self._session.project, split=choice), merge="split")

    @Slot(str)
    def _on_samples_failed(self, sentence: str) -> None:
        self.data_notice.show_sentence(sentence, Tone.WARNING)

    @Slot()
    def _on_open_wanted(self) -> None:
        every = " ".join(kind.split("(")[1].rstrip(")") for kind in (MODEL_FILES, PROJECT_FILES))
        kinds = (f"Models and projects ({every})", MODEL_FILES, f"Projects (*{SUFFIX})")
        choose_file(self, "Open a model", kinds, self._session.opening.open_path)

    @Slot()
    def _on_cure_wanted(self) -> None:
        problem = self._session.results.problem("load")
        if problem is not None and problem.cure == "retry":
            self._session.retry()
        else:
            self._on_open_wanted()

    @Slot()
    def _on_data_cure_wanted(self) -> None:
        problem = self._session.results.problem("inspect_data")
        project = self._session.project
        if problem is not None and problem.cure != "retry" and project.split != SplitChoice():
            self._session.change(replace(project, split=SplitChoice()))
        else:
            self._session.retry()

    @Slot()
    def _choose_data_folder(self) -> None:
        choose_folder(self, "Choose a folder with data", self._session.opening.open_path)

    @Slot()
    def _choose_data_file(self) -> None:
        choose_file(self, "Choose data", (DATA_FILES,), self._session.opening.open_path)


def _button(problem: Problem, otherwise: str) -> str:
    return "Try again" if problem.cure == "retry" else otherwise
