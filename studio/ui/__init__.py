"""The window: Qt only, no arithmetic."""

import ctypes
import sys

# The PySide6 6.12 wheels are compiled with Python 3.12's headers, for which None, True and False live for ever.
# On Python 3.11 a Qt call that returns None, and Signal.emit() that returns True, take one reference too many;
# after some thousand calls the interpreter would free them and abort ("deallocating None"). So they get more
# references here than any session can use up. The count is an object's first field, but in debug builds.
if sys.version_info < (3, 12):
    for _constant in (None, True, False):
        _references = ctypes.c_ssize_t.from_address(id(_constant))
        if abs(_references.value - sys.getrefcount(_constant)) < 16:
            _references.value += 1 << 40
