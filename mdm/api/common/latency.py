"""How long API requests take: a histogram by route template, method and class of status, right across web workers.

Each process counts in a file of its own, mapped into memory, in `DATA_DIR/metrics` (prometheus_client's multiprocess
mode, which mdm.settings turns on); who is scraped adds them up. Files of processes that ended are folded into one, so
counts only ever grow and files stay few.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from prometheus_client import Histogram, Metric
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.multiprocess import MultiProcessCollector

NAME = "goldenrod_api_request_seconds"
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"}
FOLDER = Path(settings.METRICS_DIR)
ENDED = "histogram_0.db"  # no process has this number

with suppress(OSError):  # a folder that cannot be written is told by the system check mdm.E002
    FOLDER.mkdir(parents=True, exist_ok=True)
SECONDS = Histogram(
    NAME,
    "Time the API took to answer, by route template, method and class of status.",
    ["route", "method", "status"],
    buckets=BUCKETS,
)


def timed(request: HttpRequest, answer: Callable[[HttpRequest], HttpResponse]) -> HttpResponse:
    """The answer, with the time it took counted under the template of its route."""
    began = time.perf_counter()
    response = answer(request)
    method = request.method if request.method in METHODS else "other"
    status = f"{response.status_code // 100}xx"
    SECONDS.labels(_route(request), method, status).observe(time.perf_counter() - began)
    return response


def _route(request: HttpRequest) -> str:
    """The template an address was found by; what was found by none is one route, so that nobody can make up more."""
    found = getattr(request, "resolver_match", None)
    return f"/{found.route}" if found is not None else "unknown"


def collected() -> list[Metric]:
    """The histogram of all web processes of this machine together."""
    with _alone():
        _fold()
        found = MultiProcessCollector(None, path=str(FOLDER)).collect()  # type: ignore[no-untyped-call]
        return [metric for metric in found if metric.name == NAME]


@contextmanager
def _alone() -> Iterator[None]:
    """Two that are scraped at once would fold a file twice, or read it beside its copy."""
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _fold() -> None:
    ended = [path for path in FOLDER.glob("histogram_*.db") if path.name != ENDED and not _lives(path)]
    if not ended:
        return
    total = MmapedDict(str(FOLDER / ENDED))  # type: ignore[no-untyped-call]
    for path in ended:
        for key, value, stamp, _ in MmapedDict.read_all_values_from_file(str(path)):  # type: ignore[no-untyped-call]
            before, _ = total.read_value(key)  # type: ignore[no-untyped-call]
            total.write_value(key, before + value, stamp)  # type: ignore[no-untyped-call]
        path.unlink()
    total.close()  # type: ignore[no-untyped-call]


def _lives(path: Path) -> bool:
    """Whether the process that counts in a file is still there."""
    try:
        os.kill(int(path.stem.rpartition("_")[2]), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
