"""An installation says where its cases are, and keeps its secrets to itself."""

import os
import re
from pathlib import Path

import pytest

from clausewise.vocab.problem import Problem
from clausewise.wiring.configuration import Configuration, configure, read_file_keys, read_secret
from clausewise.wiring.sqlite_gate import SQLITE_MIN, too_old

GOLDEN = Path(__file__).resolve().parents[2] / "bad" / "storage" / "configuration.txt"
RECORDS = os.environ.get("CLAUSEWISE_RECORD") == "yes"
SECRET = "6Zq1vN0tYc8pLr3WbKd5XmHs7JfUg2Ea"


def secret_file(folder: Path, content: str = SECRET, mode: int = 0o600) -> Path:
    """A file with a secret."""
    path = folder / "secret"
    path.write_text(content)
    path.chmod(mode)
    return path


def told(problems: tuple[Problem, ...], folder: Path) -> str:
    """Problems as the golden file holds them."""
    lines = (f"{one.file or '-'}: {one.code} {one.message}\n    help: {one.help}\n" for one in problems)
    return "".join(lines).replace(str(folder), "DIR")


def wrong_settings(folder: Path) -> dict[str, dict[str, str]]:
    """Environments with one thing wrong, by what it is."""
    toml, nothing = folder / "wrong.toml", folder / "none.toml"
    toml.write_text("databse = 'x'\ndatabase = 5\n")
    open_folder, file = folder / "open", folder / "file"
    open_folder.mkdir(mode=0o755)
    open_folder.chmod(0o755)
    file.write_text("")
    readable = secret_file(folder, mode=0o644)
    postgresql = "postgresql://app@localhost/clausewise"
    return {
        "a setting that is none": {"CLAUSEWISE_DATABSE": "x"},
        "a file with wrong settings": {"CLAUSEWISE_CONFIG": str(toml)},
        "a file that is not there": {"CLAUSEWISE_CONFIG": str(nothing)},
        "no database": {"CLAUSEWISE_DATABASE": "mysql://app@localhost/clausewise"},
        "a relative file": {"CLAUSEWISE_DATABASE": "sqlite:cases.sqlite3"},
        "no role": {"CLAUSEWISE_DATABASE": "postgresql://localhost/clausewise"},
        "no port": {"CLAUSEWISE_DATABASE": "postgresql://app@localhost:port/clausewise"},
        "a password among the settings": {"CLAUSEWISE_DATABASE": "postgresql://app:pw@localhost/clausewise"},
        "a password file for all": {"CLAUSEWISE_DATABASE": postgresql, "CLAUSEWISE_DATABASE_PASSWORD_FILE": str(readable)},
        "a password file that is not there": {"CLAUSEWISE_DATABASE": postgresql, "CLAUSEWISE_DATABASE_PASSWORD_FILE": str(nothing)},
        "no scanner": {"CLAUSEWISE_SCANNER": "clamd"},
        "a folder for all": {"CLAUSEWISE_DATA": str(open_folder)},
        "a folder that is a file": {"CLAUSEWISE_DATA": str(file)},
        "a proxy that is neither there nor not": {"CLAUSEWISE_BEHIND_PROXY": "nginx"},
        "no number of requests": {"CLAUSEWISE_REQUESTS_PER_MINUTE": "0"},
        "a certificate without its key": {"CLAUSEWISE_TLS_CERTIFICATE_FILE": str(file)},
        "a key of TLS for all": {"CLAUSEWISE_TLS_CERTIFICATE_FILE": str(file), "CLAUSEWISE_TLS_KEY_FILE": str(readable)},
        "a token for all": {"CLAUSEWISE_METRICS_TOKEN_FILE": str(readable)},
    }


def configured(environment: dict[str, str]) -> Configuration:
    """The configuration of an environment without faults."""
    configuration, problems = configure(environment)
    assert () == problems
    assert configuration is not None
    return configuration


def test_wrong_settings_are_told_word_for_word(tmp_path):
    """Each wrong setting gives exactly the messages that stand in the golden file, and no configuration."""
    shown = ""
    for name, environment in wrong_settings(tmp_path).items():
        configuration, problems = configure({"HOME": str(tmp_path)} | environment)
        assert configuration is None
        shown += f"# {name}\n{told(problems, tmp_path)}"
    if RECORDS:
        GOLDEN.write_text(shown, encoding="utf-8")
    assert GOLDEN.read_text(encoding="utf-8") == shown


