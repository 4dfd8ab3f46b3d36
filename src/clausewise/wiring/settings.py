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
DATABASES = databases(_configuration.database)
OWNER_DATABASES = {"default": {**databases(_configuration.owner or _configuration.database)["default"], "AS_OWNER": True}}
INSTALLED_APPS = ["clausewise.store.apps.StoreConfig"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
DEBUG = False
LOGGING_CONFIG = None
