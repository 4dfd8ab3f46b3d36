"""How this installation is set up: from the environment, else from one file, else as it fits one person on one machine.

`clausewise.toml` in the data folder (or the file that CLAUSEWISE_CONFIG names) holds the same settings without the prefix, in small
letters: `database = "postgresql://..."`.  A secret is never a setting; a setting names the file it lies in, and a file that others
can read is refused.
"""

import os
import re
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from clausewise.files.scanner import Scanner, scanner_at
from clausewise.policy.case_tree import did_you_mean, quoted
from clausewise.vocab.problem import Problem

PREFIX = "CLAUSEWISE_"
DATABASE_SETTINGS = ("database", "database_owner", "database_password_file", "database_owner_password_file")
SETTINGS = (
    "data",
    *DATABASE_SETTINGS,
    "hosts",
    "secret_key_file",
    "file_key_file",
    "scanner",
    "providers_file",
    "second_factor",
    "behind_proxy",
    "tls_certificate_file",
    "tls_key_file",
    "metrics_token_file",
    "requests_per_minute",
)
ELSEWHERE = ("policies", "traceback", "config", "record")  # read by others, in the environment only
SECRET_LENGTH_MIN = 32
SECRET_LENGTH_MIN_PASSWORD = 12
WEAK = ("changeme", "secret", "password", "clausewise", "django-insecure", "postgres", "example", "default")


@dataclass(frozen=True, slots=True, repr=False)
class Database:
    """Where the cases are: a file for SQLite (`path`), else a PostgreSQL database with its role and password."""

    path: Path | None = None
    host: str = ""
    port: int = 5432
    name: str = ""
    role: str = ""
    password: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Operation:
    """How it is operated: who ends TLS, who may read its figures, how much one may ask.

    TLS is ended by a proxy before it, by itself with certificate and key, or by nobody.  `metrics_token` is empty where nobody may
    read the figures.
    """

    behind_proxy: bool = False
    tls: tuple[Path, Path] | None = None
    metrics_token: str = ""
    requests_per_minute: int = 6000


@dataclass(frozen=True, slots=True, repr=False)
class Configuration:
    """The settings of an installation; secrets are in it, so it is never shown."""

    data: Path
    database: Database
    owner: Database | None
    secret_key_file: Path
    hosts: tuple[str, ...]
    file_key_file: Path
    scanner: Scanner | None
    providers_file: Path | None = None
    second_factor: bool = True
    operation: Operation = Operation()


def configure(environment: Mapping[str, str]) -> tuple[Configuration | None, tuple[Problem, ...]]:
    """Return the configuration, or everything that is wrong with it."""
    data = Path(environment.get(f"{PREFIX}DATA") or _usual_folder(environment))
    written, problems = _settings(environment, data)
    data = Path(written.get("data", data))
    database, wrong = _database(written, "database", data)
    owner, owner_wrong = _database(written, "database_owner", data) if "database_owner" in written else (None, ())
    factor = written.get("second_factor", "required")
    operation, operation_wrong = _operation(written)
    scanner = scanner_at(written["scanner"]) if "scanner" in written else None
    unscanned = (_no_scanner(),) if "scanner" in written and scanner is None else ()
    problems = (
        *problems,
        *wrong,
        *owner_wrong,
        *_factor_faults(factor),
        *operation_wrong,
        *_folder_faults(data),
        *unscanned,
    )
    if problems or database is None:
        return None, problems
    secret_key_file = Path(written.get("secret_key_file", data / "secret_key"))
    hosts = tuple(filter(None, map(str.strip, written.get("hosts", "localhost,127.0.0.1,[::1]").split(","))))
    providers = Path(written["providers_file"]) if "providers_file" in written else None
    file_key_file = Path(written.get("file_key_file", data / "file_key"))
    required = factor == "required"
    return Configuration(data, database, owner, secret_key_file, hosts, file_key_file, scanner, providers, required, operation), ()


def _factor_faults(written: str) -> tuple[Problem, ...]:
    if written in ("required", "optional"):
        return ()
    help = "Write required, or optional where others see to it."
    return (Problem("CW840", f"{PREFIX}SECOND_FACTOR is neither required nor optional.", help=help),)


