"""The documents in force, as plain values."""

from datetime import date
from typing import Any

from clausewise.wiring.serving import documents


def policies_object(on: date) -> dict[str, Any]:
    """Return the documents in force on a day of service, in the order of their ids."""
    library = documents().library.as_of(on)
    shelves = sorted((shelf for name, shelf in library.by_id.items() if shelf.period.covers(on)), key=lambda shelf: shelf.id)
    return {
        "on": on.isoformat(),
        "policies": [
            {
                "document": shelf.id,
                "kind": shelf.kind,
                "title": shelf.frame.get("title", ""),
                "revision": shelf.frame.get("revision", ""),
                "fingerprint": shelf.fingerprint,
                "plans": list(shelf.plans),
            }
            for shelf in shelves
        ],
    }
