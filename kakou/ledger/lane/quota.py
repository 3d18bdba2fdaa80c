"""How much of one phone's may be kept apart in an hour: a stolen phone must not fill the disk with what is unfit."""

from __future__ import annotations

BYTES = 32 << 20  # about sixty thousand usual items
HOUR = 3_600_000


class Quota:
    """Counted when something is kept, asked before the next request: what was taken in is never dropped."""

    def __init__(self, most: int = BYTES) -> None:
        self._most = most
        self._hour = 0
        self._kept: dict[int, int] = {}

    def wait(self, device: int, now_ms: int) -> int:
        """Seconds until the phone may send again; 0: now."""
        if self._kept.get(device, 0) < self._most or now_ms // HOUR != self._hour:
            return 0
        return (HOUR - now_ms % HOUR) // 1000 + 1

    def keep(self, device: int, size: int, now_ms: int) -> None:
        """`size` bytes of the phone's are kept apart."""
        if now_ms // HOUR != self._hour:
            self._hour = now_ms // HOUR
            self._kept.clear()
        self._kept[device] = self._kept.get(device, 0) + size
