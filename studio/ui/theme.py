"""The one place for colours and fonts: light and dark palettes, roles for labels and cards, series colours."""

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from studio.core.places import resources


class Mode(StrEnum):
    """Which palette the user asked for."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Colors:
    """One palette; every value is a hex colour.

    `danger` is for "does not fit" and "blocked" alone. `series` are told apart by people who see few
    colours too (after Okabe and Ito, 2008); `before` and `after` are the pair for the float model and the
    compressed one.
    """

    dark: bool
    window: str
    base: str
    raised: str
    text: str
    muted: str
    border: str
    accent: str
    on_accent: str
    accent_soft: str
    danger: str
    danger_soft: str
    warning: str
    warning_soft: str
    good: str
    before: str
    after: str
    series: tuple[str, ...]


LIGHT = Colors(
    dark=False,
    window="#f4f5f7",
    base="#ffffff",
    raised="#eceff3",
    text="#1b1f24",
    muted="#59636e",
    border="#d3d9e0",
    accent="#2160c4",
    on_accent="#ffffff",
    accent_soft="#e3ecfa",
    danger="#bf2a1e",
    danger_soft="#fbe9e7",
    warning="#8a5a00",
    warning_soft="#fbf1da",
    good="#187245",
    before="#8b95a1",
    after="#2160c4",
    series=("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#7a5fd0", "#8c6d31", "#d55e00"),
)

DARK = Colors(
    dark=True,
    window="#17191d",
    base="#1f2227",
    raised="#2a2e35",
    text="#e7e9ec",
    muted="#9da7b3",
    border="#3b414a",
    accent="#6ea8ff",
    on_accent="#0b1a33",
    accent_soft="#243550",
    danger="#ff8379",
    danger_soft="#46241f",
    warning="#e5b549",
    warning_soft="#3d3320",
    good="#5fcf90",
    before="#858f9b",
    after="#6ea8ff",
    series=("#58b0ec", "#f0b03a", "#34c79b", "#e09ac3", "#9dd6f8", "#b3a0f5", "#c9a866", "#ff8f50"),
)

GRID = 8  # pixels; every margin and gap is a multiple or half of it

_mode = Mode.SYSTEM

# Labels and frames say what they are by the property "role"; see set_role.
_STYLE = """
QLabel[role="title"] {{ font-size: {title}pt; font-weight: 600; }}
QLabel[role="heading"] {{ font-weight: 600; }}
QLabel[role="figure"] {{ font-size: {figure}pt; font-weight: 600; }}
QLabel[role="figure-stale"] {{ font-size: {figure}pt; font-weight: 600; color: {c.before}; }}
QLabel[role="value"], QLabel[role="value-stale"], QLabel[role="value-danger"] {{
    font-size: {value}pt; font-weight: 600;
}}
QLabel[role="value-stale"] {{ color: {c.before}; }}
QLabel[role="value-danger"] {{ color: {c.danger}; }}
QLabel[role="small-danger"] {{ font-size: {small}pt; color: {c.danger}; }}
QLabel[role="muted"], QLabel[role="small"] {{ color: {c.muted}; }}
QLabel[role="small"] {{ font-size: {small}pt; }}
QLabel[role="good"] {{ color: {c.good}; }}
QLabel[role="warning"] {{ color: {c.warning}; }}
QLabel[role="danger"] {{ color: {c.danger}; font-weight: 600; }}
QFrame[role="card"] {{ background: {c.base}; border: 1px solid {c.border}; border-radius: 8px; }}
QFrame[role="bar"] {{ background: {c.base}; border: none; border-top: 1px solid {c.border}; }}
QFrame[role="notice"] {{ background: {c.accent_soft}; border: none; border-radius: 6px; }}
QFrame[role="warning-notice"] {{ background: {c.warning_soft}; border: none; border-radius: 6px; }}
QFrame[role="danger-notice"] {{ background: {c.danger_soft}; border: none; border-radius: 6px; }}
QPushButton:focus {{ color: {c.accent}; }}
QPushButton:focus:pressed {{ color: {c.text}; }}
QPushButton[role="primary"] {{ background: {c.accent}; color: {c.on_accent}; border: 1px solid {c.accent};
    border-radius: 4px; padding: 5px 14px; font-weight: 600; outline: none; }}
