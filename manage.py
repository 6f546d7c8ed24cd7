#!/usr/bin/env python
"""Django's command line for Goldenrod."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mdm.settings")
    try:
        from django.core.management import execute_from_command_line
        from django.db import OperationalError
    except ModuleNotFoundError as missing:
        raise SystemExit(f"{missing.name} is not installed: run `make setup`, then use .venv/bin/python.") from None
    try:
        execute_from_command_line(sys.argv)
    except OperationalError:
        if _database_runs():
            raise
        raise SystemExit(
            "The embedded database does not run: start it with `manage.py services` in another terminal, "
            "or set DATABASE_URL."
        ) from None


def _database_runs() -> bool:
    """False where the database is the embedded one and nobody has started it."""
    from django.conf import settings

    from mdm.embedded import address

    return not settings.TRIAL or (address.socket_dir(settings.DATA_DIR) / ".s.PGSQL.5432").exists()


if __name__ == "__main__":
    main()
