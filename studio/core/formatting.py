"""How the studio shows sizes, times and shares: one formatter for every page and table."""


def show_bytes(count: int) -> str:
    """Bytes in the unit makers read on a data sheet: 1,234 → '1.2 KB' (1 KB = 1,024 bytes)."""
    sign = "−" if count < 0 else ""
    size = abs(count)
    if size < 1024:
        return f"{sign}{size} B"
    if size < 1024 * 1024:
        kilobytes = size / 1024
        return f"{sign}{kilobytes:.1f} KB" if kilobytes < 100 else f"{sign}{kilobytes:.0f} KB"
    if size < 1024 * 1024 * 1024:
        megabytes = size / (1024 * 1024)
        return f"{sign}{megabytes:.2f} MB" if megabytes < 100 else f"{sign}{megabytes:.0f} MB"
    return f"{sign}{size / (1024 * 1024 * 1024):.1f} GB"


def show_time(microseconds: float) -> str:
    """Microseconds as '850 µs', '12.3 ms' or '1.25 s'."""
    if microseconds < 1000:
        return f"{microseconds:.0f} µs"
    if microseconds < 1_000_000:
        return f"{microseconds / 1000:.1f} ms"
    return f"{microseconds / 1_000_000:.2f} s"


def show_count(count: float) -> str:
    """A count with a scale word: 12,345 → '12.3 k', 4,300,000 → '4.3 M'."""
    if count < 1000:
        return f"{count:.0f}"
    if count < 1_000_000:
        return f"{count / 1000:.1f} k"
    return f"{count / 1_000_000:.1f} M"


def show_share(share: float, n: int | None = None) -> str:
    """A share as a percentage with no more digits than `n` samples support: 0.973, 360 → '97.3 %'."""
    return f"{share * 100:.{share_digits(n)}f} %"


def share_digits(n: int | None) -> int:
    """How many digits of a percentage `n` samples support behind the point."""
    return 1 if n is None or n >= 100 else 0


def show_shape(shape: tuple[int, ...]) -> str:
    """A shape as '1 × 8 × 8 × 4'."""
    return " × ".join(str(size) for size in shape) if shape else "scalar"
