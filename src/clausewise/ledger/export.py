"""The log as one file, so that it can be kept elsewhere and verified without the database it came from.

JSON Lines, each line canonical, so that there is one way to write a log:

    {"format":"clausewise ledger","origin":"plan.example/ledger","version":1}
    {"hash":"<leaf hash>","index":0,"leaf":{...},"link":"<link>"}
    {"checkpoint":"<signed note>"}          right after the last entry it counts
    {"frontier":["<peak>",...],"link":"<link>","size":1}

The last line is the head.  A file without it was cut off.  Every line has a regular grammar and a greatest length, so that a
broken or hostile file costs neither memory nor stack.
"""

import json
import re
from binascii import unhexlify
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from clausewise.ledger.checkpoint import SignedCheckpoint, read_checkpoints
from clausewise.ledger.log import Head, Stored, as_stored
from clausewise.ledger.tree import Frontier

LINE_BYTES_MAX = 64 * 1024
_NUMBER, _HASH = rb"0|[1-9][0-9]{0,15}", rb"[0-9a-f]{64}"
_HEADER = re.compile(rb'\{"format":"clausewise ledger","origin":"([^"\\+\x00-\x20\x7f-\xff]{1,400})","version":1\}\n?')
_ENTRY = re.compile(rb'\{"hash":"(%b+)","index":(%b),"leaf":(\{.{0,4096}\}),"link":"(%b+)"\}\n?' % (_HASH, _NUMBER, _HASH))
_NOTE = re.compile(rb'\{"checkpoint":("(?:[^"\\\x00-\x1f]|\\[n"\\])*")\}\n?')
_HEAD = re.compile(rb'\{"frontier":\[((?:"%b"(?:,"%b"){0,63})?)\],"link":"(%b)","size":(%b)\}\n?' % (_HASH, _HASH, _HASH, _NUMBER))


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A line that is none of a ledger: its number in the file (0 where there is no file), and why."""

    line: int
    why: str


Record = Stored | SignedCheckpoint | Head | Unreadable


def read_header(line: bytes) -> str | None:
    """Return the origin that the first line of an export names, or None where it is no such line."""
    found = _HEADER.fullmatch(line)
    return found[1].decode("ascii") if found else None


def read_records(lines: Iterable[bytes]) -> Iterator[Record]:
    """Yield what the lines below the first say, in their order; one at a time, so that a log may be larger than the memory.

    A line may be cut off after LINE_BYTES_MAX bytes and one more; it is then told as too long.
    """
    matched = _ENTRY.fullmatch
    for number, line in enumerate(lines, 2):
        found = matched(line)
        if found:
            digest, index, leaf, link = found.groups()
            yield as_stored((int(index), leaf, unhexlify(digest), unhexlify(link)))
        else:
            yield _other(line, number)


def _other(line: bytes, number: int) -> Record:
    if len(line) > LINE_BYTES_MAX:
        return Unreadable(number, f"is longer than {LINE_BYTES_MAX // 1024} KB")
    if found := _HEAD.fullmatch(line):
        peaks = tuple(bytes.fromhex(peak.decode().strip('"')) for peak in found[1].split(b",") if peak)
        return Head(Frontier(int(found[3]), peaks), unhexlify(found[2]))
    if found := _NOTE.fullmatch(line):
        notes, _ = read_checkpoints(json.loads(found[1].decode("utf-8", "replace")))
        return notes[0] if len(notes) == 1 else Unreadable(number, "holds no signed checkpoint")
    return Unreadable(number, "is no line of a ledger")


def in_order(
    entries: Iterable[Stored | Unreadable], notes: Iterable[SignedCheckpoint], head: Head, start: int = 0
) -> Iterator[Record]:
    """Yield the records of a log from entry `start` on: each checkpoint right after the last entry it counts, the head last."""
    lying, place = iter(entries), start
    for note in sorted(notes, key=lambda note: note.checkpoint.size):
        yield from islice(lying, max(note.checkpoint.size - place, 0))
        place = max(note.checkpoint.size, place)
        yield note
    yield from lying
    yield head


def export_lines(origin: str, entries: Iterable[Stored], notes: Iterable[SignedCheckpoint], head: Head) -> Iterator[str]:
    """Yield a log as the lines of its file: entries in order, checkpoints by size, and the head."""
    yield _line({"format": "clausewise ledger", "origin": origin, "version": 1})
    for record in in_order(entries, notes, head):
        match record:
            case Stored():
                yield entry_line(record)
            case SignedCheckpoint():
                yield _line({"checkpoint": record.written()})
            case Head():
                peaks = [peak.hex() for peak in record.frontier.peaks]
                yield _line({"frontier": peaks, "link": record.link.hex(), "size": record.frontier.size})
            case Unreadable():
                raise ValueError(record.why)


def entry_line(stored: Stored) -> str:
    """Return an entry as a line; the leaf stands in it byte for byte."""
    leaf = stored.leaf.decode("utf-8", "replace")  # a leaf that is not ASCII was tampered with, and is told as changed
    return f'{{"hash":"{stored.hash.hex()}","index":{stored.number},"leaf":{leaf},"link":"{stored.link.hex()}"}}\n'


def _line(value: dict[str, object]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n"
