"""The settings of the web framework, made from the configuration of this installation and from nothing else."""

import os
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from clausewise.vocab.problem import Problem
from clausewise.wiring.account_settings import *  # noqa: F403
from clausewise.wiring.account_settings import cookies, providers
from clausewise.wiring.configuration import Configuration, Database, configure, read_secret
from clausewise.wiring.sqlite_gate import install


def _configured() -> Configuration:
    configuration, problems = configure(os.environ)
    gate = install()
    if configuration is None or gate is not None:
        raise ImproperlyConfigured(" ".join(problem.message for problem in (*problems, *((gate,) if gate else ()))))
    return configuration


def databases(database: Database) -> dict[str, dict[str, Any]]:
    """Return the framework's settings of the one database."""
    if database.path is not None:
        # Durable: WAL with synchronous=FULL loses nothing that was acknowledged.  IMMEDIATE: whoever writes waits at the
        # beginning and never finds in the middle that somebody else wrote.  A key or a salt that is taken away is overwritten.
        options = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON",
        }
        kind = "django.db.backends.sqlite3"
        return {"default": {"ENGINE": kind, "NAME": str(database.path), "OPTIONS": options, "CONN_MAX_AGE": None}}
    return {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": database.name,
            "HOST": database.host,
            "PORT": database.port,
            "USER": database.role,
            "PASSWORD": database.password,
            "CONN_MAX_AGE": None,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {"connect_timeout": 10},
        }
    }


_configuration = _configured()
_secret = read_secret(_configuration.secret_key_file)
if not isinstance(_secret, str):
    raise ImproperlyConfigured(_secret.message)

_providers = providers(_configuration.providers_file)
if isinstance(_providers, Problem):
    raise ImproperlyConfigured(_providers.message)

SECRET_KEY = _secret
ALLOWED_HOSTS = list(_configuration.hosts)
DATABASES = databases(_configuration.database)
OWNER_DATABASES = {"default": {**databases(_configuration.owner or _configuration.database)["default"], "AS_OWNER": True}}
INSTALLED_APPS = [
    "clausewise.store.apps.StoreConfig",
    "clausewise.accounts.apps.AccountsConfig",
    "clausewise.web.apps.WebConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django_tasks",
    "django_tasks_db",
]
MIDDLEWARE = [
    "clausewise.web.answering.tell_requests",
    "clausewise.web.headers.guard_answers",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "clausewise.web.limits.limit_addresses",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "clausewise.web.lasting.Lasting",
    "clausewise.web.limits.limit_accounts",
    "clausewise.web.gate.Gate",
    "clausewise.web.gate.Csrf",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
ROOT_URLCONF = "clausewise.web.urls"
globals().update(cookies(ALLOWED_HOSTS))
SECOND_FACTOR_REQUIRED = _configuration.second_factor
SOCIALACCOUNT_PROVIDERS = _providers
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True  # from where the package lies; nothing is collected first
# Nothing comes from elsewhere, nothing inline runs, nobody frames us.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        **{kind: ["'self'"] for kind in ("connect-src", "font-src", "form-action", "img-src", "script-src", "style-src")},
        **{kind: ["'none'"] for kind in ("base-uri", "frame-ancestors", "object-src")},
    }
}
X_FRAME_OPTIONS = "DENY"
# Nothing is told to others.  "no-referrer" would also take the origin from our own forms, by which CSRF is found out.
SECURE_REFERRER_POLICY = "same-origin"
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 1_000
# What is uploaded stays in memory: on a disk it would lie unsealed.
FILE_UPLOAD_MAX_MEMORY_SIZE = DATA_UPLOAD_MAX_MEMORY_SIZE
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
SCANNER_SET_UP = _configuration.scanner is not None
SECURE_HSTS_SECONDS = 63_072_000  # two years; sent over TLS alone
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
BEHIND_PROXY = _configuration.operation.behind_proxy
# Only where the setting says that a proxy stands before us: anybody else could send this header too.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
CSRF_FAILURE_VIEW = "clausewise.web.mistakes.forbidden"
METRICS_TOKEN = _configuration.operation.metrics_token
REQUESTS_PER_MINUTE = _configuration.operation.requests_per_minute
LIMITS_FILE = str(_configuration.data / "limits.sqlite3")
# Shared by the workers of a machine: allauth counts failed sign-ins here.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": str(_configuration.data / "attempts"),
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
DEBUG = False
LOGGING_CONFIG = None
