"""All settings come from the environment. Nothing is started here: URLs are only derived."""

import os
import sys
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from mdm import environ, localkeys, logs
from mdm.embedded import address

BASE_DIR = address.PROJECT
DATA_DIR = environ.folder("DATA_DIR", ".data", BASE_DIR)
DEBUG = environ.flag("DEBUG", False)

# Where a URL is unset, it is that of the server that `manage.py services`, `demo` or the tests start.
DATABASE_URL = environ.url("DATABASE_URL", address.database_url(DATA_DIR), ("postgresql", "postgres"))
REDIS_URL = environ.url("REDIS_URL", address.redis_url(DATA_DIR), ("redis", "rediss", "unix"))
# A trial on one machine: plain HTTP on localhost and keys of its own. Any other database is production.
TRIAL = address.owns(DATABASE_URL, DATA_DIR)

if TRIAL:
    _keys = localkeys.read(DATA_DIR)
    SECRET_KEY = environ.text("SECRET_KEY", _keys["SECRET_KEY"])
    GOLDENROD_SECRETS_KEYS = environ.items("GOLDENROD_SECRETS_KEY", _keys["GOLDENROD_SECRETS_KEY"])
    ALLOWED_HOSTS = environ.items("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
else:
    SECRET_KEY = environ.required("SECRET_KEY", "Set it to a random text of 50 characters or more.")
    environ.required(
        "GOLDENROD_SECRETS_KEY",
        "Secrets of connections are encrypted with it. Make one with: python -c "
        '"from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"',
    )
    # the first key encrypts, every key decrypts: put a new key in front to rotate
    GOLDENROD_SECRETS_KEYS = environ.items("GOLDENROD_SECRETS_KEY")
    environ.required("ALLOWED_HOSTS", "List the host names the hub is reached by, parted by commas.")
    ALLOWED_HOSTS = environ.items("ALLOWED_HOSTS")

# Applications -------------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "oauth2_provider",  # before us: its admin pages make room for ours
    "mdm",
    "connectors",
    "stewardship",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "simple_history",
    "csp",
    "django_htmx",
    "lucide",
    "ninja",  # for the files of its docs page
]
MIDDLEWARE = [
    "mdm.logs.CorrelationMiddleware",
    "mdm.api.common.problems.ProblemMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "mdm.rules.SteadyPages",
]
ROOT_URLCONF = "mdm.urls"
WSGI_APPLICATION = "mdm.wsgi.application"
ASGI_APPLICATION = "mdm.asgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "stewardship.shell.shell",
            ],
        },
    },
]

# Data ---------------------------------------------------------------------------------------------------------------

# Kept connections, tested before use, rather than a pool: a worker process uses one, and so does a web thread.
try:
    _database = dj_database_url.parse(
        DATABASE_URL, conn_max_age=environ.number("DATABASE_CONN_MAX_AGE", 60), conn_health_checks=True
    )
except ValueError:  # without its text, which may hold the password
    raise ImproperlyConfigured(
        "DATABASE_URL cannot be read: write it as postgresql://user:password@host:5432/name, special signs as %xx."
    ) from None
if not _database.get("NAME"):
    raise ImproperlyConfigured("DATABASE_URL names no database: end it with /goldenrod.")
# Values travel beside the statement instead of quoted into it, which bulk writes feel; what is asked again and again
# is planned once for each connection, which single records feel.
_options: dict[str, Any] = {
    **_database.get("OPTIONS", {}),
    "server_side_binding": True,
    "prepare_threshold": environ.number("DATABASE_PREPARE_AFTER", 5) or None,
}
DATABASES: dict[str, Any] = {"default": {**_database, "OPTIONS": _options}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "en"
TIME_ZONE = environ.zone("TIME_ZONE", "UTC")  # where the hub's days begin: prices turn at its midnight
USE_I18N = True
FORMAT_MODULE_PATH = ["mdm.formats"]
USE_TZ = True

# People -------------------------------------------------------------------------------------------------------------

AUTHENTICATION_BACKENDS = ["mdm.signin.People"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"

# Static files -------------------------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# A trial serves the files as they lie, so it needs no `collectstatic`; production serves hashed, compressed copies.
WHITENOISE_USE_FINDERS = TRIAL or DEBUG
STATIC_ROOT = None if WHITENOISE_USE_FINDERS else DATA_DIR / "static"
WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if WHITENOISE_USE_FINDERS
        else "whitenoise.storage.CompressedManifestStaticFilesStorage",
    },
}

# Security -----------------------------------------------------------------------------------------------------------

HTTPS = environ.flag("HTTPS", not (TRIAL or DEBUG))
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # probes come by plain HTTP from inside
SECURE_HSTS_SECONDS = environ.number("HSTS_SECONDS", 31_536_000) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
# Only behind a proxy that sets this header itself; else a client could pretend to use HTTPS.
if environ.flag("TRUST_FORWARDED_PROTO", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_NAME = "goldenrod_session"
CSRF_COOKIE_NAME = "goldenrod_csrf"
CSRF_TRUSTED_ORIGINS = environ.items("CSRF_TRUSTED_ORIGINS")
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    },
}

