"""PostgreSQL and Redis from wheels, for `demo`, `test` and `services`; each only where its URL is unset."""

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from mdm.embedded import address, lock
from mdm.embedded.address import PROJECT, broker_url, database_url, owns, redis_url
from mdm.embedded.errors import EmbeddedError
from mdm.processes import Supervisor

__all__ = ["PROJECT", "EmbeddedError", "Services", "broker_url", "database_url", "owns", "redis_url", "start"]


@dataclass
class Services:
    """The servers of one run. More processes may be given to `supervisor`: they stop before the servers do."""

    data_dir: Path
    database_url: str
    redis_url: str
    supervisor: Supervisor
    _lock: IO[str]

    @property
    def env(self) -> dict[str, str]:
        """The variables with which another process reaches the same servers."""
        return {"DATA_DIR": str(self.data_dir), "DATABASE_URL": self.database_url, "REDIS_URL": self.redis_url}

    def stop(self) -> None:
        """Stop everything the supervisor started, then free the data folder. Harmless when done twice."""
        self.supervisor.stop()
        if not self._lock.closed:
            # beside servers of another run it is not empty, and stays
            with contextlib.suppress(OSError):
                address.socket_dir(self.data_dir).rmdir()
        self._lock.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def start(data_dir: Path, *, durable: bool = True) -> Services:
    """Start what DATABASE_URL and REDIS_URL do not name already; all of it ends with this process, kill -9 included.

    `durable=False` skips flushing to disk, for tests. Raises EmbeddedError (with a sentence for the person) when the
    data folder is taken or a server cannot run here, and ProcessFailed when one does not come up.
    """
    data_dir = data_dir.resolve()
    database, redis = _given("DATABASE_URL"), _given("REDIS_URL")
    # beside servers of a running `services` command a second run is welcome; it has a lock and a record of its own
    role = "guest" if database and redis else "host"
    held = lock.take(data_dir, role)
    try:
        supervisor = Supervisor(data_dir / f"processes-{role}.json")
    except BaseException:
        held.close()
        raise
    services = Services(
        data_dir, database or database_url(data_dir), redis or redis_url(data_dir), supervisor, held
    )
    try:
        _start_missing(supervisor, data_dir, database, redis, durable)
    except BaseException:
        supervisor.stop()
        held.close()
        raise
    return services


def _given(name: str) -> str:
    return os.environ.get(name, "").strip()


def _start_missing(supervisor: Supervisor, data_dir: Path, database: str, redis: str, durable: bool) -> None:
    # drivers and server code are loaded here: settings import this package in every process
    from mdm.embedded import account, postgres
    from mdm.embedded import redis as redis_server

    if not (database and redis):
        who = account.choose(data_dir / "postgres")
        lock.private_folder(address.socket_dir(data_dir), who.uid, who.gid)
    if not database:
        postgres.start(supervisor, data_dir, durable=durable)
    if not redis:
        redis_server.start(supervisor, data_dir)
