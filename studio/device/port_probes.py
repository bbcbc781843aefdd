"""What Linux tells about a port and about USB: who holds it, who may use it, what is plugged in. Elsewhere: nothing."""

import contextlib
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

try:
    import grp
    import pwd
except ImportError:  # Windows
    grp = pwd = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Holder:
    """A process that has the port open."""

    pid: int
    name: str


@dataclass(frozen=True, slots=True)
class Access:
    """Who may use a device: `is_member` is true where the user is in the group but the session does not know yet."""

    is_allowed: bool
    group: str = ""
    group_may: bool = True
    is_member: bool = False


@dataclass(frozen=True, slots=True)
class UsbDevice:
    """Something on USB: "2e8a:0003", and the classes of the device and its interfaces as two hex digits each."""

    usb_id: str
    name: str = ""
    classes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Probes:
    """Looks at this computer; the folders are others only in tests."""

    proc: Path = Path("/proc")
    usb: Path = Path("/sys/bus/usb/devices")
    own_pid: int = field(default_factory=os.getpid)

    def holders(self, port: str) -> tuple[Holder, ...]:
        """The other processes that have the port open; those of other users only root can see."""
        wanted = {port, os.path.realpath(port)}
        found = []
        for folder in sorted(self.proc.glob("[0-9]*"), key=lambda one: int(one.name)):
            if int(folder.name) != self.own_pid and _has_open(folder / "fd", wanted):
                found.append(Holder(int(folder.name), _read(folder / "comm") or "A program"))
        return tuple(found)

    def access(self, port: str) -> Access | None:
        """Whether this user may read and write the device; None where there is no such device."""
        try:
            status = os.stat(port)
        except OSError:
            return None if os.name == "posix" else Access(True)
        if os.access(port, os.R_OK | os.W_OK) or grp is None:
            return Access(True)
        needed = stat.S_IRGRP | stat.S_IWGRP
        group_may = status.st_mode & needed == needed and status.st_gid != 0
        group, is_member = str(status.st_gid), False
        with contextlib.suppress(KeyError):
            entry = grp.getgrgid(status.st_gid)
            group = entry.gr_name
            is_member = pwd.getpwuid(os.getuid()).pw_name in entry.gr_mem
        return Access(False, group, group_may, is_member and group_may)

    def usb_devices(self) -> tuple[UsbDevice, ...]:
        """What is plugged in, but root hubs."""
        found = []
        for folder in sorted(self.usb.glob("*")):
            vendor, product = _read(folder / "idVendor"), _read(folder / "idProduct")
            if not vendor or not product or vendor == "1d6b":  # the Linux Foundation's root hubs
                continue
            classes = {_read(folder / "bDeviceClass")}
            classes |= {_read(part / "bInterfaceClass") for part in self.usb.glob(f"{folder.name}:*")}
            name = _read(folder / "product")
            found.append(UsbDevice(f"{vendor}:{product}", name, frozenset(classes - {"", "00", "ef"})))
        return tuple(found)


def _has_open(folder: Path, wanted: set[str]) -> bool:
    try:
        handles = os.listdir(folder)
    except OSError:  # another user's, or it has ended
        return False
    for handle in handles:
        with contextlib.suppress(OSError):
            if os.readlink(folder / handle) in wanted:
                return True
    return False


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
