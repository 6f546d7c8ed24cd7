"""Delivers webhooks by HTTP from threads of its own: signed, within five seconds, tried again, then given up.

Options under "webhooks": `timeout` seconds an endpoint has (5), `retries` after the first try (8), `backoff` seconds
before the first retry, doubled each time to at most 60 (0.5), `delay` [from, to] seconds at random before each first
try (none; makes order uncertain), `seed` of that chance, `threads` (4).
"""

from __future__ import annotations

import base64
import hashlib
import heapq
import hmac
import json
import random
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import requests

from connectors.sandbox.shopify.store import Record


@dataclass(frozen=True)
class Job:
    """One message on its way to one subscription; body and headers stay the same over all tries."""

    subscription: int
    url: str
    body: bytes
    headers: dict[str, str]
    tries: int = 0


@dataclass
class Figures:
    """How deliveries went."""

    delivered: int = 0
    failed: int = 0
    given_up: int = 0
    by_topic: dict[str, int] = field(default_factory=dict)


class Deliveries:
    """A queue by due time and a few threads that post from it."""

    def __init__(self, options: dict[str, Any], give_up: Callable[[int], None]) -> None:
        self.timeout = float(options.get("timeout", 5))
        self.retries = int(options.get("retries", 8))
        self.backoff = float(options.get("backoff", 0.5))
        self.delay: list[float] | None = options.get("delay")
        self.chance = random.Random(options.get("seed", 1))
        self.give_up = give_up
        self.figures = Figures()
        self.paused = False
        self._queue: list[tuple[float, int, Job]] = []
        self._sequence = 0
        self._busy = 0
        self._wake = threading.Condition()
        self._threads = int(options.get("threads", 4))
        self._started = False

    def send(self, jobs: list[Job], wait: float | None = None) -> None:
        """Queue jobs for now, or for `wait` seconds from now, or for the chance the delay option gives."""
        with self._wake:
            for job in jobs:
                self._push(job, self._pause() if wait is None else wait)
            self._start()
            self._wake.notify_all()

    def waiting(self) -> int:
        """How many are not delivered yet, the ones under way and held ones included."""
        with self._wake:
            return len(self._queue) + self._busy

    def hold(self, paused: bool, reverse: bool = False) -> None:
        """Hold all back, or let go what was held, if asked the newest first."""
        with self._wake:
            self.paused = paused
            if reverse:
                held = sorted(self._queue, key=lambda item: item[1], reverse=True)
                now = time.monotonic()
                self._queue = [(now + place / 100, at, job) for place, (_, at, job) in enumerate(held)]
                heapq.heapify(self._queue)
            self._wake.notify_all()

    def clear(self) -> None:
        """Drop what waits."""
        with self._wake:
            self._queue.clear()
            self.figures = Figures()

    def _pause(self) -> float:
        return self.chance.uniform(*self.delay) if self.delay else 0.0

    def _push(self, job: Job, wait: float) -> None:
        self._sequence += 1
        heapq.heappush(self._queue, (time.monotonic() + wait, self._sequence, job))

    def _start(self) -> None:
        if not self._started:
            self._started = True
            for _ in range(self._threads):
                threading.Thread(target=self._work, daemon=True).start()

    def _take(self) -> Job:
        with self._wake:
            while True:
                now = time.monotonic()
                if self._queue and not self.paused and self._queue[0][0] <= now:
                    self._busy += 1
                    return heapq.heappop(self._queue)[2]
                ready = self._queue and not self.paused
                self._wake.wait(self._queue[0][0] - now if ready else None)

    def _work(self) -> None:
        with requests.Session() as session:
            session.trust_env = False
            while True:
                job = self._take()
                delivered = self._post(session, job)
                self._settle(job, delivered)

    def _post(self, session: requests.Session, job: Job) -> bool:
        try:
            answer = session.post(
                job.url, data=job.body, headers=job.headers, timeout=self.timeout, allow_redirects=False
            )
        except requests.RequestException:
            return False
        return answer.ok and answer.status_code < 300

    def _settle(self, job: Job, delivered: bool) -> None:
        lost = False
        with self._wake:
            self._busy -= 1
            if delivered:
                topic = job.headers["X-Shopify-Topic"]
                self.figures.delivered += 1
                self.figures.by_topic[topic] = self.figures.by_topic.get(topic, 0) + 1
            elif job.tries < self.retries:
                self.figures.failed += 1
                self._push(replace(job, tries=job.tries + 1), min(60.0, self.backoff * 2**job.tries))
            else:
                self.figures.failed += 1
                self.figures.given_up += 1
                lost = True
            self._wake.notify_all()
        if lost:
            self.give_up(job.subscription)


def topic_text(topic: str) -> str:
    """COMPANY_CONTACTS_UPDATE as the header has it: company_contacts/update."""
    if topic == "CUSTOMERS_EMAIL_MARKETING_CONSENT_UPDATE":
        return "customers_email_marketing_consent/update"
    family, _, verb = topic.rpartition("_")
    return f"{family.lower()}/{verb.lower()}"


def signature(body: bytes, secret: str) -> str:
    """Base64 of the HMAC-SHA256 of the raw body."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def job(subscription: Record, topic: str, payload: Record, event: str, shop: dict[str, str], at: str) -> Job:
    """One signed message; `shop` gives `secret`, `domain` and `version`."""
    if subscription["includeFields"]:
        payload = {name: payload[name] for name in subscription["includeFields"] if name in payload}
    body = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Shopify-Captain-Hook",
        "X-Shopify-Topic": topic_text(topic),
        "X-Shopify-Hmac-Sha256": signature(body, shop["secret"]),
        "X-Shopify-Shop-Domain": shop["domain"],
        "X-Shopify-API-Version": shop["version"],
        "X-Shopify-Webhook-Id": str(uuid.uuid4()),
        "X-Shopify-Event-Id": event,
        "X-Shopify-Triggered-At": at,
    }
    return Job(subscription["_number"], subscription["uri"], body, headers)
