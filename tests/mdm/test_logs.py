"""Log lines are JSON, carry correlation ids over HTTP and tasks, and hold no secret."""

import io
import json
import logging
import logging.config

import pytest
import structlog
from celery import Celery
from celery.contrib.testing.worker import start_worker
from django.conf import settings
from django.http import HttpResponse
from django.test import Client, RequestFactory

from mdm import embedded, logs
from tests.mdm.test_processes import until


@pytest.fixture
def lines():
    """What is logged as JSON from here on; the run's own settings come back afterwards."""
    logging.config.dictConfig(logs.config("INFO", "json"))
    written = io.StringIO()
    (handler,) = (found for found in logging.getLogger().handlers if found.get_name() == "stderr")
    handler.setStream(written)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    logging.config.dictConfig(settings.LOGGING)


def test_one_json_object_a_line_with_what_is_bound(lines):
    with logs.bind(correlation_id="abc", connection="sf-emea"):
        structlog.get_logger("mdm.test").info("record kept", record=7)
        logging.getLogger("other.library").warning("slow: %s ms", 12)
    structlog.get_logger("mdm.test").info("outside")
    first, second, third = lines()
    assert first.pop("timestamp").endswith("Z")
    assert first == {
        "event": "record kept",
        "record": 7,
        "level": "info",
        "logger": "mdm.test",
        "correlation_id": "abc",
        "connection": "sf-emea",
    }
    assert (second["event"], second["correlation_id"], second["level"]) == ("slow: 12 ms", "abc", "warning")
    assert "correlation_id" not in third


def test_bindings_nest_and_come_back():
    with logs.bind(correlation_id="outer"):
        with logs.bind(correlation_id="inner"):
            assert logs.current() == "inner"
        assert logs.current() == "outer"
    assert logs.current() == ""


def test_secrets_are_blanked_at_any_depth(lines):
    request = {"Authorization": "Bearer s3cret", "tries": 2, "body": [{"client_secret": "s3cret"}]}
    structlog.get_logger("mdm.test").info("call", request=request, access_token="s3cret", api_key="s3cret")
    (line,) = lines()
    assert line["request"] == {"Authorization": "***", "tries": 2, "body": [{"client_secret": "***"}]}
    assert (line["access_token"], line["api_key"]) == ("***", "***")


def test_an_exception_keeps_its_traceback_on_the_same_line(lines):
    try:
        raise ValueError("odd")
    except ValueError:
        structlog.get_logger("mdm.test").exception("failed")
    (line,) = lines()
    assert line["exception"].endswith("ValueError: odd")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("order-4711", True),
        ("a" * 64, True),
        ("a" * 65, False),
        ("two words", False),
        ('x","forged":"1', False),
        ("", False),
    ],
)
def test_a_well_formed_id_is_taken_and_any_other_replaced(given, kept):
    seen = []

    def view(_request):
        seen.append(logs.current())
        return HttpResponse()

    response = logs.CorrelationMiddleware(view)(RequestFactory().get("/", headers={"x-correlation-id": given}))
    assert response.headers["X-Correlation-Id"] == seen[0]
    assert (seen[0] == given) is kept
    assert len(seen[0]) == 32 or kept
    assert logs.current() == ""


def test_every_answer_carries_an_id():
    assert len(Client().get("/healthz").headers["X-Correlation-Id"]) == 32


def test_a_task_runs_under_the_id_of_its_cause(services: embedded.Services):
    """Over the real broker, with a worker of its own beside the application's."""
    app = Celery("test", broker=embedded.broker_url(services.redis_url), set_as_current=False)
    app.conf.task_default_queue = "test-logs"
    seen = []

    @app.task(name="test.note")
    def note() -> None:
        seen.append((logs.current(), structlog.contextvars.get_contextvars()["task"]))

    with logs.bind(correlation_id="cause-1"):
        note.delay()
    note.delay()
    with start_worker(app, perform_ping_check=False, pool="solo", queues=["test-logs"]):
        assert until(lambda: len(seen) == 2)
    assert seen[0] == ("cause-1", "test.note")
    assert len(seen[1][0]) == 32, "a task without a cause gets an id of its own"
