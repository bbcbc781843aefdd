"""Ports of every kind opened and read alike: serial devices, pseudo-terminals, socket://… and rfc2217://…."""

import errno
import os
import sys
from typing import Any

import serial

try:
    import termios

    _TERMINAL_ERRORS: tuple[type[Exception], ...] = (termios.error,)
except ImportError:  # Windows
    _TERMINAL_ERRORS = ()

PORT_ERRORS: tuple[type[Exception], ...] = (
    OSError,
    TypeError,
    ValueError,
    AttributeError,
    OverflowError,
    NotImplementedError,
    *_TERMINAL_ERRORS,
)
"""What pyserial lets through when a port vanishes under it; SerialException is an OSError."""

USUAL_BAUDS = (
    9600,
    19_200,
    38_400,
    57_600,
    74_880,
    115_200,
    230_400,
    250_000,
    460_800,
    921_600,
    1_000_000,
    2_000_000,
)
"""What boards are set to, for a list with free entry."""

WAIT_SECONDS = 0.05
_WRITE_SECONDS = 1.0
_PRESS = "and press Connect."
_BY_ITSELF = "and the studio connects by itself."


def open_port(port: str, baud: int) -> Any:
    """The open port, for nobody else; raises one of PORT_ERRORS."""
    options: dict[str, Any] = {"timeout": WAIT_SECONDS}
    if port.startswith("rfc2217://"):
        pass  # pyserial's refuses both options; its socket has a timeout of its own
    elif os.name != "posix" or "://" in port:
        options["write_timeout"] = _WRITE_SECONDS  # such ports have no way to cancel a write
    else:
        options["exclusive"] = True
    return serial.serial_for_url(port, baud, **options)


def read_some(port: Any) -> bytes:
    """What has arrived; waits a moment for the first byte."""
    waiting = port.in_waiting
    if waiting > 1:
        return bytes(port.read(waiting))
    first = bytes(port.read(1))
    module = type(port).__module__
    if not first and module.endswith("rfc2217") and not port._thread.is_alive():
        raise OSError("the connection has ended")  # pyserial itself would read nothing for ever
    return first + _read_socket(port) if first and module.endswith("protocol_socket") else first


def _read_socket(port: Any) -> bytes:
    """The rest of what has arrived: pyserial's socket cannot tell how much, but a read without time takes it."""
    port.timeout = 0
    try:
        return bytes(port.read(1 << 16))
    finally:
        port.timeout = WAIT_SECONDS


def sentence_for(error: BaseException, port: str, *, opening: bool, again: bool = False) -> str:
    """What is shown for an error of the port: what happened, and what to do; `again`: it is being tried again."""
    code = getattr(error, "errno", None)
    text = str(error).lower()
    then = _BY_ITSELF if again else _PRESS
    if not opening and "://" in port:
        return f"The board at {port} has gone. Start it again {then}"
    if not opening:
        return f"The board on {port} was unplugged. Plug it in again {then}"
    if "not a valid baudrate" in text or "baud" in text or isinstance(error, OverflowError):
        return f"{port} cannot work at this baud rate. Choose another, such as 115200, {then}"
    if "://" in port:
        return f"Nothing answers at {port}. Start the board or the server there {then}"
    if code in (errno.EACCES, errno.EPERM) or "permission" in text or "access is denied" in text:
        return _denied(port, then)
    if code in (errno.EBUSY, errno.EAGAIN) or "exclusively lock" in text or "busy" in text:
        return f"{port} is used by another program. Close its serial monitor there {then}"
    if (
        code in (errno.ENOENT, errno.ENODEV, errno.ENXIO)
        or "could not find" in text
        or "filenotfound" in text
    ):
        return f"There is no board on {port}. Plug it in, choose its port again {then}"
    return (
        f"{port} cannot be opened as a serial port ({error}). Choose another port or plug the board in again."
    )


def _denied(port: str, then: str) -> str:
    if sys.platform == "win32":  # Windows says the same whether a port is taken or forbidden
        return f"{port} is used by another program. Close its serial monitor there {then}"
    if sys.platform == "linux":
        return (
            f"You may not use {port} yet. Run 'sudo usermod -aG dialout $USER' in a terminal, log out and in again, "
            f"{then} (On Arch and Fedora's relatives the group may be called uucp.)"
        )
    return f"You may not use {port}. Ask the owner of this computer for access {then}"
