"""How far a long command is, on standard error."""

from __future__ import annotations

import sys
import time


class Progress:
    """A line for each phase on standard error; within long phases one every few seconds."""

    def __init__(self) -> None:
        self.started = self.last = time.monotonic()
        self.phase = ""

    def __call__(self, phase: str, share: float) -> None:
        now = time.monotonic()
        if phase == self.phase and now - self.last < 2:
            return
        done = f" {share:.0%}" if share else ""
        print(f"{now - self.started:7.1f} s  {phase}{done}", file=sys.stderr, flush=True)
        self.phase, self.last = phase, now
