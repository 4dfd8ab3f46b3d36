"""What comes of rebuilding a file: the rebuilt bytes with counts of what stayed behind, or why there are none."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from clausewise.files.kinds import FileKind
from clausewise.vocab.problem import Problem


class Removed(Enum):
    """What a file can carry beside what it shows.  It is counted and never repeated."""

    ANNOTATIONS = "annotations"
    ATTACHMENTS = "attached files"
    BYTES_AFTER_THE_END = "parts after the end"
    CAMERA_RECORDS = "camera records"
    COLOUR_PROFILES = "colour profiles"
    COMMENTS = "comments"
    DOCUMENT_PROPERTIES = "document properties"
    EARLIER_VERSIONS = "earlier versions"
    FORM_FIELDS = "form fields"
    FURTHER_PICTURES = "further pictures"
    MARKS = "marks in the text"
    METADATA = "metadata blocks"
    OTHER = "other entries"
    SCRIPTS = "scripts"
    TEXTS = "texts beside the picture"


class Refused(Enum):
    """Why a file is not rebuilt."""

    UNKNOWN_KIND = "unknown kind"
    DAMAGED = "damaged"
    TOO_MANY_BYTES = "too many bytes"
    TOO_MANY_PIXELS = "too many pixels"
    TOO_MANY_PAGES = "too many pages"
    TOO_MUCH_WORK = "too much work"
    SEVERAL_PICTURES = "several pictures"
    LOCKED = "locked"


BYTES_MAX = 32 * 1024 * 1024
PIXELS_MAX = 60_000_000
PAGES_MAX = 1000
SECONDS_MAX = 10  # of a processor
MEMORY_MAX = 600 * 1024 * 1024

_PRINT = "Print or save it anew as a PDF and send that."
_SMALLER = "Send it in smaller parts, or with a lower resolution."
_MESSAGES: Mapping[Refused, tuple[str, str, str]] = {
    Refused.UNKNOWN_KIND: (
        "CW870",
        "This is no PDF and no photograph that can be taken in.",
        "Send a PDF, or a photograph as JPEG, PNG or HEIC; what counts is what is inside, not the name.",
    ),
    Refused.DAMAGED: ("CW871", "This file is damaged or cut off.", f"Send it again from where it comes. {_PRINT}"),
    Refused.TOO_MANY_BYTES: ("CW872", f"This file is larger than {BYTES_MAX // 1024**2} MB.", _SMALLER),
    Refused.TOO_MANY_PIXELS: ("CW872", f"This picture has more than {PIXELS_MAX // 10**6} million pixels.", _SMALLER),
    Refused.TOO_MANY_PAGES: ("CW872", f"This document has more than {PAGES_MAX} pages.", _SMALLER),
    Refused.TOO_MUCH_WORK: (
        "CW872",
        f"This file cannot be unpacked within {MEMORY_MAX // 1024**2} MB and {SECONDS_MAX} seconds.",
        f"{_SMALLER} A file that unpacks to many times its size is not taken in.",
    ),
    Refused.SEVERAL_PICTURES: ("CW873", "This file holds several pictures.", "Send each picture as a file of its own."),
    Refused.LOCKED: ("CW874", "This document is locked with a password.", "Take the password away and send it again."),
}


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """A file made anew from what may stay: its kind, its bytes, and how many of what was left out."""

    kind: FileKind
    content: bytes
    removed: Mapping[Removed, int]


class Refusal(Exception):
    """Ends the rebuilding of a file."""

    def __init__(self, why: Refused) -> None:
        super().__init__(why.value)
        self.why = why


def problem_of(why: Refused, name: str = "") -> Problem:
    """Return the refusal of a file as a problem; `name` is what the sender calls it."""
    code, message, help = _MESSAGES[why]
    return Problem(code, message, name, help=help)