def _usual_folder(environment: Mapping[str, str]) -> Path:
    named = environment.get("XDG_DATA_HOME", "")
    base = Path(named) if os.path.isabs(named) else Path(environment.get("HOME") or "/") / ".local" / "share"
    return base / "clausewise"


def _settings(environment: Mapping[str, str], data: Path) -> tuple[dict[str, str], tuple[Problem, ...]]:
    """Return the settings by name; those of the environment win over the file's."""
    named = environment.get(f"{PREFIX}CONFIG")
    file = Path(named) if named else data / "clausewise.toml"
    try:
        from_file = tomllib.loads(file.read_text(encoding="utf-8")) if named or file.exists() else {}
    except (OSError, ValueError) as fault:
        reason = getattr(fault, "strerror", None) or "it is no TOML"
        return {}, (Problem("CW840", f"The settings cannot be read: {reason}.", str(file), help="Mend the file, or remove it."),)
    from_environment = {
        key.removeprefix(PREFIX).lower(): value for key, value in environment.items() if key.startswith(PREFIX) and value
    }
    problems = [_unknown(key, str(file)) for key in from_file if key not in SETTINGS]
    problems += [_unknown(f"{PREFIX}{key.upper()}") for key in from_environment if key not in (*SETTINGS, *ELSEWHERE)]
    problems += [_no_text(key, str(file)) for key, value in from_file.items() if not isinstance(value, str)]
    texts = {key: value for key, value in from_file.items() if isinstance(value, str)}
    known = {key: value for key, value in (texts | from_environment).items() if key in SETTINGS}
    return known, tuple(problems)


def _unknown(key: str, file: str = "") -> Problem:
    known = SETTINGS if file else tuple(f"{PREFIX}{name.upper()}" for name in SETTINGS)
    return Problem("CW840", f"{quoted(key)} is no setting.", file, help=did_you_mean(key, known))


def _no_text(key: str, file: str) -> Problem:
    return Problem("CW840", f"{quoted(key)} is no text.", file, help="Write its value between quotation marks.")


def _no_scanner() -> Problem:
    help = "Write unix:///run/clamav/clamd.ctl or tcp://host:3310."
    return Problem("CW840", f"{PREFIX}SCANNER names no scanner.", help=help)


# ---- the database ----------------------------------------------------------------------------------------------------


def _database(written: Mapping[str, str], setting: str, data: Path) -> tuple[Database | None, tuple[Problem, ...]]:
    url = written.get(setting, "")
    if not url:
        return Database(data / "clausewise.sqlite3"), ()
    try:
        parts = urlsplit(url)
        port = parts.port or 5432
    except ValueError:
        return None, (_no_database(setting),)
    if parts.scheme == "sqlite" and parts.path.startswith("/") and not parts.netloc:
        return Database(Path(unquote(parts.path))), ()
    name = unquote(parts.path.lstrip("/"))
    if parts.scheme not in ("postgresql", "postgres") or not name or not parts.username:
        return None, (_no_database(setting),)
    if parts.password is not None:
        message = f"{PREFIX}{setting.upper()} holds a password."
        help = f"Write it into a file that only you can read, and name the file in {PREFIX}{setting.upper()}_PASSWORD_FILE."
        return None, (Problem("CW841", message, help=help),)
    password, problems = _password(written.get(f"{setting}_password_file", ""))
    return Database(None, unquote(parts.hostname or ""), port, name, unquote(parts.username), password), problems


def _no_database(setting: str) -> Problem:
    help = "Write sqlite:///folder/file (an absolute path) or postgresql://role@host:5432/name."
    return Problem("CW840", f"{PREFIX}{setting.upper()} names no database.", help=help)


def _password(file: str, length_min: int = SECRET_LENGTH_MIN_PASSWORD) -> tuple[str, tuple[Problem, ...]]:
    if not file:
        return "", ()
    secret = read_secret(Path(file), length_min)
    return ("", (secret,)) if isinstance(secret, Problem) else (secret, ())


# ---- operation -------------------------------------------------------------------------------------------------------


