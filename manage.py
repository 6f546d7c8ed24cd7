#!/usr/bin/env python
"""Django's command line for Goldenrod."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mdm.settings")
    try:
        from django.core.management import execute_from_command_line
    except ModuleNotFoundError as missing:
        raise SystemExit(f"{missing.name} is not installed here: run `make setup`, then use .venv/bin/python.") from None
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
