"""The button of a plot that saves its picture or copies it."""

from PySide6.QtWidgets import QToolButton, QWidget

from studio.ui.icons import icon
from studio.ui.widgets.plot_export import Drawn, PictureMenu


class PictureButton(QToolButton):
    """Offers PNG, SVG and the clipboard; saving is for whoever hears the plot's `picture_wanted`."""

    def __init__(self, plot: Drawn, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAutoRaise(True)
        self.setIcon(icon("save"))
        self.setToolTip("Save this picture as PNG or SVG, or copy it")
        self.setAccessibleName("Save this picture")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setMenu(PictureMenu(plot, self))
