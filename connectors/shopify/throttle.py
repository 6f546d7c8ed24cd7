"""How much Shopify lets us ask: a bucket of points that refills, as its answers describe it.

Points and rate depend on the shop's plan (1000 points and 50 a second up to 20000 and 1000); other workers of ours
draw on the same bucket, so what we believe is corrected by each answer.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping

from mdm.engine.values import Json


class Bucket:
    """What is left, by the last answer and the time since."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._maximum = self._available = self._rate = 0.0
        self._at = 0.0

    def wait(self, cost: float) -> float:
        """Seconds until so many points are there; 0 as long as nothing is known."""
        with self._lock:
            if not self._rate:
                return 0.0
            refilled = self._available + (self._clock() - self._at) * self._rate
            return max(0.0, (min(cost, self._maximum) - min(refilled, self._maximum)) / self._rate)

    def learn(self, status: Json) -> None:
        """Take over `{"maximumAvailable", "currentlyAvailable", "restoreRate"}`; ignores anything else."""
        if not isinstance(status, Mapping):
            return
        found = [status.get(name) for name in ("maximumAvailable", "currentlyAvailable", "restoreRate")]
        numbers = [float(value) for value in found if isinstance(value, (int, float)) and not isinstance(value, bool)]
        if len(numbers) == 3 and numbers[2] > 0:
            with self._lock:
                self._maximum, self._available, self._rate = numbers
                self._at = self._clock()