def _operation(written: Mapping[str, str]) -> tuple[Operation, tuple[Problem, ...]]:
    proxy, asked = written.get("behind_proxy", "no"), written.get("requests_per_minute", "6000")
    problems = []
    if proxy not in ("yes", "no"):
        help = "Write yes only where a proxy that sets X-Forwarded-For and X-Forwarded-Proto itself is the one way in; else no."
        problems.append(Problem("CW840", f"{PREFIX}BEHIND_PROXY is neither yes nor no.", help=help))
    if not re.fullmatch(r"[1-9][0-9]{0,8}", asked):
        help = "Write how many requests an address or a token may make in a minute, such as 6000."
        problems.append(Problem("CW840", f"{PREFIX}REQUESTS_PER_MINUTE is no number.", help=help))
    token, unread = _password(written.get("metrics_token_file", ""), SECRET_LENGTH_MIN)
    tls = tuple(Path(written[name]) for name in ("tls_certificate_file", "tls_key_file") if name in written)
    problems += (*unread, *_tls_faults(tls))
    if problems:
        return Operation(), tuple(problems)
    return Operation(proxy == "yes", (tls[0], tls[1]) if tls else None, token, int(asked)), ()


def _tls_faults(files: tuple[Path, ...]) -> tuple[Problem, ...]:
    """Return what is wrong with certificate and key: there are both or none, and the key is its owner's alone."""
    if len(files) == 1:
        help = f"Set {PREFIX}TLS_CERTIFICATE_FILE and {PREFIX}TLS_KEY_FILE, or neither where a proxy ends TLS."
        return (Problem("CW840", "Of certificate and key one is missing.", help=help),)
    key = read_secret(files[1]) if files else ""
    return (key,) if isinstance(key, Problem) else ()


# ---- secrets ---------------------------------------------------------------------------------------------------------


def read_secret(file: Path, length_min: int = SECRET_LENGTH_MIN) -> str | Problem:
    """Return the secret that a file holds, or why it is refused: others can read it, it is short, or everybody knows it."""
    try:
        status, secret = file.stat(), file.read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return Problem("CW841", "This secret cannot be read.", str(file), help="Look at the path and its permissions.")
    if status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        return Problem("CW841", "Others can read this secret.", str(file), help="Make it yours alone (chmod 600), and renew it.")
    if len(secret) < length_min or len(set(secret)) < 6 or any(word in secret.lower() for word in WEAK):
        help = f"Take {length_min} characters or more from a good source of chance."
        return Problem("CW842", "This secret is short or known to everybody.", str(file), help=help)
    return secret


def read_file_keys(file: Path) -> Mapping[int, str] | Problem:
    """Return the secrets of the key file by their versions, or why it is refused.  Each line is a version, a space and a secret."""
    text = read_secret(file)
    if isinstance(text, Problem):
        return text
    lines = [line.partition(" ") for line in text.splitlines()]
    versions = [version for version, _, _ in lines]
    if not all(version.isdecimal() and version.isascii() and 0 < int(version) < 2**31 for version in versions) or len(
        set(map(int, versions))
    ) < len(lines):
        help = "Write a number, a space and a secret on each line, each number once; the highest is the newest key."
        return Problem("CW842", "This is no key file.", str(file), help=help)
    if any(len(secret) < SECRET_LENGTH_MIN for _, _, secret in lines):
        help = f"Take {SECRET_LENGTH_MIN} characters or more from a good source of chance."
        return Problem("CW842", "This secret is short or known to everybody.", str(file), help=help)
    return {int(version): secret for version, _, secret in lines}


def _folder_faults(data: Path) -> tuple[Problem, ...]:
    """Return what is wrong with the data folder, if it is there."""
    try:
        status = data.stat()
    except OSError:
        return ()
    if not stat.S_ISDIR(status.st_mode):
        return (Problem("CW840", "The data folder is no folder.", str(data), help="Name another in CLAUSEWISE_DATA."),)
    if status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        help = "Make it yours alone (chmod 700): it holds the cases and the secret key."
        return (Problem("CW841", "Others can look into the data folder.", str(data), help=help),)
    return ()