# Workers: the broker carries wake-ups only; what must not be lost is a row in PostgreSQL ----------------------------

CELERY_BROKER_URL = address.broker_url(REDIS_URL)
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 600, "socket_connect_timeout": 5, "socket_timeout": 30}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
# Celery would close the database connection after every task; we test it before each one instead (mdm/celery.py).
CELERY_DB_REUSE_MAX = sys.maxsize
CELERY_TASK_DEFAULT_QUEUE = "goldenrod"
# A wake-up that cannot be sent is swept up by beat, so a request does not wait for Redis to come back.
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.2, "interval_max": 0.2}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "sweep": {"task": "connectors.tasks.sweep", "schedule": 1.0, "options": {"expires": 2}},
    "schedule": {"task": "connectors.tasks.schedule", "schedule": 1.0, "options": {"expires": 2}},
    "apply rules": {"task": "mdm.tasks.apply_rules", "schedule": 10.0, "options": {"expires": 10}},
    "follow models": {"task": "mdm.tasks.follow_models", "schedule": 10.0, "options": {"expires": 10}},
    "match jobs": {"task": "mdm.tasks.match_jobs", "schedule": 30.0, "options": {"expires": 30}},
    "turn prices": {"task": "mdm.tasks.turn_prices", "schedule": 60.0, "options": {"expires": 60}},
    "prune": {"task": "connectors.tasks.prune", "schedule": 3600.0},
    "notify": {"task": "connectors.tasks.notify", "schedule": 2.0, "options": {"expires": 4}},
    "number changes": {"task": "mdm.tasks.number_changes", "schedule": 10.0, "options": {"expires": 10}},
    "prune answers": {"task": "mdm.tasks.prune", "schedule": 3600.0},
}
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")

# REST API -----------------------------------------------------------------------------------------------------------

API_MAX_BYTES = environ.number("API_MAX_BYTES", 1_000_000)
API_REQUESTS_PER_MINUTE = environ.number("API_REQUESTS_PER_MINUTE", 6_000)
# A token that was revoked may work for this long: its caller is kept in memory, so a read asks nothing but the record.
API_TOKEN_CACHE_SECONDS = environ.number("API_TOKEN_CACHE_SECONDS", 10)
DATA_UPLOAD_MAX_MEMORY_SIZE = max(2_500_000, API_MAX_BYTES)
OAUTH2_PROVIDER_APPLICATION_MODEL = "oauth2_provider.Application"
OAUTH2_PROVIDER = {
    "SCOPES_BACKEND_CLASS": "mdm.api.oauth.ClientScopes",
    "ACCESS_TOKEN_EXPIRE_SECONDS": 3600,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
    # RFC 9700, the best current practice, as far as client credentials are concerned: tokens are kept as digests
    **{
        f"COMPLIANT_BCP_RFC9700_{name}": True
        for name in (
            *("TOKEN_STORAGE", "PASSWORD_GRANT", "IMPLICIT_GRANT", "PKCE_METHOD"),
            *("ACCESS_TOKEN_TRANSPORT", "AUTHZ_RESPONSE_ISS"),
        )
    },
}

# Figures ------------------------------------------------------------------------------------------------------------

METRICS_DIR = str(DATA_DIR / "metrics")
# prometheus_client decides by it, when it is loaded, to count for all processes of this machine
os.environ["PROMETHEUS_MULTIPROC_DIR"] = METRICS_DIR

# Inbound ------------------------------------------------------------------------------------------------------------

WEBHOOK_MAX_BYTES = environ.number("WEBHOOK_MAX_BYTES", 1_000_000)

# Subscribers --------------------------------------------------------------------------------------------------------

# A trial may call the machine it runs on, without TLS; elsewhere that would let a subscriber reach inside our network.
NOTICES_TO_PRIVATE = environ.flag("NOTICES_TO_PRIVATE", False)
NOTICES_GIVE_UP_DAYS = environ.number("NOTICES_GIVE_UP_DAYS", 5)

# Outbound -----------------------------------------------------------------------------------------------------------

# After this a worker's batch counts as lost and is sent again; a push may have to wait for a throttled system.
DELIVERY_LEASE_SECONDS = environ.number("DELIVERY_LEASE_SECONDS", 300)

# Seconds after a steward's merge in which nothing of it is written to any system, so that undo leaves no trace there.
UNDO_SECONDS = environ.number("UNDO_SECONDS", 10)

# Logs ---------------------------------------------------------------------------------------------------------------

LOG_LEVEL = environ.choice("LOG_LEVEL", ("INFO", "DEBUG", "WARNING", "ERROR"))
LOG_FORMAT = environ.choice("LOG_FORMAT", ("json", "text"))
LOGGING = logs.config(LOG_LEVEL, LOG_FORMAT)
