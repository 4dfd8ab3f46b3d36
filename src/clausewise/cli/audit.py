"""`clausewise audit`: the log verified, proofs from it, checkpoints over it, and the key that signs them."""

import os
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import BinaryIO

from clausewise.cli.terminal import print_lines, print_object, print_problems
from clausewise.ledger.checkpoint import NAME, Checkpoint, SigningKey, sign
from clausewise.ledger.export import LINE_BYTES_MAX, Record, read_header, read_records
from clausewise.ledger.key_file import read_signing_file, write_key_files
from clausewise.ledger.log import Stored
from clausewise.ledger.tree import consistency_proof, inclusion_proof, root, root_of
from clausewise.ledger.verify import Finding, Verification, verify
from clausewise.render.ledger_lines import consistency_lines, inclusion_lines, verification_lines, verification_object
from clausewise.vocab.problem import Problem
from clausewise.wiring.checkpoints import Beside, add_note, read_beside, read_signed
from clausewise.wiring.sources import read_file
from clausewise.wiring.start import start

EXIT_FOUND, EXIT_UNREADABLE = 1, 2
HERE = "of this database"


@dataclass(frozen=True, slots=True)
class Log:
    """A log that was read: its origin, what the walk found, and for a proof all leaf hashes and the one leaf it is about."""

    origin: str
    verification: Verification
    hashes: list[bytes]
    leaf: bytes = b""


def verify_file(file: Path, checkpoints: Path | None, key: Path | None, as_json: bool) -> int:
    """Verify a log and tell the first bad entry; return the exit status: 0 whole, 1 not whole, 2 not readable."""
    beside = read_beside(checkpoints, key)
    if isinstance(beside, Problem):
        return _unreadable(beside)
    log = _read_log(file, beside)
    if isinstance(log, Problem):
        return _unreadable(log)
    return _tell_found(log.verification, log.origin, str(file), beside, as_json)


def verify_database(checkpoints: Path | None, key: Path | None, history: bool, as_json: bool) -> int:
    """Verify the log of this database where it lies; return the exit status: 0 whole, 1 not whole, 2 not readable.

    Args:
        history: then compare every act of every case with what the log vouches for.
    """
    beside = read_beside(checkpoints, key)
    if isinstance(beside, Problem):
        return _unreadable(beside)
    for problem in start(os.environ, as_owner=True):
        return _unreadable(problem)
    from clausewise.wiring.vouching import verify_log

    found = verify_log(beside)
    if isinstance(found, Problem):
        return _unreadable(found)
    status = _tell_found(found, beside.origin or HERE, "", beside, as_json)
    return status or (_tell_history(as_json) if history else 0)


def _tell_history(as_json: bool) -> int:
    from clausewise.wiring.vouching import compare_history

    found = compare_history()
    if isinstance(found, Problem):
        return _unreadable(found)
    print_problems((found.problem,) if found.problem else ())
    if as_json:
        print_object({"acts": found.acts, "forgotten": found.mute, "agree": found.problem is None})
    elif found.problem is None:
        forgotten = f"; of {found.mute} the content was to be forgotten" if found.mute else ""
        print_lines((f"The history is the one the log vouches for: {found.acts} acts{forgotten}.",))
    return EXIT_FOUND if found.problem else 0


def _tell_found(found: Verification, origin: str, file: str, beside: Beside, as_json: bool) -> int:
    print_problems(_problems(found, file))
    if as_json:
        print_object(verification_object(found, origin, len(beside.notes), beside.keys))
    else:
        print_lines(verification_lines(found, origin, len(beside.notes), beside.keys))
    return EXIT_FOUND if found.finding else 0


def prove(file: Path, index: int, size: int | None, as_json: bool) -> int:
    """Print the proof that an entry stands among the first `size` entries of a log; return the exit status."""
    log = _sound_log(file, index)
    if isinstance(log, int):
        return log
    there = len(log.hashes)
    among = there if size is None else size
    if not 0 <= among <= there:
        return _unreadable(_no_such("beginning", "entries", among, there, file))
    if not 0 <= index < among:
        return _unreadable(_no_such("entry", "entries, numbered from 0", index, among, file))
    hashes = log.hashes[:among]
    shown = {
        "origin": log.origin,
        "index": index,
        "size": among,
        "root": root_of(hashes).hex(),
        "leaf": log.leaf.decode("ascii"),
        "proof": [digest.hex() for digest in inclusion_proof(hashes, index)],
    }
    return _tell(shown, inclusion_lines(shown), as_json)


def prove_beginning(file: Path, first: int, second: int, as_json: bool) -> int:
    """Print the proof that a log of `first` entries is the beginning of that of `second`; return the exit status."""
    log = _sound_log(file)
    if isinstance(log, int):
        return log
    there = len(log.hashes)
    for size, most in ((second, there), (first, second)):
        if not 0 <= size <= most:
            return _unreadable(_no_such("beginning", "entries", size, most, file))
    hashes = log.hashes[:second]
    shown = {
        "origin": log.origin,
        "first": {"size": first, "root": root_of(hashes[:first]).hex()},
        "second": {"size": second, "root": root_of(hashes).hex()},
        "proof": [digest.hex() for digest in consistency_proof(hashes, first)],
    }
    return _tell(shown, consistency_lines(shown), as_json)


