"""The settings of the web framework, made from the configuration of this installation and from nothing else."""

import os
from typing import Any

from django.core.exceptions import ImproperlyConfigured

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
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "csp",
    "django_tasks",
    "django_tasks_db",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
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
AUTH_USER_MODEL = "accounts.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
STATIC_URL = "static/"
# Nothing comes from elsewhere, nothing inline runs, nobody frames us.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "no-referrer"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
DEBUG = False
LOGGING_CONFIG = None
