"""One run at a time on a data folder, and a private folder for its sockets."""

import fcntl
import os
import stat
from pathlib import Path
from typing import IO

from mdm.embedded.errors import EmbeddedError


def take(data_dir: Path, role: str) -> IO[str]:
    """Hold a role on the data folder until the returned file is closed, or this process ends in whatever way."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        file = (data_dir / f"{role}.lock").open("a+")
    except OSError as error:
        raise EmbeddedError(
            f"The data folder {data_dir} cannot be used ({error.strerror}): give this user access to it, "
            "or set DATA_DIR to another folder."
        ) from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise EmbeddedError(_taken(file, data_dir)) from None
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file


def _taken(file: IO[str], data_dir: Path) -> str:
    file.seek(0)
    holder = file.read().strip() or "unknown"
    file.close()
    return (
        f"Goldenrod already runs on the data folder {data_dir} (process {holder}): "
        "stop it, or set DATA_DIR to another folder."
    )


def private_folder(path: Path, uid: int, gid: int) -> None:
    """Make `path` with mode 0700 for one owner; refuse one that somebody else has put there."""
    path.mkdir(mode=0o700, exist_ok=True)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (os.geteuid(), uid):
        raise EmbeddedError(f"{path} belongs to another user: remove it, or set TMPDIR to another folder.")
    if stat.S_IMODE(found.st_mode) != 0o700:
        path.chmod(0o700)
    os.chown(path, uid, gid)
