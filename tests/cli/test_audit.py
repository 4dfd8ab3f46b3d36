"""`clausewise audit`: what it says about sound and broken logs, word for word, and that proofs and checkpoints hold."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from clausewise.ledger.checkpoint import is_signed, read_checkpoints, read_public_key
from clausewise.ledger.export import LINE_BYTES_MAX
from clausewise.ledger.tree import consistent, included, leaf_hash
from tests.cli.running import Run, run
from tests.conftest import ROOT
from tools.sample_ledger import KEY, sample_log, write

BAD = ROOT / "tests" / "bad" / "ledger"
EXAMPLE = ROOT / "examples" / "ledger"
VERIFIER = ROOT / "tools" / "verify_ledger.py"
RECORDS = os.environ.get("CLAUSEWISE_RECORD") == "yes"


def verified(log: Path) -> Run:
    """What `audit verify` says of a log, with the checkpoints and the key that lie beside it under its name."""
    words: list[object] = ["audit", "verify", log]
    for option in ("checkpoints", "key"):
        beside = log.with_suffix(f".{option}")
        if beside.exists():
            words += [f"--{option}", beside]
    return run(*words)


def shown(found: Run) -> str:
    """A run as the golden files hold it."""
    return f"{found.err}{found.out}exit {found.status}\n".replace(f"{BAD}/", "")


@pytest.fixture(autouse=True)
def modes():
    """The key that is open to others is so wherever the checkout lies."""
    (BAD / "open-key.key").chmod(0o644)


@pytest.mark.parametrize("log", sorted(BAD.glob("*.jsonl")), ids=lambda path: path.stem)
def test_a_broken_log_is_told_in_these_words(log):
    """Each broken log, file of checkpoints or key gives exactly the sentence that stands beside it."""
    golden = log.with_suffix(".expected")
    told = shown(verified(log))
    if RECORDS:
        golden.write_text(told, encoding="utf-8")
    assert golden.read_text(encoding="utf-8") == told


def test_every_problem_of_the_log_is_met():
    """Each code of the ledger stands in some golden, or in a test below."""
    told = "".join(path.read_text(encoding="utf-8") for path in BAD.glob("*.expected"))
    known = {path.stem for path in (ROOT / "docs" / "errors").glob("CW8[0-3]*.md")}
    assert known - {"CW825", "CW826", "CW827", "CW828"} == set(re.findall(r"\bCW8\d\d\b", told))


@pytest.mark.parametrize("log", sorted(BAD.glob("*.jsonl")), ids=lambda path: path.stem)
def test_the_verifier_in_one_file_agrees(log):
    """Without the package and without any library, the other verifier comes to the same status and the same entries."""
    words = [sys.executable, "-I", "-S", str(VERIFIER), str(log)]
    for option in ("checkpoints", "key"):
        if log.with_suffix(f".{option}").exists():
            words += [f"--{option}", str(log.with_suffix(f".{option}"))]
    found, ours = subprocess.run(words, capture_output=True, text=True), verified(log)
    named = re.compile(r"(?:first bad entry is|vouched for from entry) ((?:one of )?\d+(?: to \d+)?)")
    if log.stem != "open-key":  # the mode of a file is no matter to whoever only verifies with a copy of it
        assert (ours.status, named.findall(ours.out)) == (found.returncode, named.findall(found.stdout)), found
    assert "Traceback" not in found.stderr


@pytest.mark.parametrize(
    "text",
    [
        b"x" * 10_000_000,
        b'{"hash":' + b"[" * 60_000,
        b"[" * 60_000,
        b'{"checkpoint":"' + b"\\n" * 30_000 + b'"}',
        b'{"frontier":[],"link":"' + b"0" * 64 + b'","size":' + b"9" * 5_000 + b"}",
        b'{"hash":"' + b"0" * 64 + b'","index":' + b"9" * 5_000 + b"}",
        b"\x00" * 1000,
    ],
    ids=["one long line", "deep", "deeper", "a note of nothing", "a huge size", "a huge number", "zeros"],
)
def test_monstrous_lines_are_told(tmp_path, text):
    """A line of megabytes, one nested without end, or a number without end is a sentence about entry 0, with both verifiers."""
    log = tmp_path / "log.jsonl"
    log.write_bytes(sample_log(0, 1).lines()[0].encode() + text + b"\n")
    found = verified(log)
    assert (1, "CW804", "entry is 0.\n") == (found.status, found.err.split(" error ")[1][:5], found.out[-12:])
    assert len(found.err) < 600
    other = subprocess.run([sys.executable, "-I", str(VERIFIER), str(log)], capture_output=True, text=True)
    assert (1, "") == (other.returncode, other.stderr)


def test_a_long_first_line_is_no_log(tmp_path):
    """A file whose first line is endless is no log, and is not read whole."""
    log = tmp_path / "log.jsonl"
    log.write_bytes(b'{"format":"clausewise ledger","origin":"' + b"x" * (2 * LINE_BYTES_MAX))
    assert "CW821" in verified(log).err


@pytest.mark.parametrize("name", ["nothere.jsonl", ".", "x" * 5000])
def test_what_cannot_be_opened_is_told(tmp_path, name):
    """A log that is not there, a folder, an impossible name: a sentence, and exit status 2."""
    found = run("audit", "verify", f"{tmp_path}/{name}")
    assert (2, "") == (found.status, found.out)
    assert re.search(r"CW70[123]", found.err)


def test_the_example_is_what_the_tool_writes(tmp_path):
    """The log in examples/ledger is made by tools/sample_ledger.py, byte for byte."""
    write(tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        path.name: path.read_bytes() for path in EXAMPLE.iterdir()
    }


def test_verification_as_an_object():
    """--json says whether the log is whole, what covers it, and where it is not."""
    outside = ("--checkpoints", EXAMPLE / "checkpoints.txt", "--key", EXAMPLE / "key.pub")
    [whole] = run("audit", "verify", EXAMPLE / "log.jsonl", *outside, "--json").objects
    assert (True, 12, None) == (whole["whole"], whole["entries"], whole["first_bad"])
    assert {"outside": 2, "agreed": 4, "entries": 10, "keys": [str(KEY.public)]} == whole["checkpoints"]
    [broken] = run("audit", "verify", EXAMPLE / "changed.jsonl", "--json").objects
    assert (False, [5, 5], "CW801") == (broken["whole"], broken["first_bad"], broken["problem"]["code"])


@pytest.mark.parametrize("size", [1, 7, 12])
def test_a_proof_of_inclusion_holds(size, tmp_path):
    """The proof that is printed leads from the entry to the root, by our verification and by the other verifier."""
    index = size // 2
    found = run("audit", "prove", EXAMPLE / "log.jsonl", index, "--size", size, "--json")
    [told] = found.objects
    proof = [bytes.fromhex(one) for one in told["proof"]]
    assert included(leaf_hash(told["leaf"].encode()), index, size, proof, bytes.fromhex(told["root"]))
    (tmp_path / "proof.json").write_text(found.out)
    words = [sys.executable, "-I", str(VERIFIER), "--proof", str(tmp_path / "proof.json")]
    assert 0 == subprocess.run(words, capture_output=True).returncode
    (tmp_path / "proof.json").write_text(found.out.replace("2026-", "2025-"))
    assert 2 == subprocess.run(words, capture_output=True).returncode


def test_a_proof_against_a_checkpoint(tmp_path):
    """With a checkpoint of its size a proof stands on what was signed; with one of another size or key it does not."""
    (tmp_path / "proof.json").write_text(run("audit", "prove", EXAMPLE / "log.jsonl", 3, "--size", 10, "--json").out)
    (tmp_path / "other.json").write_text(run("audit", "prove", EXAMPLE / "log.jsonl", 3, "--json").out)
    (tmp_path / "other.pub").write_text(str(type(KEY)(KEY.name, bytes(32)).public))
    signed = ["--checkpoints", EXAMPLE / "checkpoints.txt", "--key"]
    tried = (("proof.json", EXAMPLE / "key.pub"), ("other.json", EXAMPLE / "key.pub"), ("proof.json", tmp_path / "other.pub"))
    statuses = []
    for name, key in tried:
        words = [sys.executable, "-I", VERIFIER, "--proof", tmp_path / name, *signed, key]
        statuses.append(subprocess.run([str(word) for word in words], capture_output=True).returncode)
    assert [0, 2, 2] == statuses


@pytest.mark.parametrize(("first", "second"), [(0, 5), (5, 5), (5, 10), (7, 12)])
def test_a_proof_of_consistency_holds(first, second):
    """The proof that is printed shows the older log to be the beginning of the newer."""
    [told] = run("audit", "consistency", EXAMPLE / "log.jsonl", first, second, "--json").objects
    older, newer = (bytes.fromhex(told[which]["root"]) for which in ("first", "second"))
    assert consistent(first, older, second, newer, [bytes.fromhex(one) for one in told["proof"]])


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("prove", 12), "There is no such entry: 12 was asked for, and there are 12 entries, numbered from 0."),
        (("prove", 3, "--size", 13), "There is no such beginning: 13 was asked for, and there are 12 entries."),
        (("prove", 3, "--size", 3), "There is no such entry: 3 was asked for, and there are 3 entries, numbered from 0."),
        (("consistency", 3, 13), "There is no such beginning: 13 was asked for, and there are 12 entries."),
        (("consistency", 6, 5), "There is no such beginning: 6 was asked for, and there are 5 entries."),
    ],
)
def test_what_is_not_there_cannot_be_proved(words, message):
    """A number beyond the log is told with how many there are."""
    command, *rest = words
    found = run("audit", command, EXAMPLE / "log.jsonl", *rest)
    assert (2, "") == (found.status, found.out)
    assert f"error CW826: {message}\n" in found.err


@pytest.mark.parametrize("words", [("prove", 1), ("consistency", 1, 2)])
def test_nothing_is_proved_from_a_broken_log(words):
    """A log with a bad entry gives no proof, but the bad entry."""
    found = run("audit", words[0], EXAMPLE / "changed.jsonl", *words[1:])
    assert (1, "") == (found.status, found.out)
    assert "error CW801: Entry 5 was changed" in found.err


def test_checkpoints_are_added_as_the_log_grows(tmp_path):
    """A key is made, signs the log as it grows, and the file of checkpoints verifies what was signed."""
    key, outside, log = (tmp_path / name for name in ("key", "outside.txt", "log.jsonl"))
    assert 0 == run("audit", "key", "-o", key, "--name", "clinic.example/ledger").status
    for size in (4, 9):
        log.write_text("".join(sample_log(size, seed=1).lines()))
        assert 0 == run("audit", "checkpoint", log, "--key", key, "-o", outside).status
    notes, _ = read_checkpoints(outside.read_text())
    public = read_public_key((tmp_path / "key.pub").read_text())
    assert [4, 9] == [note.checkpoint.size for note in notes]
    assert public is not None and all(is_signed(note, public) for note in notes)
    assert 0 == run("audit", "verify", log, "--checkpoints", outside, "--key", tmp_path / "key.pub").status


def test_a_log_that_parts_from_what_was_signed_is_not_signed(tmp_path):
    """Over a log that was cut or rewritten since the last checkpoint none is added, and the file stays as it is."""
    key, outside, log = (tmp_path / name for name in ("key", "outside.txt", "log.jsonl"))
    run("audit", "key", "-o", key, "--name", "clinic.example/ledger")
    log.write_text("".join(sample_log(9, seed=1).lines()))
    run("audit", "checkpoint", log, "--key", key, "-o", outside)
    before = outside.read_bytes()
    for forged, code in ((sample_log(8, seed=1), "CW807"), (sample_log(9, seed=2), "CW808")):
        log.write_text("".join(forged.lines()))
        found = run("audit", "checkpoint", log, "--key", key, "-o", outside)
        assert (1, True, before) == (found.status, code in found.err, outside.read_bytes())


def test_a_key_signs_its_own_log_alone(tmp_path):
    """The key of another log, a public key and a name that no log can have are told."""
    key = tmp_path / "key"
    assert 0 == run("audit", "key", "-o", key).status
    words = ("audit", "checkpoint", EXAMPLE / "log.jsonl", "-o", tmp_path / "outside.txt", "--key")
    other = run(*words, key)
    message = "error CW827: This is the log `clinic.example/ledger`, and the key is that of `clausewise/ledger`.\n"
    assert (2, True) == (other.status, message in other.err)
    assert "error CW823: This is a public key; signing needs the secret one.\n" in run(*words, tmp_path / "key.pub").err
    assert "error CW825: There is such a file already.\n" in run("audit", "key", "-o", key).err
    assert "error CW828: A log cannot have this name.\n" in run("audit", "key", "-o", tmp_path / "k", "--name", "A B").err
    assert not (tmp_path / "outside.txt").exists()


def test_a_checkpoint_that_cannot_be_written_is_told(tmp_path):
    """A folder in place of the file is a sentence, not a traceback."""
    run("audit", "key", "-o", tmp_path / "key", "--name", "clinic.example/ledger")
    log = ("audit", "checkpoint", EXAMPLE / "log.jsonl", "--key", tmp_path / "key", "-o")
    assert "CW702" in run(*log, tmp_path).err
    assert "CW711" in run(*log, tmp_path / "no" / "such").err
