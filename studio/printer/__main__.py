"""HTML on standard input, PDF on standard output; drawings (SVG) inside the page are drawn."""

import os
import re
import sys

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["QT_HASH_SEED"] = "0"  # otherwise the order of fonts in the file is another each time

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QUrl
from PySide6.QtGui import QGuiApplication, QImage, QPageLayout, QPageSize, QPainter, QPdfWriter, QTextDocument
from PySide6.QtSvg import QSvgRenderer

_DRAWING = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
_SHARPER = 3  # pixels of a drawing for each of its units
_DATE = re.compile(rb"\(D:\d{14}[^)]*\)")
_ID = re.compile(rb"<[0-9a-fA-F]{32,}>")
_XMP_DATE = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")
_XMP_ID = re.compile(rb"uuid:[0-9a-fA-F-]{36}")


def pdf(html: str) -> bytes:
    """The page as PDF on A4. The same page makes the same bytes."""
    _app = QGuiApplication.instance() or QGuiApplication(sys.argv[:1])
    document = QTextDocument()

    def drawn(found: re.Match[str]) -> str:
        renderer = QSvgRenderer(QByteArray(found.group().encode()))
        size = renderer.defaultSize()
        image = QImage(size * _SHARPER, QImage.Format.Format_ARGB32)
        image.fill(0xFFFFFFFF)
        painter = QPainter(image)
        renderer.render(painter)
        painter.end()
        name = f"drawing:{found.start()}"
        document.addResource(QTextDocument.ResourceType.ImageResource, QUrl(name), image)
        return f'<img src="{name}" width="{size.width()}" height="{size.height()}">'

    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(2, 2, 2, 2), QPageLayout.Unit.Millimeter)
    writer.setCreator("TinyML Studio")
    # QTextDocument takes widths from attributes only, and adds margins of its own (2 cm) when it prints.
    page = _DRAWING.sub(drawn, html).replace("<table>", '<table width="100%">')
    document.setHtml(page.replace("<th>", '<th width="32%">'))
    document.print_(writer)
    del writer
    return _dateless(bytes(buffer.data().data()))


def _dateless(content: bytes) -> bytes:
    """Dates and random ids as zeros of the same length, so that nothing in the file moves."""
    content = _DATE.sub(lambda found: b"(D:20000101000000" + b" " * (len(found.group()) - 18) + b")", content)
    head, trailer, tail = content.rpartition(b"trailer")
    content = head + trailer + _ID.sub(lambda found: b"<" + b"0" * (len(found.group()) - 2) + b">", tail)
    content = _XMP_ID.sub(b"uuid:00000000-0000-0000-0000-000000000000", content)
    return _XMP_DATE.sub(lambda found: re.sub(rb"\d", b"0", found.group()), content)


def main() -> int:
    """Print what comes in; 0 when it went well."""
    sys.stdout.buffer.write(pdf(sys.stdin.buffer.read().decode("utf-8", "replace")))
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
