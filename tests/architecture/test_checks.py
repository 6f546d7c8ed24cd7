"""Django's own checks: nothing to migrate, clean under production settings, wrong settings named."""

import os
import subprocess
import sys
from io import StringIO

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command

from tests.conftest import PROJECT

PRODUCTION = {
    "DATABASE_URL": "postgresql://goldenrod:secret-word@db.example.com/goldenrod",
    "REDIS_URL": "rediss://:secret-word@redis.example.com/0",
    "SECRET_KEY": "A-long.and_random+text=for~the!deployment?checks,of:production;7Qx2",
    "GOLDENROD_SECRETS_KEY": Fernet.generate_key().decode(),
    "ALLOWED_HOSTS": "mdm.example.com",
}


def manage(*words: str, **changed: str | None) -> subprocess.CompletedProcess[str]:
    """manage.py under production settings with some changed, or unset by None."""
    given = {**PRODUCTION, "PATH": os.environ["PATH"], "DATA_DIR": os.environ["DATA_DIR"], **changed}
    env = {name: value for name, value in given.items() if value is not None}
    argv = [sys.executable, "manage.py", *words]
    return subprocess.run(argv, env=env, cwd=PROJECT, capture_output=True, text=True)


@pytest.mark.django_db
def test_no_migration_is_missing():
    out = StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=out)
    except SystemExit:
        pytest.fail(f"Run `manage.py makemigrations`:\n{out.getvalue()}")


def test_deployment_checks_are_clean_under_production_settings():
    done = manage("check", "--deploy", "--fail-level", "WARNING")
    assert (done.returncode, done.stdout, done.stderr) == (
        0,
        "System check identified no issues (0 silenced).\n",
        "",
    )


def test_a_trial_is_no_deployment():
    done = manage("check", "--deploy", "--fail-level", "WARNING", DATABASE_URL=None)
    assert done.returncode == 1
    assert "(mdm.W001) DATABASE_URL is not set" in done.stderr


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("DATABASE_URL", "mysql://goldenrod:secret-word@db/x", "DATABASE_URL starts with 'mysql': use postgresql,"),
        ("DATABASE_URL", "postgresql://goldenrod:secret-word@db", "DATABASE_URL names no database: end it with"),
        ("DATABASE_URL", "postgresql://goldenrod:secret-word@db:x/y", "DATABASE_URL cannot be read:"),
        ("REDIS_URL", "redis.example.com", "REDIS_URL starts with 'no scheme': use redis,"),
        ("SECRET_KEY", None, "SECRET_KEY is not set. Set it to a random text"),
        ("SECRET_KEY", "  ", "SECRET_KEY is not set. Set it to a random text"),
        ("GOLDENROD_SECRETS_KEY", None, "GOLDENROD_SECRETS_KEY is not set. Secrets of connections are encrypted"),
        ("GOLDENROD_SECRETS_KEY", "secret-word", "GOLDENROD_SECRETS_KEY: key number 1 is not a Fernet key."),
        ("ALLOWED_HOSTS", None, "ALLOWED_HOSTS is not set. List the host names"),
        ("DEBUG", "maybe", "DEBUG is 'maybe': set it to 1 or 0."),
        ("HTTPS", "2", "HTTPS is '2': set it to 1 or 0."),
        ("HSTS_SECONDS", "-1", "HSTS_SECONDS is '-1': set it to a whole number, zero or more."),
        ("LOG_LEVEL", "LOUD", "LOG_LEVEL is 'LOUD': set it to one of INFO, DEBUG, WARNING, ERROR."),
        ("DATA_DIR", "README.md/data", "README.md/data cannot be written."),
    ],
)
def test_a_wrong_setting_is_named(name, value, sentence):
    done = manage("check", **{name: value})
    assert done.returncode == 1
    assert sentence in done.stderr
    assert "secret-word" not in done.stderr
