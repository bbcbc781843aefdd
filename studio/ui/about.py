"""The About box: what the studio is, its licence, and the licences of what it stands on."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QPushButton, QTextBrowser, QWidget

from studio import __version__
from studio.ui.icons import icon
from studio.ui.theme import GRID
from studio.ui.widgets.layouts import column, label, row

LICENCES = (
    ("Qt for Python (PySide6)", "the window", "LGPL-3.0", "https://doc.qt.io/qtforpython-6/"),
    ("pyqtgraph", "the plots", "MIT", "https://www.pyqtgraph.org/"),
    ("NumPy", "arrays", "BSD-3-Clause", "https://numpy.org/"),
    ("TensorFlow, Keras, tf-keras", "reading models", "Apache-2.0", "https://www.tensorflow.org/"),
    ("LiteRT, AI Edge Quantizer", "compression", "Apache-2.0", "https://ai.google.dev/edge"),
    ("ziglang (Zig, Clang, LLVM)", "the C compiler", "MIT, Apache-2.0", "https://ziglang.org/"),
    ("Unicorn", "the virtual board, its own process", "GPL-2.0", "https://www.unicorn-engine.org/"),
    ("pyserial", "ports", "BSD-3-Clause", "https://pyserial.readthedocs.io/"),
    ("pyelftools", "sizes of firmware", "public domain", "https://github.com/eliben/pyelftools"),
)


class AboutBox(QDialog):
    """A box that does not hold the window up."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("About TinyML Studio")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(640, 460)
        symbol = label()
        symbol.setPixmap(icon("studio", "accent").pixmap(48, 48))
        title = label(f"TinyML Studio {__version__}", "title")
        words = label(
            "Takes a trained model to a microcontroller. It runs on your own computer: "
            "no account, no cloud, nothing is sent anywhere.",
            "muted",
            wrap=True,
        )
        text = QTextBrowser()
        text.setOpenExternalLinks(True)
        rows = "".join(
            f"<tr><td><a href='{link}'>{name}</a></td><td>{role}</td><td>{licence}</td></tr>"
            for name, role, licence, link in LICENCES
        )
        text.setHtml(
            "<p>The studio is free software under the MIT licence. It stands on:</p>"
            f"<table cellspacing='0' cellpadding='4'>{rows}</table>"
        )
        close = QPushButton("Close")
        close.clicked.connect(self.close)
        top = row(symbol, column(title, words, spacing=2), spacing=2 * GRID)
        top.setStretch(1, 1)
        layout = column(top, text, row(None, close), spacing=2 * GRID)
        layout.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        self.setLayout(layout)


def show_about(parent: QWidget) -> AboutBox:
    """Open the box beside the window."""
    box = AboutBox(parent)
    box.show()
    return box
