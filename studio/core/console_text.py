"""Raw bytes as a console shows them: as text with a dot for what cannot be read, or in hex; a flood is cut short."""

import codecs
from enum import StrEnum

MOST_AT_ONCE = 4096
"""Bytes that are shown for one turn of the display: more could not be read, and would hold the window up."""

_HEX_ROW = 16
_DOT = "·"


class Form(StrEnum):
    """How bytes are shown."""

    TEXT = "Text"
    HEX = "Hex"


class ConsoleText:
    """Turns pieces of a stream into what is added to the console; letters that are cut in two come with the next."""

    def __init__(self, form: Form = Form.TEXT) -> None:
        self._form = form
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._after_return = False
        self._in_row = 0

    def of(self, data: bytes) -> str:
        """What is shown of these bytes; of more than MOST_AT_ONCE only the last, after a note."""
        note = ""
        if len(data) > MOST_AT_ONCE:
            note = f"\n[… {len(data) - MOST_AT_ONCE:,} bytes not shown …]\n"
            data = data[-MOST_AT_ONCE:]
            self._decoder.reset()
            self._in_row = 0
        return note + (self._hex(data) if self._form is Form.HEX else self._plain(data))

    def _plain(self, data: bytes) -> str:
        text = self._decoder.decode(data)
        if self._after_return and text.startswith("\n"):  # one end of line in two pieces
            text = text[1:]
        self._after_return = text.endswith("\r")
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        is_text = "\ufffd" not in text and all(one.isprintable() or one in "\n\t\x1b" for one in text)
        return "".join(one if _is_shown(one, is_text) else _DOT for one in text)

    def _hex(self, data: bytes) -> str:
        parts = []
        for byte in data:
            self._in_row += 1
            parts.append(f"{byte:02x}")
            parts.append("\n" if self._in_row == _HEX_ROW else " ")
            self._in_row %= _HEX_ROW
        return "".join(parts)


def _is_shown(letter: str, is_text: bool) -> bool:
    """Frames and noise hold letters of all the world by chance: there only those of ASCII are shown."""
    return letter in "\n\t" or (letter.isprintable() and (is_text or letter.isascii()))
