"""The colours of lines: the theme's series, darker and lighter where they begin again."""

from PySide6.QtGui import QColor

from studio.ui import theme


def line_color(place: int) -> QColor:
    """The colour of the series at `place`; darker, then lighter, where the theme's colours begin again."""
    color = QColor(theme.series_color(place))
    turn = place // len(theme.colors().series)
    return color if turn == 0 else color.darker(160) if turn % 2 else color.lighter(140)
