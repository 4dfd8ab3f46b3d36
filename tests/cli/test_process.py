"""The installed command as a process of its own: how it starts, what it loads, how it ends."""

import json
import os
import signal
import subprocess
import sys

import pytest

from tests.cli.cases import case_file, scar

CLAUSEWISE = [sys.executable, "-m", "clausewise"]


def start(*words: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command, and return what it printed."""
    command = [*CLAUSEWISE, *(str(word) for word in words)]
    return subprocess.run(command, capture_output=True, text=True, env=os.environ | environment, timeout=60)


def test_the_version_and_the_help_are_printed():
    """Both end well, and the help names every command."""
    assert start("--version").stdout.startswith("clausewise ")
    help = start("--help")
    assert (0, "") == (help.returncode, help.stderr)
    assert all(f"\n  {command} " in help.stdout for command in ("determine", "test", "explain", "demo", "privacy", "policy"))


LOADED = """
import sys
from clausewise.cli import main
sys.argv = ["clausewise", *{words}]
try:
    main()
except SystemExit:
    pass
names = {names}
print(",".join(sorted(name for name in names if name in sys.modules)), file=sys.stderr)
"""


def loaded(words: list[str], names: list[str]) -> str:
    """Which of the modules a command has loaded when it ends."""
    program = LOADED.format(words=words, names=names)
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stderr.splitlines()[-1]


def test_a_command_loads_only_what_it_needs(tmp_path):
    """The help loads nothing of the centre; a determination from the cache neither grammar, reader, watcher nor templates."""
    names = ["clausewise.decide.determine", "rich.console", "yaml", "lark", "watchfiles", "clausewise.policy.read", "jinja2"]
    assert "" == loaded(["--help"], names)
    words = ["determine", str(case_file(tmp_path, scar())), "--json"]
    loaded(words, names)
    assert "clausewise.decide.determine,yaml" == loaded(words, names)


def test_the_commands_of_the_engine_start_without_storage(tmp_path):
    """Help, determination, list and explanation load neither web framework nor database; the storage's own help does not either."""
    names = ["django", "psycopg", "sqlcipher3", "sqlite3", "clausewise.store", "clausewise.wiring.settings", "cryptography"]
    case = str(case_file(tmp_path, scar()))
    for words in (["--help"], ["determine", case], ["policy", "list"], ["explain", "A-I.A.3"], ["store", "--help"]):
        assert "" == loaded(words, names), words


def test_a_reader_that_goes_away_is_no_fault(tmp_path):
    """When nobody reads the output any more the command ends without a word."""
    cases = case_file(tmp_path, *(scar(f"S{number}") for number in range(40)))
    command = [*CLAUSEWISE, "determine", str(cases), "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None and process.stderr is not None
    process.stdout.read(10)
    process.stdout.close()
    assert b"" == process.stderr.read()
    process.stderr.close()
    assert -signal.SIGPIPE == process.wait(timeout=60)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no device that is always full")
@pytest.mark.parametrize("words", [["policy", "list"], ["determine", "CASES"], ["determine", "CASES", "--json"], ["--help"]])
def test_an_answer_that_cannot_be_written_is_the_systems_fault(tmp_path, words):
    """A full device is told in a sentence with status 2, whether it shows while printing or only at the end."""
    cases = str(case_file(tmp_path, scar()))
    with open("/dev/full", "wb") as full:
        command = [*CLAUSEWISE, *(cases if word == "CASES" else word for word in words)]
        found = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
    assert (2, 2) == (found.returncode, len(found.stderr.splitlines()))
    assert found.stderr.startswith("standard output: error CW711: The answer cannot be written: No space left on device.")


@pytest.mark.parametrize("words", [["determine"], ["privacy", "decide"], ["test"], ["policy", "check"]])
def test_a_pipe_is_not_waited_for(tmp_path, words):
    """A named pipe that nobody writes to is told at once, with status 2."""
    os.mkfifo(tmp_path / "fifo.yaml")
    found = start(*words, tmp_path / "fifo.yaml")
    assert (2, "") == (found.returncode, found.stdout) or words == ["test"]
    assert f"{tmp_path}/fifo.yaml: error CW703: This file cannot be read: it is no regular file." in found.stderr


def test_a_pipe_among_the_documents_is_not_waited_for(tmp_path):
    """It is told, and the other documents of the folder are read."""
    os.mkfifo(tmp_path / "pipe.md")
    (tmp_path / "own.md").write_text("---\ndocument: OWN\nkind: law\nin force: 2025-01-01 onward\n---\n\n# Own\n", encoding="utf-8")
    found = start("policy", "list", "--policies", tmp_path)
    assert f"{tmp_path}/pipe.md: error CW703: This file cannot be read: it is no regular file." in found.stderr
    assert "OWN" in found.stdout


def test_a_report_is_written_although_its_reader_goes_away(tmp_path):
    """The SARIF file of a check is whole when nobody reads what is printed, and the status does not speak of errors."""
    report = tmp_path / "report.sarif"
    command = [*CLAUSEWISE, "policy", "check", "--sarif", str(report)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    assert b"" == process.stderr.read()
    process.stderr.close()
    assert -signal.SIGPIPE == process.wait(timeout=60)
    assert "2.1.0" == json.loads(report.read_text(encoding="utf-8"))["version"]


def test_colour_is_never_alone_and_can_be_forbidden(tmp_path):
    """Colours appear only where they are wanted, and the words are the same without them."""
    cases = case_file(tmp_path, scar())
    plain, coloured = start("determine", cases, "--why"), start("determine", cases, "--why", FORCE_COLOR="1", COLUMNS="120")
    assert "\x1b[" not in plain.stdout
    assert "\x1b[" in coloured.stdout
    forbidden = start("determine", cases, "--why", FORCE_COLOR="1", NO_COLOR="1", COLUMNS="120").stdout
    assert not any(f"\x1b[{colour}m" in forbidden for colour in (31, 32, 33))


def test_an_old_terminal_is_spoken_to_in_its_signs(tmp_path):
    """Where the terminal knows no other signs, plus and minus stand for them."""
    found = start("determine", case_file(tmp_path, scar()), "--why", PYTHONIOENCODING="ascii")
    assert (0, True) == (found.returncode, "+ met     A-I.A.3" in found.stdout)


def test_no_home_and_no_settings_are_needed(tmp_path):
    """A process with an empty environment decides all the same."""
    command = [*CLAUSEWISE, "determine", str(case_file(tmp_path, scar())), "--json"]
    found = subprocess.run(command, capture_output=True, text=True, env={"HOME": "/nonexistent/home"})
    assert (0, "") == (found.returncode, found.stderr)
    assert {"case": "S1", "rollup": "APPROVE_MN"} == json.loads(found.stdout.splitlines()[-1])


def test_the_environment_names_the_documents(tmp_path):
    """CLAUSEWISE_POLICIES stands in for --policies."""
    (tmp_path / "none").mkdir()
    found = start("policy", "list", CLAUSEWISE_POLICIES=str(tmp_path / "none"))
    assert (2, True) == (found.returncode, "error CW704" in found.stderr)


def test_a_fault_of_the_program_is_a_sentence(tmp_path):
    """Nobody meets a traceback, unless it is asked for."""
    fault = "import sys, clausewise.cli.commands as c, clausewise.cli as m\nc.app = lambda: {}['x']\nm.main()"
    quiet = subprocess.run([sys.executable, "-c", fault], capture_output=True, text=True)
    assert (2, 2) == (quiet.returncode, len(quiet.stderr.splitlines()))
    assert quiet.stderr.startswith("error CW709: Clausewise could not go on, because of a fault of its own (KeyError).")
    environment = os.environ | {"CLAUSEWISE_TRACEBACK": "1"}
    loud = subprocess.run([sys.executable, "-c", fault], capture_output=True, text=True, env=environment)
    assert "Traceback" in loud.stderr


@pytest.mark.slow
def test_a_watched_document_is_checked_again(tmp_path):
    """The check runs once, and again when the document changes."""
    document = tmp_path / "own.md"
    text = "---\ndocument: OWN\nkind: law\nin force: 2025-01-01 onward\n---\n\n# Own\n"
    document.write_text(text, encoding="utf-8")
    command = [*CLAUSEWISE, "policy", "check", str(document), "--watch", "--policies", str(tmp_path / "none")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    try:
        seen = process.stdout.readline()
        while "1 document checked" not in seen:
            seen = process.stdout.readline()
        for number in range(50):  # the watcher may need a moment before it sees anything
            document.write_text(text + f"\nSentence {number}.\n", encoding="utf-8")
            if _told(process):
                break
        assert ["\n", f"changed: {document}\n"] == [process.stdout.readline(), process.stdout.readline()]
    finally:
        process.terminate()
        process.communicate(timeout=30)


def _told(process: subprocess.Popen[str]) -> bool:
    """Whether the process has something to say within a moment."""
    import select

    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], 0.3)
    return bool(ready)
