"""What a board's own compiler measured of an export, and the fit with those figures in place of the estimate."""

from dataclasses import dataclass, replace

from studio.core.build import Fit, Gauge, Source
from studio.core.formatting import show_bytes


@dataclass(frozen=True, slots=True)
class Measured:
    """The whole program with the board's core, as linked: bytes of flash, and of RAM for data without the stack.

    `source` names the tool that said so. `ram_bytes` is None where it said nothing of RAM; a limit is 0 where the
    tool named none.
    """

    flash_bytes: int
    ram_bytes: int | None
    source: str
    flash_limit_bytes: int = 0
    ram_limit_bytes: int = 0

    @property
    def words(self) -> str:
        """One sentence: '9.4 KB of 31.5 KB flash and 1.1 KB of 2.0 KB RAM, …'."""
        flash = _part(self.flash_bytes, self.flash_limit_bytes, "flash")
        if self.ram_bytes is None:
            return f"The whole program takes {flash}, says {self.source}."
        ram = _part(self.ram_bytes, self.ram_limit_bytes, "RAM")
        return f"The whole program takes {flash} and {ram}, says {self.source}; the stack comes on top."


def measured_fit(fit: Fit, measured: Measured) -> Fit:
    """The fit with storage and memory as measured, against the tool's limits where it named them."""
    flash_limit = measured.flash_limit_bytes or fit.storage.limit
    storage = Gauge(measured.flash_bytes, flash_limit, Source.MEASURED)
    if measured.ram_bytes is None:
        return replace(fit, storage=storage)
    ram_limit = measured.ram_limit_bytes or fit.memory.limit
    return replace(fit, storage=storage, memory=Gauge(measured.ram_bytes, ram_limit, Source.MEASURED))


def _part(need: int, limit: int, what: str) -> str:
    return f"{show_bytes(need)} of {show_bytes(limit)} {what}" if limit else f"{show_bytes(need)} of {what}"