def add_checkpoint(file: Path, key_file: Path, output: Path) -> int:
    """Sign a log's length and root and add that to a file, if the log agrees with all that the file holds already.

    A checkpoint over a log that parts from an earlier one would vouch for whoever changed it; so nothing is signed then.
    """
    key = read_signing_file(key_file)
    if isinstance(key, Problem):
        return _unreadable(key)
    before = read_signed(output)
    if isinstance(before, Problem):
        return _unreadable(before)
    log = _read_log(file, before)
    if isinstance(log, Problem):
        return _unreadable(log)
    if log.verification.finding:
        print_problems(_problems(log.verification, str(file)))
        return EXIT_FOUND
    if log.origin != key.name:
        message = f"This is the log `{log.origin}`, and the key is that of `{key.name}`."
        return _unreadable(Problem("CW827", message, str(file), help="Name the key of this log."))
    return _sign(log, key, output)


def _sign(log: Log, key: SigningKey, output: Path) -> int:
    reached = log.verification.reached
    note = sign(Checkpoint(log.origin, reached.size, root(reached.frontier), datetime.now(UTC)), key)
    unwritten = add_note(note, output)
    return _unreadable(unwritten) if unwritten else _tell_signed(note.checkpoint)


def _tell_signed(signed: Checkpoint) -> int:
    print_lines((f"Signed: {signed.size} entries of {signed.origin}, root {signed.root.hex()}.",))
    return 0


def sign_database(key_file: Path, output: Path, follow: bool = False) -> int:
    """Sign the log of this installation's database into a file elsewhere, and beside the log; return the exit status.

    Args:
        follow: go on until told to stop, and sign each minute and after each 1,000 entries.
    """
    key = read_signing_file(key_file)
    if isinstance(key, Problem):
        return _unreadable(key)
    for problem in start(os.environ, as_owner=True):
        return _unreadable(problem)
    from clausewise.wiring.vouching import follow_log, sign_log

    done = follow_log(key, output) if follow else sign_log(key, output)
    match done:
        case Problem():
            return _unreadable(done)
        case Verification():
            print_problems(_problems(done, ""))
            return EXIT_FOUND
    if done.note is not None:
        return _tell_signed(done.note.checkpoint)
    print_lines((f"Nothing was added to the log since the last checkpoint, over {done.reached.size} entries.",))
    return 0


def make_key_files(output: Path, name: str) -> int:
    """Make a key and write it; return the exit status."""
    if not NAME.fullmatch(name):
        help = "Use small letters, digits, points, dashes and slashes, such as plan.example/ledger."
        return _unreadable(Problem("CW828", "A log cannot have this name.", help=help))
    key = SigningKey(name, secrets.token_bytes(32))
    problem = write_key_files(output, key)
    if problem is not None:
        return _unreadable(problem)
    print_lines((f"The secret key is {output}; keep it where the log is not. Its public key, {output}.pub:", str(key.public)))
    return 0


# ---- reading ---------------------------------------------------------------------------------------------------------


def _read_log(file: Path, beside: Beside, keep: bool = False, index: int = -1) -> Log | Problem:
    """Read a log and verify it on the way, line by line."""
    try:
        with file.open("rb") as opened:
            origin = read_header(opened.readline(LINE_BYTES_MAX + 1))
            if origin is None:
                help = "A log is exported with its first line, which names it; give that file unchanged."
                return Problem("CW821", "This file is no exported log.", str(file), 1, help=help)
            hashes, leaves = list[bytes](), list[bytes]()
            records = read_records(_lines(opened))
            kept = _kept(records, hashes, leaves, index) if keep else records
            found = verify(kept, beside.notes, beside.keys, origin)
            return Log(origin, found, hashes, b"".join(leaves))
    except (OSError, ValueError):
        problem = read_file(file)  # which says why, as for every other file
        return problem if isinstance(problem, Problem) else Problem("CW703", "This file cannot be read.", str(file))


def _lines(opened: BinaryIO) -> Iterator[bytes]:
    """Yield the lines of a file, each cut off one byte after the longest that may be."""
    return iter(partial(opened.readline, LINE_BYTES_MAX + 1), b"")


def _kept(records: Iterable[Record], hashes: list[bytes], leaves: list[bytes], index: int) -> Iterator[Record]:
    """Pass the records on, and keep what a proof needs: 80 MB for a million entries, where the entries would be 700."""
    for record in records:
        if isinstance(record, Stored):
            hashes.append(record.hash)
            if record.number == index:
                leaves.append(record.leaf)
        yield record


def _sound_log(file: Path, index: int = -1) -> Log | int:
    """Return a log to prove something from, or the exit status where it cannot be read or is not whole."""
    log = _read_log(file, Beside(), keep=True, index=index)
    if isinstance(log, Problem):
        return _unreadable(log)
    if log.verification.finding:
        print_problems(_problems(log.verification, str(file)))
        return EXIT_FOUND
    return log


# ---- telling ---------------------------------------------------------------------------------------------------------


def _tell(shown: Mapping[str, object], lines: Iterable[str], as_json: bool) -> int:
    if as_json:
        print_object(shown)
    else:
        print_lines(lines)
    return 0


def _problems(found: Verification, file: str) -> tuple[Problem, ...]:
    finding: Finding | None = found.finding
    said = (*found.notes, *((finding.problem,) if finding else ()))
    return tuple(replace(problem, file=file) for problem in said)


def _no_such(what: str, counted: str, asked: int, there: int, file: Path) -> Problem:
    message = f"There is no such {what}: {asked} was asked for, and there are {there} {counted}."
    return Problem("CW826", message, str(file), help="`clausewise audit verify FILE` says how many there are.")


def _unreadable(problem: Problem) -> int:
    print_problems((problem,))
    return EXIT_UNREADABLE
