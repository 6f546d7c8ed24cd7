"""PostgreSQL and Redis from wheels, for `demo`, `test` and `services`; used where a URL is unset."""

import hashlib
import os
import tempfile
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

PROJECT = Path(__file__).resolve().parent.parent
_NAME = "goldenrod"  # of the database and of its role


def socket_dir(data_dir: Path) -> Path:
    """A short private folder of this data folder: a socket's path may have about 100 characters only."""
    mark = hashlib.sha256(str(data_dir.resolve()).encode()).hexdigest()[:12]
    temp = Path(tempfile.gettempdir()).resolve()
    return (temp if len(str(temp)) <= 40 else Path("/tmp")) / f"{_NAME}-{os.getuid()}-{mark}"  # noqa: S108


def database_url(data_dir: Path, name: str = _NAME) -> str:
    """Where the embedded PostgreSQL of this data folder answers, running or not."""
    return f"postgresql://{_NAME}@/{name}?host={socket_dir(data_dir)}"


def redis_url(data_dir: Path) -> str:
    """Where the embedded Redis of this data folder answers, running or not."""
    return f"unix://{socket_dir(data_dir)}/redis.sock"


def broker_url(redis: str) -> str:
    """The same Redis as Celery names it: `unix://` is `redis+socket://` there, and ?db= is ?virtual_host=."""
    parts = urlsplit(redis)
    if parts.scheme != "unix":
        return redis
    database = parse_qs(parts.query).get("db", ["0"])[0]
    return f"redis+socket://{parts.path}?virtual_host={database}"


def owns(database: str, data_dir: Path) -> bool:
    """Whether the URL leads to the embedded PostgreSQL of this data folder, whatever the database's name."""
    return parse_qs(urlsplit(database).query).get("host") == [str(socket_dir(data_dir))]
