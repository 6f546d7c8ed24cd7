"""`python -m connectors.sandbox <system> --port N --options JSON`: the same as manage.py sandbox, without Django."""

from __future__ import annotations

import argparse
import json

from connectors.sandbox import SYSTEMS, serve


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments; manage.py sandbox uses the same ones."""
    parser.add_argument("system", choices=list(SYSTEMS))
    parser.add_argument("--port", type=int, default=0, help="0 chooses a free port and prints it")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--options", type=json.loads, default={}, metavar="JSON", help="credentials, plan, targets")


def main() -> None:
    """Read the arguments and serve."""
    parser = argparse.ArgumentParser(prog="python -m connectors.sandbox")
    arguments(parser)
    given = parser.parse_args()
    serve(given.system, given.port, given.host, given.options)


if __name__ == "__main__":
    main()
