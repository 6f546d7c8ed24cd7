"""An admin's Django shell that stays open: one request a line, `{"code": ...}` in, `{"answer": ...}` or an error out.

Runs in a process of its own, so that the tests themselves touch no model. What the code calls `answer` is answered;
what it puts into `kept` is there for the next request.
"""

from __future__ import annotations

import json
import sys
import traceback
from typing import Any

import django


def main() -> None:
    """Answer until the input ends."""
    django.setup()
    heard, said = sys.stdin, sys.stdout
    sys.stdout = sys.stderr  # whatever the code prints must not be taken for an answer
    for line in heard:
        request = json.loads(line)
        said.write(json.dumps(_run(request["code"], request["given"]), default=str) + "\n")
        said.flush()


_KEPT: dict[str, Any] = {}


def _run(code: str, given: dict[str, Any]) -> dict[str, Any]:
    names = {"kept": _KEPT, **given}
    try:
        exec(compile(code, "desk", "exec"), names)
    except Exception:
        return {"error": traceback.format_exc()}
    return {"answer": names.get("answer")}


if __name__ == "__main__":
    main()
