"""JSON logs that carry correlation ids: from the HTTP header, through task headers, to every line written."""

import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from celery import signals
from django.http import HttpRequest, HttpResponse

HEADER = "X-Correlation-Id"
_TASK_HEADER = "goldenrod_correlation_id"
_ACCEPTED = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_SECRET = re.compile(r"password|passwd|secret|token|authorization|cookie|api_?key|private_?key", re.IGNORECASE)

Event = dict[str, Any]


def new_id() -> str:
    """A fresh correlation id: 32 hexadecimal digits."""
    return uuid.uuid4().hex


def current() -> str:
    """The correlation id of the work at hand, or "" outside of any."""
    return str(structlog.contextvars.get_contextvars().get("correlation_id", ""))


@contextmanager
def bind(**values: Any) -> Iterator[None]:
    """Put `values` (such as correlation_id=...) on every line logged inside; what was bound before comes back."""
    with structlog.contextvars.bound_contextvars(**values):
        yield


class CorrelationMiddleware:
    """Takes X-Correlation-Id when it is well formed, else makes one; binds it and answers with it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "")
        # a foreign text in our logs could forge lines, so only an id is taken
        correlation_id = given if _ACCEPTED.fullmatch(given) else new_id()
        with bind(correlation_id=correlation_id):
            response = self.get_response(request)
        response.headers[HEADER] = correlation_id
        return response


def hide_secrets(_logger: Any, _method: str, event: Event) -> Event:
    """Blank out values whose name says that they are secret, at any depth."""
    return {key: _hidden(key, value) for key, value in event.items()}


def _hidden(key: Any, value: Any) -> Any:
    if _SECRET.search(str(key)):
        return "***"
    if isinstance(value, dict):
        return {inner: _hidden(inner, item) for inner, item in value.items()}
    if isinstance(value, list | tuple):
        return [_hidden("", item) for item in value]
    return value


_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    hide_secrets,
]


def config(level: str, form: str) -> dict[str, Any]:
    """Django's LOGGING: everything to stderr, one JSON object a line (or plain text, form="text")."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.processors.StackInfoRenderer(),
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    formatter = {"()": structlog.stdlib.ProcessorFormatter, "foreign_pre_chain": _SHARED, "processors": _last(form)}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": formatter},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Django's own handlers would write each line twice, or mail it
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
            # one line per received and finished task drowns the rest
            "celery.worker.strategy": {"level": "WARNING"},
            "celery.app.trace": {"level": "WARNING"},
        },
    }


def _last(form: str) -> list[Any]:
    remove = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    if form == "text":
        plain = structlog.dev.plain_traceback
        return [remove, structlog.dev.ConsoleRenderer(colors=False, exception_formatter=plain)]
    return [remove, structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]


@signals.setup_logging.connect
def _keep_logging(**_: Any) -> None:
    """Celery sets up no logging of its own while this signal has a receiver."""


@signals.before_task_publish.connect
def _send_id(headers: Event | None = None, **_: Any) -> None:
    if headers is not None and current():
        headers.setdefault(_TASK_HEADER, current())


@signals.task_prerun.connect
def _take_id(task: Any = None, task_id: str = "", **_: Any) -> None:
    structlog.contextvars.clear_contextvars()
    correlation_id = getattr(task.request, _TASK_HEADER, None) or new_id()
    structlog.contextvars.bind_contextvars(correlation_id=correlation_id, task=task.name, task_id=task_id)


@signals.task_postrun.connect
def _drop_id(**_: Any) -> None:
    structlog.contextvars.clear_contextvars()
