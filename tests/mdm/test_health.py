"""The probes, the headers of every page, and static files."""

import pytest
from django.db import connection
from django.test import Client

from mdm import health

pytestmark = pytest.mark.django_db


def test_alive_asks_nobody(django_assert_num_queries):
    with django_assert_num_queries(0):
        response = Client().get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_ready_when_every_part_works():
    response = Client().get("/readyz")
    assert response.json() == {"status": "ok", "database": "ok", "migrations": "ok", "broker": "ok"}
    assert response.status_code == 200


def test_not_ready_without_redis(settings):
    settings.REDIS_URL = "unix:///nowhere/redis.sock"
    response = Client().get("/readyz")
    assert response.status_code == 503
    assert response.json()["broker"] == "Redis does not answer: check that it runs and that REDIS_URL is right."
    assert (response.json()["status"], response.json()["database"]) == ("unavailable", "ok")


def test_not_ready_while_a_migration_waits():
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    response = Client().get("/readyz")
    assert (response.status_code, response.json()["migrations"]) == (503, "1 migrations wait: run `manage.py migrate`.")


def test_not_ready_without_database(monkeypatch):
    class Gone:
        def cursor(self):
            from django.db import OperationalError

            raise OperationalError("password=s3cret")

    monkeypatch.setattr(health, "connection", Gone())
    response = Client().get("/readyz")
    assert response.status_code == 503
    assert response.json()["database"].startswith("The database does not answer: check that it runs")
    assert b"s3cret" not in response.content


@pytest.mark.parametrize("path", ["/accounts/login/", "/admin/login/"])
def test_pages_run_no_foreign_or_inline_code(path):
    response = Client().get(path)
    assert response.status_code == 200
    policy = dict(part.strip().split(" ", 1) for part in response.headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert response.headers["X-Frame-Options"] == "DENY"
    page = response.content.decode()
    assert "<script>" not in page and "<style" not in page and " style=" not in page


@pytest.mark.parametrize("path", ["/static/css/tokens.css", "/static/js/app.js", "/static/admin/css/base.css"])
def test_a_trial_serves_static_files_without_collecting_them(path):
    assert Client().get(path).status_code == 200
