"""The HTTP server under a simulated system: threads, keep-alive, and a way to drop a connection unanswered."""

from __future__ import annotations

import io
import socket
from typing import Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server


class Dropped(ConnectionAbortedError):
    """Raised by the application to close the connection without an answer."""


class Handler(WSGIRequestHandler):
    """Keeps connections alive, which the handler we build on refuses to do.

    The whole body is read before the application runs and the whole answer is known before it is sent, so the
    next request always starts at the right byte.
    """

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else each small answer waits for the client's delayed ACK
    wbufsize = -1

    def run_wsgi(self) -> None:
        """Answer one request."""
        if self.headers.get("Expect", "").lower() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            self.wfile.flush()
        environ = self.make_environ()
        environ["wsgi.input"] = io.BytesIO(self._body(environ))
        environ["wsgi.input_terminated"] = True
        try:
            self._answer(environ)
        except Dropped:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)

    def _body(self, environ: dict[str, Any]) -> bytes:
        if "HTTP_TRANSFER_ENCODING" in environ:
            return bytes(environ["wsgi.input"].read())
        return self.rfile.read(int(environ.get("CONTENT_LENGTH") or 0))

    def _answer(self, environ: dict[str, Any]) -> None:
        started: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> Any:
            started[:] = [status, headers]

        body = b"".join(self.server.app(environ, start_response))
        code, _, reason = started[0].partition(" ")
        self.send_response(int(code), reason)
        for name, value in started[1]:
            if name.lower() != "content-length":
                self.send_header(name, value)
        if int(code) not in (204, 304):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Stay quiet: a demo makes thousands of requests."""


def listen(app: Any, host: str, port: int) -> BaseWSGIServer:
    """A listening server with a thread per connection; port 0 takes a free one, found in `.port`."""
    return make_server(host, port, app, threaded=True, request_handler=Handler)
