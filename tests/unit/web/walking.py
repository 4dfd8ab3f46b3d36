"""Every route of the application, found by walking its patterns."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.urls import NoReverseMatch, URLPattern, URLResolver, reverse

Pattern = URLPattern | URLResolver
# What stands in an address for an argument that is not an id of a case.
SAMPLES: dict[str, Any] = {"key": "1", "uidb36": "1", "pk": 1, "provider_id": "none", "form": "note"}


def walked(patterns: list[Any], namespace: str = "", before: tuple[str, ...] = ()) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The name of every route below with its namespaces, and the names of its arguments."""
    for one in patterns:
        found = (*before, *one.pattern.regex.groupindex)
        if isinstance(one, URLResolver):
            yield from walked(one.url_patterns, f"{namespace}{one.namespace}:" if one.namespace else namespace, found)
        else:
            yield f"{namespace}{one.name or one.lookup_str}", found


def named(patterns: list[Any]) -> Iterator[str]:
    """The name of every route; of one without a name what the framework calls it."""
    return (name for name, _ in walked(patterns))


def addresses(patterns: list[Any], case: UUID, file: UUID) -> dict[str, str]:
    """An address of every route, about this case, and about this file of it, where it is about one."""
    found = {}
    for name, arguments in walked(patterns):
        values = {one: SAMPLES.get(one, "1") for one in arguments} | {"case": case, "file": file}
        values = {one: values[one] for one in arguments}
        try:
            found[name] = reverse(name, kwargs=values)
        except NoReverseMatch:
            found[name] = reverse(name, kwargs=dict.fromkeys(arguments, case))
    return found
