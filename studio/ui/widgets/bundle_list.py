"""The files of an export, with their sizes."""

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHeaderView, QPushButton, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from studio.core.bundle import Bundle
from studio.core.formatting import show_bytes
from studio.core.review.findings import MANIFEST, SEAL, SUMS
from studio.core.review.vouching import DIGITS
from studio.ui.icons import icon
from studio.ui.theme import GRID
from studio.ui.widgets.layouts import label, row
from studio.ui.widgets.symbol import Symbol


class BundleList(QWidget):
    """What was written and where, with a button that opens the folder; hidden without a bundle."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folder = ""
        self._words = label("", wrap=True, selectable=True)
        self._open = QPushButton(icon("open"), "Open folder")
        self._files = QTreeWidget()
        self._files.setHeaderLabels(["File", "Size"])
        self._files.setRootIsDecorated(False)
        self._files.setUniformRowHeights(True)
        self._files.setFixedHeight(128)
        self._files.setAccessibleName("Exported files")
        self._files.header().setStretchLastSection(False)
        self._files.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self._files.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        top = row(Symbol("done", "good"), self._words, self._open)
        top.setStretch(1, 1)
        layout.addLayout(top)
        layout.addWidget(self._files, 1)
        self._open.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(self._folder)))
        self.hide()

    @property
    def words(self) -> str:
        """Where it was written."""
        return self._words.text()

    @property
    def names(self) -> tuple[str, ...]:
        """The files that are listed."""
        items = (self._files.topLevelItem(place) for place in range(self._files.topLevelItemCount()))
        return tuple(item.text(0) for item in items if item is not None)

    def set_bundle(self, bundle: Bundle | None) -> None:
        """Show this export, or none."""
        self.setVisible(bundle is not None)
        self._files.clear()
        if bundle is None:
            return
        self._folder = str(Path(bundle.folder))
        total = sum(file.bytes for file in bundle.files)
        files = f"{len(bundle.files)} {'file' if len(bundle.files) == 1 else 'files'}, {show_bytes(total)}"
        words = [f"{files}, and {MANIFEST} and {SUMS}, which name them, in {bundle.folder}"]
        if bundle.sealed_by:
            words.append(f"Sealed with the key {bundle.sealed_by[:DIGITS]}…: the seal is {SEAL}")
        self._words.setText("\n".join(words))
        for file in bundle.files:
            item = QTreeWidgetItem([file.name, show_bytes(file.bytes)])
            item.setToolTip(0, f"SHA-256 {file.sha256}")
            self._files.addTopLevelItem(item)
