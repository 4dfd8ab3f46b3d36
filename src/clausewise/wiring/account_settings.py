"""The part of the settings about accounts: how people sign in, for how long, and through whom else."""

import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from clausewise.vocab.problem import Problem
from clausewise.wiring.configuration import read_secret

AUTH_USER_MODEL = "accounts.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "account_home"
PASSWORD_HASHERS = ["clausewise.accounts.passwords.Argon2"]
PASSWORD_RESET_TIMEOUT = 24 * 3600  # the link of an invitation
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

ACCOUNT_ADAPTER = "clausewise.accounts.adapters.Accounts"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300  # seconds in which what was proved anew is good for signing
# Failed sign-ins of an address, and of a name whether or not there is such an account.
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key", "reauthenticate": "10/m/user"}

MFA_ADAPTER = "clausewise.accounts.adapters.SecondFactors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses are entered by whoever opens the account, never by whoever comes
MFA_TOTP_ISSUER = "Clausewise"
MFA_TOTP_TOLERANCE = 1  # one step of 30 seconds early or late; each step's code is taken once
SOCIALACCOUNT_ADAPTER = "clausewise.accounts.adapters.OthersAccounts"
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_STORE_TOKENS = False

SESSION_ENGINE = "clausewise.accounts.session_store"
SESSION_COOKIE_AGE = 15 * 60
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
HERE = frozenset({"localhost", "127.0.0.1", "[::1]"})


def cookies(hosts: Collection[str]) -> dict[str, Any]:
    """Return the settings of cookies: kept to TLS and to one host, save where it is served to this machine alone."""
    plain = set(hosts) <= HERE
    prefix = "" if plain else "__Host-"
    names = {"SESSION_COOKIE_NAME": f"{prefix}session", "CSRF_COOKIE_NAME": f"{prefix}csrf"}
    secure = dict.fromkeys(("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"), not plain)
    return {**names, **secure, "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN": plain}


# ---- signing in through others ---------------------------------------------------------------------------------------

WORDS = ("id", "name", "server_url", "client_id", "client_secret_file")


def providers(file: Path | None) -> dict[str, Any] | Problem:
    """Return the settings of the OpenID Connect providers that a file names, or what is wrong with it.

    The file is TOML with a table `[[provider]]` for each: id, name, server_url (https), client_id, client_secret_file.
    """
    if file is None:
        return {}
    try:
        written = tomllib.loads(file.read_text(encoding="utf-8")).get("provider", [])
    except (OSError, ValueError):
        return _wrong(file, "The file of sign-in providers cannot be read.")
    apps = [_app(one, file) for one in written] if isinstance(written, list) else [_wrong(file, "There is no [[provider]].")]
    faults = [one for one in apps if isinstance(one, Problem)]
    return faults[0] if faults else {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": apps}}


def _app(written: Mapping[str, Any], file: Path) -> dict[str, Any] | Problem:
    if not isinstance(written, dict) or set(written) != set(WORDS) or not all(isinstance(one, str) for one in written.values()):
        return _wrong(file, f"A provider is not named by {', '.join(WORDS)}.")
    if not written["server_url"].startswith("https://"):
        return _wrong(file, "The address of a provider does not begin with https://.")
    secret = read_secret(Path(written["client_secret_file"]), 12)
    if isinstance(secret, Problem):
        return secret
    named = {"provider_id": written["id"], "name": written["name"], "client_id": written["client_id"]}
    return {**named, "secret": secret, "settings": {"server_url": written["server_url"]}}


def _wrong(file: Path, message: str) -> Problem:
    return Problem("CW840", message, str(file), help="docs/accounts.md shows such a file.")
