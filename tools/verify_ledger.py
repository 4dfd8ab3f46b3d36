"""Verify a log of Clausewise without Clausewise: this one file, and Python 3.11 or later.

    python verify_ledger.py log.jsonl [--checkpoints FILE] [--key FILE]
    python verify_ledger.py --proof proof.json [--checkpoints FILE] [--key FILE]

Written a second time, from docs/ledger.md and not from the program, so that a mistake of the one is found by the other.  It is
meant to be read before it is believed, so it takes the plain way: a line is parsed as JSON and has to be the canonical form of what
it says.  ENTRY is that form of an entry once more, as one pattern: a line that fits it, and whose hashes fit, needs no parsing,
which would be most of the work.  All others are parsed, and so is a line in which anything is amiss.

Ed25519 is verified here in plain Python (RFC 8032), with no library: a verifier needs no secret, so nothing can leak by time; a few
milliseconds for each checkpoint are no matter; and whoever uses this needs nobody's package.  It never signs.

Exit status: 0 whole, 1 not whole, 2 not readable.
"""

import argparse
import base64
import hashlib
import json
import re
import sys
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from typing import Any, NamedTuple, NoReturn

LINE_BYTES_MAX = 64 * 1024
UNVOUCHED = "a checkpoint is"
HEX = re.compile(r"[0-9a-f]{64}")
RANDOM_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
PROGRAM = "00000000-0000-0000-0000-000000000000"
INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
ACT, WORD = re.compile(r"[a-z_]{1,24}\.[a-z_]{1,24}"), re.compile(r"[a-z_]{1,24}")
ORIGIN = re.compile(r'[^"\\+\x00-\x20\x7f-\U0010ffff]{1,400}')
A_LEAF, A_NODE, A_LINK = b"\x00", b"\x01", b"\x02"
LEAF_KEYS = ["act", "actor", "at", "case", "commitments", "subject", "tenant", "version"]
SIGNATURES = r"(?:— [^\s+]{1,400} [A-Za-z0-9+/]{8,10000}={0,2}\n){1,64}"
NOTE = re.compile(r"(([^\n+ ]{1,400})\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\n([^\n]{27})\n)\n(" + SIGNATURES + r")\n*")


class Note(NamedTuple):
    """A signed checkpoint: what was signed, its parts, and the lines of signatures."""

    text: str
    origin: str
    size: int
    root: str
    signatures: str


class Verdict(NamedTuple):
    """Whether the log is whole; else between which entries the first bad one lies, and why."""

    whole: bool
    first: int
    last: int
    why: str


# ---- hashes ----------------------------------------------------------------------------------------------------------


def sha(prefix: bytes, *parts: bytes) -> bytes:
    """Return SHA-256 over one byte, which says of what it is the hash, and what follows."""
    return hashlib.sha256(prefix + b"".join(parts)).digest()


class Tree:
    """The tree so far, as perfect trees: the height and the root of each, the highest first."""

    def __init__(self) -> None:
        self.size = 0
        self.perfect: list[tuple[int, bytes]] = []

    def add(self, leaf: bytes) -> None:
        """Add a leaf, given by its hash; two trees of one height become one that is higher."""
        height, top, perfect = 0, leaf, self.perfect
        while perfect and perfect[-1][0] == height:
            height, top = height + 1, sha(A_NODE, perfect.pop()[1], top)
        perfect.append((height, top))
        self.size += 1

    def root(self) -> bytes:
        """Return the root over all."""
        tops = [top for _, top in self.perfect]
        found = tops.pop() if tops else hashlib.sha256(b"").digest()
        while tops:
            found = sha(A_NODE, tops.pop(), found)
        return found


