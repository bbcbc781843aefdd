"""The Model page: an invitation while it is empty, then what the model and the data are."""

from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from studio.core.layers import LayerPair
from studio.core.model import Model
from studio.core.pipeline import Problem, Results
from studio.core.project import SUFFIX, Project
from studio.ui.choosing import DATA_FILES, MODEL_FILES, PROJECT_FILES, choose_file, choose_folder
from studio.ui.icons import icon
from studio.ui.session import Session
from studio.ui.theme import GRID, set_role
from studio.ui.widgets.data_summary import DataSummary
from studio.ui.widgets.drop_area import DropArea, SampleCard
from studio.ui.widgets.layer_table import LayerTable
from studio.ui.widgets.layouts import Card, column, label, row
from studio.ui.widgets.model_summary import ModelSummary
from studio.ui.widgets.notice import Notice, Tone
from studio.ui.widgets.when_shown import WhenShown

_SAMPLES = (
    ("digits", "data", "Handwritten digits", "8 × 8 pictures, ten classes: a small convolutional network."),
    ("gestures", "live", "Gestures on the wrist", "A 3-axis accelerometer: idle, shake, circle and tap."),
    ("sine", "compute", "Sine (hello world)", "One number in, one number out: the smallest start."),
)
_FORMATS = (
    "Keras (.keras, .h5), TensorFlow SavedModel (folder or .zip), TensorFlow Lite (.tflite). "
    "It stays on this computer."
)
_NO_DATA = (
    "Without data nothing can be measured, and 8-bit numbers cannot be fitted to what the model really sees."
)
_WIDE_COLUMNS = (6, 7, 8)  # what the Layers page compares


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
    """What was loaded: model, data and layers; or the way to load something."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._shown: Results | None = None
        self.title = label("Model", "title")
        self.words = label("", "muted", wrap=True)
        self.notice = Notice()
        self.empty = EmptyModel()
        self.summary = ModelSummary()
        self.data = DataSummary()
        self.data_words = label(_NO_DATA, "muted", wrap=True)
        self.data_notice = Notice()
        self.choose_data = QPushButton(icon("data"), " Choose data…")
        self.layers = LayerTable()
        for place in _WIDE_COLUMNS:
            self.layers.setColumnHidden(place, True)
        self._lay_out()

        self.empty.open_wanted.connect(self._on_open_wanted)
        self.empty.sample_wanted.connect(session.open_sample)
        self.notice.cure_wanted.connect(self._on_cure_wanted)
        self.data_notice.cure_wanted.connect(self._on_data_cure_wanted)
        self._fresh = WhenShown(self, self._refresh)
        session.project_changed.connect(self._on_changed)
        session.results_changed.connect(self._on_changed)
        self._refresh()

    def set_lit(self, lit: bool) -> None:
        """Light the drop area up while something hovers over the window."""
        self.empty.drop_area.set_lit(lit)

    def _lay_out(self) -> None:
        menu = QMenu(self)
        menu.addAction("A folder with train.npz, validation.npz and test.npz…", self._choose_data_folder)
        menu.addAction("One .npz file…", self._choose_data_file)
        self.choose_data.setMenu(menu)
        self.data_card = Card("Data")
        self.data_card.body.addWidget(self.data_notice)
        self.data_card.body.addWidget(self.data)
        self.data_card.body.addWidget(self.data_words)
        self.data_card.body.addStretch(1)
        self.data_card.body.addLayout(row(self.choose_data, None))
        model_card = Card("What it is")
        model_card.body.addWidget(self.summary)
        model_card.body.addStretch(1)
        cards = row(spacing=2 * GRID)
        cards.addWidget(model_card, 1)
        cards.addWidget(self.data_card, 1)
        full = QWidget()
        layout = column(cards, label("Layers", "heading"), self.layers)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setStretch(2, 1)
        full.setLayout(layout)
        self.layers.setMinimumHeight(120)
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
        layers = model.layers if model is not None else ()
        if model is None:
            self.summary.set_waiting(f"Reading {name}…")
            self.words.setText(name)
        else:
            self.summary.set_model(model)
            self.words.setText(f"{name} · {len(layers)} layers")
        self.layers.set_pairs(tuple(LayerPair(number, layer, None) for number, layer in enumerate(layers)))

    def _show_notice(self, results: Results) -> None:
        problem = results.problem("load")
        cure = "" if problem is None else _button(problem, "Open another model…")
        self.notice.show_sentence(problem.sentence if problem else "", Tone.DANGER, cure)

    def _show_data(self, project: Project, results: Results) -> None:
        dataset, problem = results.dataset, results.problem("inspect_data")
        self.data_notice.show_sentence(
            problem.sentence if problem else "",
            Tone.DANGER,
            "Try again" if problem and problem.cure == "retry" else "",
        )
        if dataset is not None and (self._shown is None or self._shown.dataset is not dataset):
            self.data.set_dataset(dataset)
        self.data.setVisible(dataset is not None)
        self.data_words.setVisible(dataset is None and problem is None)
        self.data_words.setText(f"Reading {Path(project.data).name}…" if project.data else _NO_DATA)
        self.data_card.heading.setText(f"Data · {Path(project.data).name}" if project.data else "Data")
        self.choose_data.setText(" Choose other data…" if project.data else " Choose data…")
        set_role(self.choose_data, "" if project.data else "primary")
        self.choose_data.setIcon(icon("data", "text" if project.data else "on_accent"))

    @Slot(object)
    def _on_changed(self, _what: object) -> None:
        self._fresh.ask()

    @Slot()
    def _on_open_wanted(self) -> None:
        every = " ".join(kind.split("(")[1].rstrip(")") for kind in (MODEL_FILES, PROJECT_FILES))
        kinds = (f"Models and projects ({every})", MODEL_FILES, f"Projects (*{SUFFIX})")
        choose_file(self, "Open a model", kinds, self._session.open_path)

    @Slot()
    def _on_cure_wanted(self) -> None:
        problem = self._session.results.problem("load")
        if problem is not None and problem.cure == "retry":
            self._session.retry()
        else:
            self._on_open_wanted()

    @Slot()
    def _on_data_cure_wanted(self) -> None:
        self._session.retry()

    @Slot()
    def _choose_data_folder(self) -> None:
        choose_folder(self, "Choose a folder with data", self._session.open_path)

    @Slot()
    def _choose_data_file(self) -> None:
        choose_file(self, "Choose data", (DATA_FILES,), self._session.open_path)


def _button(problem: Problem, otherwise: str) -> str:
    return "Try again" if problem.cure == "retry" else otherwise