QPushButton[role="primary"]:disabled {{ background: {c.raised}; color: {c.muted}; border-color: {c.border}; }}
QPushButton[role="primary"]:focus {{ color: {c.on_accent}; border: 2px solid {c.text}; padding: 4px 13px; }}
QPushButton[role="primary"]:pressed {{ background: {c.text}; color: {c.base}; }}
QToolButton:focus {{ background: {c.accent_soft}; border: 1px solid {c.accent}; border-radius: 4px; }}
QRadioButton {{ spacing: 8px; }}
QRadioButton::indicator {{ width: 14px; height: 14px; border: 1px solid {c.before}; border-radius: 8px;
    background: {c.base}; }}
QRadioButton::indicator:checked {{ width: 8px; height: 8px; border: 4px solid {c.accent}; }}
QRadioButton::indicator:disabled {{ border-color: {c.border}; }}
QRadioButton:focus {{ color: {c.accent}; }}
QCheckBox {{ spacing: 8px; }}
QCheckBox::indicator {{ width: 14px; height: 14px; border: 1px solid {c.before}; border-radius: 3px;
    background: {c.base}; }}
QCheckBox::indicator:checked {{ background: {c.accent}; border-color: {c.accent}; image: url("{arrows}/{tick}.svg"); }}
QCheckBox::indicator:disabled {{ border-color: {c.border}; }}
QCheckBox:focus {{ color: {c.accent}; }}
QSlider::groove:horizontal {{ height: 4px; background: {c.border}; border-radius: 2px; }}
QSlider::sub-page:horizontal {{ background: {c.accent}; border-radius: 2px; }}
QSlider::handle:horizontal {{ width: 14px; margin: -7px 0; border-radius: 9px; background: {c.accent};
    border: 2px solid {c.base}; }}
QSlider::handle:horizontal:focus {{ border-color: {c.text}; }}
QSlider::sub-page:horizontal:disabled, QSlider::handle:horizontal:disabled {{ background: {c.border}; }}
QLineEdit, QAbstractSpinBox, QComboBox, QPlainTextEdit, QTextEdit {{ background: {c.base};
    border: 1px solid {c.border}; border-radius: 4px; padding: 3px 6px; }}
QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus, QPlainTextEdit:focus, QTextEdit:focus {{
    border-color: {c.accent}; }}
QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled {{ color: {c.before}; background: {c.window}; }}
QAbstractSpinBox QLineEdit, QComboBox QLineEdit {{ border: none; padding: 0; background: transparent; }}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ width: 18px; border: none; background: transparent; }}
QComboBox QAbstractItemView {{ background: {c.base}; color: {c.text}; border: 1px solid {c.border};
    selection-background-color: {c.accent_soft}; selection-color: {c.text}; outline: none; }}
QComboBox QAbstractItemView::item {{ color: {c.text}; padding: 3px 6px; }}
QComboBox QAbstractItemView::item:selected, QComboBox QAbstractItemView::item:hover {{
    background: {c.accent_soft}; color: {c.text}; }}
QComboBox::drop-down {{ width: 20px; border: none; }}
QAbstractSpinBox::up-arrow, QAbstractSpinBox::down-arrow, QComboBox::down-arrow {{ width: 10px; height: 9px; }}
QAbstractSpinBox::up-arrow {{ image: url("{arrows}/arrow_up.svg"); }}
QAbstractSpinBox::down-arrow, QComboBox::down-arrow {{ image: url("{arrows}/arrow_down.svg"); }}
QTableCornerButton::section {{ background: {c.raised}; border: none; }}
QTabWidget::pane {{ background: {c.base}; border: 1px solid {c.border}; border-radius: 8px; top: -1px; }}
QTabBar::tab {{ color: {c.muted}; background: transparent; border: none; border-bottom: 2px solid transparent;
    padding: 6px 12px; margin-right: 4px; }}
