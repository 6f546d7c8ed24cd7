"""A real HTTP server that gives the answers a test wrote down, for what a simulated system never does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

CLOSED = None  # the connection is closed without an answer


@dataclass
class Answer:
    """One answer to be given."""

    status: int = 200
    body: Any = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Asked:
    """One request that came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class Scripted:
    """`url`, the answers still to be given (the last one again and again), and what was asked."""

    def __init__(self, answers: list[Answer | None]) -> None:
        self.answers, self.asked, self.url = answers, list[Asked](), ""

    def next(self) -> Answer | None:
        """The answer to the request that just came."""
        return self.answers[min(len(self.asked), len(self.answers)) - 1]


@contextmanager
def scripted(*answers: Answer | None) -> Iterator[Scripted]:
    """A server on a free port, ended with the block."""
    script = Scripted(list(answers))

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            script.asked.append(Asked(self.command, self.path, dict(self.headers), body))
            answer = script.next()
            if answer is None:
                self.close_connection = True
                return
            content = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
            self.send_response(answer.status)
            for name, value in {**answer.headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PATCH = do_DELETE = answer

        def log_message(self, *args: Any) -> None:
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    script.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield script
    finally:
        server.shutdown()
        server.server_close()
