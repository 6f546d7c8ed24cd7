"""Supervise child processes: start, watch and stop them, and leave none behind even after kill -9."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

from mdm import guardian

Ready = Callable[[], bool] | re.Pattern[str] | None

_TAIL = 15  # lines of a log shown with an error
_LOG_LIMIT = 20_000_000  # bytes; a longer log is set aside at the next start


class ProcessFailed(Exception):
    """A child did not start, or ended on its own; the message names its log."""


@dataclass
class Child:
    """One running process, leader of a process group of its own."""

    name: str
    process: subprocess.Popen[bytes]
    log_path: Path
    log_start: int
    stop_signal: signal.Signals
    grace: float
    started: float = field(default=0.0)

    def log_text(self) -> str:
        """What it has written since it started."""
        with self.log_path.open("rb") as log:
            log.seek(self.log_start)
            return log.read().decode(errors="replace")

    def failure(self, what: str) -> ProcessFailed:
        """An error with a sentence, the log's path and its last lines."""
        tail = "\n".join(f"  {line}" for line in self.log_text().splitlines()[-_TAIL:])
        return ProcessFailed(f"{self.name} {what}; see {self.log_path}\n{tail}".rstrip())


class Supervisor:
    """Starts children and stops them in reverse order; a guardian process ends them if this process dies.

    `record` is a file that names the running children, so that the next start can clear what even the guardian left.
    Not for use from several threads.
    """

    def __init__(self, record: Path | None = None) -> None:
        self.children: list[Child] = []
        self._record = record
        self._guardian: subprocess.Popen[bytes] | None = None
        if record is not None:
            clear_leftovers(record)

    def spawn(
        self,
        name: str,
        argv: Sequence[str | Path],
        *,
        log_path: Path,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        ready: Ready = None,
        timeout: float = 30.0,
        stop_signal: signal.Signals = signal.SIGTERM,
        grace: float = 8.0,
    ) -> Child:
        """Start a child with its output in `log_path` and wait until it is ready.

        `ready` is asked again and again until true, or is a pattern to appear in the log; without it the child counts
        as ready at once. `env` is the whole environment (default: ours). Raises ProcessFailed when the child ends, or
        is not ready after `timeout` seconds; it is stopped then.
        """
        log_start = _prepare_log(log_path)
        with log_path.open("ab") as log:
            process = subprocess.Popen(
                [str(part) for part in argv],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=None if env is None else dict(env),
                cwd=cwd,
                start_new_session=True,  # Ctrl-C reaches us alone, so we choose the order in which children stop
            )
        child = Child(name, process, log_path, log_start, stop_signal, grace, _started(process.pid))
        self._tell(f"+ {process.pid} {int(stop_signal)}")
        self.children.append(child)
        self._write_record()
        self.wait_ready(child, ready, timeout)
        return child

    def wait_ready(self, child: Child, ready: Ready, timeout: float = 30.0) -> None:
        """Wait for a child that was started without `ready`; else as `spawn`."""
        deadline = time.monotonic() + timeout
        try:
            while not _is_ready(child, ready):
                code = child.process.poll()
                if code is not None:
                    raise child.failure(f"did not start ({_ending(code)})")
                if time.monotonic() > deadline:
                    raise child.failure(f"was not ready after {timeout:.0f} seconds")
                time.sleep(0.02)
        except BaseException:
            self.stop_child(child)
            raise

    def check(self) -> None:
        """Raise ProcessFailed if a child has ended on its own."""
        for child in self.children:
            code = child.process.poll()
            if code is not None:
                raise child.failure(f"stopped by itself ({_ending(code)})")

    def stop_child(self, child: Child) -> None:
        """Stop one child: its stop signal, then after its grace SIGKILL for its whole group."""
        if child not in self.children:
            return
        if child.process.poll() is None:
            child.process.send_signal(child.stop_signal)
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.process.wait(child.grace)
        self._kill(child)

    def stop(self) -> None:
        """Stop all children, the last started first. A second Ctrl-C kills the rest at once."""
        try:
            while self.children:
                self.stop_child(self.children[-1])
        except KeyboardInterrupt:
            while self.children:
                self._kill(self.children[-1])
        self._dismiss_guardian()
        if self._record is not None:
            self._record.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _kill(self, child: Child) -> None:
        """End the group (helpers of a leader that is gone may live on) and forget the child."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.process.pid, signal.SIGKILL)
        child.process.wait()
        self.children.remove(child)
        self._tell(f"- {child.process.pid}")
        self._write_record()

    def _tell(self, line: str) -> None:
        if self._guardian is None or self._guardian.poll() is not None:
            self._guardian = _hire_guardian()
            for child in self.children:
                self._tell(f"+ {child.process.pid} {int(child.stop_signal)}")
        assert self._guardian.stdin is not None
        self._guardian.stdin.write(f"{line}\n".encode())
        self._guardian.stdin.flush()

    def _dismiss_guardian(self) -> None:
        if self._guardian is not None:
            self._guardian.communicate()
            self._guardian = None

    def _write_record(self) -> None:
        if self._record is None:
            return
        rows = [
            {"name": child.name, "pid": child.process.pid, "started": child.started, "signal": int(child.stop_signal)}
            for child in self.children
        ]
        draft = self._record.with_suffix(".new")
        draft.write_text(json.dumps(rows))
        draft.replace(self._record)


def clear_leftovers(record: Path, grace: float = 10.0) -> None:
    """End the processes that `record` names and that still run, with all they started."""
    asked = {}
    for row in _read_record(record):
        # a pid is used again sooner or later: only the start time makes it the same process
        if abs(_started(row["pid"]) - row["started"]) < 2:
            process = psutil.Process(row["pid"])
            asked.update({member.pid: member for member in (process, *process.children(recursive=True))})
            os.kill(row["pid"], row["signal"])
    end_all(list(asked.values()), grace)
    record.unlink(missing_ok=True)


def end_all(family: Sequence[psutil.Process], grace: float) -> None:
    """Wait for processes that were asked to stop, then kill those that did not."""
    left = guardian.wait_gone(family, grace)
    for process in left:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    guardian.wait_gone(left, grace)


@contextlib.contextmanager
def stoppable() -> Iterator[None]:
    """Inside, SIGTERM and SIGHUP act like Ctrl-C: they raise KeyboardInterrupt, so children are stopped in order."""

    def interrupt(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _hire_guardian() -> subprocess.Popen[bytes]:
    # a session of its own, so that no Ctrl-C reaches it; no terminal, so that no pipeline waits for it
    return subprocess.Popen(
        [sys.executable, "-P", guardian.__file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        start_new_session=True,
    )


def _prepare_log(path: Path) -> int:
    """Make room for a log; the offset at which this run's lines start."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > _LOG_LIMIT:
        path.replace(path.with_suffix(path.suffix + ".old"))
    return path.stat().st_size if path.exists() else 0


def _is_ready(child: Child, ready: Ready) -> bool:
    if isinstance(ready, re.Pattern):
        return ready.search(child.log_text()) is not None
    return ready is None or ready()


def _ending(code: int) -> str:
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def _started(pid: int) -> float:
    """Start time in seconds, 0 where there is no such process."""
    try:
        return float(psutil.Process(pid).create_time())
    except psutil.NoSuchProcess:
        return 0.0


def _read_record(record: Path) -> list[dict[str, int]]:
    try:
        rows: list[dict[str, int]] = json.loads(record.read_text())
    except (FileNotFoundError, ValueError):
        return []
    return rows