QTabBar[role="tight"]::tab {{ padding: 6px 8px; margin-right: 2px; }}
QTabBar::tab:selected {{ color: {c.text}; border-bottom-color: {c.accent}; font-weight: 600; }}
QTabBar::tab:hover, QTabBar::tab:focus {{ color: {c.accent}; }}
QToolTip {{ background: {c.base}; color: {c.text}; border: 1px solid {c.border}; padding: 4px; }}
GraphView {{ border: 1px solid transparent; }}
GraphView:focus {{ border-color: {c.accent}; }}
QScrollArea {{ background: transparent; border: none; }}
QTableView, QTreeView {{ border: 1px solid {c.border}; }}
QTableView:focus, QTreeView:focus {{ border-color: {c.accent}; }}
QTableView::item, QTreeView::item {{ padding: 0 3px; }}
QHeaderView::section {{ background: {c.raised}; color: {c.muted}; border: none; padding: 5px 6px; }}
QHeaderView::up-arrow, QHeaderView::down-arrow {{ subcontrol-position: top center; width: 8px; height: 5px; }}
"""


def colors() -> Colors:
    """The palette in force. Widgets that paint ask at paint time; plots ask again on QEvent.PaletteChange."""
    if _mode is Mode.SYSTEM:
        app = QGuiApplication.instance()
        dark = isinstance(app, QGuiApplication) and app.styleHints().colorScheme() is Qt.ColorScheme.Dark
        return DARK if dark else LIGHT
    return DARK if _mode is Mode.DARK else LIGHT


def series_color(index: int) -> str:
    """The colour of the series `index`; they repeat after the last."""
    known = colors().series
    return known[index % len(known)]


def mode() -> Mode:
    """What the user asked for."""
    return _mode


def apply(app: QApplication, wanted: Mode) -> None:
    """Give the application the palette and the style sheet of `wanted`; call again when the system changes."""
    global _mode
    _mode = wanted
    chosen = colors()
    app.setStyle("Fusion")
    app.setPalette(_palette(chosen))
    arrows = (resources() / "icons" / "fixed").as_posix()
    size = app.font().pointSizeF() if app.font().pointSizeF() > 0 else 10.0
    sizes = {"title": round(size * 1.5, 1), "figure": round(size * 1.9, 1), "small": round(size * 0.9, 1)}
    sizes["value"] = round(size * 1.3, 1)
    app.setStyleSheet(
        _STYLE.format(c=chosen, arrows=arrows, tick="tick_dark" if chosen.dark else "tick", **sizes)
    )
    for widget in app.allWidgets():
        if isinstance(widget, QLabel) and "<a " in widget.text():
            _write_again(widget)


def set_role(widget: QWidget, role: str) -> None:
    """Say what a label, frame or button is ("title", "muted", "card", "primary"…) and restyle it."""
    if widget.property("role") == role:
        return
    widget.setProperty("role", role)
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)


def _write_again(words: QLabel) -> None:
    """Qt gives a link its colour when the text is set, and keeps it."""
    text = words.text()
    words.setText("")
    words.setText(text)


def _palette(chosen: Colors) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette(QColor(chosen.raised), QColor(chosen.window))
    pairs = {
        role.Window: chosen.window,
        role.WindowText: chosen.text,
        role.Base: chosen.base,
        role.AlternateBase: chosen.raised,
        role.Text: chosen.text,
        role.Button: chosen.raised,
        role.ButtonText: chosen.text,
        role.BrightText: chosen.danger,
        role.ToolTipBase: chosen.base,
        role.ToolTipText: chosen.text,
        role.PlaceholderText: chosen.muted,
        role.Highlight: chosen.accent,
        role.HighlightedText: chosen.on_accent,
        role.Accent: chosen.accent,
        role.Link: chosen.accent,
        role.LinkVisited: chosen.accent,
        role.Mid: chosen.border,
        role.Midlight: chosen.raised,
        role.Dark: chosen.border,
    }
    for part, color in pairs.items():
        palette.setColor(part, QColor(color))
    disabled = QPalette.ColorGroup.Disabled
    for part in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(disabled, part, QColor(chosen.before))
    palette.setColor(disabled, role.Highlight, QColor(chosen.border))
    return palette
