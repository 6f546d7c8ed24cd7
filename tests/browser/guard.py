"""What no page of the hub may ever do: log an error, fail a request, or ask another host."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Page, Request, Response


class Guard:
    """Watches a page; `troubles` are sentences. `allow`: status codes a test provokes on purpose."""

    def __init__(self, page: Page, home: str, allow: tuple[int, ...] = ()) -> None:
        self.troubles: list[str] = []
        self._home, self._allow = urlsplit(home).netloc, allow
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.troubles.append(f"error in a script: {error}"))
        page.on("request", self._request)
        page.on("response", self._response)
        page.on("requestfailed", self._failed)

    def _console(self, message: ConsoleMessage) -> None:
        # Chromium also reports a status that `_response` judges.
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.troubles.append(f"console {message.type}: {message.text}")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "about") and parts.netloc != self._home:
            self.troubles.append(f"asks another host: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self._allow:
            self.troubles.append(f"status {response.status}: {response.url}")

    def _failed(self, request: Request) -> None:
        if request.failure and "ERR_ABORTED" not in request.failure:  # left by the person's next click
            self.troubles.append(f"failed: {request.url} {request.failure}")