def test_without_settings_the_cases_are_in_one_file_of_this_user(tmp_path):
    """Nobody has to configure anything: the data folder below the home holds the SQLite file."""
    configuration = configured({"HOME": str(tmp_path)})
    assert configuration.database.path == tmp_path / ".local" / "share" / "clausewise" / "clausewise.sqlite3"


def test_the_environment_wins_over_the_file(tmp_path):
    """A setting of the file holds until the environment has another."""
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    (data / "clausewise.toml").write_text(f"database = 'sqlite://{tmp_path}/one'\n")
    environment = {"CLAUSEWISE_DATA": str(data)}
    one, two = configured(environment), configured(environment | {"CLAUSEWISE_DATABASE": f"sqlite://{tmp_path}/two"})
    assert [tmp_path / "one", tmp_path / "two"] == [one.database.path, two.database.path]


def test_one_setting_leads_to_postgresql(tmp_path):
    """The address names role, host, port and database; the password comes from its file."""
    environment = {
        "HOME": str(tmp_path),
        "CLAUSEWISE_DATABASE": "postgresql://app@db.example:5433/cases",
        "CLAUSEWISE_DATABASE_PASSWORD_FILE": str(secret_file(tmp_path)),
    }
    configuration = configured(environment)
    found = configuration.database
    assert ("app", "db.example", 5433, "cases", SECRET) == (found.role, found.host, found.port, found.name, found.password)
    assert SECRET not in repr(configuration) + repr(found)


@pytest.mark.parametrize("weak", ["", "short", "a" * 64, "django-insecure-" + SECRET, "changeme" * 8])
def test_weak_secrets_are_refused(tmp_path, weak):
    """What is short, repeats itself or is known to everybody is no secret."""
    found = read_secret(secret_file(tmp_path, weak))
    assert isinstance(found, Problem)
    assert "CW842" == found.code


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_secret_that_others_can_read_is_refused(tmp_path, mode):
    """Only its user may look into the file of a secret."""
    found = read_secret(secret_file(tmp_path, mode=mode))
    assert isinstance(found, Problem)
    assert "CW841" == found.code
    assert SECRET == read_secret(secret_file(tmp_path))


@pytest.mark.parametrize(("version", "refused"), [((3, 51, 2), True), ((3, 40, 1), True), ((3, 51, 3), False), ((4, 0, 0), False)])
def test_an_older_sqlite_is_refused(version, refused):
    """Below 3.51.3 the program does not start."""
    problem = too_old(version)
    assert refused == (problem is not None)
    if problem:
        assert ("CW843", True) == (problem.code, ".".join(map(str, SQLITE_MIN)) in problem.help)


def test_every_setting_is_in_the_manual():
    """docs/storage.md names every setting, and none that is not there."""
    from clausewise.wiring.configuration import PREFIX, SETTINGS

    page = (Path(__file__).resolve().parents[3] / "docs" / "storage.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`CLAUSEWISE_(\w+)`", page))
    assert {name.upper() for name in SETTINGS} | {"CONFIG"} == named
    assert PREFIX == "CLAUSEWISE_"


FILE_KEYS = {
    "no lines": f"{SECRET}{SECRET}",
    "a version twice": f"1 {SECRET}\n01 {SECRET}x",
    "a version that is none": f"0 {SECRET}\n",
    "a short secret": f"1 {SECRET}\n2 short",
}


@pytest.mark.parametrize("name", FILE_KEYS)
def test_a_file_of_keys_that_is_none_is_refused(tmp_path, name):
    """Every line is a version and a secret, each version once, each secret long enough."""
    found = read_file_keys(secret_file(tmp_path, FILE_KEYS[name]))
    assert isinstance(found, Problem) and "CW842" == found.code


def test_a_file_of_keys_is_read_by_versions(tmp_path):
    """Lines in any order give their secrets by version; a file that others can read is refused."""
    path = secret_file(tmp_path, f"2 {SECRET}b\n1 {SECRET}a\n")
    assert {1: f"{SECRET}a", 2: f"{SECRET}b"} == read_file_keys(path)
    path.chmod(0o640)
    found = read_file_keys(path)
    assert isinstance(found, Problem) and "CW841" == found.code
