"""Where the embedded servers of a data folder answer, running or not. Starts nothing; settings read it."""

import hashlib
import os
import tempfile
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

PROJECT = Path(__file__).resolve().parent.parent.parent
NAME = "goldenrod"  # of the database and of its role
_LONGEST_TEMP = 40  # a socket's path may have about 100 characters, and ours adds up to 55


def socket_dir(data_dir: Path) -> Path:
    """A short private folder of its own for each data folder and user, since a deep clone's path is too long."""
    mark = hashlib.sha256(str(data_dir.resolve()).encode()).hexdigest()[:12]
    temp = Path(tempfile.gettempdir()).resolve()
    return (temp if len(str(temp)) <= _LONGEST_TEMP else Path("/tmp")) / f"{NAME}-{os.getuid()}-{mark}"


def database_url(data_dir: Path, name: str = NAME) -> str:
    """The URL of the embedded PostgreSQL, as libpq and DATABASE_URL take it."""
    return f"postgresql://{NAME}@/{name}?host={socket_dir(data_dir)}"


def redis_socket(data_dir: Path) -> Path:
    """The socket of the embedded Redis."""
    return socket_dir(data_dir) / "redis.sock"


def redis_url(data_dir: Path) -> str:
    """The URL of the embedded Redis, as its client and REDIS_URL take it."""
    return f"unix://{redis_socket(data_dir)}"


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
