"""The window: Qt only, no arithmetic."""

import ctypes
import sys

if sys.version_info < (3, 12):
    # PySide6 6.12.0: Signal.emit() returns True without counting the reference. Some thousand signals later
    # Python 3.11 would free its own True and abort ("bool_dealloc"). From 3.12 on True is immortal; here it is
    # made as good as that: the count is the first field of the object.
    ctypes.c_ssize_t.from_address(id(True)).value += 1 << 40
