"""The limits that the maker sets before the results are seen: empty fields, none filled beforehand."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from studio.core.checklist import LimitRule, Worse
from studio.core.checks.limits import standard_limits
from studio.core.phrases import phrase, phrase_later
from studio.ui.theme import GRID, set_role
from studio.ui.widgets.layouts import label

# Translators: "at most" and "at least" stand before a limit's number.
_SIDES = {
    Worse.ABOVE: phrase_later("at most"),
    Worse.BELOW: phrase_later("at least"),
    Worse.OTHER: phrase_later("from"),
}
_NO_LIMIT = phrase_later("“{text}” is no limit: write a number, 0 or more, or nothing.")
_NO_CHOICE = phrase_later("“{text}” is no threshold: write a number, from {least} to {most}, or nothing.")
_NO_SHARE = phrase_later("“{text}” is no limit: write a number, from 0 to 100, or nothing.")


class LimitFields(QWidget):
    """A field for each limit; `limit_set` gives its id and the number (shares from 0 to 1), None for an empty one."""

    limit_set = Signal(str, object)

    def __init__(self, rules: tuple[LimitRule, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rules = {rule.id: rule for rule in rules}
        self._limits: dict[str, float] = {}
        self.fields: dict[str, QLineEdit] = {}
        self._lines: dict[str, tuple[QWidget, ...]] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(GRID)
        grid.setVerticalSpacing(GRID // 2)
        grid.setColumnStretch(0, 1)
        heading = label(phrase("Limits that hold (set at least one)"), "small", wrap=True)
        grid.addWidget(heading, 0, 0, 1, 4)
        unset = phrase("not set")
        for place, rule in enumerate(rules, 1):
            usual = "" if rule.binds else f"{getattr(standard_limits(), rule.id) * 100:g}"
            field = QLineEdit(placeholderText=usual or unset)
            field.setFixedWidth(max(10 * GRID, field.fontMetrics().horizontalAdvance(unset) + 3 * GRID))
            field.setAlignment(Qt.AlignmentFlag.AlignRight)
            side = phrase(_SIDES[rule.worse])
            field.setAccessibleName(f"{rule.text}, {side}")
            self.fields[rule.id] = field
            unit = "%" if rule.unit == "share" else rule.unit
            line = (
                label(rule.text, wrap=True),
                label(side, "muted"),
                field,
                label(unit, "muted"),
            )
            for column, part in enumerate(line):
                grid.addWidget(part, place, column)
            self._lines[rule.id] = line
            field.editingFinished.connect(lambda name=rule.id: self._on_edited(name))
        self._hint = label("", "warning", wrap=True)
        grid.addWidget(self._hint, len(rules) + 1, 0, 1, 4)
        self._hint.hide()

    @property
    def hint(self) -> str:
        """What is wrong with a field, if anything."""
        return self._hint.text()

    def set_limits(self, limits: dict[str, float], idle: frozenset[str] = frozenset()) -> None:
        """Show what is set; `idle` limits say nothing about this model, and stand here only where one is set."""
        self._limits = limits
        for name, line in self._lines.items():
            for part in line:
                part.setVisible(name not in idle or name in limits)
        for name, field in self.fields.items():
            if not field.hasFocus() or _number(field.text(), self._rules[name]) != limits.get(name):
                field.setText(self._text(name))

    def focus_first(self) -> None:
        """Put the cursor in the first field."""
        first = next((field for field in self.fields.values() if not field.isHidden()), None)
        if first is not None:
            first.setFocus(Qt.FocusReason.TabFocusReason)

    def _text(self, name: str) -> str:
        value = self._limits.get(name)
        if value is None:
            return ""
        return f"{value * 100:g}" if self._rules[name].unit == "share" else f"{value:g}"

    @Slot(str)
    def _on_edited(self, name: str) -> None:
        rule, field = self._rules[name], self.fields[name]
        text = field.text().strip()
        value = _number(text, rule)
        wrong = bool(text) and value is None
        self._hint.setText(_why_not(text, rule) if wrong else "")
        self._hint.setVisible(wrong)
        set_role(field, "wrong" if wrong else "")
        if not wrong and value != self._limits.get(name):
            self.limit_set.emit(name, value)


def _why_not(text: str, rule: LimitRule) -> str:
    if rule.most is not None:
        least, most = f"{rule.least * 100:.1f}", f"{rule.most * 100:.1f}"
        return phrase(_NO_CHOICE, text=text, least=least, most=most)
    return phrase(_NO_SHARE if rule.unit == "share" else _NO_LIMIT, text=text)


def _number(text: str, rule: LimitRule) -> float | None:
    """The limit that is written, or None where it is none."""
    try:
        value = float(text.strip().rstrip("%").replace(",", "."))
    except ValueError:
        return None
    if rule.unit == "share":
        value = round(value / 100, 10)
    return value if rule.why_no_limit(value) is None else None
