"""What people install is whole: the wheel carries the documents, and every version is pinned."""

import importlib.util
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.house.texts import PACKAGE, ROOT, project_files

PIN = re.compile(r"^([\w.-]+)==(\S+)", re.MULTILINE)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, built without the network."""
    if importlib.util.find_spec("hatchling") is None or importlib.util.find_spec("build") is None:
        _refuse("the wheel is not tested: hatchling and build are not installed, `make env` brings them")
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    built = subprocess.run(command, capture_output=True, text=True)
    assert built.returncode == 0, built.stdout + built.stderr
    return next(folder.glob("*.whl"))


def _refuse(sentence: str) -> None:
    if os.environ.get("CI"):
        pytest.fail(sentence)
    pytest.skip(sentence)


@pytest.mark.slow
def test_the_wheel_carries_everything(wheel):
    """Every file of the package and every document, cases and examples included, is in the wheel."""
    carried = set(zipfile.ZipFile(wheel).namelist())
    wanted = _expected(PACKAGE, "clausewise") | _expected(ROOT / "policies", "clausewise/_policies")
    assert set() == wanted - carried


def _expected(folder: Path, inside: str) -> set[str]:
    own = [path.relative_to(folder) for path in project_files() if path.is_relative_to(folder)]
    return {f"{inside}/{path.as_posix()}" for path in own}


@pytest.mark.slow
def test_the_installed_wheel_finds_its_documents(wheel, tmp_path):
    """Installed far from the checkout, the program starts from its own files and lists the bundled policies."""
    zipfile.ZipFile(wheel).extractall(tmp_path)
    listed = _python(tmp_path, "import sys, clausewise.cli as c; sys.argv = ['clausewise', 'policy', 'list']; c.main()")
    place = _python(tmp_path, "import clausewise; print(clausewise.__file__)")
    assert place.stdout.startswith(str(tmp_path))
    if importlib.util.find_spec("clausewise.cli"):
        assert (0, "") == (listed.returncode, listed.stderr)
        assert "AR.CP.MP.31" in listed.stdout


def _python(folder: Path, program: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(folder)}
    return subprocess.run([sys.executable, "-c", program], cwd=folder, env=environment, capture_output=True, text=True)


def _pins(name: str) -> dict[str, str]:
    """Version by package in one file of pins."""
    return dict(PIN.findall((ROOT / "requirements" / name).read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", ["run.txt", "dev.txt"])
def test_every_pin_has_a_hash(name):
    """Nothing is installed that is not known by its version and its hash."""
    entries = re.split(r"\n(?=\S)", (ROOT / "requirements" / name).read_text(encoding="utf-8"))
    assert [] == [entry for entry in entries if not PIN.match(entry) or "--hash=sha256:" not in entry]
    assert len(entries) == len(_pins(name))


def test_the_tools_stand_on_the_same_versions():
    """What the program runs with is what its tests run with, and every declared dependency is pinned."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {re.split(r"[<>=~! \[;]", dependency)[0].lower() for dependency in project["dependencies"]}
    assert declared <= _pins("run.txt").keys()
    assert _pins("run.txt").items() <= _pins("dev.txt").items()
