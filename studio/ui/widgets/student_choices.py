"""A smaller model of the same kind (student), which learns from the loaded one (teacher): how wide and how deep."""

from dataclasses import replace

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QGridLayout, QWidget

from studio.core.recipe import Recipe, Student
from studio.ui.theme import GRID
from studio.ui.widgets.choices import ShareSlider
from studio.ui.widgets.layouts import label
from studio.ui.widgets.section import Section

_WORDS = (
    "The student keeps this share of the channels (width) and of the layers that repeat (depth), and begins with "
    "its teacher's weights. It needs training: see below."
)
_JOINED = (
    "A depthwise layer and the pointwise one behind it (a separable convolution) become one plain convolution. It has "
    "more weights, but the board needs no code for depthwise layers: in a small model that saves flash."
)


class StudentChoices(Section):
    """The student of a recipe; `recipe_changed` carries the whole recipe."""

    recipe_changed = Signal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Student (distillation)", parent=parent)
        self._recipe = Recipe()
        self.width_share = ShareSlider(100, "Width of the student", least=5)
        self.depth_share = ShareSlider(100, "Depth of the student")
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * GRID)
        grid.setVerticalSpacing(GRID)
        for line, (name, share) in enumerate((("Width", self.width_share), ("Depth", self.depth_share))):
            grid.addWidget(label(name, "muted"), line, 0)
            grid.addWidget(share, line, 1)
        self.body.addLayout(grid)
        self.joined = QCheckBox("Join separable layers")
        self.joined.setToolTip(_JOINED)
        self.body.addWidget(self.joined)
        self.body.addWidget(label(_WORDS, "small", wrap=True))
        self.width_share.percent_changed.connect(self._on_width)
        self.depth_share.percent_changed.connect(self._on_depth)
        self.joined.clicked.connect(self._on_joined)
        self.set_recipe(self._recipe)

    def set_recipe(self, recipe: Recipe) -> None:
        """Show the student of this recipe; without one it is as wide and deep as the teacher."""
        self._recipe = recipe
        student = recipe.student or Student()
        self.width_share.set_percent(round(student.width * 100))
        self.depth_share.set_percent(round(student.depth * 100))
        self.joined.setChecked(student.joined)
        self.set_summary(student.title if recipe.student else "none")

    @Slot(int)
    def _on_width(self, percent: int) -> None:
        self._change(replace(self._recipe.student or Student(), width=percent / 100), "width")

    @Slot(int)
    def _on_depth(self, percent: int) -> None:
        self._change(replace(self._recipe.student or Student(), depth=percent / 100), "depth")

    @Slot(bool)
    def _on_joined(self, joined: bool) -> None:
        self._change(replace(self._recipe.student or Student(), joined=joined), "")

    def _change(self, student: Student, merge: str) -> None:
        whole = student == Student()
        self.recipe_changed.emit(replace(self._recipe, student=None if whole else student), merge)