def root_by_proof(leaf: bytes, index: int, size: int, proof: list[bytes]) -> bytes | None:
    """Return the root that a proof of inclusion leads to, or None where it is no proof for this place; straight from RFC 6962."""
    if size == 1:
        return leaf if not proof else None
    if not proof:
        return None
    half = 1
    while half * 2 < size:
        half *= 2
    if index < half:
        below = root_by_proof(leaf, index, half, proof[:-1])
        return below and sha(A_NODE, below, proof[-1])
    below = root_by_proof(leaf, index - half, size - half, proof[:-1])
    return below and sha(A_NODE, proof[-1], below)


# ---- Ed25519, RFC 8032: verification only ----------------------------------------------------------------------------

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
Point = tuple[int, int, int, int]  # X, Y, Z, T with x = X/Z, y = Y/Z, xy = T/Z


def add(a: Point, b: Point) -> Point:
    """Return the sum of two points."""
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    g, h = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    i, j, k, m = f - e, h - g, h + g, f + e
    return (i * j % P, k * m % P, j * k % P, i * m % P)


def times(number: int, point: Point) -> Point:
    """Return a multiple of a point."""
    found: Point = (0, 1, 1, 0)
    while number:
        if number & 1:
            found = add(found, point)
        point, number = add(point, point), number >> 1
    return found


