"""The latest raw bytes of a link, for the console and for the doctor's ear."""

KEPT_BYTES = 1 << 16


class RawTail:
    """Bytes are added by one thread and looked at by others, under their lock; the oldest go."""

    def __init__(self) -> None:
        self.received = 0
        self._bytes = bytearray()

    def add(self, data: bytes) -> None:
        """Takes in what came."""
        self.received += len(data)
        self._bytes += data
        if len(self._bytes) > 2 * KEPT_BYTES:
            del self._bytes[:-KEPT_BYTES]

    def since(self, position: int) -> bytes:
        """What came after the first `position` bytes, as far as it is kept."""
        fresh = min(self.received - position, len(self._bytes))
        return bytes(self._bytes[-fresh:]) if fresh > 0 else b""
