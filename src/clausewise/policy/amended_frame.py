"""The front matter of an amended text: what the amendment says stands over what the base says.

Apart from the rest of amending, since a library that only lists and routes documents needs no more than this.
"""

import posixpath
from collections.abc import Mapping
from typing import NamedTuple

OWN_KEYS = ("amends", "because")  # what an amendment says of itself and not of the text


class Entry(NamedTuple):
    """A value of the front matter and the line it was written in."""

    value: str
    file: str
    line: int


def amended_text(words: str) -> tuple[str, str]:
    """Part `BASE @ REVISION` into the id of the text that is amended and its revision or day."""
    base, _, revision = words.partition("@")
    return base.strip(), revision.strip()


def merged_frame(
    base: Mapping[str, Entry], place: str, own: Mapping[str, Entry], path: str
) -> tuple[dict[str, Entry], str]:
    """Return the front matter of an amended text, and the path where the text stands; what both use is used.

    A variant with an id of its own stands where the amendment lies, and the paths under `uses:` are counted from there.
    """
    merged = {**base, **{key: entry for key, entry in own.items() if key not in OWN_KEYS}}
    is_variant = "document" in own and "document" in base and own["document"].value != base["document"].value
    new_place = path if is_variant else place
    used = [_from(new_place, place, use) for use in _uses(base)] + [_from(new_place, path, use) for use in _uses(own)]
    if used:
        merged["uses"] = merged["uses"]._replace(value=", ".join(dict.fromkeys(used)))
    return merged, new_place


def _uses(frame: Mapping[str, Entry]) -> list[str]:
    return [part.strip() for part in frame["uses"].value.split(",") if part.strip()] if "uses" in frame else []


def _from(place: str, written: str, use: str) -> str:
    """Return the path of a used document as one would write it in `place`; an id stays what it is."""
    if posixpath.dirname(place) == posixpath.dirname(written) or not use.endswith(".md"):
        return use
    whole = posixpath.normpath(posixpath.join(posixpath.dirname(written), use))
    return posixpath.relpath(whole, posixpath.dirname(place) or ".")
