"""Keys of a trial on one machine, made on first use and kept in the data folder; production sets its own."""

import json
import os
import secrets
import tempfile
from pathlib import Path

from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured


def read(data_dir: Path) -> dict[str, str]:
    """SECRET_KEY and GOLDENROD_SECRETS_KEY of this data folder, the same for all processes and restarts."""
    path = data_dir / "keys.json"
    try:
        if not path.exists():
            _create(path)
        found: dict[str, str] = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise ImproperlyConfigured(
            f"DATA_DIR: the keys in {path} cannot be used ({error}). Give this user access to the folder, "
            "or set DATA_DIR to another one."
        ) from error
    return found


def _create(path: Path) -> None:
    """Whole or not at all: two processes that start at once end up with one file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    keys = {"SECRET_KEY": secrets.token_urlsafe(64), "GOLDENROD_SECRETS_KEY": Fernet.generate_key().decode()}
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix="keys-")
    try:
        with os.fdopen(handle, "w") as file:
            json.dump(keys, file)
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        os.unlink(draft)