def unpacked(packed: bytes) -> Point | None:
    """Return the point that 32 bytes stand for, or None."""
    y = int.from_bytes(packed, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return (x, y, 1, x * y % P)


def packed(point: Point) -> bytes:
    """Return the 32 bytes of a point."""
    inverse = pow(point[2], -1, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


BASE_Y = 4 * pow(5, -1, P) % P
BASE = unpacked(BASE_Y.to_bytes(32, "little"))


def is_signature(key: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether 64 bytes are the signature of a message by a key of 32 bytes."""
    point = unpacked(key) if len(key) == 32 and len(signature) == 64 else None
    s = int.from_bytes(signature[32:], "little")
    if point is None or BASE is None or s >= ORDER:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % ORDER
    minus = (P - point[0], point[1], point[2], P - point[3])
    return packed(add(times(s, BASE), times(h, minus))) == signature[:32]


def bears(note: Note, key: str) -> bool:
    """Tell whether a checkpoint bears a good signature of a public key written as name+id+base64."""
    name, told, encoded = key.split("+", 2)
    raw = base64.b64decode(encoded)
    number = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
    if number.hex() != told or raw[:1] != b"\x01":
        raise ValueError("this is no key")
    for line in note.signatures.splitlines():
        _, signer, signature = line.split(" ")
        whole = base64.b64decode(signature)
        if signer == name and whole[:4] == number:
            return is_signature(raw[1:], note.text.encode(), whole[4:])
    return False


# ---- lines -----------------------------------------------------------------------------------------------------------


def canonical(value: Any) -> str:
    """Return a value in the one form the log knows."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def parsed(line: bytes) -> dict[str, Any] | None:
    """Return what a line says, or None where it is not one canonical object."""
    try:
        text = line.decode("utf-8")
        text = text[:-1] if text.endswith("\n") else text
        value = json.loads(text) if len(line) <= LINE_BYTES_MAX else None
        return value if isinstance(value, dict) and canonical(value) == text else None
    except (ValueError, RecursionError):
        return None


def is_leaf(leaf: Any) -> bool:
    """Tell whether a leaf holds ids, words, instants and digests alone, and each where it belongs."""
    if not isinstance(leaf, dict) or sorted(leaf) != LEAF_KEYS or type(leaf["version"]) is not int or leaf["version"] != 1:
        return False
    commitments = leaf["commitments"]
    if not isinstance(commitments, dict) or not all(isinstance(leaf[key], str) for key in LEAF_KEYS[:4] + LEAF_KEYS[5:7]):
        return False
    return bool(
        ACT.fullmatch(leaf["act"])
        and INSTANT.fullmatch(leaf["at"])
        and RANDOM_ID.fullmatch(leaf["tenant"])
        and (leaf["actor"] == PROGRAM or RANDOM_ID.fullmatch(leaf["actor"]))
        and all(not leaf[key] or RANDOM_ID.fullmatch(leaf[key]) for key in ("case", "subject"))
        and len(commitments) <= 16
        and all(isinstance(told, str) and HEX.fullmatch(told) and WORD.fullmatch(what) for what, told in commitments.items())
    )


def _entry_pattern() -> re.Pattern[bytes]:
    """Return the canonical form of an entry: the keys in their order, no spaces, and for each value what `is_leaf` asks of it."""
    digest, id, act, word = HEX.pattern, RANDOM_ID.pattern, ACT.pattern, WORD.pattern
    commitment = f'"{word}":"{digest}"'
    leaf = (
        rf'\{{"act":"{act}","actor":"(?:{id}|{PROGRAM})","at":"{INSTANT.pattern}","case":"(?:{id}|)",'
        rf'"commitments":\{{((?:{commitment}(?:,{commitment}){{0,15}})?)\}},"subject":"(?:{id}|)","tenant":"{id}","version":1\}}'
    )
    number = "0|[1-9][0-9]{0,15}"
    return re.compile(rf'\{{"hash":"({digest})","index":({number}),"leaf":({leaf}),"link":"({digest})"\}}\n?'.encode())


ENTRY = _entry_pattern()


def in_order(commitments: bytes) -> bool:
    """Tell whether the commitments of a leaf stand in the order of their words, each word once."""
    words = [one.split(b":")[0].strip(b'"') for one in commitments.split(b",")]
    return all(before < after for before, after in pairwise(words))


def is_entry(value: dict[str, Any]) -> bool:
    """Tell whether an object has the parts of a stored entry."""
    hashes = (value.get("hash"), value.get("link"))
    return (
        list(value) == ["hash", "index", "leaf", "link"]
        and type(value["index"]) is int
        and value["index"] >= 0
        and isinstance(value["leaf"], dict)
        and all(isinstance(one, str) and HEX.fullmatch(one) for one in hashes)
    )


def is_head(value: dict[str, Any]) -> bool:
    """Tell whether an object has the parts of a head."""
    if list(value) != ["frontier", "link", "size"] or not isinstance(value["frontier"], list):
        return False
    hashes = [*value["frontier"], value["link"]]
    return type(value["size"]) is int and value["size"] >= 0 and all(isinstance(one, str) and HEX.fullmatch(one) for one in hashes)


def read_notes(text: str) -> list[Note]:
    """Return the checkpoints of a text, one after the other.

    Raises:
        ValueError: something in it is no checkpoint.
    """
    notes: list[Note] = []
    place = 0
    while place < len(text) or not notes:
        found = NOTE.match(text, place)
        if found is None or not INSTANT.fullmatch(found[5]):
            raise ValueError("this is no checkpoint")
        datetime.strptime(found[5], "%Y-%m-%dT%H:%M:%S.%fZ")  # a ValueError where no calendar has that day
        for line in found[6].splitlines():
            base64.b64decode(line.split(" ")[2], validate=True)  # a ValueError where it is no base64
        if base64.b64encode(base64.b64decode(found[4])).decode() != found[4]:
            raise ValueError("this is no root")
        notes.append(Note(found[1], found[2], int(found[3]), found[4], found[6]))
        place = found.end()
    return notes


# ---- the walk --------------------------------------------------------------------------------------------------------


class Bad(Exception):
    """The first fault: between which entries, and why."""


def bad(first: int, last: int, why: str) -> NoReturn:
    """Give up at a fault."""
    raise Bad(Verdict(False, first, max(first, last), why))


def verify(lines: Iterator[bytes], outside: list[Note], key: str | None) -> Verdict:
    """Walk the lines of a log; `outside` are checkpoints kept elsewhere, `key` the public key that has to have signed all.

    Raises:
        ValueError: the first line is not that of a log.
    """
    header = parsed(next(lines, b"")) or {}
    origin = header.get("origin")
    if header != {"format": "clausewise ledger", "origin": origin, "version": 1} or not ORIGIN.fullmatch(str(origin)):
        raise ValueError("this is no exported log")
    try:
        size = _walk(lines, outside, key, str(origin))
    except Bad as fault:
        verdict: Verdict = fault.args[0]
        return verdict
    return Verdict(True, size, size, f"{size} entries, all as they were written")


def _walk(lines: Iterator[bytes], outside: list[Note], key: str | None, origin: str) -> int:
    tree, link, sure = Tree(), bytes(32), 0
    waiting = sorted(outside, key=lambda note: -note.size)
    while True:
        while waiting and waiting[-1].size == tree.size:
            sure = _agrees(waiting.pop(), tree, sure, key, origin)
        line = next(lines, None)
        sound = _sound(line, tree, link)
        if sound is not None:
            link = sound
            continue
        value = {} if line is None else parsed(line)
        if line is None:
            bad(tree.size, tree.size, "the log is cut off")
        elif value is None:
            bad(tree.size, tree.size, "this line cannot be read")
        elif "checkpoint" in value:
            note = _note_in(value, tree.size)
            if note.size > tree.size:
                bad(tree.size, note.size - 1, "the checkpoint that stands here counts more entries")
            if note.size < tree.size:
                bad(sure, tree.size - 1, "the checkpoint that stands here counts fewer entries")
            sure = _agrees(note, tree, sure, key, origin)
        elif "frontier" in value:
            _ends(value, tree, link, sure, lines, waiting)
            return tree.size
        else:
            link = _follows(value, tree, link, lines)


def _sound(line: bytes | None, tree: Tree, link: bytes) -> bytes | None:
    """Add the entry of a line to the tree and return its link, where it is the one that follows and nothing is amiss with it."""
    found = ENTRY.fullmatch(line) if line else None
    if found is None:
        return None
    stored_hash, index, leaf, commitments, stored_link = found.groups()
    digest = sha(A_LEAF, leaf)
    following = sha(A_LINK, link, digest)
    if stored_hash != digest.hex().encode() or stored_link != following.hex().encode():
        return None
    if int(index) != tree.size or not in_order(commitments):
        return None
    tree.add(digest)
    return following


def _note_in(value: dict[str, Any], size: int) -> Note:
    try:
        [note] = read_notes(value["checkpoint"])
    except (TypeError, ValueError):
        bad(size, size, "this is no checkpoint")
    return note


def _agrees(note: Note, tree: Tree, sure: int, key: str | None, origin: str) -> int:
    """Return how far the log is sure now that a checkpoint over all of the tree was looked at."""
    last = tree.size - 1
    if note.origin != origin:
        bad(sure, last, f"{UNVOUCHED} of another log")
    if key is not None and not any(bears(note, one) for one in key.splitlines()):
        bad(sure, last, f"{UNVOUCHED} not signed by this key")
    if base64.b64decode(note.root) != tree.root():
        bad(0 if sure == tree.size else sure, last, f"another log was signed at {note.size} entries")
    return tree.size


def _follows(value: dict[str, Any], tree: Tree, link: bytes, lines: Iterator[bytes]) -> bytes:
    """Add an entry to the tree and return its link."""
    size = tree.size
    if not is_entry(value):
        bad(size, size, "this line is no entry")
    if value["index"] != size:
        bad(size - 1 if value["index"] == size - 1 else size, size, f"entry {value['index']} stands here")
    leaf = sha(A_LEAF, canonical(value["leaf"]).encode())
    following = sha(A_LINK, link, leaf)
    if leaf.hex() != value["hash"]:
        bad(size, size, "the content does not fit its hash")
    if following.hex() != value["link"]:
        after = parsed(next(lines, b"")) or {}
        put_in = is_entry(after) and sha(A_LINK, link, bytes.fromhex(after["hash"])).hex() == after["link"]
        bad(size if put_in or size == 0 else size - 1, size, "the entry does not follow the one before it")
    if not is_leaf(value["leaf"]):
        bad(size, size, "the content has not the form of an entry")
    tree.add(leaf)
    return following


def _ends(value: dict[str, Any], tree: Tree, link: bytes, sure: int, lines: Iterator[bytes], beyond: list[Note]) -> None:
    """Compare the head with what was walked, and see whether more was ever signed."""
    size, counted = tree.size, value.get("size", 0)
    if not is_head(value):
        bad(size, size, "this line is no head")
    elif counted != size:
        bad(min(counted, size), max(counted, size) - 1, f"the head counts {counted} entries")
    elif value != {"frontier": [top.hex() for _, top in tree.perfect], "link": link.hex(), "size": size}:
        bad(sure, size - 1, "the head does not fit the entries")
    elif next(lines, None) is not None:
        bad(size, size, "something stands after the head")
    elif beyond:
        bad(sure, min(note.size for note in beyond) - 1, "more entries were signed than are there")


# ---- the command -----------------------------------------------------------------------------------------------------


def prove(text: str, notes: list[Note], key: str | None) -> str:
    """Return what a proof of inclusion shows, in a sentence.

    Raises:
        ValueError: it proves nothing.
    """
    shown = json.loads(text)
    index, size = int(shown["index"]), int(shown["size"])
    leaf, proof = sha(A_LEAF, shown["leaf"].encode()), [bytes.fromhex(one) for one in shown["proof"]]
    found = root_by_proof(leaf, index, size, proof) if 0 <= index < size and len(proof) <= 64 else None
    if found is None or found.hex() != shown["root"]:
        raise ValueError("the proof does not lead to its root")
    fitting = [note for note in notes if (note.size, base64.b64decode(note.root)) == (size, found)]
    if notes and not fitting:
        raise ValueError(f"no checkpoint over {size} entries has this root")
    if key is not None and not any(bears(note, one) for note in fitting for one in key.splitlines()):
        raise ValueError("no checkpoint with this root is signed by this key")
    signed = "a checkpoint that was named" if fitting else "no checkpoint: compare the root with one that was signed"
    return f"Entry {index} stands among the first {size} entries under the root {found.hex()}, which is that of {signed}."


def main() -> int:
    """Verify what the arguments name, and return the exit status."""
    parser = argparse.ArgumentParser(description="Verify a log of Clausewise without Clausewise.")
    parser.add_argument("log", nargs="?", help="the exported log")
    parser.add_argument("--proof", help="a proof, as `clausewise audit prove --json` prints it")
    parser.add_argument("--checkpoints", help="signed checkpoints that were kept elsewhere")
    parser.add_argument("--key", help="the file of the public key")
    options = parser.parse_args()
    if (options.log is None) == (options.proof is None):
        parser.error("name a log, or a proof")
    try:
        notes = read_notes(_text(options.checkpoints)) if options.checkpoints else []
        key = _text(options.key) if options.key else None
        if options.proof:
            print(prove(_text(options.proof), notes, key))
            return 0
        with open(options.log, "rb") as opened:
            verdict = verify(iter(lambda: opened.readline(LINE_BYTES_MAX + 1), b""), notes, key)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as fault:
        print(f"Not verified: {fault}", file=sys.stderr)
        return 2
    print(said(verdict))
    return 0 if verdict.whole else 1


def said(verdict: Verdict) -> str:
    """Return a verdict as a sentence."""
    if verdict.whole:
        return f"The log is whole: {verdict.why}."
    if verdict.why.startswith(UNVOUCHED):
        return f"The log cannot be vouched for from entry {verdict.first} on: {verdict.why}."
    where = f"{verdict.first}" if verdict.first == verdict.last else f"one of {verdict.first} to {verdict.last}"
    return f"The log is not whole, the first bad entry is {where}: {verdict.why}."


def _text(path: str) -> str:
    with open(path, encoding="utf-8") as opened:
        return opened.read(64 * 1024 * 1024)


if __name__ == "__main__":
    raise SystemExit(main())
