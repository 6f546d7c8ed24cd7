"""Outlives a supervisor by seconds: when the pipe from it closes, ends the processes it had told of.

Run as a script of its own, with the pipe as standard input. Lines: "+ pid signal" watches, "- pid" forgets.
"""

import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterable

import psutil

GRACE = 8.0  # seconds between asking and killing


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    watched: dict[int, int] = {}
    for line in sys.stdin:
        word, pid, *rest = line.split()
        if word == "+":
            watched[int(pid)] = int(rest[0])
        else:
            watched.pop(int(pid), None)
    end(watched)


def end(watched: dict[int, int], grace: float = GRACE) -> None:
    """Send each process its stop signal, all at once; after `grace` seconds kill its whole group."""
    found = []
    for pid, number in watched.items():
        with contextlib.suppress(psutil.NoSuchProcess, ProcessLookupError):
            found.append(psutil.Process(pid))
            os.kill(pid, number)
    wait_gone(found, grace)
    for pid in watched:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)


def wait_gone(processes: Iterable[psutil.Process], seconds: float) -> list[psutil.Process]:
    """Wait until none runs; those that still do after `seconds`. A zombie counts as gone."""
    left = [process for process in processes if runs(process)]
    deadline = time.monotonic() + seconds
    while left and time.monotonic() < deadline:
        time.sleep(0.05)
        left = [process for process in left if runs(process)]
    return left


def runs(process: psutil.Process) -> bool:
    """Whether this very process (not a later one of the same pid) still runs."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


if __name__ == "__main__":
    main()
