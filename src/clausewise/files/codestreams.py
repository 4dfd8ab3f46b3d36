"""Coded pictures taken apart without decoding them: what draws is kept, what only tells is left out.

JPEG (ISO/IEC 10918-1, annex B) is a row of segments, each a marker and a body, and coded data after each scan header.
JPEG 2000 (ISO/IEC 15444-1, annex I) is a row of boxes around one codestream.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from clausewise.files.outcome import Refusal, Refused

START, END, SCAN, COMMENT = 0xD8, 0xD9, 0xDA, 0xFE
ADOBE = 0xEE  # tells how colours are coded; without it some pictures come out inverted
ADOBE_BYTES = 12
TABLES = frozenset({*range(0xC0, 0xD0), 0xDA, 0xDB, 0xDC, 0xDD}) - {0xC8}
# A marker ends coded data, unless it stuffs a byte, restarts a decoder or fills.
AFTER_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
BOXES = (b"jP  ", b"ftyp", b"jp2h", b"jp2c")
HEADER_BOXES = (b"ihdr", b"bpcc", b"colr", b"pclr", b"cmap", b"cdef")


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment of a JPEG: its marker, its body, and the coded data that follows a scan header."""

    marker: int
    body: bytes
    coded: bytes = b""


def segments(content: bytes) -> tuple[tuple[Segment, ...], int]:
    """Return the segments of a JPEG between its start and its end, and where it ends.

    Raises:
        Refusal: it is cut off, or no row of segments.
    """
    found: list[Segment] = []
    place = 2
    while True:
        while content[place : place + 2] == b"\xff\xff":
            place += 1
        if len(content) < place + 2 or content[place] != 0xFF:
            raise Refusal(Refused.DAMAGED)
        marker = content[place + 1]
        if marker == END:
            return tuple(found), place + 2
        segment, place = _segment(content, place, marker)
        found.append(segment)


def _segment(content: bytes, place: int, marker: int) -> tuple[Segment, int]:
    length = int.from_bytes(content[place + 2 : place + 4], "big")
    end = place + 2 + length
    if length < 2 or end > len(content):
        raise Refusal(Refused.DAMAGED)
    body = content[place + 4 : end]
    if marker != SCAN:
        return Segment(marker, body), end
    following = AFTER_SCAN.search(content, end)
    if following is None:
        raise Refusal(Refused.DAMAGED)
    return Segment(marker, body, content[end : following.start()]), following.start()


def bare_jpeg(content: bytes) -> bytes:
    """Return a JPEG with nothing in it but what draws.

    Raises:
        Refusal: it is cut off, or no row of segments.
    """
    if not content.startswith(b"\xff\xd8"):
        raise Refusal(Refused.DAMAGED)
    found, _ = segments(content)
    kept = (_written(one) for one in found if one.marker in TABLES or _is_adobe(one))
    return b"\xff\xd8" + b"".join(kept) + b"\xff\xd9"


def _is_adobe(one: Segment) -> bool:
    return one.marker == ADOBE and one.body.startswith(b"Adobe")


def _written(one: Segment) -> bytes:
    body = one.body[:ADOBE_BYTES] if one.marker == ADOBE else one.body
    return bytes((0xFF, one.marker)) + (len(body) + 2).to_bytes(2, "big") + body + one.coded


def bare_jpeg2000(content: bytes) -> bytes:
    """Return a JPEG 2000 picture with nothing but the boxes that draw, and without comments in its main header.

    Raises:
        Refusal: it is cut off, or no row of boxes.
    """
    if content.startswith(b"\xff\x4f"):
        return _without_comments(content)
    return b"".join(_written_box(kind, inside) for kind, inside in _boxes(content) if kind in BOXES)


def _boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = 0
    while place < len(content):
        length, kind, head = int.from_bytes(content[place : place + 4], "big"), content[place + 4 : place + 8], 8
        if length == 1:
            length, head = int.from_bytes(content[place + 8 : place + 16], "big"), 16
        length = length or len(content) - place
        if length < head or place + length > len(content):
            raise Refusal(Refused.DAMAGED)
        yield kind, content[place + head : place + length]
        place += length


def _written_box(kind: bytes, inside: bytes) -> bytes:
    if kind == b"jp2c":
        inside = _without_comments(inside)
    if kind == b"jp2h":
        inside = b"".join(_written_box(*one) for one in _boxes(inside) if one[0] in HEADER_BOXES)
    return (len(inside) + 8).to_bytes(4, "big") + kind + inside


def _without_comments(codestream: bytes) -> bytes:
    """Leave out the comment segments before the first tile."""
    kept, place = [codestream[:2]], 2
    while (marker := codestream[place : place + 2]) != b"\xff\x90":
        length = int.from_bytes(codestream[place + 2 : place + 4], "big")
        if marker[:1] != b"\xff" or length < 2:
            raise Refusal(Refused.DAMAGED)
        if marker != b"\xff\x64":
            kept.append(codestream[place : place + 2 + length])
        place += 2 + length
    return b"".join((*kept, codestream[place:]))
