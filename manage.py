#!/usr/bin/env python
"""Django's command line for Goldenrod."""

import os
import sys


def main() -> None:
    if sys.argv[1:2] == ["match_file"]:
        _match_file()
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mdm.settings")
    try:
        from django.core.management import execute_from_command_line
        from django.db import OperationalError
    except ModuleNotFoundError as missing:
        raise SystemExit(_missing(missing)) from None
    try:
        execute_from_command_line(sys.argv)
    except OperationalError:
        if _database_runs():
            raise
        raise SystemExit(
            "The embedded database does not run: start it with `manage.py services` in another terminal, "
            "or set DATABASE_URL."
        ) from None


def _match_file() -> None:
    """Without settings: an analyst's files need no hub, and loading all of it would take longer than small files do."""
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)
    try:
        from mdm.management.commands.match_file import Command
    except ModuleNotFoundError as missing:
        raise SystemExit(_missing(missing)) from None
    Command().run_from_argv(sys.argv)


def _missing(module: ModuleNotFoundError) -> str:
    return f"{module.name} is not installed: run `make setup`, then use .venv/bin/python."


def _database_runs() -> bool:
    """False where the database is the embedded one and nobody has started it."""
    from django.conf import settings

    from mdm.embedded import address

    return not settings.TRIAL or (address.socket_dir(settings.DATA_DIR) / ".s.PGSQL.5432").exists()


if __name__ == "__main__":
    main()
