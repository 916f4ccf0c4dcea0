"""Makes those who try many wrong codes wait, in so few threads that everybody else is served as before.

Knows no table: the counting is somebody else's. It remembers who has tried too often, so that a flood of wrong codes
does not become a flood of writes.
"""

import threading
import time
from datetime import datetime


class SlowLane:
    """At most `places` callers of a process wait at a time, each `seconds` long."""

    # So many are remembered; somebody with more addresses than that is counted anew, not let through.
    MOST = 10_000

    def __init__(self, *, places: int, seconds: float):
        self.seconds = seconds
        self._places = threading.Semaphore(places)
        self._until: dict[bytes, datetime] = {}

    def note(self, key: bytes, until: datetime) -> None:
        """Remember until when a key belongs into the slow lane."""
        if len(self._until) >= self.MOST:
            self._until.clear()
        self._until[key] = until

    def is_noted(self, key: bytes, now: datetime) -> bool:
        until = self._until.get(key)
        if until is not None and until <= now:
            self._until.pop(key, None)
        return until is not None and until > now

    def wait(self) -> bool:
        """Wait one's time; False at once where all places are taken."""
        if not self._places.acquire(blocking=False):
            return False
        try:
            time.sleep(self.seconds)
        finally:
            self._places.release()
        return True
